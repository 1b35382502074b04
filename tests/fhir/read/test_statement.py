"""Drugs that a patient takes or was given, from statements, dispenses and administrations."""

from __future__ import annotations

from typing import Any

import pytest

from orderlint.fhir.read.shape import Faults
from orderlint.fhir.read.statement import statement
from orderlint.record import Statement

BACLOFEN = {"text": "baclofen"}


def read(kind: str, **written: Any) -> Statement | None:
    value = {"resourceType": kind, "medicationCodeableConcept": BACLOFEN, **written}
    return statement(value, f"{kind}/1", lambda _: None, Faults())


@pytest.mark.parametrize(
    ("written", "active"),
    [
        ({"status": "active"}, True),
        ({"status": "recorded"}, True),
        ({"status": "intended"}, True),
        ({}, True),
        ({"status": "completed"}, False),
        ({"status": "stopped"}, False),
        ({"status": "on-hold"}, False),
    ],
)
def test_a_statement_is_active_by_its_status(written: dict[str, Any], active: bool) -> None:
    found = read(
        "MedicationStatement", effectivePeriod={"start": "2026-01-01", "end": "2026-02-01"}, **written
    )
    assert found is not None
    assert (found.kind, found.active) == ("statement", active)
    assert found.since is not None and found.until is not None


@pytest.mark.parametrize(
    "written",
    [
        {"status": "entered-in-error"},
        {"status": "not-taken"},
        {"status": "active", "taken": "n"},
        {"status": "recorded", "adherence": {"code": {"coding": [{"code": "not-taking"}]}}},
        {"status": "active", "medicationCodeableConcept": {"text": "ibuprofen"}},
    ],
)
def test_what_is_not_taken_or_not_covered_is_none(written: dict[str, Any]) -> None:
    assert read("MedicationStatement", **written) is None


def test_a_dispense_lasts_for_its_days_of_supply() -> None:
    supply = {"value": 30, "unit": "days"}
    found = read("MedicationDispense", status="completed", whenHandedOver="2026-01-01", daysSupply=supply)
    assert found is not None and found.until is not None
    assert (found.kind, found.active, found.until.last.isoformat()) == ("dispense", True, "2026-01-30")
    open_end = read("MedicationDispense", status="completed", whenHandedOver="2026-01-01")
    assert open_end is not None and not open_end.active and open_end.until is None
    assert read("MedicationDispense", status="cancelled") is None
    far = read("MedicationDispense", status="completed", whenHandedOver="9999-12-31", daysSupply=supply)
    assert far is not None and far.until is None


def test_an_administration_is_of_its_day() -> None:
    found = read("MedicationAdministration", status="completed", effectiveDateTime="2026-01-01")
    assert found is not None and found.since == found.until and not found.active


def test_the_codeable_reference_of_r5() -> None:
    value = {"resourceType": "MedicationUsage", "status": "recorded", "medication": {"concept": BACLOFEN}}
    assert statement(value, "MedicationUsage/1", lambda _: None, Faults()) is not None


@pytest.mark.parametrize(
    ("written", "route"),
    [
        ({}, None),
        ({"dosage": [{"route": {"text": "ophthalmic"}}]}, "ophthalmic"),
        ({"dosage": [{"route": {"text": "topical"}}, {"route": {"text": "oral"}}]}, "oral"),
        ({"dosage": {"route": {"text": "oral"}}}, "oral"),  # of an administration
        ({"dosageInstruction": [{"route": {"text": "topical"}}]}, "topical"),
        ({"dosage": [{"route": {"text": "somehow"}}]}, None),
        ({"dosage": "with water"}, None),
        ({"dosage": ["with water", {"route": 7}]}, None),
        ({"medicationCodeableConcept": {"text": "baclofen cream"}}, "topical"),
    ],
)
def test_the_route_is_that_of_the_dosage_else_of_the_form(written: dict[str, Any], route: str | None) -> None:
    found = read("MedicationStatement", status="active", **written)
    assert found is not None and found.route == route
