"""What is ordered beside medicines: actions of a definition that hand out none, and ServiceRequests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from orderlint.fhir.build.found import name_of
from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.dates import period
from orderlint.fhir.read.shape import Faults, flag, text
from orderlint.fhir.source.container import Resource
from orderlint.record import Service
from orderlint.terminology.labs import lab

if TYPE_CHECKING:
    from orderlint.fhir.read.definition import Action

REQUEST = "ServiceRequest"
_OVER = ("revoked", "entered-in-error", "completed", "cancelled")  # the last as other requests say it
_NAMES, _MORE = ("title", "name"), ("description", "patientInstruction")
_LOINC = ("http://loinc.org", "urn:oid:2.16.840.1.113883.6.1")


def service_of(resource: Resource, action: Action | None = None) -> Service | None:
    """A ServiceRequest, or a definition that orders no medicine, with the words of the action that names it:
    what names it first, then what explains it.

    None for a request that is over or withdrawn, and for what is not to be done.
    """
    faults = Faults()
    value = resource.value
    if flag(value, "doNotPerform", "", faults) or (resource.type == REQUEST and value.get("status") in _OVER):
        return None
    said = concept_of(value, "code", "", faults, False)
    inside = value.get("code")
    if said is not None and not (said.names or said.codings) and isinstance(inside, dict):
        said = concept_of(inside, "concept", "/code", faults, False)  # R5: a CodeableReference
    names, more = ([text(value, key, "", faults) for key in keys] for keys in (_NAMES, _MORE))
    concepts = [said] if said is not None else []
    inner = of_action(action, "") if action is not None else Service((), frozenset(), "")
    codes = (n for c in concepts for n in c.names)
    texts = dict.fromkeys((*inner.words, *(t for t in names if t), *codes, *(t for t in more if t)))
    found = Service(tuple(texts), inner.labs | _labs(concepts), name_of(resource))
    when = period(value, "occurrencePeriod", "", faults, False) if resource.type == REQUEST else None
    if when is None or (when.start and when.end and when.end.last < when.start.first):
        return found
    return found._replace(begins=when.start, ends=when.end)


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
