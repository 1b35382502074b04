"""What it means that a verdict is another one: six kinds, of which every change is one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.namedtuple import NamedTuple


class Kind(NamedTuple):
    """``name`` of a swatch; ``more``: something is found that was not, or is no longer known."""

    name: str
    title: str
    means: str
    more: bool


KINDS = (
    Kind("new", "Newly firing", "a finding where there was none, or where it could not be decided", True),
    Kind("worse", "More severe", "a finding as before, of a higher severity", True),
    Kind("unsure", "Newly undecided", "it can no longer be decided: no pass", True),
    Kind("gone", "No longer firing", "no finding where there was one", False),
    Kind("milder", "Less severe", "a finding as before, of a lower severity", False),
    Kind("sure", "Newly decided", "no finding where it could not be decided", False),
)
_UNDECIDED = "undecided"
STATES = {"clear": "no finding", _UNDECIDED: "not decided", **{s: s for s in SEVERITIES}}


def kind_of(before: str, after: str) -> str:
    """The name of the kind: by what the verdict is now, then by what it was."""
    if after == _UNDECIDED:
        return "unsure"
    if after in SEVERITIES:
        if before not in SEVERITIES:
            return "new"
        return "worse" if SEVERITIES.index(after) < SEVERITIES.index(before) else "milder"
    return "sure" if before == _UNDECIDED else "gone"


def by_rule(changes: Iterable[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """Rule → kind → how many verdicts; the rule with the most changes first."""
    found: dict[str, Counter[str]] = {}
    for one in changes:
        found.setdefault(one["rule"], Counter())[kind_of(one["before"], one["after"])] += one["orders"]
    return dict(sorted(found.items(), key=lambda x: (-x[1].total(), x[0])))
