"""Regimens that run side by side, added up on the days they share and only there.

A line on certain weekdays, or with dates of its own, adds to the others on those days alone. Where
the calendar can't tell which days are shared (an imprecise date, a template), any may be.
"""

from __future__ import annotations

from orderlint.dosing.model import DateSpan, Instruction
from orderlint.dosing.product import Target
from orderlint.dosing.regimen import Regimen, regimen
from orderlint.dosing.sequence import Piece
from orderlint.dosing.timing import Schedule
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_DAYS = 100_000  # lines times days that are told apart; beyond, all lines count on every day


class Part(NamedTuple):
    """One line of a stretch of days, with the regimen it comes to."""

    instruction: Instruction
    when: Schedule
    rule: Regimen


def add_up(parts: list[Part], target: Target, piece: Piece, zero: DateSpan | None) -> Regimen:
    """The most that ``parts`` come to on any day of ``piece``; a ``problem`` where they can't be added."""
    problem = next((each.rule.problem for each in parts if each.rule.problem), None)
    if problem:
        return Regimen(problem=problem)
    unit = parts[0].rule.unit
    other = next((each.rule.unit for each in parts if each.rule.unit != unit), None)
    if other is not None:
        return Regimen(problem=f"its doses are in {unit} and in {other}, and can't be added")
    days = [_one_day(here) for here in _kinds_of_day(parts, target, piece, zero)]
    daily = max(day[0] for day in days)
    times = [day[1] for day in days]
    at_once = [day[2] for day in days]
    mean = sum((each.rule.mean or Fraction(0) for each in parts), Fraction(0))
    return Regimen(
        unit,
        None if None in at_once else max(dose for dose in at_once if dose is not None),
        daily=daily,
        mean=min(mean, daily),
        times=None if None in times else max(number for number in times if number is not None),
        unmet=next((each.rule.unmet for each in parts if each.rule.unmet), None),
    )


def by_slot(parts: list[Part], target: Target, piece: Piece, zero: DateSpan | None) -> dict[str, Fraction]:
    """The most at each time of day that ``when`` or ``timeOfDay`` name, on any day of ``piece``."""
    if not any(each.when.slots for each in parts):
        return {}
    most: dict[str, Fraction] = {}
    for here in _kinds_of_day(parts, target, piece, zero) if len(parts) > 1 else [parts]:
        for slot, dose in _slots(here).items():
            most[slot] = max(dose, most.get(slot, dose))
    return most


# ---------------------------------------------------------------- which days there are


def _kinds_of_day(parts: list[Part], target: Target, piece: Piece, zero: DateSpan | None) -> list[list[Part]]:
    """The parts that fall on one day, for each kind of day that ``piece`` has."""
    weekly = any(each.when.weekdays for each in parts)
    exact = [_exact(each.when) for each in parts]
    if not weekly and not any(exact):
        return [parts]
    always = [each for each, dated in zip(parts, exact, strict=True) if not dated]
    by_date = _by_date(parts, exact, target, piece, zero)
    if len(by_date) * len(always) > MOST_DAYS:
        return [parts]
    found = [[each for each in always if _falls_on(each, name)] for name in _weekdays(parts, piece, zero)]
    for day, here in by_date.items():
        found.append([*(each for each in always if _falls_on(each, WEEK[(day - 1) % 7])), *here])
    # No line falls on any of these days: a sum that is too high is on the safe side of none.
    return [here for here in found if here] or [parts]


def _exact(when: Schedule) -> bool:
    """Whether the doses are on dates that are all known to the day."""
    return bool(when.dates) and all(span.first == span.last for span in when.dates)


def _falls_on(part: Part, weekday: str) -> bool:
    return not part.when.weekdays or weekday in part.when.weekdays


def _by_date(
    parts: list[Part], exact: list[bool], target: Target, piece: Piece, zero: DateSpan | None
) -> dict[int, list[Part]]:
    """By the ordinal of each date within ``piece``, what the dated lines give on it."""
    found: dict[int, list[Part]] = {}
    day0 = zero.first.toordinal() if zero is not None else 0
    for each, dated in zip(parts, exact, strict=True):
        if not dated:
            continue
        number: dict[int, int] = {}
        for span in each.when.dates:
            day = span.first.toordinal()
            number[day] = number.get(day, 0) + 1
        so_often: dict[int, Part] = {}
        for day, times in number.items():
            if day - day0 < piece.first or (piece.last is not None and day - day0 > piece.last):
                continue
            if times not in so_often:
                so_often[times] = _given(each, times, target)
            found.setdefault(day, []).append(so_often[times])
    return found


def _given(part: Part, times: int, target: Target) -> Part:
    """``part`` on a date on which it is given so many times."""
    if part.when.times == times:
        return part
    when = part.when._replace(times=Fraction(times), mean=Fraction(times))
    return part._replace(when=when, rule=regimen(part.instruction, when, target))


def _weekdays(parts: list[Part], piece: Piece, zero: DateSpan | None) -> tuple[str, ...]:
    """The weekdays of ``piece``: all, unless it is shorter than a week and one of its lines is dated."""
    dated = any(each.when.start is not None for each in parts)
    if piece.last is None or piece.last - piece.first >= len(WEEK) - 1 or not dated:
        return WEEK
    if zero is None or zero.first != zero.last:
        return WEEK
    day0 = zero.first.toordinal() - 1  # the first ordinal is a Monday
    return tuple(WEEK[(day0 + day) % 7] for day in range(piece.first, piece.last + 1))


# ---------------------------------------------------------------- one day


def _one_day(here: list[Part]) -> tuple[Fraction, Fraction | None, Fraction | None]:
    """Amount, times and the most at one time of a day with these parts."""
    daily = sum((each.rule.daily or Fraction(0) for each in here), Fraction(0))
    return daily, _times(here), _at_once(here)


def _at_once(here: list[Part]) -> Fraction | None:
    """The most at one time: doses add up only where they name the same time of day."""
    doses = [each.rule.per_dose for each in here if each.rule.per_dose is not None]
    return max((*doses, *_slots(here).values())) if doses and len(doses) == len(here) else None


def _slots(here: list[Part]) -> dict[str, Fraction]:
    found: dict[str, Fraction] = {}
    for each in here:
        for slot in each.when.slots if each.rule.per_dose is not None else ():
            found[slot] = found.get(slot, Fraction(0)) + (each.rule.per_dose or Fraction(0))
    return found


def _times(here: list[Part]) -> Fraction | None:
    total, named = Fraction(0), set[str]()
    by_slot = True
    for each in here:
        if each.rule.times is None:
            return None
        total += each.rule.times
        named |= each.when.slots
        by_slot = by_slot and each.rule.times == len(each.when.slots)
    return Fraction(len(named)) if by_slot and named else total
