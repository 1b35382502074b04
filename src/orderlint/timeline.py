"""The orders of one ingredient laid on one calendar: who runs when, and what a day adds up to.

Pure arithmetic over a Record. Days are ordinals (``date.toordinal``); in a template, where nothing has
a date, day 0 is the first day of the definition.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction

from orderlint.dosing.model import Course, Dose, Step
from orderlint.guards import passage
from orderlint.interval_sets import meet
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order, Record


class Stretch(NamedTuple):
    """Days ``first`` to ``last`` (included; None: no end) of one step of one order."""

    first: int
    last: int | None
    step: Step
    order: Order


class Placed(NamedTuple):
    """One order's course on the calendar.

    ``end`` is "known", "open" or "unknown". ``last`` is its last day where that is known.
    ``dated`` is False where no date places it (a patient's order without any date).
    """

    order: Order
    course: Course
    stretches: tuple[Stretch, ...]
    first: int
    last: int | None
    end: str
    dated: bool


def place(order: Order, course: Course, as_of_day: int, template: bool) -> Placed:
    """Lay one course on the calendar, cut at the day the order was stopped."""
    span = course.start or order.start or order.written
    dated = template or span is not None
    day0 = 0 if template else (span.first.toordinal() if span is not None else as_of_day)
    stop = order.stopped.last.toordinal() if order.stopped is not None else None
    if stop is not None and not dated:  # it ended that day, but nobody knows how long it ran or at which step
        day0, stop = min(day0, stop), None
    stretches = []
    for step in course.steps:
        first = day0 + step.first_day
        last = None if step.last_day is None else day0 + step.last_day
        if stop is not None:
            if first > stop:
                continue
            last = stop if last is None else min(last, stop)
        stretches.append(Stretch(first, last, step, order))
    end = course.end
    if order.over and stop is None:
        end = "unknown"
    elif stop is not None:
        end = "known"
    lasts = [s.last for s in stretches]
    ends = [x for x in lasts if x is not None]
    known = max(ends) if ends and len(ends) == len(lasts) and end == "known" else None
    first_day = min((s.first for s in stretches), default=day0)
    return Placed(order, course, tuple(stretches), first_day, known, end, dated)


def placed_orders(record: Record, ingredient: str, takes_part: Callable[[Order], bool]) -> tuple[Placed, ...]:
    """Every order of ``ingredient`` that ``takes_part``, on the calendar, in the order of their days.

    An order that is over, nobody knows since when, is taken to run until the day before the next order
    of the same ingredient begins: history without end dates doesn't add up to a dose nobody took.
    """
    template = record.mode == "template"
    as_of = record.as_of.toordinal()
    placed = []
    for order in record.orders:
        course = order.plan.course(ingredient)
        if course is not None and takes_part(order):
            placed.append(place(order, course, as_of, template))
    placed.sort(key=lambda p: (p.first, p.order.resource, p.order.key))
    return tuple(_bounded_by_next(p, placed) for p in placed)


def _bounded_by_next(one: Placed, every: list[Placed]) -> Placed:
    if not one.order.over or one.end != "unknown":
        return one
    later = [p.first for p in every if p.first > one.first]
    if not later:
        return one
    stop = min(later) - 1
    cut = tuple(
        s._replace(last=stop if s.last is None else min(s.last, stop))
        for s in one.stretches
        if s.first <= stop
    )
    return one._replace(stretches=cut, last=stop)


def same_order_again(a: Order, b: Order) -> bool:
    """True when one is a later stage of the other (``basedOn`` ...), or both are one order."""
    return a.key == b.key or b.key in a.stage_of or a.key in b.stage_of or (bool(a.twin) and a.twin == b.twin)


def alternatives(a: Order, b: Order) -> bool:
    """True when nobody takes both: different branches of one exclusive selection, ``intent`` option, or
    conditions that no patient meets together."""
    mine = dict(a.alternatives)
    for group, branch in b.alternatives:
        if group in mine and mine[group] != branch:
            return True
    return a.intent == "option" or b.intent == "option" or _conditions_exclude(a, b)


def _conditions_exclude(a: Order, b: Order) -> bool:
    """Whether nobody gets past the guards of both (one below 65 years, the other from 65)."""
    if not a.guards or not b.guards:
        return False
    return any(not meet(passage(a.guards, f).may, passage(b.guards, f).may) for f in ("age", "renal"))


class DayTotal(NamedTuple):
    """What one day adds up to. ``unknown`` says why a part of it can't be counted, else None."""

    total: Dose | None
    parts: tuple[Stretch, ...]
    unknown: str | None


def busiest_day(
    mine: Placed, others: Iterable[Placed], first: int | None = None, last: int | None = None
) -> DayTotal:
    """The highest daily dose on any day on which ``mine`` runs, with all that run beside it.

    Only days from ``first`` to ``last`` (included; None: no bound) are looked at. Parts that are
    alternatives of one another, or stages of one order, count once (the larger). A part whose dose can't
    be computed makes ``unknown``; the total is then of the others alone.
    """
    stretches = list(mine.stretches)
    unknown: str | None = None
    for other in others:
        if other.order.key == mine.order.key:
            continue
        if same_order_again(mine.order, other.order) or alternatives(mine.order, other.order):
            continue
        stretches.extend(other.stretches)
        if (
            unknown is None
            and not other.stretches
            and other.course.why_unknown
            and _may_run_beside(mine, other)
        ):
            unknown = f"{other.order.resource}: {other.course.why_unknown}"
    best: DayTotal | None = None
    days = {s.first for s in stretches} | ({first} if first is not None else set())
    for day in sorted(days):
        if (first is not None and day < first) or (last is not None and day > last):
            continue
        running = [s for s in stretches if s.first <= day and (s.last is None or s.last >= day)]
        if not any(s.order.key == mine.order.key for s in running):
            continue
        today = _total(running)
        unknown = unknown or today.unknown
        if today.total is not None and (
            best is None or best.total is None or today.total.value > best.total.value
        ):
            best = today
    if best is None:
        own = mine.course.peak  # of an order that ended before it began
        return DayTotal(
            own, (), unknown or mine.course.why_unknown or (None if own else "the dose can't be computed")
        )
    return best._replace(unknown=unknown)


def _may_run_beside(mine: Placed, other: Placed) -> bool:
    """Whether an order of which no day is known (it says nothing of dose or days) may run beside it."""
    if mine.last is not None and other.first > mine.last:
        return False
    if other.order.stopped is not None:
        return other.order.stopped.last.toordinal() >= mine.first
    return not other.order.over or other.first >= mine.first


def _total(running: list[Stretch]) -> DayTotal:
    kept = taken_once(running)
    total = Fraction(0)
    unit: str | None = None
    unknown: str | None = None
    for stretch in kept:
        daily = stretch.step.daily
        if daily is None:
            why = stretch.step.problem or "its dose can't be computed"
            unknown = unknown or f"{stretch.order.resource}: {why}"
        elif unit is not None and daily.unit != unit:
            unknown = unknown or f"{stretch.order.resource}: {daily.unit} can't be added to {unit}"
        else:
            unit = daily.unit
            total += daily.value
    return DayTotal(Dose(total, unit) if unit is not None else None, tuple(kept), unknown)


def taken_once(running: list[Stretch]) -> list[Stretch]:
    """Of what nobody takes together keep the one with the most: stages, twins and alternatives of an order,
    and steps of one course (they never share a day unless nobody knows when one ends). A dose that can't
    be computed comes first: it could be the most."""
    ordered = sorted(running, key=_most_first)
    kept: list[Stretch] = []
    for stretch in ordered:
        if not any(_not_both(s.order, stretch.order) for s in kept):
            kept.append(stretch)
    return kept


def _most_first(stretch: Stretch) -> tuple[bool, Fraction, str]:
    daily = stretch.step.daily
    return daily is not None, -daily.value if daily is not None else Fraction(0), stretch.order.key


def _not_both(a: Order, b: Order) -> bool:
    return a.key == b.key or same_order_again(a, b) or alternatives(a, b)
