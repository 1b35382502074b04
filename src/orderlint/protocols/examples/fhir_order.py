"""An example's order as a MedicationRequest, or as the ActivityDefinition of an order set (FHIR R4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.protocols.examples import fhir_codes as codes
from orderlint.protocols.examples.fhir_codes import NoForm

_CHANGED = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.statusChanged"
_OF_STEP = ("dose", "times", "days")
_OF_ORDER = ("text", "wear", "prn", "cap")


def medication_request(said: Mapping[str, Any], nth: int, day: str) -> dict[str, Any]:
    """A patient's order, number ``nth`` of the example (from 0), written on ``day`` unless it says when."""
    status = said.get("status") or ("stopped" if "until" in said else "active")
    found: dict[str, Any] = {"resourceType": "MedicationRequest", "id": str(nth + 1)}
    if "until" in said:
        found["extension"] = [{"url": _CHANGED, "valueDateTime": said["until"]}]
    found |= {
        "status": status,
        "intent": said.get("intent", "order"),
        "medicationCodeableConcept": medication(said),
        "subject": {"reference": "Patient/1"},
        "authoredOn": said.get("from") or day,
    }
    reasons = _listed(said.get("reason"))
    if reasons:
        found["reasonCode"] = [codes.condition(r) for r in reasons]
    if "stage_of" in said:
        found["priorPrescription"] = {"reference": f"MedicationRequest/{said['stage_of'] + 1}"}
    dosage = dosages(said)
    return {**found, "dosageInstruction": dosage} if dosage else found


def activity_definition(said: Mapping[str, Any], nth: int) -> dict[str, Any]:
    """The order of a definition. Reasons stand on the action."""
    for key in ("from", "until", "status", "stage_of"):
        if key in said:
            raise NoForm(f"a definition has no place for `{key}` of an order")
    found: dict[str, Any] = {
        "resourceType": "ActivityDefinition",
        "id": f"order-{nth + 1}",
        "status": "active",
        "kind": "MedicationRequest",
    }
    if "intent" in said:
        found["intent"] = said["intent"]
    found["productCodeableConcept"] = medication(said)
    dosage = dosages(said)
    return {**found, "dosage": dosage} if dosage else found


def medication(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is ordered: coded, or in the words of the product."""
    names = [said["drug"]] if isinstance(said["drug"], str) else said["drug"]
    words = [said[key] for key in ("product",) if key in said] or [" / ".join(names)]
    plain = len(names) == 1 and not {"product", "release", "form"} & set(said)
    words += [said[key] for key in ("release", "form") if key in said]
    return codes.drug(names[0], None if plain else " ".join(words))


def reasons(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reasons of an order, as CodeableConcepts."""
    return [codes.condition(r) for r in _listed(said.get("reason"))]


def dosages(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The dosage instructions, one a step; none where the sketch says nothing of them."""
    steps = said.get("steps")
    named = steps or [{key: said[key] for key in _OF_STEP if key in said}]
    found = [_dosage(step, said, n, steps is not None) for n, step in enumerate(named)]
    return [one for one in found if one]


def _dosage(step: Mapping[str, Any], order: Mapping[str, Any], nth: int, in_sequence: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"sequence": nth + 1} if in_sequence else {}
    if "text" in order and nth == 0:
        found["text"] = order["text"]
    repeat = _repeat(step, order)
    if repeat:
        found["timing"] = {"repeat": repeat}
    if order.get("prn"):
        found["asNeededBoolean"] = True
    route = order.get("route", "oral")
    if route != "none":
        found["route"] = codes.route(route)
    if "dose" in step:
        found["doseAndRate"] = [_dose(step["dose"])]
    if "cap" in order:
        dose, _, period = order["cap"].partition(" per ")
        found["maxDosePerPeriod"] = {"numerator": _quantity(dose), "denominator": _quantity(period)}
    only_route = set(found) <= {"route"} and not any(key in order for key in (*_OF_STEP, *_OF_ORDER))
    return {} if only_route and route == "oral" else found


def _repeat(step: Mapping[str, Any], order: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "days" in step:
        found["boundsDuration"] = codes.quantity(str(step["days"]), "d")
    if "wear" in order:
        length, _, unit = order["wear"].partition(" ")
        found |= {"duration": codes.number(length), "durationUnit": unit}
    times = step.get("times")
    if isinstance(times, str):
        count, _, period, unit = times.split(" ")
        found |= {"frequency": int(count), "period": codes.number(period), "periodUnit": unit}
    elif isinstance(times, list):
        found["when"] = list(times)
    elif times is not None:
        if times != int(times):
            raise NoForm("a frequency of FHIR is a whole number")
        found |= {"frequency": int(times), "period": 1, "periodUnit": "d"}
    return found


def _dose(text: str) -> dict[str, Any]:
    amount, _, unit = text.partition(" ")
    low, _, high = amount.partition("-")
    if high:
        return {"doseRange": {"low": codes.quantity(low, unit), "high": codes.quantity(high, unit)}}
    return {"doseQuantity": codes.quantity(low, unit)}


def _quantity(text: str) -> dict[str, Any]:
    value, _, unit = text.partition(" ")
    return codes.quantity(value, unit)


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
