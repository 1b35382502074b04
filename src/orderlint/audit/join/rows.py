"""A finding as a row of a result: what it is sorted by, its fingerprint, its JSON, its severity.

The citations of a rule are the same text in thousands of findings: they are written out once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from orderlint.audit.results.pseudonyms import Pseudonyms
from orderlint.engine import Read, holder
from orderlint.findings import Citation, Finding
from orderlint.report.json_report import findings_json
from orderlint.report.sanitize import json_safe

Row = tuple[tuple[Any, ...], str, str, str, str]  # sorting key, fingerprint, JSON, severity, what repeats
_SHARED = "\x01"
_PLACEHOLDER = "citations go here"
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def finding_row(finding: Finding, secret: bytes | None) -> Row:
    """A finding about a line that was never joined."""
    return row(marked([finding], Read(0, (), (), (), 0))[0], secret)


def row(finding: Finding, secret: bytes | None, repeats: str = "") -> Row:
    """``repeats`` is equal for findings of which a report says one, and how many more there are."""
    said = findings_json([finding._replace(citations=())])[0]
    said["citations"] = _PLACEHOLDER
    text = _text(Pseudonyms(secret).over(said))
    text = text.replace(f'"{_PLACEHOLDER}"', _citations(finding.citations), 1)
    place = finding.place
    key = (place.file, finding.line or 0, finding.rule, finding.column or 0, place.byte, place.pointer,
           finding.resource or "", finding.drug or "", finding.message)  # fmt: skip
    return (
        key,
        said["fingerprint"] if secret is None else json.loads(text)["fingerprint"],
        text,
        finding.severity,
        repeats,
    )


def shared(finding: Finding) -> str:
    """``repeats`` of a finding about a resource that several partitions have: it is one finding."""
    place = finding.place
    about = place.file, str(place.byte), finding.resource or place.pointer, place.pointer, finding.message
    return _SHARED + "\0".join((finding.severity, finding.rule, *about))


def shared_by(repeats: str) -> list[str] | None:
    """Severity, rule, and what it is about (file, byte, resource) in three parts, of what ``shared`` made."""
    return repeats[1:].split("\0")[:5] if repeats.startswith(_SHARED) else None


def marked(findings: Iterable[Finding], read: Read) -> list[Finding]:
    """Fingerprints; those that occur twice in the run are told apart when all findings come together."""
    from orderlint.fingerprint import content_hash, fingerprint  # noqa: PLC0415

    nameless = {(r.place.file, r.place.byte, r.place.pointer): r for r in read.resources if r.id is None}
    done = []
    for finding in findings:
        held = holder(finding, nameless) if nameless else None
        content = content_hash(held.value) if held is not None else None
        done.append(finding._replace(fingerprint=fingerprint(finding, content)))
    return done


def with_message(text: str, change: Callable[[str], str]) -> str:
    """The JSON of a row with another message."""
    said = json.loads(text)
    said["message"] = change(said["message"])
    return _text(said)


@lru_cache(1024)
def _citations(citations: tuple[Citation, ...]) -> str:
    return _text([c._asdict() for c in citations])


def _text(value: object) -> str:
    return json_safe(_encode(value))
