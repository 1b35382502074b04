"""Which orders get another verdict from another version of the protocols."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orderlint.config import Config
from orderlint.engine import Options, check
from orderlint.findings import Finding
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import ProtocolSet
from orderlint.report.sanitize import visible


class Changes(NamedTuple):
    """One line a changed verdict, how many orders were looked at, and whether an input could not be used.

    ``reworded``: one line a verdict that stands as severe as before, but on another figure or reason.
    """

    lines: tuple[str, ...]
    orders: int
    unusable: bool
    reworded: tuple[str, ...] = ()

    @property
    def counted(self) -> str:
        """How many orders change verdict, in a sentence."""
        moved = _orders_of(self.lines)
        said = f"{len(moved)} of {self.orders} orders change verdict"
        kept = len(_orders_of(self.reworded) - moved)
        whose = "keeps its own" if kept == 1 else "keep their own"
        return f"{said}; {kept} {whose} for another reason" if kept else said


Key = tuple[str, str, str, str]  # file, resource, drug, rule


def changes(paths: Sequence[str], old: ProtocolSet, new: ProtocolSet, as_of: date) -> Changes:
    """Run both versions over ``paths`` and compare their findings, order by order and rule by rule."""
    options = Options(as_of, as_of, conformance=False)
    before, after = check(paths, old, Config(), options), check(paths, new, Config(), options)
    was, now = _by_key(before.result.findings), _by_key(after.result.findings)
    lines: list[str] = []
    reworded: list[str] = []
    for key in sorted({*was, *now}):
        one, other = was.get(key), now.get(key)
        if _said(one) != _said(other):
            alike = one is not None and other is not None and one.severity == other.severity
            found = reworded if alike else lines
            found.append(f"{_order(key, one or other)}: {key[3]} {_state(one)} → {_state(other)}")
    unusable = before.unusable or after.unusable or before.empty
    return Changes(tuple(lines), after.result.ledger.orders, unusable, tuple(reworded))


def _orders_of(lines: Sequence[str]) -> set[str]:
    return {line.split(": ", 1)[0] for line in lines}


def _by_key(findings: Sequence[Finding]) -> dict[Key, Finding]:
    return {
        (f.place.file, f.resource or f.place.pointer, f.drug or "", f.rule): f for f in findings if f.basis
    }


def _said(finding: Finding | None) -> tuple[str, str] | None:
    return (finding.severity, finding.message) if finding is not None else None


def _state(finding: Finding | None) -> str:
    return "clear" if finding is None else f"{finding.severity} ({visible(finding.message)})"


def _order(key: Key, finding: Finding | None) -> str:
    line = f":{finding.line}" if finding is not None and finding.line is not None else ""
    return visible(f"{key[0]}{line}: {key[1]}{f', {key[2]}' if key[2] else ''}")
