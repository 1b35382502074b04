"""Definitions that order a medication, and the parts of their orders."""

from __future__ import annotations

from typing import Any

import pytest

from orderlint.fhir.read.activity import orders_medication, read_activity

DAILY = {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
PRODUCT = {"productCodeableConcept": {"text": "baclofen"}}


@pytest.mark.parametrize(
    ("activity", "orders"),
    [
        ({"kind": "MedicationRequest"}, True),
        (PRODUCT, True),
        ({"dosage": [{}]}, True),
        ({"kind": "ServiceRequest", **PRODUCT}, False),
        ({"kind": "SupplyRequest", "productReference": {"reference": "#d"}}, False),
        ({"kind": "Task", "dosage": [{"text": "10 mg"}], **PRODUCT}, True),
        ({"kind": "MedicationStatement", **PRODUCT}, True),
        ({"kind": ["x"], **PRODUCT}, True),
        ({"kind": "ServiceRequest"}, False),
        ({}, False),
    ],
)
def test_which_definitions_order_a_medication(activity: dict[str, Any], orders: bool) -> None:
    assert orders_medication(activity) is orders


def test_the_parts_of_a_definition() -> None:
    found = read_activity(
        {
            "resourceType": "ActivityDefinition",
            "status": "draft",
            "kind": "MedicationRequest",
            "intent": "option",
            "doNotPerform": True,
            "title": "Baclofen for cramp",
            "purpose": "Cramp in cirrhosis",
            "topic": [{"text": "muscle cramp"}],
            "dosage": [{"timing": DAILY, "text": "x"}],
            "dynamicValue": [
                {"path": "dosage.text", "expression": {"language": "text/cql", "expression": "%egfr < 30"}},
                {"path": "status", "language": "text/cql", "expression": "'draft'"},
            ],
        }
    )
    assert (found.kind, found.order.status, found.order.intent) == ("MedicationRequest", "draft", "option")
    assert found.order.do_not_perform and not found.order.subject.named
    assert found.order.instructions[0].pointer == "/dosage/0"
    assert found.texts == ("Baclofen for cramp", "Cramp in cirrhosis")
    assert found.topics == ("muscle cramp",)
    assert "cramp" in found.order.reasons[0].groups
    assert [(d.path, d.expression, d.pointer) for d in found.dynamic] == [
        ("dosage.text", "%egfr < 30", "/dynamicValue/0"),
        ("status", "'draft'", "/dynamicValue/1"),
    ]
    assert found.order.faults == ()


def test_a_dosage_without_timing_takes_that_of_the_definition() -> None:
    found = read_activity(
        {
            "status": "active",
            "timingTiming": DAILY,
            "dosage": [{"text": "a"}, {"timing": {"code": {"text": "BID"}}}],
        }
    )
    first, second = found.order.instructions
    assert first.timing is not None and first.timing.pointer == "/timingTiming"
    assert second.timing is not None and second.timing.pointer == "/dosage/1/timing"
    once = read_activity({"status": "active", "timingDateTime": "2026-03-01", "dosage": [{"text": "a"}]})
    assert (
        once.order.instructions[0].timing is not None and len(once.order.instructions[0].timing.events) == 1
    )
