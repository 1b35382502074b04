"""Groups of condition codes and words, their negation, and the kidney function of stages."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from orderlint.terminology.conditions import (
    all_groups,
    groups_of_code,
    groups_of_text,
    is_dialysis,
    kidney_interval,
)
from orderlint.terminology.table import rows

ICD = "http://hl7.org/fhir/sid/icd-10-cm"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("R25.2", {"cramp", "spasm", "spasticity"}),  # "cramp and spasm"
        ("N18.30", {"ckd", "ckd-stage-3"}),
        ("N18.31", {"ckd", "ckd-stage-3a"}),
        ("N1832", {"ckd", "ckd-stage-3b"}),
        ("n18.4", {"ckd", "ckd-stage-4"}),
        ("N18.6", {"ckd", "esrd"}),
        ("N18.9", {"ckd", "ckd-unspecified"}),
        ("I12.0", {"ckd", "ckd-stage-5"}),
        ("Z99.2", {"dialysis"}),
        ("Z49.01", set()),  # dialysis has not begun
        ("K70.31", {"cirrhosis", "chronic-liver-disease", "liver-disease"}),
        ("K73.2", {"chronic-liver-disease", "liver-disease"}),
        ("K72.91", {"hepatic-failure", "hepatic-encephalopathy", "liver-disease"}),
        ("G35", {"multiple-sclerosis", "demyelinating-disease"}),
        ("G37.2", {"demyelinating-disease"}),
        ("S14.101A", {"spinal-cord-injury"}),
        ("G81.90", {"hemiplegia"}),
        ("I69.351", {"stroke"}),
        ("Z89.611", {"amputation-above-knee", "limb-amputation"}),
        ("Z89.511", {"limb-amputation"}),
        ("W18.30XA", {"fall"}),
        ("W18.40XA", set()),  # without falling
        ("S72.001A", {"fracture"}),
        ("M54.5", {"musculoskeletal"}),
        ("R41.0", {"delirium"}),  # its inclusion terms: delirium, confusion not otherwise specified
        ("M06.9", {"rheumatic"}),
        ("Z94.0", {"kidney-transplant"}),
        ("H40.1131", {"glaucoma"}),
        ("H40.003", set()),  # a suspect
        ("H42", {"glaucoma"}),
        ("K31.1", {"gastric-outlet-obstruction"}),
        ("K31.5", {"duodenal-obstruction"}),
        ("K22.0", {"achalasia"}),
        ("N40.1", {"prostatic-hyperplasia"}),
        ("N32.0", {"bladder-neck-obstruction"}),
        ("A00", set()),
    ],
)
def test_icd(code: str, groups: set[str]) -> None:
    assert groups_of_code(ICD, code) == groups


@pytest.mark.parametrize(
    ("code", "groups"),
    [
        ("433144002", {"ckd", "ckd-stage-3"}),
        ("700379002", {"ckd", "ckd-stage-3b"}),
        ("46177005", {"ckd", "esrd"}),
        ("236435004", {"ckd", "esrd", "dialysis"}),
        ("236436003", {"kidney-transplant"}),  # end stage, but transplanted
        ("236434000", {"ckd", "ckd-stage-5"}),  # end stage, not on dialysis
        ("19943007", {"cirrhosis", "chronic-liver-disease", "liver-disease"}),
        ("128302006", {"chronic-liver-disease", "liver-disease"}),  # hepatitis C is no cirrhosis
        ("13920009", {"hepatic-encephalopathy", "liver-disease"}),
        ("55300003", {"cramp"}),
        ("23986001", {"glaucoma"}),
        ("77075001", {"glaucoma"}),
        ("266569009", {"prostatic-hyperplasia"}),
        ("45564002", {"achalasia"}),
        ("723171001", set()),  # absence of the cervix
        ("401622003", set()),  # a stocking
        ("59701000119109", set()),  # a history
    ],
)
def test_snomed(code: str, groups: set[str]) -> None:
    assert groups_of_code(SNOMED, code) == groups


@pytest.mark.parametrize(
    ("system", "code"),
    [
        (None, "N18.4"),
        ("http://loinc.org", "N18.4"),
        (ICD, ""),
        (ICD, "."),
        (ICD, "N"),
        (ICD, "N18.4'; --"),
        (SNOMED, "N18.4"),
        (SNOMED, "1" * 100_000),
    ],
)
def test_codes_that_say_nothing(system: str | None, code: str) -> None:
    assert groups_of_code(system, code) == frozenset()


def test_who_icd10_and_oids() -> None:
    assert "ckd-stage-4" in groups_of_code("http://hl7.org/fhir/sid/icd-10", "N18.4")
    assert "ckd-stage-4" in groups_of_code("urn:oid:2.16.840.1.113883.6.90", "N18.4")


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("muscle cramps", {"cramp"}),
        ("Nocturnal leg CRAMPS", {"cramp"}),
        ("leg cramps in cirrhosis", {"cramp", "cirrhosis", "chronic-liver-disease", "liver-disease"}),
        ("spasticity due to MS", {"spasticity", "multiple-sclerosis", "demyelinating-disease"}),
        ("Ms Smith has spasticity", {"spasticity"}),
        ("spinal cord injury", {"spinal-cord-injury"}),
        ("above-knee amputation with muscle spasm", {"amputation-above-knee", "limb-amputation", "spasm"}),
        ("CKD G3a", {"ckd", "ckd-stage-3a"}),
        ("stage IV chronic kidney disease", {"ckd", "ckd-stage-4"}),
        ("Chronic kidney disease, stage 4 (severe)", {"ckd", "ckd-stage-4"}),
        ("end-stage renal disease on hemodialysis", {"ckd", "esrd", "dialysis"}),
        ("Child-Pugh B", {"child-pugh-b"}),
        ("Parkinson's disease", {"parkinson"}),
        ("no relief of cramps", {"cramp"}),
        ("cramps, not relieved by quinine", {"cramp"}),
        ("No cirrhosis; muscle cramps", {"cramp"}),
        ("spasticity not due to stroke", {"spasticity"}),
        ("history of falls", {"fall"}),
        ("fear of falling after a fall", {"fall"}),
        ("open-angle glaucoma of the left eye", {"glaucoma"}),
        ("BPH with obstruction", {"prostatic-hyperplasia"}),
        ("stenosing peptic ulcer", {"gastric-outlet-obstruction"}),
    ],
)
def test_words(text: str, groups: set[str]) -> None:
    assert groups_of_text(text) == groups


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no history of cirrhosis",
        "without cirrhosis",
        "not for cramps",
        "denies falls or fractures",
        "cirrhosis: no",
        "cirrhosis ruled out",
        "family history of dementia",
        "at risk for falls",
        "fall risk",
        "Fear of falling",
        "afraid of falls",
        "falls prevention program",
        "not on dialysis",
        "no longer on dialysis",
        "abdominal cramping",
        "menstrual cramps",
        "bladder spasms",
        "glaucoma suspect",
        "peptic ulcer",
        "scramps",
        "crampon",
    ],
)
def test_words_that_say_nothing(text: str) -> None:
    assert groups_of_text(text) == frozenset()


def test_long_texts_take_no_time() -> None:
    begun = time.perf_counter()
    groups_of_text("no cirrhosis " * 100_000)
    assert time.perf_counter() - begun < 2


def test_the_stages_cover_kidney_function_without_holes() -> None:
    stages = [kidney_interval(f"ckd-stage-{n}") for n in ("5", "4", "3b", "3a", "2", "1")]
    ends = [end for stage in stages if stage for end in stage]
    assert ends == [0, 15, 15, 30, 30, 45, 45, 60, 60, 90, 90, None]
    assert kidney_interval("ckd-stage-3") == (Fraction(30), Fraction(60))
    assert kidney_interval("ckd") is kidney_interval("esrd") is kidney_interval("nobody") is None


def test_dialysis() -> None:
    assert {group for group in all_groups() if is_dialysis(group)} == {"dialysis", "esrd"}
    assert not is_dialysis("nobody")


def test_every_table_uses_groups_that_are_named() -> None:
    known = all_groups()
    used = {g for _, groups, *_ in rows("conditions_icd") for g in groups.split()}
    used |= {g for _, groups, _ in rows("conditions_snomed") for g in groups.split()}
    used |= {g for _, groups, form in rows("condition_words") if form != "stage" for g in groups.split()}
    used |= {f"ckd-{stage}" for _, stage in rows("stage_words")}
    used |= {within for _, _, within, *_ in rows("condition_groups") if within}
    assert used <= known
    assert all(title for _, title, *_ in rows("condition_groups"))
