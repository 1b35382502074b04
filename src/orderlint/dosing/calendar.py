"""Courses of several orders on one calendar: the total of one ingredient on every day.

A sweep over the days on which something changes, so a course of ten years costs no more than one of
ten days. Dates beyond the calendar's end are open ends.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from orderlint.dosing import units
from orderlint.dosing.model import Course
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_LAST = date.max.toordinal()
_MONTH = 30  # days, where nobody says which month
_YEAR = 365


class Segment(NamedTuple):
    """A stretch of days, both included (``last`` None: open), with one total in mg a day.

    ``total`` is None where an order that runs then has no known dose in mg: ``unknown`` says which.
    ``parts`` are the orders that run, as the caller numbered them.
    """

    first: date
    last: date | None
    total: Fraction | None
    parts: tuple[int, ...]
    unknown: tuple[int, ...] = ()


class _Turn(NamedTuple):
    day: int
    begins: bool
    part: int
    daily: Fraction | None


def segments(
    courses: Sequence[tuple[int, Course, date]], stops: Mapping[int, date] | None = None
) -> list[Segment]:
    """The days of all ``courses`` (number of the order, course, date of its day 0), in order.

    ``stops`` gives for an order that was stopped the last day on which it was still taken. Days on
    which nothing runs are in no segment. Steps of one course never add up: where they may overlap
    (an end nobody knows) the highest counts.
    """
    turns: list[_Turn] = []
    for part, course, start in courses:
        stop = stops.get(part) if stops else None
        turns += _turns(part, course, start.toordinal(), stop.toordinal() if stop else None)
    turns.sort(key=lambda turn: turn.day)
    running: dict[int, list[Fraction | None]] = {}
    found: list[Segment] = []
    total = Fraction(0)
    place = 0
    while place < len(turns):
        day = turns[place].day
        while place < len(turns) and turns[place].day == day:
            _, begins, part, daily = turns[place]
            doses = running.setdefault(part, [])
            total -= _highest(doses)
            if begins:
                doses.append(daily)
            else:
                doses.remove(daily)
            total += _highest(doses)
            if not doses:
                del running[part]
            place += 1
        if running:
            last = turns[place].day - 1 if place < len(turns) else None
            _add(found, day, last, total, running)
    return found


def _add(
    found: list[Segment],
    first: int,
    last: int | None,
    total: Fraction,
    running: dict[int, list[Fraction | None]],
) -> None:
    unknown = tuple(sorted(part for part, doses in running.items() if None in doses))
    end = date.fromordinal(last) if last is not None else None
    segment = Segment(
        date.fromordinal(first), end, None if unknown else total, tuple(sorted(running)), unknown
    )
    before = found[-1] if found else None
    if (
        before is not None
        and before.last is not None
        and before.last.toordinal() + 1 == first
        and before[2:] == segment[2:]
    ):
        found[-1] = before._replace(last=end)
    else:
        found.append(segment)


def _turns(part: int, course: Course, day0: int, stop: int | None) -> list[_Turn]:
    turns: list[_Turn] = []
    if not course.steps or course.problem:
        return _pair(part, day0, stop, None)
    adrift = False  # after a step that ends nobody knows when, no later day is sure
    for step in course.steps:
        daily = step.daily.value if step.daily is not None and step.daily.unit == "mg/d" else None
        adrift = adrift or (course.end == "unknown" and step.last_day is None)
        last = None if adrift or step.last_day is None else day0 + step.last_day
        if stop is not None:
            last = stop if last is None else min(last, stop)
        turns += _pair(part, day0 + step.first_day, last, daily)
    return turns


def _pair(part: int, first: int, last: int | None, daily: Fraction | None) -> list[_Turn]:
    if first > _LAST or first < 1 or (last is not None and last < first):
        return []
    begin = _Turn(first, True, part, daily)
    return [begin] if last is None or last >= _LAST else [begin, _Turn(last + 1, False, part, daily)]


def _highest(doses: list[Fraction | None]) -> Fraction:
    return max((dose for dose in doses if dose is not None), default=Fraction(0))


def length(value: Fraction, unit: str, start: date | None = None) -> Fraction | None:
    """A bound in days. Whole months and years go by the calendar from ``start``; else by 30 and 365."""
    if unit not in ("mo", "a"):
        return units.days(value, unit)
    if start is None or value.denominator != 1:
        return value * (_MONTH if unit == "mo" else _YEAR)
    months = start.month - 1 + int(value) * (1 if unit == "mo" else 12)
    year, month = start.year + months // 12, months % 12 + 1
    if not 1 <= year <= date.max.year:
        return value * (_MONTH if unit == "mo" else _YEAR)
    end = date(year, month, min(start.day, _days_in(year, month)))
    return Fraction(end.toordinal() - start.toordinal())


def _days_in(year: int, month: int) -> int:
    if month == 12:
        return 31
    return date(year, month + 1, 1).toordinal() - date(year, month, 1).toordinal()
