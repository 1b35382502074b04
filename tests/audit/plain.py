"""A small export that is plain and valid, and whose findings are easy to tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
UCUM = "http://unitsofmeasure.org"
DRUGS = {"baclofen": "197391", "cyclobenzaprine": "828348", "lisinopril": "314076"}


def patient(ident: str, born: str = "1970-01-01") -> dict[str, Any]:
    """A patient."""
    return {"resourceType": "Patient", "id": ident, "birthDate": born, "name": [{"family": "Mustermann"}]}


def order(ident: str, who: str, drug: str = "baclofen", mg: float = 5, **more: Any) -> dict[str, Any]:
    """``mg`` three times a day for five days."""
    return {
        "resourceType": "MedicationRequest",
        "id": ident,
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{who}"},
        "authoredOn": "2026-01-10",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": DRUGS[drug]}]},
        "dosageInstruction": [
            {
                "timing": {
                    "repeat": {
                        "boundsDuration": {"value": 5, "unit": "d", "system": UCUM, "code": "d"},
                        "frequency": 3,
                        "period": 1,
                        "periodUnit": "d",
                    }
                },
                "doseAndRate": [{"doseQuantity": {"value": mg, "unit": "mg", "system": UCUM, "code": "mg"}}],
            }
        ],
        **more,
    }


def egfr(ident: str, who: str, value: float = 90, **more: Any) -> dict[str, Any]:
    """A kidney function a week before the orders."""
    return {
        "resourceType": "Observation",
        "id": ident,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "98979-8"}]},
        "subject": {"reference": f"Patient/{who}"},
        "effectiveDateTime": "2026-01-03",
        "valueQuantity": {
            "value": value,
            "unit": "mL/min/{1.73_m2}",
            "system": UCUM,
            "code": "mL/min/{1.73_m2}",
        },
        **more,
    }


def write(folder: Path, *made: dict[str, Any]) -> Path:
    """Write an export, a file for each type."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in made:
        with (folder / f"{one['resourceType']}.ndjson").open("a", encoding="utf-8") as file:
            file.write(json.dumps(one) + "\n")
    return folder
