"""From a few FHIR resources to a rule's verdict: every kind of fact that rules ask for."""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

import pytest

from orderlint.config import Config
from orderlint.engine import Options, check
from orderlint.findings import Finding
from orderlint.protocols.loader import load
from orderlint.protocols.model import ProtocolSet

AS_OF = date(2026, 6, 1)
RXNORM, SNOMED, LOINC = (
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://snomed.info/sct",
    "http://loinc.org",
)
ICD = "http://hl7.org/fhir/sid/icd-10-cm"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
PATIENT = {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01", "gender": "female"}
OLD = {**PATIENT, "birthDate": "1950-01-01"}


@cache
def protocols() -> ProtocolSet:
    return load()


def order(drug: str, dose: str = "", times: int | None = None, **more: Any) -> dict[str, Any]:
    """``dose`` as "10 mg"; ``repeat``, ``route`` and every other key as FHIR has it."""
    repeat = {
        **({"frequency": times, "period": 1, "periodUnit": "d"} if times else {}),
        **more.pop("repeat", {}),
    }
    dosage: dict[str, Any] = {"route": {"text": more.pop("route", "oral")}}
    if repeat:
        dosage["timing"] = {"repeat": repeat}
    if dose:
        value, unit = dose.split(" ")
        dosage["doseAndRate"] = [{"doseQuantity": {"value": float(value), "unit": unit}}]
    return {
        "resourceType": "MedicationRequest",
        "id": drug.split(" ", maxsplit=1)[0],
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-06-01",
        "medicationCodeableConcept": {"text": drug},
        "dosageInstruction": [dosage],
        **more,
    }


def condition(code: dict[str, Any] | str, status: str = "active", **more: Any) -> dict[str, Any]:
    said = {"text": code} if isinstance(code, str) else {"coding": [code]}
    return {
        "resourceType": "Condition",
        "id": "c",
        "clinicalStatus": {"coding": [{"system": CLINICAL, "code": status}]},
        "code": said,
        "subject": {"reference": "Patient/p"},
        **more,
    }


def result(loinc: str, value: float, unit: str, on: str = "2026-05-25", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": f"o{loinc}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": loinc}]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": on,
        "valueQuantity": {"value": value, "unit": unit},
        **more,
    }


def findings(*resources: dict[str, Any]) -> list[Finding]:
    every = list(resources)
    if not any(r["resourceType"] == "Patient" for r in every):
        every.insert(0, PATIENT)
    options = Options(AS_OF, AS_OF, conformance=False, stdin=BytesIO(json.dumps(every).encode()))
    return list(check(["-"], protocols(), Config(), options).result.findings)


def said(rule: str, *resources: dict[str, Any]) -> str:
    """The severity and the message of a rule's finding; "" where it does not fire."""
    return next((f"{f.severity}: {f.message}" for f in findings(*resources) if f.rule == rule), "")


BACLOFEN_40 = order("baclofen", "10 mg", 4)


# -- the liver ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code",
    [
        "cirrhosis of the liver",
        {"system": ICD, "code": "K74.60"},
        {"system": SNOMED, "code": "19943007"},
        "Child-Pugh class B",
        "hepatic failure",
    ],
)
def test_hepatic_impairment_lowers_the_dose(code: Any) -> None:
    assert said("baclofen-hepatic-adjustment", BACLOFEN_40, condition(code)).startswith("warning: ")
    assert said("baclofen-hepatic-adjustment", BACLOFEN_40) == ""
    assert said("baclofen-hepatic-adjustment", BACLOFEN_40, condition(code, "resolved")) == ""


def test_child_pugh_a_says_mild_and_only_of_the_liver() -> None:
    cirrhosis, a = condition("cirrhosis"), condition("Child-Pugh class A", id="d")
    ir = order("cyclobenzaprine", "5 mg", 3)
    assert said("muscle-relaxant-hepatic", ir, condition("Child-Pugh class C")).startswith("error: ")
    assert said("muscle-relaxant-hepatic", ir, cirrhosis, a).startswith("warning: ")


def test_the_stage_of_a_condition_says_how_far() -> None:
    staged = condition("cirrhosis", stage=[{"summary": {"text": "Child-Pugh class C"}}])
    assert said("muscle-relaxant-hepatic", order("tizanidine", "2 mg", 3), staged).startswith("error: ")
    mild = condition("cirrhosis", stage=[{"summary": {"text": "Child-Pugh A"}}])
    assert said("muscle-relaxant-hepatic", order("tizanidine", "2 mg", 3), mild).startswith("warning: ")


@pytest.mark.parametrize("code", ["hepatic encephalopathy", {"system": SNOMED, "code": "13920009"}])
def test_encephalopathy_forbids_any_dose(code: Any) -> None:
    words = said("baclofen-hepatic-adjustment", order("baclofen", "2.5 mg", 1), condition(code))
    assert words.startswith("error: ")
    assert "encephalopathy" in words


# -- electrolytes ----------------------------------------------------------------------------------------

CRAMPS = order("baclofen", "5 mg", 2, reasonCode=[{"text": "muscle cramps"}])


@pytest.mark.parametrize(
    ("potassium", "magnesium", "low"),
    [
        ((3.5, "mmol/L"), (0.70, "mmol/L"), ""),
        ((3.4, "mmol/L"), (0.80, "mmol/L"), "potassium"),
        ((3.5, "mEq/L"), (1.4, "mEq/L"), ""),
        ((3.4, "mEq/L"), (1.4, "mEq/L"), "potassium"),
        ((4.0, "mEq/L"), (1.39, "mEq/L"), "magnesium"),
        ((4.0, "meq/l"), (1.71, "mg/dL"), ""),
        ((4.0, "mmol/L"), (1.69, "mg/dL"), "magnesium"),
        ((4.0, "mmol/L"), (1.70, "mg/dL"), ""),
    ],
)
def test_electrolytes_in_every_unit(
    potassium: tuple[float, str], magnesium: tuple[float, str], low: str
) -> None:
    labs = (result("2823-3", *potassium), result("19123-9", *magnesium))
    words = said("electrolytes-first", CRAMPS, *labs)
    assert (low in words) if low else words == ""


def test_a_result_in_a_unit_that_nobody_knows_is_none() -> None:
    words = said(
        "electrolytes-first", CRAMPS, result("2823-3", 4, "furlong"), result("2601-3", 0.9, "mmol/L")
    )
    assert "no potassium" in words


# -- falls, dementia, allergies --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("elderly-fall-history", {"system": ICD, "code": "W19.XXXA"}),
        ("elderly-fall-history", {"system": ICD, "code": "Z91.81"}),
        ("elderly-fall-history", {"system": ICD, "code": "S72.001A"}),
        ("elderly-fall-history", "history of falls"),
        ("elderly-dementia-relaxant", {"system": ICD, "code": "F03.90"}),
        ("elderly-dementia-relaxant", {"system": ICD, "code": "G30.9"}),
        ("elderly-dementia-relaxant", {"system": ICD, "code": "F05"}),
        ("elderly-dementia-relaxant", "Alzheimer's dementia"),
    ],
)
def test_falls_and_dementia_of_the_elderly(rule: str, code: Any) -> None:
    small = order("baclofen", "5 mg", 2)
    assert said(rule, OLD, small, condition(code)).startswith("warning: ")
    assert said(rule, small, condition(code)) == ""  # 46 years
    assert said(rule, OLD, small) == ""


def test_an_intolerance_makes_the_second_line_the_first() -> None:
    tizanidine = order("tizanidine", "2 mg", 3)
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a",
        "patient": {"reference": "Patient/p"},
        "type": "intolerance",
        "code": {"coding": [{"system": RXNORM, "code": "1292"}]},
    }
    well = result("98979-8", 90, "mL/min/1.73m2")
    refuted = {**allergy, "verificationStatus": {"coding": [{"code": "refuted"}]}}
    assert said("tizanidine-second-line", tizanidine, well).startswith("info: ")
    assert said("tizanidine-second-line", tizanidine, well, allergy) == ""
    assert said("tizanidine-second-line", tizanidine, well, refuted).startswith("info: ")


# -- what else is taken ----------------------------------------------------------------------------------


def statement(drug: str, **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationStatement",
        "id": f"s-{drug}",
        "status": "active",
        "subject": {"reference": "Patient/p"},
        "effectivePeriod": {"start": "2026-05-01"},
        "medicationCodeableConcept": {"text": drug},
        **more,
    }


@pytest.mark.parametrize(
    "opioid", ["oxycodone", "Percocet", "morphine sulfate ER", "tramadol", "fentanyl patch", "co-codamol"]
)
def test_opioids_by_class(opioid: str) -> None:
    gabapentin = order("gabapentin", "300 mg", 1)
    assert said("gabapentinoid-opioid", gabapentin, statement(opioid)).startswith("warning: ")
    assert said("gabapentinoid-opioid", OLD, gabapentin, statement(opioid)).startswith("error: ")
    assert said("gabapentinoid-opioid", gabapentin, statement("ibuprofen")) == ""


@pytest.mark.parametrize(
    ("second", "third"),
    [("sertraline", "zolpidem"), ("lorazepam", "quetiapine"), ("amitriptyline", "levetiracetam")],
)
def test_drugs_that_act_on_the_nervous_system_by_class(second: str, third: str) -> None:
    small = order("baclofen", "5 mg", 2)
    assert said("cns-active-load", OLD, small, statement(second), statement(third)).startswith("error: ")
    assert said("cns-active-load", OLD, small, statement(second)) == ""
    assert said("cns-active-load", OLD, small, statement(second), statement("lisinopril")) == ""


PRESSURE = result(
    "85354-9",
    0,
    "",
    component=[
        {
            "code": {"coding": [{"system": LOINC, "code": "8480-6"}]},
            "valueQuantity": {"value": 118, "unit": "mmHg", "code": "mm[Hg]"},
        }
    ],
)
del PRESSURE["valueQuantity"]


@pytest.mark.parametrize(
    "drug",
    ["lisinopril", "hydrochlorothiazide", "metoprolol succinate ER", "amlodipine", "losartan", "clonidine"],
)
def test_antihypertensives_beside_tizanidine(drug: str) -> None:
    tizanidine = order("tizanidine", "2 mg", 3)
    severity = "warning" if drug == "clonidine" else "info"  # another alpha-2 agonist
    assert said("tizanidine-hypotension", tizanidine, statement(drug)).startswith(f"{severity}: ")
    watched = said("tizanidine-hypotension", tizanidine, statement(drug), PRESSURE)
    assert watched.startswith("warning: ") if drug == "clonidine" else watched == ""
    late = {**PRESSURE, "effectiveDateTime": "2026-04-01"}
    assert said("tizanidine-hypotension", tizanidine, statement(drug), late)


# -- products --------------------------------------------------------------------------------------------


def test_release() -> None:
    liver = condition("cirrhosis")
    er = order("cyclobenzaprine 15 MG extended release oral capsule", "15 mg", 1)
    ir = order("cyclobenzaprine 5 MG Oral Tablet", "5 mg", 3)
    assert said("muscle-relaxant-hepatic", er, liver).startswith("error: ")
    assert said("muscle-relaxant-hepatic", ir, liver).startswith("warning: ")
    assert said("gabapentin-er-max-dose", order("Gralise", "1900 mg", 1)).startswith("error: ")
    assert said("gabapentin-er-max-dose", order("gabapentin 300 MG capsule", "1900 mg", 1)) == ""


@pytest.mark.parametrize(
    ("dose", "hours", "times", "fires"),
    [("3 patch", 12, 1, False), ("4 patch", 12, 1, True), ("1 patch", 13, 1, True), ("1 patch", 12, 2, True)],
)
def test_how_long_a_patch_is_worn(dose: str, hours: int, times: int, fires: bool) -> None:
    patch = order(
        "lidocaine 5 % patch",
        dose,
        times,
        route="transdermal",
        repeat={"duration": hours, "durationUnit": "h"},
    )
    words = said("lidocaine-patch-wear", patch)
    assert words.startswith("error: ") if fires else words == ""


@pytest.mark.parametrize(
    ("words", "fires"),
    [
        ("amitriptyline 2 % / ketamine 0.5 % cream", False),
        ("amitriptyline 4 % / ketamine 1 % cream", True),
        ("amitriptyline 1 % / ketamine 10 % cream", True),
    ],
)
def test_how_strong_a_compound_is(words: str, fires: bool) -> None:
    cream = order(words, "1 g", 3, route="topical")
    found = said("amitriptyline-ketamine-topical", cream)
    assert found.startswith("warning: ") if fires else found == ""


# -- the kidneys -----------------------------------------------------------------------------------------

SMALL_AND_OLD = {**PATIENT, "birthDate": "1948-01-01"}  # 78 years; eGFR 35.4, clearance 29.3


def test_the_lower_of_two_estimates_counts_and_the_message_says_so() -> None:
    labs = (result("2160-0", 1.5, "mg/dL"), result("29463-7", 60, "kg"))
    gabapentin = order("gabapentin", "300 mg", 3)
    words = said("gabapentin-renal-adjustment", SMALL_AND_OLD, gabapentin, *labs)
    assert words.startswith("error: ")
    assert "700 mg" in words
    for part in (
        "eGFR 35.4 by CKD-EPI 2021",
        "29.3 by Cockcroft-Gault",
        "fall in different bands",
        "the lower counts",
    ):
        assert part in words
    assert (
        said("gabapentin-renal-adjustment", SMALL_AND_OLD, gabapentin, labs[0]) == ""
    )  # no weight, no clearance


def test_a_reported_egfr_and_the_clearance_disagree_as_well() -> None:
    labs = (
        result("98979-8", 36, "mL/min/1.73m2"),
        result("2160-0", 1.5, "mg/dL"),
        result("29463-7", 132.28, "[lb_av]"),
    )
    words = said("gabapentin-renal-adjustment", SMALL_AND_OLD, order("gabapentin", "300 mg", 3), *labs)
    assert "eGFR 36 on" in words
    assert "the lower counts" in words


def test_where_both_say_the_same_band_nothing_is_said_of_it() -> None:
    labs = (result("2160-0", 132.6, "umol/L"), result("29463-7", 75, "kg"))  # 1.5 mg/dL; clearance 36.6
    words = said("gabapentin-renal-adjustment", SMALL_AND_OLD, order("gabapentin", "600 mg", 3), *labs)
    assert "1400 mg" in words
    assert "different bands" not in words
