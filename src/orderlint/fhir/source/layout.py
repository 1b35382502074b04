"""Whether a file is one JSON document or NDJSON, by its content first and its name second.

A file whose first line is a whole object and goes on is NDJSON: nothing may follow a document. For
any other the first lines decide: as long as they read as the beginning of one document, it is one.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderlint.fhir.json.strict import JsonProblem, decode, parse
from orderlint.fhir.source.stream import Line

WINDOW_LINES = 64
WINDOW_BYTES = 1024 * 1024


def named_ndjson(name: str) -> bool:
    """Whether a file's name says NDJSON."""
    return name.lower().removesuffix(".gz").endswith((".ndjson", ".jsonl"))


def looks_whole(raw: bytes) -> bool:
    """Whether a line could be a whole object: from its first byte (behind a byte order mark) to its last."""
    return raw.removeprefix(b"\xef\xbb\xbf").startswith(b"{") and raw.rstrip().endswith(b"}")


def opens_only(raw: bytes) -> bool:
    """Whether a line does nothing but open an object or array that goes on below."""
    return raw.removeprefix(b"\xef\xbb\xbf").strip() in (b"{", b"[")


def is_ndjson(window: Sequence[Line], named: bool) -> bool:
    """Whether a file is NDJSON whose first line is broken. ``window``: its first lines, none blank."""
    others = window[1:]
    if named and not others:
        return True
    if not any(line.raw.startswith(b"{") and (named or _is_object(line.raw)) for line in others):
        return False
    return not _begins_document(b"".join(line.raw for line in window))


def _is_object(raw: bytes) -> bool:
    if not looks_whole(raw):
        return False
    try:
        return isinstance(parse(raw), dict)
    except JsonProblem:
        return False


def _begins_document(head: bytes) -> bool:
    from orderlint.fhir.json.fault import first_fault  # noqa: PLC0415 - most files never come here
    from orderlint.fhir.json.strict import MAX_DEPTH  # noqa: PLC0415

    try:
        fault = first_fault(decode(head), MAX_DEPTH)
    except JsonProblem:
        return False
    return fault is None or fault.at_end
