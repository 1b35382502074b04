"""Diagnoses: which groups, and whether they are active."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orderlint.fhir.read.condition import condition
from orderlint.fhir.read.shape import Faults
from orderlint.record import ConditionFact

CIRRHOSIS = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "K74.60"}]}


def concept(code: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/x", "code": code}]}


def read(**written: Any) -> ConditionFact | None:
    return condition({"code": CIRRHOSIS, **written}, "Condition/1", Faults())


def test_groups_by_code_else_by_words() -> None:
    found = read()
    assert found is not None and "cirrhosis" in found.groups
    found = read(code={"text": "Cirrhosis of the liver"})
    assert found is not None and "cirrhosis" in found.groups
    found = read(code={"text": "No cirrhosis"})
    assert found is not None and "cirrhosis" not in found.groups


@pytest.mark.parametrize(
    ("written", "active"),
    [
        ({"clinicalStatus": concept("active")}, True),
        ({"clinicalStatus": concept("recurrence")}, True),
        ({"clinicalStatus": concept("relapse")}, True),
        ({"clinicalStatus": concept("inactive")}, False),
        ({"clinicalStatus": concept("remission")}, False),
        ({"clinicalStatus": concept("resolved")}, False),
        ({"clinicalStatus": "resolved"}, False),
        ({"clinicalStatus": "active"}, True),
        ({}, True),
        ({"abatementDateTime": "2020-01-01"}, False),
        ({"abatementString": "long ago"}, False),
        ({"abatementBoolean": True}, False),
        ({"clinicalStatus": concept("actve")}, True),
    ],
)
def test_active_or_not(written: dict[str, Any], active: bool) -> None:
    found = read(**written)
    assert found is not None and found.active is active


@pytest.mark.parametrize("status", ["refuted", "entered-in-error"])
def test_what_is_refuted_is_no_condition(status: str) -> None:
    assert read(verificationStatus=concept(status)) is None
    assert read(verificationStatus=status) is None
    assert read(verificationStatus=concept("provisional")) is not None


def test_dates() -> None:
    found = read(
        onsetDateTime="2020-05",
        abatementPeriod={"start": "2021-01-01", "end": "2021-02-01"},
        recordedDate="2022-01-01",
    )
    assert found is not None and found.onset is not None and found.abated is not None
    assert found.onset.first == date(2020, 5, 1)
    assert found.abated.last == date(2021, 2, 1)
    late = read(onsetAge={"value": 40}, recordedDate="2022-01-01")
    assert late is not None and late.onset is not None and late.onset.first == date(2022, 1, 1)


def test_an_unknown_status_is_a_fault() -> None:
    faults = Faults()
    condition({"code": CIRRHOSIS, "clinicalStatus": concept("actve")}, "Condition/1", faults)
    assert [f.pointer for f in faults] == ["/clinicalStatus"]


def test_a_stage_says_how_far_of_a_known_diagnosis_only() -> None:
    staged = {"stage": [{"summary": {"text": "Child-Pugh class B"}}]}
    found = read(**staged)
    assert found is not None
    assert {"cirrhosis", "child-pugh-b"} <= found.groups
    other = read(code={"text": "hay fever"}, **staged)
    assert other is not None
    assert not other.groups
    for broken in ("B", [None], [{"summary": 5}], {"summary": {}}, [{"summary": {"text": "stage 3"}}]):
        found = read(stage=broken)
        assert found is not None
        assert "child-pugh-b" not in found.groups


def test_when_it_was_recorded_is_kept_beside_the_onset() -> None:
    found = read(onsetDateTime="2026-01-01", recordedDate="2026-02-03")
    assert found is not None and found.onset is not None and found.recorded is not None
    assert (found.onset.first, found.recorded.first) == (date(2026, 1, 1), date(2026, 2, 3))
    found = read(assertedDate="2026-02-03")
    assert found is not None and found.onset == found.recorded is not None
    found = read(onsetDateTime="2026-01-01")
    assert found is not None and found.recorded is None
