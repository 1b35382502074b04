"""What building gives back: records to judge, what became of every order, and faults of the input."""

from __future__ import annotations

from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Record

SKIPPED, NOT_COVERED, COVERED, UNKNOWN = "skipped", "not-covered", "covered", "unknown"


class Built(NamedTuple):
    """``states`` gives every order's fate by its key: SKIPPED, NOT_COVERED, COVERED or UNKNOWN."""

    records: tuple[Record, ...]
    states: dict[str, str]
    faults: tuple[InputFault, ...]


def name_of(resource: Resource) -> str:
    """``Type/id`` as reports show a resource, or ``file#pointer`` where it has no id."""
    if resource.id is not None:
        return f"{resource.type}/{resource.id}"
    line = f":{resource.place.line}" if resource.place.line > 1 else ""
    return f"{resource.place.file}{line}#{resource.place.pointer}"


def key_of(resource: Resource) -> str:
    """What tells a resource from every other of the run; never printed."""
    return f"{resource.place.file}\0{resource.place.byte}\0{resource.place.pointer}"
