"""Reasons of orders with what they point to, and codes that mean two things read by their words."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.fhir.build.found import name_of
from orderlint.fhir.read.codes import concept_of
from orderlint.fhir.read.reason import ReasonPart, groups_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.record import Reason
from orderlint.terminology import conditions


def reasons_of(parts: Iterable[ReasonPart], source: Resource, index: Index) -> tuple[Reason, ...]:
    """Each reason with its groups; a reference that resolves speaks through the code of what it names."""
    found = []
    for part in parts:
        groups, origin = part.groups, name_of(source)
        words = part.text
        if part.reference is not None and part.reference.reference:
            target = index.resolve(part.reference.reference, source)
            if target is not None:
                said = concept_of(target.value, "code", "", Faults())
                groups = groups | groups_of(said)
                words = words or (said.words if said and said.words else "")
                origin = name_of(target)
        found.append(Reason(by_words(groups, words), words, origin))
    return tuple(found)


def text_reason(text: str, source: Resource) -> Reason | None:
    """A title or purpose as a reason, where its words name a condition."""
    groups = conditions.groups_of_text(text)
    return Reason(groups, text, name_of(source)) if groups else None


def by_words(groups: frozenset[str], words: str) -> frozenset[str]:
    """ICD-10 R25.2 is "cramp and spasm": where the words name one of several groups, the others go."""
    if len(groups) < 2 or not words:
        return groups
    meant = conditions.groups_of_text(words) & groups
    return frozenset(meant) if meant else groups
