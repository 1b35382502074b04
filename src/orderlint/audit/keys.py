"""What lines are put together by: the tail of a reference, as 64 bits, and who a line is about.

The quick readings look at bytes and give None where these could mean two things; whoever asks then
parses the line. ``depth`` counts braces, so a quick reading trusts that no string before it holds a
stray one.
"""

from __future__ import annotations

import json
import re
from hashlib import blake2b

from orderlint.fhir.read.order import subject_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.source.container import Resource

_SUBJECT = re.compile(
    rb'"(?:subject|patient)"[ \t\r]*:[ \t\r]*\{[ \t\r]*"reference"[ \t\r]*:[ \t\r]*"([^"\\\x80-\xff]*)"'
)
_ID = re.compile(rb'"id"[ \t\r]*:[ \t\r]*"([^"\\\x80-\xff]+)"')
_REFERENCE = re.compile(rb'"reference"[ \t\r]*:[ \t\r]*"([^"]*)"')
_TYPE = re.compile(rb'"resourceType"[ \t\r]*:[ \t\r]*"([A-Z][A-Za-z0-9]*)"')
_KIND = re.compile(r"[A-Z][A-Za-z0-9]{1,63}")
_SIMPLE = re.compile(rb"(?:https?://[!-~]+/)?([A-Z][A-Za-z0-9]+/[A-Za-z0-9.-]+)")


def key64(text: str) -> int:
    """The same 64 bits for the same text, in every process and run."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def tail(reference: str) -> str:
    """``Patient/1`` of any form of reference, a UUID in lower case: the same for all that may be one."""
    base = reference.strip().partition("#")[0].split("/_history/")[0].split("?")[0].rstrip("/")
    if base[:4].lower() == "urn:":
        return base.lower()
    return "/".join(base.split("/")[-2:])


def depth(line: bytes, at: int) -> int:
    """How many objects are open before ``at``."""
    return line.count(b"{", 0, at) - line.count(b"}", 0, at)


def quick_type(line: bytes) -> str | None:
    """The type of a line that holds one resource; None where it may hold several, or none."""
    if line.count(b'"resourceType"') != 1:
        return None
    found = _TYPE.search(line)
    return found[1].decode() if found is not None and depth(line, found.start()) == 1 else None


def quick_subject(line: bytes) -> str | None:
    """The tail of the one reference that says whom the line is about."""
    if line.count(b'"subject"') + line.count(b'"patient"') != 1:
        return None
    found = _SUBJECT.search(line)
    if found is None or depth(line, found.start()) != 1:
        return None
    simple = _SIMPLE.fullmatch(found[1])
    return simple[1].decode() if simple is not None else None


def quick_id(line: bytes) -> str | None:
    """The resource's own id."""
    for found in _ID.finditer(line):
        if depth(line, found.start()) == 1:
            return found[1].decode()
    return None


def simple_tail(reference: bytes) -> str | None:
    """``Type/id`` of a plain relative or absolute reference; None for any other."""
    simple = _SIMPLE.fullmatch(reference)
    return simple[1].decode() if simple is not None else None


def references(line: bytes) -> list[str]:
    """Every reference in a line of JSON; a line with escapes is parsed for them."""
    if b"\\" not in line:
        return [r.decode("utf-8", "replace") for r in _REFERENCE.findall(line)]
    found: list[str] = []
    todo: list[object] = [json.loads(line)]
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
    root = resource
    while root.parent is not None:
        root = root.parent
    contained = root.value.get("contained")
    for one in contained if isinstance(contained, list) else ():
        if isinstance(one, dict) and one.get("id") in (name, f"#{name}"):
            return f"{one.get('resourceType')}/{one.get('id')}"
    return f"#{name}"
