"""What is ordered beside medicines: actions of a definition that hand out none, and ServiceRequests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orderlint.fhir.build.found import name_of
from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.shape import Faults, flag, text
from orderlint.fhir.source.container import Resource
from orderlint.record import Service
from orderlint.terminology.labs import lab

if TYPE_CHECKING:
    from orderlint.fhir.read.definition import Action

REQUEST = "ServiceRequest"
_OVER = frozenset(("revoked", "entered-in-error", "completed"))
_TEXTS = ("title", "name", "description", "patientInstruction")
_LOINC = ("http://loinc.org", "urn:oid:2.16.840.1.113883.6.1")


def service_of(resource: Resource, action: Action | None = None) -> Service | None:
    """A ServiceRequest, or a definition that orders no medicine, with the words of the action that names it.

    None for a request that is over, withdrawn, or one not to do it.
    """
    faults = Faults()
    value = resource.value
    if resource.type == REQUEST and (value.get("status") in _OVER or flag(value, "doNotPerform", "", faults)):
        return None
    said = concept_of(value, "code", "", faults, False)
    inside = value.get("code")
    if said is not None and not said.names and isinstance(inside, dict):
        said = concept_of(inside, "concept", "/code", faults, False)  # R5: a CodeableReference
    words = [text(value, key, "", faults) for key in _TEXTS]
    concepts = [said] if said is not None else []
    inner = of_action(action, "") if action is not None else Service((), frozenset(), "")
    texts = (*inner.words, *(w for w in words if w), *(n for c in concepts for n in c.names))
    return Service(tuple(dict.fromkeys(texts)), inner.labs | _labs(concepts), name_of(resource))


def of_action(action: Action, source: str) -> Service:
    """An action that names nothing that could be found, by its own words and codes."""
    own = f"{action.pointer}/"
    concepts = [c for c in action.reasons if c.pointer.startswith(f"{own}code")]
    texts = [w.text for w in action.texts if w.pointer.startswith(own)]
    return Service((*texts, *(n for c in concepts for n in c.names)), _labs(concepts), source)


def leaves(actions: Iterable[Action]) -> frozenset[str]:
    """The pointers of the actions below which there is no other."""
    pointers = {a.pointer for a in actions}
    return frozenset(pointers - {p.rsplit("/", 2)[0] for p in pointers})


def _labs(concepts: Iterable[Concept]) -> frozenset[str]:
    codes = (c for concept in concepts for c in concept.codings if c.system in _LOINC and c.code)
    return frozenset(found.kind for c in codes if (found := lab(c.code or "")) is not None)
