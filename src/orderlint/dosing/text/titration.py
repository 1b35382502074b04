""" "Increase by 10 mg weekly to 30 mg": the steps it stands for, where each follows exactly."""

from __future__ import annotations

import copy

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.draft import Draft
from orderlint.dosing.text.frequency import ONCE_A_DAY, Frequency, frequency
from orderlint.dosing.text.lengths import Length, in_days
from orderlint.dosing.text.quantity import Quantity, quantity
from orderlint.exact import Fraction

_MOST_STEPS = 60


def titrate(c: Cursor, base: Draft) -> tuple[list[Draft], bool]:
    """The regimens after ``base``, and whether the course ends with them ("until off").

    Read only where ``base`` is one dose once a day for just the interval of the change: else "by 10 mg"
    may be of each dose or of the day's, and the first step's length is open.
    """
    turn = c.expect("by").meaning
    change = _mass(quantity(c))
    every = _interval(frequency(c))
    off = c.accept("off") is not None
    goal = Fraction(0)
    dose = _start(base, every)
    if not off:
        c.expect("to", "upto")
        target = _mass(quantity(c))
        if target.unit != dose.unit:
            raise Unread("a titration to another unit")
        goal = target.high
    if change.unit != dose.unit or (off and turn == "up"):
        raise Unread("a titration in another unit")
    rise = change.high if turn == "up" else -change.high
    count = (goal - dose.high) / rise
    if count.denominator != 1 or not 1 <= count <= _MOST_STEPS:
        raise Unread("a titration that misses its goal")
    found: list[Draft] = []
    for step in range(1, int(count) + 1):
        value = dose.high + rise * step
        if value <= 0:
            break
        draft = copy.copy(base)
        draft.dose = dose._replace(low=value, high=value)
        draft.caps = list(base.caps)
        draft.bounds = every if off or step < count else None
        found.append(draft)
    return found, off


def _mass(found: Quantity | None) -> Quantity:
    if found is None or found.kind == "bare" or found.per is not None or found.low != found.high:
        raise Unread("a titration by or to how much?")
    return found


def _interval(found: object) -> Length:
    if not isinstance(found, Frequency) or found.low != found.high or found.high != 1:
        raise Unread("a titration how often?")
    if found.period_max is not None or found.unit not in ("d", "wk"):
        raise Unread("a titration how often?")
    return in_days(found.period, found.period, found.unit)


def _start(base: Draft, every: Length) -> Quantity:
    if base.dose is None or base.dose.per or base.dose.low != base.dose.high or base.dose.kind == "bare":
        raise Unread("a titration from how much?")
    if base.prn or base.days or base.once or base.doses or base.divided or base.bounds != every:
        raise Unread("a titration from what?")
    slots = 0
    if base.moments is not None:
        slots = len(base.moments.particular) + len(base.moments.clocks) + 3 * len(base.moments.general)
    often = base.frequency
    if often is not None and not often.once_a_day:
        raise Unread("a titration of a dose several times a day")
    if (
        slots > 1
        or (often is None and slots != 1)
        or (often is not None and often != ONCE_A_DAY and not slots)
    ):
        raise Unread("a titration of a dose several times a day")
    return base.dose
