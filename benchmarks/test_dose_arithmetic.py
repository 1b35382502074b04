"""The arithmetic of one order against the JSON parse of its text.

    pytest benchmarks/test_dose_arithmetic.py --benchmark-only --benchmark-columns=median,iqr

Not part of the tests: it measures and does not judge. The goal is arithmetic at no more than ten times
the parse, ratios of medians of one run.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from orderlint.dosing.course import plan
from orderlint.fhir.read.medication import identify
from orderlint.fhir.read.order import read_order

LENGTH = {"value": 30, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def order(dose: dict[str, Any], text: str | None) -> str:
    instruction: dict[str, Any] = {
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d", "boundsDuration": LENGTH}},
        "route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006"}]},
        "doseAndRate": [{"doseQuantity": dose}],
    }
    if text:
        instruction["text"] = text
    return json.dumps(
        {
            "resourceType": "MedicationRequest",
            "id": "1",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/1"},
            "authoredOn": "2026-01-01",
            "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "197391"}]},
            "dosageInstruction": [instruction],
        }
    )


MG = {"value": 10, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
ORDERS = {
    "mass": order(MG, None),
    "tablets": order({"value": 1, "unit": "tablet"}, None),
    "tablets-and-text": order({"value": 1, "unit": "tablet"}, "1 tablet three times a day for 30 days"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_parse(benchmark: Any, name: str) -> None:
    benchmark(json.loads, ORDERS[name], parse_float=Decimal)


@pytest.mark.parametrize("name", ORDERS)
def test_arithmetic(benchmark: Any, name: str) -> None:
    value = json.loads(ORDERS[name], parse_float=Decimal)
    parts = read_order(value)
    drug = identify(value, lambda _: None)
    names = [d.ingredient for d in drug.drugs]
    found = benchmark(plan, parts.instructions, drug.product, parts.supply, parts.written, ingredients=names)
    assert found.courses[0].peak.value == 30


@pytest.mark.parametrize("name", ORDERS)
def test_reading_and_arithmetic(benchmark: Any, name: str) -> None:
    value = json.loads(ORDERS[name], parse_float=Decimal)

    def whole() -> Any:
        parts = read_order(value)
        drug = identify(value, lambda _: None)
        names = [d.ingredient for d in drug.drugs]
        return plan(parts.instructions, drug.product, parts.supply, parts.written, ingredients=names)

    assert benchmark(whole).courses[0].peak.value == 30
