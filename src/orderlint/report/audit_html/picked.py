"""Which findings a page holds: as many as it may, the worst first, and some of every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.namedtuple import NamedTuple

LIMIT = 2000
OF_EACH_RULE = 10


class Picked(NamedTuple):
    """``shown`` are the worst first, then in the order they came in; ``total`` counts all there were.

    ``of_each``: there was room for the first OF_EACH_RULE of every rule.
    """

    shown: tuple[Mapping[str, Any], ...]
    total: int
    of_each: bool


def pick(
    findings: Iterable[Mapping[str, Any]],
    limit: int,
    wanted: Collection[str] = (),
    named: Collection[tuple[str, str, str]] = (),
) -> Picked:
    """At most ``limit``: those that are wanted and the first of each rule, then by severity.

    ``wanted`` are fingerprints, ``named`` are orders, each with a drug and a rule.

    The findings are read once, and never more than a few times ``limit`` of them are held.
    """
    rules: Counter[str] = Counter()
    sure: dict[int, Mapping[str, Any]] = {}
    others: dict[str, list[tuple[int, Mapping[str, Any]]]] = {name: [] for name in SEVERITIES}
    total = 0
    for at, finding in enumerate(findings):
        total += 1
        rules[finding["rule"]] += 1
        sought = finding["fingerprint"] in wanted or key_of(finding) in named
        if rules[finding["rule"]] <= OF_EACH_RULE or sought:
            sure[at] = finding
        elif len(same := others[finding["severity"]]) < limit:
            same.append((at, finding))
    rank = {name: n for n, name in enumerate(SEVERITIES)}
    first = sorted(sure.items(), key=lambda x: (rank[x[1]["severity"]], x[0]))[:limit]
    rest = [x for name in SEVERITIES for x in others[name]][: limit - len(first)]
    shown = sorted([*first, *rest], key=lambda x: (rank[x[1]["severity"]], x[0]))
    return Picked(tuple(f for _, f in shown), total, len(sure) <= limit)


def key_of(finding: Mapping[str, Any]) -> tuple[str, str, str]:
    """Order, drug and rule."""
    return str(finding["resource"]), str(finding["drug"]), str(finding["rule"])
