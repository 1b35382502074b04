"""From an input to its JSON documents: one a file, or one a line of NDJSON, read as it streams by.

Faults are values: a broken line costs itself, a broken file is one fault, and reading goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from orderlint.fhir.json.strict import JsonProblem, parse, wide_encoding
from orderlint.fhir.source.files import Input
from orderlint.fhir.source.layout import (
    WINDOW_BYTES,
    WINDOW_LINES,
    is_ndjson,
    looks_whole,
    named_ndjson,
    opens_only,
)
from orderlint.fhir.source.limits import LIMITS, Limits
from orderlint.fhir.source.stream import Line, Stream, Unreadable, too_long
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Place


class Document(NamedTuple):
    """One JSON document. ``line`` (from 1) and ``byte`` (from 0) are where ``raw`` begins in the
    unpacked file: 1 and 0 for a whole file."""

    file: str
    line: int
    byte: int
    value: object
    raw: bytes
    ndjson: bool


def read_documents(source: Input, limits: Limits = LIMITS) -> Iterator[Document | InputFault]:
    """All documents of ``source``, with a fault (``invalid-json``) for everything that is none."""
    try:
        with Stream(source, limits) as stream:
            yield from _documents(source.name, stream, limits)
            if stream.fault is not None:
                place = Place(source.name, "", stream.line or 1, stream.byte)
                column = 1 if stream.line else None
                words = str(stream.fault)
                yield InputFault("invalid-json", "error", words, place, line=stream.line, column=column)
    except Unreadable as error:
        yield InputFault("invalid-json", "error", str(error), Place(source.name, ""))


def read_again(source: Input, document: Place, *, ndjson: bool, limits: Limits = LIMITS) -> bytes:
    """``Document.raw`` of the document that begins at the place's ``byte``, read from the input anew.

    For whoever didn't keep it; empty where the input can't be read any more.
    """
    try:
        with Stream(source, limits) as stream:
            stream.skip(document.byte)
            if not ndjson:
                return b"".join(stream.chunks())
            line = next(stream.lines(), None)
            return line.raw.rstrip(b"\r\n") if line else b""
    except Unreadable:
        return b""


def _documents(file: str, stream: Stream, limits: Limits) -> Iterator[Document | InputFault]:
    named = named_ndjson(file)
    lines = stream.lines()
    head: list[Line] = []  # what was read to decide, blank lines included
    first = _next(lines, head, limits)
    if first is None or wide_encoding(first.raw):
        yield from _alone(stream, _whole(file, head, iter(()), limits))
        return
    value = _object(first, limits)
    if value is not None:
        second = _next(lines, head, limits)
        if second is not None or named:
            yield from _each_line(file, chain(head, lines), limits)
        else:
            yield Document(file, 1, 0, value, b"".join(line.raw for line in head), ndjson=False)
        return
    if opens_only(first.raw):  # pretty-printed, as most files are
        yield from _alone(stream, _whole(file, head, stream.chunks(), limits))
        return
    window = [first]
    size = 0
    while len(window) < WINDOW_LINES and size < WINDOW_BYTES:
        line = _next(lines, head, limits)
        if line is None:
            break
        window.append(line)
        size += len(line.raw)
    if is_ndjson(window, named):
        yield from _each_line(file, chain(head, lines), limits)
    else:
        yield from _alone(stream, _whole(file, head, stream.chunks(), limits))


def _alone(stream: Stream, found: Document | InputFault) -> Iterator[Document | InputFault]:
    """The document of a file; not that it is none, where reading broke off."""
    if stream.fault is None or isinstance(found, Document):
        yield found


def _object(line: Line, limits: Limits) -> object:
    """The object that a line holds, None if it holds anything else."""
    if not looks_whole(line.raw):
        return None
    try:
        return parse(line.raw, max_depth=limits.depth)
    except JsonProblem:
        return None


def _next(lines: Iterator[Line], head: list[Line], limits: Limits) -> Line | None:
    """The next line that is not blank; all that was passed goes to ``head``."""
    enough = len(head) + limits.blank_lines
    for line in lines:
        head.append(line)
        if not line.blank:
            return line
        if len(head) > enough:
            raise Unreadable(f"more than {limits.blank_lines} blank lines in a row, the limit")
    return None


def _whole(file: str, head: list[Line], rest: Iterator[bytes], limits: Limits) -> Document | InputFault:
    place = Place(file, "")
    limit = limits.document_bytes
    parts = [line.raw for line in head]
    size = limit + 1 if any(line.problem for line in head) else sum(map(len, parts))
    for part in rest:
        if size > limit:
            break
        parts.append(part)
        size += len(part)
    if size > limit:
        return InputFault("invalid-json", "error", too_long(limit), place)
    raw = b"".join(parts)
    try:
        return Document(file, 1, 0, parse(raw, max_depth=limits.depth), raw, ndjson=False)
    except JsonProblem as problem:
        return _fault(place, problem)


def _each_line(file: str, lines: Iterator[Line], limits: Limits) -> Iterator[Document | InputFault]:
    typed = False  # whether a line before was a resource: then they all have to be
    for line in lines:
        if line.blank:
            continue
        place = Place(file, "", line.number, line.byte)
        if line.problem:
            yield InputFault("invalid-json", "error", line.problem, place, line=line.number, column=1)
            continue
        raw = line.raw.rstrip(b"\r\n")
        try:
            value = parse(raw, max_depth=limits.depth)
        except JsonProblem as problem:
            yield _fault(place, problem)
            continue
        if not isinstance(value, dict):
            message = "a line of NDJSON has to be an object"
            yield InputFault("invalid-json", "error", message, place, line=line.number, column=1)
            continue
        if "resourceType" in value:
            typed = True
        elif typed:
            message = "the line has no resourceType, unlike those before it"
            yield InputFault("invalid-resource", "error", message, place, line=line.number, column=1)
            continue
        yield Document(file, line.number, line.byte, value, raw, ndjson=True)


def _fault(place: Place, problem: JsonProblem) -> InputFault:
    line = place.line + problem.line - 1
    return InputFault("invalid-json", "error", problem.message, place, line=line, column=problem.column)
