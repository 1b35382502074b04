"""Whose order is it: orders and facts are put together by patient, templates by definition."""

from __future__ import annotations

from orderlint.fhir.read.order import Subject
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple


class Who(NamedTuple):
    """Whom a resource is about.

    ``key`` groups (never printed), ``shown`` is how reports name the patient (None where only an
    identifier or words name one), ``patient`` is the resource found, ``dangling`` the reference that
    leads nowhere.
    """

    key: str
    shown: str | None
    patient: Resource | None
    dangling: str | None


def who(subject: Subject, source: Resource, index: Index) -> Who | None:
    """The patient that ``subject`` names; None where it names nobody (a template)."""
    if subject.reference:
        found = index.resolve(subject.reference, source)
        if found is not None:
            return Who(_identity(found), _shown(found), found, None)
        tail = _tail(subject.reference)
        return Who(f"ref:{tail}", tail if "/" in tail else None, None, subject.reference)
    if subject.token:
        return Who(f"id:{subject.token}", None, None, None)
    return nobody_known(source) if subject.named else None


def nobody_known(source: Resource) -> Who:
    """A patient of whom nothing is known but this one resource."""
    return Who(f"one:{source.place.file}:{source.place.line}{source.place.pointer}", None, None, None)


def _identity(patient: Resource) -> str:
    """Copies of one patient in several files are one patient; two different patients of one id are two."""
    birth = patient.value.get("birthDate")
    if patient.id is None:
        return f"at:{patient.place.file}:{patient.place.line}{patient.place.pointer}"
    return f"ref:{patient.type}/{patient.id}:{birth if isinstance(birth, str) else ''}"


def _shown(patient: Resource) -> str | None:
    return f"{patient.type}/{patient.id}" if patient.id is not None else None


def _tail(reference: str) -> str:
    """``Patient/1`` of any form of reference; history and base are cut off."""
    base = reference.split("/_history/", maxsplit=1)[0].split("?", maxsplit=1)[0].rstrip("/")
    parts = base.split("/")
    return "/".join(parts[-2:]) if len(parts) >= 2 and not base.startswith("urn:") else base
