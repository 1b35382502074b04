"""What has ever been diagnosed, whether or not it is over: falls, fractures, delirium, dementia ..."""

from __future__ import annotations

from orderlint.dosing.model import DateSpan
from orderlint.facts.diagnosis import has_reason
from orderlint.record import Facts, Order


def has_history(facts: Facts, order: Order, groups: frozenset[str], day: DateSpan) -> str | None:
    """Where one of ``groups`` is on record, begun by ``day``, or is the order's reason; None if nowhere."""
    for condition in facts.conditions:
        if condition.groups & groups and (condition.onset is None or condition.onset.first <= day.last):
            return condition.source
    return has_reason(order, groups)
