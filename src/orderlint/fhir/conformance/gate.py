"""The way in: the resources of one input go in, ``invalid-resource`` faults come out."""

from collections.abc import Sequence
from typing import Any

from orderlint.fhir.conformance.cache import Cache, Line
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Place

RULE = "invalid-resource"


class Item(NamedTuple):
    """One resource of an input. ``release`` None: told from its shape."""

    resource: dict[str, Any]
    place: Place
    name: str  # "MedicationRequest/1"
    release: str | None = None


class Checked(NamedTuple):
    """``invalid`` is the number of resources that something is wrong with."""

    faults: tuple[InputFault, ...]
    invalid: int


def check(
    resource: dict[str, Any], place: Place, resource_name: str, release: str | None = None
) -> tuple[InputFault, ...]:
    """What is wrong with one resource (strictly parsed JSON: numbers are int or Decimal). Never raises.

    Resources contained in it are part of it; those in a Bundle's entries are not.
    """
    from orderlint.fhir.conformance.lines import lines_of  # noqa: PLC0415 - not on the way of a clean start

    item = Item(resource, place, resource_name, release)
    return tuple(fault_of(item, line) for line in lines_of(resource, release))


def check_all(resources: Sequence[Item], raw: bytes | Sequence[bytes], cache: Cache | None = None) -> Checked:
    """What is wrong with the resources of one input, whose bytes are ``raw`` (of NDJSON: its lines).

    With a cache that knows these bytes, neither ``fhir.resources`` nor pydantic is imported.
    """
    if not resources:
        return Checked((), 0)
    parts = (raw,) if isinstance(raw, bytes) else raw
    key = "" if cache is None else cache.key(parts, "".join(item.release or "-" for item in resources))
    known = None if cache is None else cache.recall(key, len(resources))
    if known is None:
        from orderlint.fhir.conformance.lines import collapse, each  # noqa: PLC0415 - as above

        known = collapse(resources, each(resources, cache))
        if cache is not None:
            cache.keep(key, len(resources), *known)
    lines, invalid = known
    return Checked(tuple(fault_of(resources[index], line) for index, line in lines), invalid)


def fault_of(item: Item, line: Line) -> InputFault:
    """A complaint as the finding that the rest of the program knows."""
    return InputFault(RULE, line.severity, line.message, item.place.child(line.pointer), item.name)
