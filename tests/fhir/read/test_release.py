"""The release is told from the shape."""

from __future__ import annotations

import pytest

from orderlint.fhir.read.release import r5_signs, release_of, stu3_signs

R4 = {
    "resourceType": "MedicationRequest",
    "medicationCodeableConcept": {"text": "x"},
    "requester": {"reference": "Practitioner/1"},
    "dosageInstruction": [{"asNeededBoolean": True, "doseAndRate": [{"doseQuantity": {"value": 1}}]}],
}


def test_r4_has_no_signs() -> None:
    assert release_of(R4) == "R4"
    assert stu3_signs(R4) == r5_signs(R4) == ()


@pytest.mark.parametrize(
    ("resource", "sign"),
    [
        ({"resourceType": "MedicationRequest", "context": {"reference": "Encounter/1"}}, "/context"),
        ({"resourceType": "MedicationRequest", "requester": {"agent": {}}}, "/requester/agent"),
        ({"resourceType": "MedicationRequest", "definition": [{}]}, "/definition"),
        (
            {"resourceType": "MedicationRequest", "dosageInstruction": [{}, {"doseQuantity": {}}]},
            "/dosageInstruction/1/doseQuantity",
        ),
        ({"resourceType": "ActivityDefinition", "dosage": [{"doseRange": {}}]}, "/dosage/0/doseRange"),
        (
            {"resourceType": "ActivityDefinition", "dynamicValue": [{"expression": "x"}]},
            "/dynamicValue/0/expression",
        ),
        ({"resourceType": "Condition", "clinicalStatus": "active"}, "/clinicalStatus"),
        ({"resourceType": "Medication", "ingredient": [{"amount": {}}]}, "/ingredient/0/amount"),
        (
            {"resourceType": "PlanDefinition", "action": [{"action": [{"definition": {"reference": "#a"}}]}]},
            "/action/0/action/0/definition",
        ),
        ({"resourceType": "MedicationStatement", "taken": "y"}, "/taken"),
    ],
)
def test_stu3_by_its_signs(resource: dict[str, object], sign: str) -> None:
    assert stu3_signs(resource) == (sign,)
    assert release_of(resource) == "STU3"


@pytest.mark.parametrize(
    ("resource", "sign"),
    [
        ({"resourceType": "MedicationRequest", "medication": {"concept": {}}}, "/medication"),
        ({"resourceType": "MedicationRequest", "reason": [{}]}, "/reason"),
        ({"resourceType": "MedicationRequest", "status": "ended"}, "/status"),
        (
            {"resourceType": "MedicationRequest", "dosageInstruction": [{"asNeeded": False}]},
            "/dosageInstruction/0/asNeeded",
        ),
        (
            {"resourceType": "MedicationRequest", "dosageInstruction": [{"maxDosePerPeriod": []}]},
            "/dosageInstruction/0/maxDosePerPeriod",
        ),
        ({"resourceType": "Medication", "doseForm": {}}, "/doseForm"),
        ({"resourceType": "Medication", "ingredient": [{"item": {}}]}, "/ingredient/0/item"),
        ({"resourceType": "RequestOrchestration"}, ""),
    ],
)
def test_r5_by_its_signs(resource: dict[str, object], sign: str) -> None:
    assert r5_signs(resource) == (sign,)
    assert release_of(resource) == "R5"


def test_profiles_count_where_the_shape_says_nothing() -> None:
    profile = "https://fhir.example.org/STU3/StructureDefinition/Order"
    assert release_of({"resourceType": "Patient", "meta": {"profile": [profile]}}) == "STU3"
    assert release_of({**R4, "meta": {"profile": ["http://x|5.0.0"]}}) == "R5"
    assert release_of({"meta": "x"}) == "R4"


def test_the_dose_of_an_administration_has_always_stood_on_its_dosage() -> None:
    assert stu3_signs({"resourceType": "MedicationAdministration", "dosage": [{"rateRatio": {}}]}) == ()
