"""Resources of our own: a valid order, and ways to spoil it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderlint.fhir.conformance import Item, check
from orderlint.record import InputFault, Place

Json = dict[str, Any]
Spoil = Callable[[Json], object]

ORDER: Json = {
    "resourceType": "MedicationRequest",
    "id": "1",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"coding": [{"system": "urn:x", "code": "c1"}], "text": "some drug"},
    "subject": {"reference": "Patient/1"},
    "authoredOn": "2026-01-01",
    "dosageInstruction": [
        {
            "timing": {"repeat": {"frequency": 3, "period": Decimal("1"), "periodUnit": "d"}},
            "doseAndRate": [{"doseQuantity": {"value": Decimal("0.10"), "unit": "mg", "code": "mg"}}],
        }
    ],
    "dispenseRequest": {"quantity": {"value": 30}, "expectedSupplyDuration": {"value": 10, "code": "d"}},
}
PATIENT: Json = {"resourceType": "Patient", "id": "1", "birthDate": "1950-01-01", "gender": "male"}
LAB: Json = {
    "resourceType": "Observation",
    "id": "1",
    "status": "final",
    "code": {"text": "eGFR"},
    "subject": {"reference": "Patient/1"},
    "effectiveDateTime": "2026-01-01",
    "valueQuantity": {"value": Decimal("45"), "unit": "mL/min"},
}

PERIOD_UNIT = "dosageInstruction.0.timing.repeat.periodUnit"
FREQUENCY = "dosageInstruction.0.timing.repeat.frequency"
DOSE = "dosageInstruction.0.doseAndRate.0.doseQuantity.value"


def put(path: str, value: object) -> Spoil:
    """A change that sets the element at ``path`` ("a.0.b")."""
    *parents, last = [int(p) if p.isdigit() else p for p in path.split(".")]

    def spoil(resource: Json) -> None:
        node: Any = resource
        for parent in parents:
            node = node[parent]
        node[last] = value

    return spoil


def drop(name: str) -> Spoil:
    """A change that removes a top element."""
    return lambda resource: resource.pop(name)


def rename(old: str, new: str) -> Spoil:
    """A change that gives a top element another name."""
    return lambda resource: resource.update({new: resource.pop(old)})


def spoiled(resource: Json, *changes: Spoil) -> Json:
    """A copy of ``resource`` after ``changes``."""
    made = copy.deepcopy(resource)
    for change in changes:
        change(made)
    return made


def faults(resource: Json, release: str | None = None) -> tuple[InputFault, ...]:
    """What the room says of ``resource``, standing in a bundle."""
    name = f"{resource.get('resourceType')}/{resource.get('id')}"
    return check(resource, Place("file.json", "/entry/0/resource"), name, release)


def said(resource: Json, release: str | None = None) -> list[tuple[str, str, str]]:
    """(severity, pointer below the resource, message) of each fault."""
    below = len("/entry/0/resource")
    return [(f.severity, f.place.pointer[below:], f.message) for f in faults(resource, release)]


def items(*resources: Json, file: str = "file.json") -> list[Item]:
    """The resources as an input hands them over."""
    return [
        Item(r, Place(file, f"/entry/{i}/resource"), f"{r.get('resourceType')}/{r.get('id')}")
        for i, r in enumerate(resources)
    ]
