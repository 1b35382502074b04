"""The order of findings: by file, line and rule, and then by all that can tell two of them apart."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.findings import SEVERITIES, Finding

_Key = tuple[str, int, str, int, int, str, str, str, str]


def _key(finding: Finding) -> _Key:
    place = finding.place
    return (
        place.file,
        finding.line or 0,
        finding.rule,
        finding.column or 0,
        place.byte,
        place.pointer,
        finding.resource or "",
        finding.drug or "",
        finding.message,
    )


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted as the contract wants it; findings without a line come first in their file."""
    return sorted(findings, key=_key)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """Sorted by severity, and within one severity as ever."""
    rank = {name: n for n, name in enumerate(SEVERITIES)}
    return sorted(in_order(findings), key=lambda finding: rank.get(finding.severity, len(rank)))
