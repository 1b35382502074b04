"""What lines are put together by: the tail of a reference, and who a line is about.

64 bits of a tail stand for it where two must never be one (Medications, selected patients), 32 bits where two
may be (partitions) or a mistake costs time only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import blake2b
from itertools import repeat
from string import ascii_letters, digits
from zlib import crc32

from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.codes import reference_of
from orderlint.fhir.read.order import subject_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.source.container import Resource

_REFERENCE = re.compile(rb'"reference"[ \t\r]*:[ \t\r]*"([^"]*)"')
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{1,63}")
_BASE = r"https?://(?:[A-Za-z0-9.:/~%+-]|_(?!history))+/"
_SIMPLE = rf"(?:{_BASE})?([A-Z][A-Za-z0-9]+/[A-Za-z0-9._-]+)"
_SAID = r'(?:,"type":"[^"\\]*")?(?:,"display":"[^"\\]*")?'
_POINTS = re.compile(rf'\{{"reference":"{_SIMPLE}"{_SAID}\}}'.encode()).fullmatch
_PLAIN = re.compile(
    rb'\{"reference":"([A-Z][A-Za-z0-9]+/[A-Za-z0-9._-]+)"\}'
).fullmatch  # the quickest of these
_TAIL = re.compile(_SIMPLE)
_BEGIN, _END = b'{"reference":"Patient/', b'"}'
_BETWEEN = b"\n".join((_END, _BEGIN))
_SEED = crc32(b"Patient/")
_OF_AN_ID = (ascii_letters + digits + "._-").encode()


def key64(text: str) -> int:
    """The same 64 bits for the same text, in every process and run."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def key32(text: str, before: int = 0) -> int:
    """32 bits, the same for the same text everywhere; quick, and not proof against collisions.

    ``before``: the key of what stands before the text.
    """
    return crc32(text.encode("utf-8", "surrogatepass"), before)


def tail(reference: str) -> str:
    """``Patient/1`` of any form of reference, a UUID in lower case: the same for all that may be one."""
    base = reference.strip().partition("#")[0].split("/_history/")[0].split("?")[0].rstrip("/")
    if base[:4].lower() == "urn:":
        return base.lower()
    return "/".join(base.split("/")[-2:])


def subject_tail(element: bytes) -> str | None:
    """The tail of a Reference, as JSON, to a resource of its own; None for any other, and for no JSON."""
    found = _PLAIN(element) or _POINTS(element)
    if found is not None:
        return found[1].decode()
    try:
        value = parse(element)
    except JsonProblem:
        return None
    said = reference_of({"subject": value}, "subject", "", Faults())
    if said is None or not said.reference or said.reference.startswith("#"):
        return None
    return tail(said.reference)


def plain_keys32(elements: Sequence[bytes]) -> Sequence[int | None]:
    """``key32(subject_tail(element))`` of References that plainly point to a resource; None for any other.

    Each is the bytes of a value of JSON without line ends, or nothing.
    """
    return _keys_of_patients(elements) or [
        crc32(found[1]) if (found := _PLAIN(element) or _POINTS(element)) else None for element in elements
    ]


def patients_keys32(elements: Sequence[bytes]) -> Sequence[int | None]:
    """The same of References to Patients; None for any other."""
    return _keys_of_patients(elements) or [
        crc32(found[1])
        if (found := _PLAIN(element) or _POINTS(element)) and found[1].startswith(b"Patient/")
        else None
        for element in elements
    ]


def named_keys32(names: Sequence[str], before: int) -> Sequence[int]:
    """``key32(name, before)`` of all these; nothing where one is empty or has a line end."""
    if not all(names):
        return ()
    lines = "\n".join(names).encode("utf-8", "surrogatepass").split(b"\n")
    return list(map(crc32, lines, repeat(before))) if len(lines) == len(names) else ()


def _keys_of_patients(elements: Sequence[bytes]) -> Sequence[int]:
    """The keys where all References are the same but for the id of a Patient; nothing otherwise."""
    lines = b"\n".join(elements)
    if not (lines.startswith(_BEGIN) and lines.endswith(_END)):
        return ()
    ids = lines[len(_BEGIN) : -len(_END)].split(_BETWEEN)
    if len(ids) != len(elements) or not all(ids) or b"".join(ids).translate(None, _OF_AN_ID):
        return ()
    return list(map(crc32, ids, repeat(_SEED)))


def simple_tail(reference: str) -> str | None:
    """``Type/id`` of a plain relative or absolute reference; None for any other."""
    found = _TAIL.fullmatch(reference)
    return found[1] if found is not None else None


def references(line: bytes) -> list[str]:
    """Every reference in a line of JSON; a line with escapes is parsed for them."""
    if b"\\" not in line:
        return [r.decode("utf-8", "replace") for r in _REFERENCE.findall(line)]
    found: list[str] = []
    try:
        todo: list[object] = [parse(line)]
    except JsonProblem:  # found again, and told, where the line is read
        return []
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            said = value.get("reference")
            if isinstance(said, str):
                found.append(said)
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return found


def type_of(reference: str) -> str | None:
    """The type in ``Type/id``; None where it names none."""
    kind, slash, _ = reference.partition("/")
    return kind if slash and _KIND.fullmatch(kind) else None


def subject_key(resource: Resource) -> str | None:
    """What groups a parsed resource with its patient's others; None where it names nobody."""
    subject = subject_of(resource.value, Faults())
    if subject.reference:
        if subject.reference.startswith("#"):
            return _contained(resource, subject.reference[1:])
        return tail(subject.reference)
    if subject.token:
        return f"id:{subject.token}"
    if subject.named:
        return f"one:{resource.place.file}:{resource.place.byte}{resource.place.pointer}"
    return None


def _contained(resource: Resource, name: str) -> str:
    contained = resource.outermost.value.get("contained")
    for one in contained if isinstance(contained, list) else ():
        if isinstance(one, dict) and one.get("id") in (name, f"#{name}"):
            return f"{one.get('resourceType')}/{one.get('id')}"
    return f"#{name}"
