"""Diagnoses and reasons: which condition groups hold for a patient on a day, or are an order's reason."""

from __future__ import annotations

from orderlint.dosing.model import DateSpan
from orderlint.record import ConditionFact, Facts, Order
from orderlint.terminology.conditions import acute
from orderlint.tri import HEPATIC, NO, PATIENT, Need, Tri


def active_on(condition: ConditionFact, day: DateSpan) -> bool:
    """A condition counts on ``day`` unless it began after it or is known to be over by then."""
    if condition.onset is not None and condition.onset.first > day.last:
        return False
    if condition.abated is not None:
        return condition.abated.last >= day.first
    return condition.active


def has_condition(facts: Facts, order: Order, groups: frozenset[str], day: DateSpan) -> str | None:
    """Where one of ``groups`` is on record (active that day) or is the order's reason; None: nowhere.

    An acute condition of which a later result decides is no longer there, whether or not it was closed.
    """
    for condition in facts.conditions:
        found = condition.groups & groups
        if found and active_on(condition, day) and any(_counts(condition, g, facts, day) for g in found):
            return condition.source
    return has_reason(order, groups)


def _counts(condition: ConditionFact, group: str, facts: Facts, day: DateSpan) -> bool:
    if acute(group) is None:
        return True
    from orderlint.facts.acute import goes_on  # noqa: PLC0415 -- few conditions are

    return goes_on(condition, group, facts, day)


def has_reason(order: Order, groups: frozenset[str]) -> str | None:
    """The source of a reason of the order in one of ``groups``; None if it gives none."""
    for reason in order.reasons:
        if reason.groups & groups:
            return reason.source
    return None


def unrecorded(facts: Facts, groups: frozenset[str], of_the_liver: frozenset[str]) -> Tri:
    """Whether a patient with none of ``groups`` on record is without them: so is one who is known.

    ``of_the_liver``: the groups that say how the liver is; they are asked for as hepatic function.
    """
    if not facts.unknown:
        return NO
    from orderlint.terminology.conditions import widened  # noqa: PLC0415 -- of unknown patients alone

    if groups <= widened(of_the_liver):
        return liver_unknown(facts)
    return Tri("maybe", (Need(PATIENT, f"{facts.unknown}, so diagnoses are unknown"),))


def liver_unknown(facts: Facts) -> Tri:
    """Nobody knows how the liver is, for want of the patient."""
    return Tri("maybe", (Need(HEPATIC, f"{facts.unknown}, so hepatic function is unknown"),))
