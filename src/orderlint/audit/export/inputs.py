"""The files of an export: which can be scanned line by line, and which are read as ``check`` reads them."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable
from typing import NamedTuple

from orderlint.audit.export.windows import open_source
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.source.files import Input, find_inputs, shown
from orderlint.fhir.source.layout import named_ndjson
from orderlint.record import InputFault

_HEAD = 1 << 18  # bytes looked at to tell what a file holds


class Source(NamedTuple):
    """One file. ``type`` is what all its lines seem to be; None: several types, or not known.

    ``scannable``: NDJSON that begins with a resource. Whatever else there is goes the way of ``check``.
    """

    number: int
    name: str
    path: str
    size: int
    stamp: int  # when it was last changed, in ns
    packed: bool
    scannable: bool
    type: str | None


def find_sources(paths: Iterable[str]) -> tuple[list[Source], list[InputFault]]:
    """The sources in the order of their names, and faults for what can't be one."""
    local = [p for p in paths if "://" not in p]
    found: list[Input | InputFault] = list(find_inputs(local)) if local else []
    for url in paths:
        if "://" in url:
            found += _remote(url)
    sources: list[Source] = []
    faults: list[InputFault] = []
    for item in sorted(found, key=lambda i: i.name if isinstance(i, Input) else i.place.file):
        if isinstance(item, InputFault):
            faults.append(item)
        else:
            sources.append(_source(len(sources), item))
    return sources, faults


def _remote(url: str) -> list[Input | InputFault]:
    try:
        import fsspec  # type: ignore[import-not-found, import-untyped, unused-ignore]  # noqa: PLC0415
    except ImportError:
        from orderlint.fhir.source.files import unreadable  # noqa: PLC0415

        return [unreadable(url, "URLs need fsspec: pip install 'orderlint[audit]'")]
    system, root = fsspec.url_to_fs(url)
    ends = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
    paths = [root] if system.isfile(root) else [p for p in system.find(root) if p.lower().endswith(ends)]
    urls = [str(system.unstrip_protocol(p)) for p in sorted(paths)]
    return [Input(shown(url), url) for url in urls]


def _source(index: int, item: Input) -> Source:
    path = item.path or ""
    try:
        if "://" in path:
            import fsspec  # noqa: PLC0415

            system, inner = fsspec.url_to_fs(path)
            size, stamp = int(system.size(inner)), 0
        else:
            status = os.stat(path)  # noqa: PTH116
            size, stamp = status.st_size, status.st_mtime_ns
        source = Source(index, item.name, path, size, stamp, False, False, None)
        with open_source(source) as file:
            packed = file.read(2) == b"\x1f\x8b"
        source = source._replace(packed=packed)
        with open_source(source) as file:
            head = file.read(_HEAD)
    except (OSError, EOFError, ValueError, zlib.error):
        return Source(index, item.name, path, 0, 0, False, False, None)  # the slow way says what is wrong
    return _looked_at(source, head)


def _looked_at(source: Source, head: bytes) -> Source:
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
    return kind if isinstance(kind, str) else None
