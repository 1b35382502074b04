"""Why an order was made: reasonCode, reasonReference, and R5's reason, as groups of conditions."""

from __future__ import annotations

from orderlint.fhir.read.codes import Concept, Ref, concept, concepts_of, reference, references_of
from orderlint.fhir.read.shape import Faults, Json, items, mapping
from orderlint.namedtuple import NamedTuple
from orderlint.terminology import conditions


class ReasonPart(NamedTuple):
    """One reason. ``reference`` is what it points to (a Condition ...), for the caller to resolve."""

    groups: frozenset[str]
    text: str
    reference: Ref | None
    pointer: str


def groups_of(said: Concept | None) -> frozenset[str]:
    """The condition groups of a concept's codes; of its words where no code is in any group."""
    if said is None:
        return frozenset()
    found = coded_groups(said)
    for words in () if found else said.names:
        found |= conditions.groups_of_text(words)
    return found


def coded_groups(said: Concept | None) -> frozenset[str]:
    """The condition groups of a concept's codes alone."""
    found: frozenset[str] = frozenset()
    for coding in said.codings if said is not None else ():
        if coding.code is not None:
            found |= conditions.groups_of_code(coding.system, coding.code)
    return found


def reasons_of(order: Json, faults: Faults) -> tuple[ReasonPart, ...]:
    """All reasons of an order or an action, of any release."""
    found = [_of_concept(c) for c in concepts_of(order, "reasonCode", "", faults)]
    if order.get("reasonCodeableConcept") is not None:
        said = concept(order["reasonCodeableConcept"], "/reasonCodeableConcept", faults)
        found += [_of_concept(said)] if said else []
    found += [_of_reference(r) for r in references_of(order, "reasonReference", "", faults)]
    for item, where in items(order.get("reason"), "/reason", faults):
        body = mapping(item, where, faults)
        if body is None:
            continue
        if "concept" in body or "reference" in body:
            said = concept(body.get("concept"), f"{where}/concept", faults)
            found += [_of_concept(said)] if said else []
            told = body.get("reference")
            # R5 wraps a Reference; an older Reference has its text right here
            points = reference(body if isinstance(told, str) else told, f"{where}/reference", faults)
            found += [_of_reference(points)] if points else []
        else:
            said = concept(body, where, faults)
            found += [_of_concept(said)] if said else []
    return tuple(found)


def _of_concept(said: Concept) -> ReasonPart:
    return ReasonPart(groups_of(said), said.words or "", None, said.pointer)


def _of_reference(points: Ref) -> ReasonPart:
    groups = conditions.groups_of_text(points.display) if points.display else frozenset()
    return ReasonPart(groups, points.display or "", points, points.pointer)
