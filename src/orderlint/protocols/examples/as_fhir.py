"""An example as FHIR R4: a patient's orders as a Bundle, an order set as a PlanDefinition.

What the sketch leaves out is left out here too. The first order, MedicationRequest/1 or the contained
ActivityDefinition "order-1", is the one that the example speaks of.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from orderlint.protocols.examples import fhir_facts as facts
from orderlint.protocols.examples.fhir_codes import NoForm
from orderlint.protocols.examples.fhir_order import activity_definition, medication_request, reasons
from orderlint.protocols.examples.record import AS_OF

_NAMES = {"renal": "%egfr"}  # how an expression calls the number that a guard speaks of
_STEP = "  "
_SIGNS = (("from", ">="), ("above", ">"), ("to", "<="), ("below", "<"))


def as_fhir(example: Mapping[str, Any]) -> dict[str, Any]:
    """The resource: one order alone, a Bundle, or a PlanDefinition. Raises NoForm for what FHIR can't say."""
    return _definition(example) if "template" in example else _bundle(example)


def written(resource: Mapping[str, Any], width: int = 100) -> str:
    """The resource as JSON, packed into lines of ``width`` columns."""
    return _packed(resource, 0, width, 0)


def _bundle(example: Mapping[str, Any]) -> dict[str, Any]:
    beside = list(example.get("with", ()))
    day = example.get("as_of") or AS_OF.isoformat()
    first = date.fromisoformat(example["order"].get("from") or day)
    ordered = [example["order"], *(o for o in beside if "drug" in o)]
    requests = [medication_request(said, n, day) for n, said in enumerate(ordered)]
    said = example.get("patient", {})
    taken = [o for o in beside if "drug" not in o]
    found = [facts.patient(said, first), *requests]
    found += facts.resources(said, taken, example.get("services", ()), first)
    groups = _choices(ordered)
    if groups:
        found.append(_request_group(groups))
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in found]}


def _choices(ordered: Sequence[Mapping[str, Any]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for n, said in enumerate(ordered):
        if "choice" in said:
            found.setdefault(said["choice"], []).append(n)
    return found


def _request_group(branches: Mapping[str, Sequence[int]]) -> dict[str, Any]:
    return {
        "resourceType": "RequestGroup",
        "id": "1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "action": [
            {
                "selectionBehavior": "exactly-one",
                "action": [
                    _branch([{"resource": {"reference": f"MedicationRequest/{n + 1}"}} for n in members])
                    for members in branches.values()
                ],
            }
        ],
    }


def _definition(example: Mapping[str, Any]) -> dict[str, Any]:
    ordered = [example["order"], *(o for o in example.get("with", ()))]
    if any("drug" not in o for o in ordered):
        raise NoForm("a definition has no statements and no allergies")
    actions = [_action(said, n) for n, said in enumerate(ordered)]
    for n, said in enumerate(ordered):
        guards = [*_guards(example).items(), *said.get("guards", {}).items()]
        if guards:
            actions[n] = {"condition": [_condition(fact, wanted) for fact, wanted in guards], **actions[n]}
    branches = _choices(ordered)
    top = [action for n, action in enumerate(actions) if "choice" not in ordered[n]]
    if branches:
        inner = [_branch([actions[n] for n in members]) for members in branches.values()]
        top.append({"selectionBehavior": "exactly-one", "action": inner})
    top += [{"title": words} for words in example.get("services", ())]
    return {
        "resourceType": "PlanDefinition",
        "id": "example",
        "contained": [activity_definition(said, n) for n, said in enumerate(ordered)],
        "status": "active",
        "action": top,
    }


def _branch(members: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return members[0] if len(members) == 1 else {"action": list(members)}


def _action(said: Mapping[str, Any], nth: int) -> dict[str, Any]:
    why = reasons(said)
    return {**({"reason": why} if why else {}), "definitionCanonical": f"#order-{nth + 1}"}


def _guards(example: Mapping[str, Any]) -> Mapping[str, Any]:
    said = example["template"]
    found: Mapping[str, Any] = said.get("guards", {}) if isinstance(said, Mapping) else {}
    return found


def _condition(fact: str, wanted: Any) -> dict[str, Any]:
    """A guard as an applicability condition; words that can't be evaluated are taken at their word."""
    if isinstance(wanted, str):
        said = {"language": "text/cql", "expression": f'"{wanted}"'}
    elif fact == "age":
        said = {"language": "text/cql", "expression": _compared("AgeInYears()", wanted)}
    elif fact in _NAMES:
        said = {"language": "text/fhirpath", "expression": _compared(_NAMES[fact], wanted)}
    else:
        raise NoForm(f"no expression compares {fact} with a number")
    return {"kind": "applicability", "expression": said}


def _compared(name: str, wanted: Mapping[str, Any]) -> str:
    return " and ".join(f"{name} {sign} {wanted[key]}" for key, sign in _SIGNS if key in wanted)


def _packed(value: Any, indent: int, width: int, taken: int) -> str:
    """``value`` on one line where ``width`` allows, else its members, as many on a line as fit."""
    flat = json.dumps(value, ensure_ascii=False)
    if len(flat) + taken <= width or not isinstance(value, dict | list) or not value:
        return flat
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    members: list[tuple[str, Any]] = (
        [(f"{json.dumps(key)}: ", item) for key, item in value.items()]
        if isinstance(value, dict)
        else [("", item) for item in value]
    )
    if len(members) == 1:  # its brackets stay beside those of what it holds
        lead, item = members[0]
        return f"{opening}{lead}{_packed(item, indent, width, taken + 2 + len(lead))}{closing}"
    pad = _STEP * (indent + 1)
    rows: list[str] = []
    for lead, item in members:
        said = lead + _packed(item, indent + 1, width, len(pad) + len(lead) + 1)
        joins = rows and "\n" not in said and "\n" not in rows[-1]
        if joins and len(pad) + len(rows[-1]) + len(said) + 3 <= width:
            rows[-1] += f", {said}"
        else:
            rows.append(said)
    return f"{opening}\n{pad}" + f",\n{pad}".join(rows) + f"\n{_STEP * indent}{closing}"
