"""The files of an export: which can be scanned line by line, and which are read as ``check`` reads them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from orderlint.audit.export.names import is_url, url_name
from orderlint.audit.export.windows import open_source, opened
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.source.container import is_type
from orderlint.fhir.source.files import Input, find_inputs
from orderlint.fhir.source.layout import named_ndjson
from orderlint.fhir.source.stream import GZIP, Unreadable
from orderlint.record import InputFault, Place

_HEAD = 1 << 18  # bytes looked at to tell what a file holds


class Source(NamedTuple):
    """One file. ``type`` is what all its lines seem to be; None: several types, or not known.

    ``scannable``: NDJSON that begins with a resource. Whatever else there is goes the way of ``check``.
    """

    number: int
    name: str
    path: str
    size: int
    stamp: int  # when it was last changed, in ns; of a URL whatever tells it from what was there before
    packed: bool
    scannable: bool
    type: str | None

    @property
    def placed(self) -> bool:
        """Whether lines can be read at their byte, in any order; else all has to be read, from the start."""
        return self.scannable and not self.packed and not is_url(self.path)


def find_sources(paths: Iterable[str]) -> tuple[list[Source], list[InputFault]]:
    """The sources in the order of their names, and faults for what can't be one. A URL names one file."""
    given = dict.fromkeys(paths)
    local = [path for path in given if not is_url(path)]
    found: list[Input | InputFault] = list(find_inputs(local)) if local else []
    found += [Input(url_name(url), url) for url in given if is_url(url)]
    sources: list[Source] = []
    faults: list[InputFault] = []
    for item in found:
        made = item if isinstance(item, InputFault) else _source(item)
        if isinstance(made, InputFault):
            faults.append(made)
        else:
            sources.append(made)
    faults.sort(key=lambda fault: fault.place.file)
    sources.sort(key=lambda source: (source.name, source.path))
    return apart(sources), faults


def apart(sources: Iterable[Source]) -> list[Source]:
    """The sources numbered, and those of equal names told apart: URLs may differ in what isn't shown."""
    seen: Counter[str] = Counter()
    done: list[Source] = []
    for number, source in enumerate(sources):
        seen[source.name] += 1
        again = f" ({seen[source.name]})" if seen[source.name] > 1 else ""
        done.append(source._replace(number=number, name=source.name + again))
    return done


def as_input(source: Source) -> Input:
    """The source for the readers of ``check``."""
    if is_url(source.path):
        return Input(source.name, None, opened=lambda: opened(source))
    return Input(source.name, source.path)


def unread(name: str, words: str) -> InputFault:
    """An input that could not be read at all. ``name`` is as reports show it."""
    return InputFault("invalid-json", "error", words, Place(name, ""))


def _source(item: Input) -> Source | InputFault:
    path = item.path or ""
    source = Source(0, item.name, path, 0, 0, False, False, None)
    try:
        if is_url(path):
            from orderlint.audit.export import remote  # noqa: PLC0415

            size, stamp = remote.looked_up(path)
        else:
            status = os.stat(path)  # noqa: PTH116
            size, stamp = status.st_size, status.st_mtime_ns
        source = source._replace(size=size, stamp=stamp)
        with open_source(source) as file:
            packed = file.peek(2)[:2] == GZIP
            head = b"" if packed else file.read(_HEAD)
    except Unreadable as error:
        return unread(item.name, str(error))
    except (OSError, ValueError):
        return source._replace(size=0)  # the slow way says what is wrong
    if packed:
        source = source._replace(packed=True)
        head = _unpacked(source)
    return looked_at(source, head)


def _unpacked(source: Source) -> bytes:
    """The first bytes of what is packed, as far as they can be unpacked."""
    head = b""
    try:
        with open_source(source) as file:
            while len(head) < _HEAD and (part := file.read1(_HEAD - len(head))):
                head += part
    except (OSError, Unreadable):
        pass
    return head


def looked_at(source: Source, head: bytes) -> Source:
    """The source with what its first bytes (unpacked) tell of it."""
    first, newline, rest = head.partition(b"\n")
    if not newline and not (named_ndjson(source.name) and len(head) < _HEAD):
        return source
    try:
        value = parse(first)
    except JsonProblem:
        return source
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        return source
    if not rest.strip() and not named_ndjson(source.name):
        return source
    lines = [line for line in head.split(b"\n")[:200] if len(line) > 2 and line.endswith((b"}", b"}\r"))]
    kinds = _types(lines, value["resourceType"])
    single = kinds.pop() if len(kinds) == 1 else None
    return source._replace(scannable=True, type=single)


def _types(lines: list[bytes], first: str) -> set[str]:
    """The types of the resources in lines. Of those that plainly are of the type ``first`` one is parsed."""
    begin = b'{"resourceType":"%b"' % first.encode("utf-8", "surrogatepass")
    plain, found = False, set()
    for line in lines:
        alike = line.startswith(begin) and line.count(b'"resourceType"') == 1
        if alike and plain:
            continue
        kind = _type(line)
        if kind is not None:
            plain = plain or alike
            found.add(kind)
    return found


def _type(line: bytes) -> str | None:
    """The type of the resource in a line; None where it says none."""
    try:
        value = parse(line)
    except JsonProblem:
        return None
    kind = value.get("resourceType") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and is_type(kind) else None
