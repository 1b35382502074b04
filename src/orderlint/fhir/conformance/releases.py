"""Which release a resource is judged by, and what becomes of complaints that another would not make."""

from __future__ import annotations

from typing import Any

from orderlint.fhir.conformance import complaint, words
from orderlint.fhir.conformance.allowances import DRAFT_TYPES, NOT_IN_R4B
from orderlint.fhir.conformance.complaint import WARNING, Complaint
from orderlint.fhir.conformance.judge import crash, errors, judge, knows
from orderlint.fhir.conformance.models import RELEASES, model
from orderlint.fhir.conformance.walk import walk


def examine(resource: dict[str, Any], release: str | None = None) -> list[Complaint]:
    """What is wrong with ``resource``, errors and warnings; nothing if R4B or R5 finds nothing.

    ``release`` ("R4", "R4B", "R5", "STU3") is found out where it is not given. Never raises.
    """
    kind = resource.get("resourceType")
    if not isinstance(kind, str):
        text = "has no resourceType" if kind is None else "has a resourceType that is not a string"
        return [Complaint(complaint.TYPE, "", "", text, "Resource", ())]
    try:
        return _examine(resource, kind, _known(release) or detect(resource))
    except Exception as error:  # whatever the models do, a run goes on
        return [crash(words.element_name(kind) or "Resource", error)]


def detect(resource: dict[str, Any]) -> str:
    """The release that the shape of ``resource`` tells; R4 where it tells nothing."""
    try:
        from orderlint.fhir.read.release import release_of  # noqa: PLC0415 - not on a clean start

        return _known(release_of(resource)) or "R4"
    except Exception:  # a shape that can't be told is R4, as for every reader
        return "R4"


def _known(release: str | None) -> str | None:
    if release == "R4B":
        return "R4"
    return release if release in RELEASES else None


def _examine(resource: dict[str, Any], kind: str, release: str) -> list[Complaint]:
    if kind in DRAFT_TYPES or (release == "R4" and kind in NOT_IN_R4B):
        return []
    if model(kind, release) is None:  # the models of another release are loaded only where they are needed
        having = [r for r in RELEASES if model(kind, r) is not None]
        if not having:
            return [_unknown_type(kind)]
        release = having[0]
    if release == "STU3":
        return _stu3(resource)
    found = judge(resource, release)
    if not found:
        return []
    other = "R5" if release == "R4" else "R4"
    if model(kind, other) is not None:
        second = judge(resource, other)
        if not second:
            return []
        if errors(found) and not errors(second):
            found = second
    if any(_only_stu3(said) for said in found):  # never so where STU3 has no such type
        third = judge(resource, "STU3")
        if not errors(third):
            return _stu3(resource)
    return found


def _only_stu3(said: Complaint) -> bool:
    return said.kind == complaint.UNKNOWN and knows("STU3", said.owner, said.within)


def _stu3(resource: dict[str, Any]) -> list[Complaint]:
    """One warning that names the release, and what is wrong even there with what a verdict rests on."""
    kind = resource["resourceType"]
    sign = ""
    if model(kind, "R4") is not None:
        signs = [said.path for said in walk(resource, "R4") if _only_stu3(said)]
        sign = f" ({signs[0]})" if signs else ""
    text = f"is written for FHIR STU3{sign}, not for R4 or R5; it is read for what it plainly says"
    named = Complaint(complaint.RELEASE, "", "", text, kind, (), WARNING)
    return [named, *errors(judge(resource, "STU3"))]


def _unknown_type(kind: str) -> Complaint:
    name = words.element_name(kind)
    text = f"'{name}' is no resource type of FHIR" if name else "has a resourceType that FHIR doesn't have"
    return Complaint(complaint.TYPE, "", "", text, name or "Resource", ())
