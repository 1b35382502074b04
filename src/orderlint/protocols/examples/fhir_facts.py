"""An example's patient as FHIR R4 resources: results, diagnoses, statements, allergies, services."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from orderlint.protocols.examples import fhir_codes as codes

_CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_TOLERANCE = "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical"
_LABS = ("egfr", "crcl", "creatinine", "weight")
_VALUE = re.compile(r"(<=|>=|<|>)? ?([0-9]+(?:\.[0-9]+)?)(?: (\S+))?")
_SUBJECT = {"reference": "Patient/1"}
_PAST = 200  # days before the order on which what is over ended, as in the sketch's own record


def patient(said: Mapping[str, Any], day: date) -> dict[str, Any]:
    """The Patient."""
    found: dict[str, Any] = {"resourceType": "Patient", "id": "1"}
    if "sex" in said:
        found["gender"] = said["sex"]
    if "age" in said:
        found["birthDate"] = f"{day.year - said['age']:04d}-01-01"
    return found


def resources(
    said: Mapping[str, Any], taken: Sequence[Mapping[str, Any]], services: Iterable[str], day: date
) -> list[dict[str, Any]]:
    """Everything else on record. ``taken`` are the statements and allergies among the example's ``with``."""
    labs = [(kind, said[kind]) for kind in _LABS if kind in said] + list(said.get("labs", {}).items())
    found = [_observation(kind, value, day, n) for n, (kind, value) in enumerate(labs)]
    found += _conditions(said, day)
    found += [_taken(one, n) for n, one in enumerate(taken)]
    for n, words in enumerate(services):
        found.append(
            {
                "resourceType": "ServiceRequest",
                "id": str(n + 1),
                "status": "active",
                "intent": "order",
                "code": {"text": words},
                "subject": _SUBJECT,
            }
        )
    return found


def _observation(kind: str, said: Any, day: date, nth: int) -> dict[str, Any]:
    from orderlint.terminology.lab_units import canonical_unit  # noqa: PLC0415

    ago = said.get("days_ago", 0) if isinstance(said, Mapping) else 0
    match = _VALUE.fullmatch(str(said["value"] if isinstance(said, Mapping) else said))
    if match is None:
        raise codes.NoForm(f"'{said}' is no result")
    comparator, value, written = match.groups()
    unit = written or canonical_unit(kind) or ""
    amount: dict[str, Any] = {"value": codes.number(value), "unit": unit, "system": codes.UCUM, "code": unit}
    return {
        "resourceType": "Observation",
        "id": str(nth + 1),
        "status": "final",
        "code": codes.result(kind).concept(),
        "subject": _SUBJECT,
        "effectiveDateTime": (day - timedelta(days=ago)).isoformat(),
        "valueQuantity": {**({"comparator": comparator} if comparator else {}), **amount},
    }


def _conditions(said: Mapping[str, Any], day: date) -> Iterable[dict[str, Any]]:
    active = _listed(said.get("conditions")) + (["dialysis"] if said.get("dialysis") else [])
    for n, group in enumerate(active):
        yield _condition(group, "active", str(n + 1))
    for n, group in enumerate(_listed(said.get("history"))):
        over = (day - timedelta(days=_PAST)).isoformat()
        yield {**_condition(group, "resolved", f"past-{n + 1}"), "abatementDateTime": over}


def _condition(group: str, status: str, ident: str) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": ident,
        "clinicalStatus": {"coding": [{"system": _CLINICAL, "code": status}]},
        "code": codes.condition(group),
        "subject": _SUBJECT,
    }


def _taken(said: Mapping[str, Any], nth: int) -> dict[str, Any]:
    since, until = said.get("from"), said.get("until")
    if "allergy" in said:
        found: dict[str, Any] = {
            "resourceType": "AllergyIntolerance",
            "id": str(nth + 1),
            "clinicalStatus": {"coding": [{"system": _TOLERANCE, "code": "resolved" if until else "active"}]},
            "code": codes.drug(said["allergy"]),
            "patient": _SUBJECT,
        }
        return {**found, "onsetDateTime": since} if since else found
    found = {
        "resourceType": "MedicationStatement",
        "id": str(nth + 1),
        "status": "completed" if until else "active",
        "medicationCodeableConcept": codes.drug(said["statement"]),
        "subject": _SUBJECT,
    }
    period = {key: value for key, value in (("start", since), ("end", until)) if value}
    return {**found, "effectivePeriod": period} if period else found


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
