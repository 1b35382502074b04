"""What rules say of an example's order."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from orderlint.findings import SEVERITIES
from orderlint.kernel import CRASH, judge
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.examples.record import record_of
from orderlint.protocols.examples.suite import Example
from orderlint.protocols.model import Instance, ProtocolSet
from orderlint.record import Record


class Said(NamedTuple):
    """``state`` "fires" (then with ``severity``), "clear", "undecided"; or "broken", and why."""

    state: str
    severity: str | None
    words: str


def said_of(example: Example, instances: Iterable[Instance], protocols: ProtocolSet) -> Said:
    """The worst verdict of ``instances`` on the order that the example speaks of, and on no other."""
    try:
        record = _record(_Key(example))
    except (ValueError, KeyError, TypeError) as error:
        return Said("broken", None, f"the example can't be read: {error}")
    return said_of_record(record, instances, protocols)


def said_of_record(record: Record, instances: Iterable[Instance], protocols: ProtocolSet) -> Said:
    """The same for a record; its first order is the one."""
    own = tuple(instances)
    verdicts = [
        v for v in judge(record, protocols._replace(instances=own)) if v.order.key == record.orders[0].key
    ]
    fired = [v for v in verdicts if v.outcome.state == "fires"]
    if fired:
        worst = min(fired, key=lambda v: SEVERITIES.index(v.severity))
        return Said("fires", worst.severity, worst.outcome.message)
    needs = [n for v in verdicts if v.outcome.state == "undecided" for n in v.outcome.needs]
    if any(n.kind == CRASH for n in needs):
        return Said("broken", None, next(n.why for n in needs if n.kind == CRASH))
    if any(v.outcome.state == "undecided" for v in verdicts):
        return Said("undecided", None, "; ".join(dict.fromkeys(n.why for n in needs)))
    facts = [f for v in verdicts for f in v.outcome.facts]
    return Said("clear", None, "; ".join(dict.fromkeys(facts)))


class _Key:
    """Examples are mappings, and can't be hashed by what they say; by where they stand they can."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.place = (example.source.file, id(example.source), example.path)

    def __hash__(self) -> int:
        return hash(self.place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.place == other.place


@lru_cache(4096)
def _record(key: _Key) -> Record:
    return record_of(key.example.said)
