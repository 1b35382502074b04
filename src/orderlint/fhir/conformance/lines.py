"""Complaints about the resources of an input, as lines that a reader will read: merged, capped, counted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from orderlint.fhir.conformance.cache import Cache, Found, Line
from orderlint.fhir.conformance.complaint import ERROR, WARNING, Complaint
from orderlint.fhir.conformance.forms import Forms
from orderlint.fhir.conformance.gate import Item
from orderlint.fhir.conformance.releases import examine
from orderlint.fhir.conformance.walk import MOST

_LISTED = 10  # complaints listed for one resource
_PACKED = 50  # resources of an input from which on each is remembered by itself
_INDEX = re.compile(r"\[\d+\]")
_COUNT = re.compile(r" \(and \d+ more like it\)\Z")
# Each of these stands for itself in a report; of other resources, a warning that repeats is said once.
_ORDERS = (
    "MedicationRequest",
    "ActivityDefinition",
    "PlanDefinition",
    "RequestGroup",
    "RequestOrchestration",
)


def each(resources: Sequence[Item], cache: Cache | None) -> list[list[Line]]:
    """The complaints about each resource; in a large input, those judged before are not judged again."""
    if cache is None or len(resources) < _PACKED:
        return [lines_of(item.resource, item.release) for item in resources]
    forms = Forms()
    pack = cache.pack_key(resources[0].place.file)
    before = cache.recall_pack(pack)
    after: dict[str, list[Line]] = {}
    found = []
    for item in resources:
        digest = _digest(item, cache)
        lines = before.get(digest)
        if lines is None:
            lines = forms.lines_of(item.resource, item.release)
        if digest:
            after[digest] = lines
        found.append(lines)
    cache.keep_pack(pack, after)
    return found


def _digest(item: Item, cache: Cache) -> str:
    """A name for the content of one resource; "" where it can't be written out (a number of 5000 digits)."""
    try:
        content = repr(item.resource).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError):
        return ""
    return cache.key((content,), item.release or "-")[:32]


def lines_of(resource: dict[str, Any], release: str | None) -> list[Line]:
    """Complaints about one resource, worst first, no more than a reader will read."""
    found = sorted(examine(resource, release), key=lambda said: said.severity != ERROR)
    floor = "at least " if len(found) >= MOST else ""
    lines = [Line(said.pointer, said.severity, _sentence(said, resource)) for said in found]
    lines = _merge(lines)
    rest = lines[_LISTED:]
    if not rest:
        return lines
    kind = lines[0].message.split(".", 1)[0].split(":", 1)[0]
    more = f"{kind}: {floor}{len(rest)} more fault{'s' if len(rest) > 1 else ''} of this resource not listed"
    return [*lines[:_LISTED], Line("", rest[0].severity, more)]


def _merge(lines: list[Line]) -> list[Line]:
    """Warnings that differ by an index only become one, with a count; errors stay, each once."""
    merged: dict[tuple[str, str], tuple[Line, int]] = {}
    for line in lines:
        error = line.severity == ERROR
        alike = (line.pointer, line.message) if error else ("", _INDEX.sub("[]", line.message))
        first, count = merged.get(alike, (line, 0))
        merged[alike] = first, count + 1
    return [
        line._replace(message=f"{line.message} (and {count - 1} more like it)")
        if count > 1 and line.severity != ERROR
        else line
        for line, count in merged.values()
    ]


def _sentence(said: Complaint, resource: dict[str, Any]) -> str:
    """ "MedicationRequest.status: is required"; the path begins at the resource that was checked."""
    kind = resource.get("resourceType")
    root = kind if said.path and isinstance(kind, str) else said.owner
    return f"{root}.{said.path}: {said.message}" if said.path else f"{root}: {said.message}"


def collapse(resources: Sequence[Item], found: list[list[Line]]) -> Found:
    """Lines with the index of their resource; what repeats among facts is said once, with a count."""
    lines: list[tuple[int, Line]] = []
    first: dict[str, int] = {}
    repeats: dict[int, int] = {}  # how many more resources say what lines[key] says
    for index, (item, own) in enumerate(zip(resources, found, strict=True)):
        for line in own:
            said = repeatable(item.resource, line)
            if said is not None:
                at = first.setdefault(said, len(lines))
                if at < len(lines):
                    repeats[at] = repeats.get(at, 0) + 1
                    continue
            lines.append((index, line))
    for at, count in repeats.items():
        index, line = lines[at]
        lines[at] = index, line._replace(message=repeated(line.message, count))
    return lines, sum(1 for own in found if own)


def repeatable(resource: dict[str, Any], line: Line) -> str | None:
    """Equal for lines of which one stands for all of an input; None for a line that stands for itself."""
    if line.severity != WARNING or resource.get("resourceType") in _ORDERS:
        return None
    return _COUNT.sub("", _INDEX.sub("[]", line.message))


def repeated(message: str, more: int) -> str:
    """The message that stands for ``more`` others too."""
    return f"{message} (the same of {more} more resource{'s' if more > 1 else ''} of this input)"
