"""Verdicts that another version of the protocols would change: the same records, judged twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from orderlint.audit.keys import key64
from orderlint.audit.results.pseudonyms import Pseudonyms
from orderlint.findings import SEVERITIES
from orderlint.kernel import Verdict, judge
from orderlint.protocols.model import ProtocolSet
from orderlint.record import Record

SHOWN = 20  # orders that are named for each change; those of the lowest hashes, whatever the partitions
CLEAR, UNDECIDED = "clear", "undecided"
_RANK = (*SEVERITIES, UNDECIDED, CLEAR)
_MOST = 8 * SHOWN  # orders of a change that are held before all but the lowest hashes are let go

Verdicts = dict[
    tuple[str, str, str], str
]  # order's key, drug, rule → its verdict, or the severity it fires with


class Changes:
    """Counts of one partition: rule, verdict of the baseline, verdict now."""

    def __init__(self, baseline: ProtocolSet, secret: bytes | None) -> None:
        self._baseline = baseline
        self._names = Pseudonyms(secret)
        self._counts: Counter[str] = Counter()
        self._judged: Counter[str] = Counter()
        self._orders: set[str] = set()
        self._held: set[str] = set()
        self._shown: dict[str, set[tuple[int, str]]] = {}

    def add(self, record: Record, verdicts: Sequence[Verdict], outside: Collection[str]) -> None:
        """Judge the record by the baseline too. ``verdicts`` are those of the protocols of the run."""
        now, was = states(verdicts), states(judge(record, self._baseline))
        names = {order.key: order.resource for order in record.orders}
        for key in {*was, *now}:
            if names[key[0]] in outside:
                continue
            self._held.add(key[0])
            self._judged[key[2]] += 1
            before, after = was.get(key, CLEAR), now.get(key, CLEAR)
            if before == after:
                continue
            change = "\t".join((key[2], before, after))
            self._counts[change] += 1
            self._orders.add(key[0])
            shown = f"{self._names.name(names[key[0]])} ({key[1]})"
            same = self._shown.setdefault(change, set())
            same.add((key64(shown), shown))
            if len(same) > _MOST:
                self._shown[change] = set(_lowest(same))

    def head(self) -> dict[str, Any]:
        """What was counted; a few orders for each change.

        ``held``: orders that a rule of either side was held against. ``judged``: how often each rule was,
        once for an order and drug; so are ``counts``.
        """
        return {
            "counts": dict(self._counts),
            "orders": len(self._orders),
            "held": len(self._held),
            "judged": dict(self._judged),
            "shown": {change: _lowest(found) for change, found in self._shown.items()},
        }


def states(verdicts: Sequence[Verdict]) -> Verdicts:
    """One verdict for each order, drug and rule: the worst of its clauses, as the report has it."""
    found: Verdicts = {}
    for verdict in verdicts:
        key = (verdict.order.key, verdict.drug.ingredient, verdict.instance.rule)
        state = verdict.severity if verdict.outcome.state == "fires" else verdict.outcome.state
        if key not in found or _RANK.index(state) < _RANK.index(found[key]):
            found[key] = state
    return found


def merge(heads: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The heads of all partitions, added up: the same whatever the partitions and their order."""
    counts: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    shown: dict[str, list[tuple[int, str]]] = {}
    for head in heads:
        counts.update(head["counts"])
        judged.update(head["judged"])
        for change, found in head["shown"].items():
            both = {*shown.get(change, ()), *((n, name) for n, name in found)}
            shown[change] = _lowest(both)
    rows = []
    for change, count in sorted(counts.items()):
        rule, before, after = change.split("\t")
        orders = [name for _, name in shown[change]]
        rows.append({"rule": rule, "before": before, "after": after, "orders": count, "shown": orders})
    return {
        "orders": sum(head["orders"] for head in heads),
        "changes": rows,
        "held": sum(head["held"] for head in heads),
        "judged": dict(sorted(judged.items())),
    }


def _lowest(found: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    return sorted(found)[:SHOWN]
