"""One resource against one release: structure and values together, each complaint with its severity."""

from __future__ import annotations

from typing import Any

from orderlint.fhir.conformance import complaint
from orderlint.fhir.conformance.allowances import SILENT, allowance
from orderlint.fhir.conformance.complaint import ERROR, WARNING, Complaint
from orderlint.fhir.conformance.elements import elements
from orderlint.fhir.conformance.models import RELEASES, model
from orderlint.fhir.conformance.stakes import looks_vital, rests
from orderlint.fhir.conformance.values import values
from orderlint.fhir.conformance.walk import walk

# Observations of these kinds hold no lab value, weight or height, whatever is wrong with them.
_NO_MEASURE = frozenset(("activity", "exam", "imaging", "procedure", "social-history", "survey", "therapy"))


def judge(resource: dict[str, Any], release: str) -> list[Complaint]:
    """Everything that is wrong with ``resource`` as one of ``release``, which must have its type."""
    found = walk(resource, release)
    try:
        found += [said for said in values(resource, release) if not _said_before(said, found)]
    except Exception as error:  # a fault of the models is no fault of the resource
        found.append(crash(resource["resourceType"], error))
    weighed = []
    for said in found:
        outcome = _weigh(said, resource, release)
        if outcome is not None:
            weighed.append(outcome)
    return weighed


def crash(owner: str, error: BaseException) -> Complaint:
    """The models failed on the resource: not known to be a fault, and not known to be none."""
    text = f"could not be checked against the definitions of FHIR ({type(error).__name__})"
    return Complaint(complaint.CRASH, "", "", text, owner, ())


def errors(found: list[Complaint]) -> list[Complaint]:
    """Those that are errors."""
    return [said for said in found if said.severity == ERROR]


def knows(release: str, owner: str, within: tuple[str, ...]) -> bool:
    """Whether the type ``owner`` of ``release`` has the element ``within``."""
    shape = model(owner, release)
    for index, name in enumerate(within):
        element = elements(shape).get(name) if shape is not None else None
        if element is None:
            return False
        if index + 1 < len(within):
            shape = element.model if element.entry is not None else None
    return bool(within)


def _said_before(said: Complaint, found: list[Complaint]) -> bool:
    """The walk has said it, at this element, above it, or (for what is said of a whole) below it."""
    for other in found:
        if said.pointer == other.pointer:
            return True
        if said.pointer.startswith(other.pointer + "/") and other.kind != complaint.CHOICE:
            return True
        if said.kind == complaint.WHOLE and other.pointer.startswith(said.pointer + "/"):
            return True
    return False


def _weigh(said: Complaint, resource: dict[str, Any], release: str) -> Complaint | None:
    known = allowance(said)
    if known == SILENT:
        return None
    if known is not None:
        return said._replace(severity=known)
    if said.kind == complaint.UNKNOWN:
        return _weigh_unknown(said, release)
    vital = said.kind not in (complaint.CRASH, complaint.TYPE) and rests(said.owner, said.within)
    if vital and said.owner == "Observation" and _no_measure(resource):
        vital = False
    return said._replace(severity=ERROR if vital else WARNING)


def _weigh_unknown(said: Complaint, release: str) -> Complaint:
    """An element of another release is read for what it says; one of none may be a slip for a vital one."""
    for other in RELEASES:
        if other != release and knows(other, said.owner, said.within):
            return said._replace(message=f"is an element of FHIR {other}, not of {release}")
    vital = bool(said.within) and looks_vital(said.owner, said.within)
    return said._replace(severity=ERROR if vital else WARNING)


def _no_measure(resource: dict[str, Any]) -> bool:
    """An Observation that says of itself that it is no measurement."""
    category = resource.get("category")
    codes = set()
    for concept in category if isinstance(category, list) else ():
        coding = concept.get("coding") if isinstance(concept, dict) else None
        for item in coding if isinstance(coding, list) else ():
            if isinstance(item, dict) and isinstance(item.get("code"), str):
                codes.add(item["code"])
    return bool(codes) and codes <= _NO_MEASURE
