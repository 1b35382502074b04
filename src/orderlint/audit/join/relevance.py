"""Which facts a rule may use, and which Medications a resource names."""

from __future__ import annotations

from typing import Any

from orderlint.audit import keys
from orderlint.fhir.build.facts import STATEMENTS
from orderlint.fhir.json.members import Members
from orderlint.fhir.read.codes import concept, concept_of
from orderlint.fhir.read.medication import drugs_of, identify
from orderlint.fhir.read.observation import lab_of
from orderlint.fhir.read.reason import coded_groups, groups_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource

# A line with none of these names no Medication (a backslash: the slash may be written as an escape).
_MARKS = (b"Medication/", b"Substance/", b"urn:", b"\\")

_PEOPLE = ("Patient/", "Encounter/", "Practitioner/")  # most references name one of these


def may_name(raw: bytes) -> bool:
    """Whether ``named`` may find anything in the resources of these bytes."""
    return any(mark in raw for mark in _MARKS)


def named(resource: Resource) -> set[str]:
    """The tails of all references of a resource that may be Medications or Substances."""
    value = resource.value
    if not isinstance(value, Members):
        return _named(value)
    found: set[str] = set()
    for key, one in value.items():
        shared = value.shared.get(key)
        if shared is not None:
            found |= shared.told(_named)
        elif type(one) is not str:
            found |= _named(one)
    return found


def _named(whole: object) -> set[str]:
    found: set[str] = set()
    todo: list[object] = [whole]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            said = value.get("reference")
            if isinstance(said, str) and not (said.startswith(_PEOPLE) and said.count("/") == 1):
                tail = keys.tail(said)
                if tail.startswith(("Medication/", "Substance/", "urn:")):
                    found.add(tail)
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return found


def relevant(fact: Resource, index: Index) -> bool:
    """Whether terminology knows what the fact is about: only then can a rule use it."""
    value = fact.value
    code = value.shared.get("code") if isinstance(value, Members) else None
    if code is not None and fact.type == "Observation" and "component" not in value:
        return code.told(_is_lab)
    if code is not None and fact.type == "Condition":
        return code.told(_is_diagnosis)
    return _relevant(fact, index)


def _is_lab(code: object) -> bool:
    return lab_of(concept(code, "", Faults())) is not None


def _is_diagnosis(code: object) -> bool:
    return bool(groups_of(concept(code, "", Faults())))


def _relevant(fact: Resource, index: Index) -> bool:
    value, quiet = fact.value, Faults()
    if fact.type == "Observation":
        parts = [value, *(c for c in _list(value.get("component")) if isinstance(c, dict))]
        return any(_is_lab(part.get("code")) for part in parts)
    if fact.type == "Condition":
        return _is_diagnosis(value.get("code"))
    if fact.type == "Procedure":
        said = concept_of(value, "code", "", quiet)
        return bool(said and (coded_groups(said) or groups_of(said)))
    if fact.type in STATEMENTS:
        return bool(identify(value, lambda reference: index.resolve(reference, fact)).drugs)
    said = concept_of(value, "code", "", quiet)
    substances = [
        concept_of(r, "substance", "", quiet) for r in _list(value.get("reaction")) if isinstance(r, dict)
    ]
    return any(drugs_of(c) for c in (said, *substances) if c is not None)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
