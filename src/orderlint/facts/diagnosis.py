"""Diagnoses and reasons: which condition groups hold for a patient on a day, or are an order's reason."""

from __future__ import annotations

from orderlint.dosing.model import DateSpan
from orderlint.record import ConditionFact, Facts, Order


def active_on(condition: ConditionFact, day: DateSpan) -> bool:
    """A condition counts on ``day`` unless it began after it or is known to be over by then."""
    if condition.onset is not None and condition.onset.first > day.last:
        return False
    if condition.abated is not None:
        return condition.abated.last >= day.first
    return condition.active


def has_condition(facts: Facts, order: Order, groups: frozenset[str], day: DateSpan) -> str | None:
    """Where one of ``groups`` is on record (active that day) or is the order's reason; None: nowhere."""
    for condition in facts.conditions:
        if condition.groups & groups and active_on(condition, day):
            return condition.source
    return has_reason(order, groups)


def has_reason(order: Order, groups: frozenset[str]) -> str | None:
    """The source of a reason of the order in one of ``groups``; None if it gives none."""
    for reason in order.reasons:
        if reason.groups & groups:
            return reason.source
    return None
