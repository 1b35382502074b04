"""A slow calendar that takes every dose of an order, one administration after the other.

It is the oracle of the dose engine: it reads the engine's input types and shares nothing else with it.
Every day of every instruction is played: the hours of its administrations, the mass of each, what the
caps leave of them. What a patient may take on a day is the sum of that; the peak is the highest day.

"f times in p" is played as evenly spread doses, the first of a day at midnight: no day can hold more of
them, and the clock of a patient may strike so on any day. It knows the well-formed orders that tests
build, and raises :class:`OutOfScope` on all others; it never guesses.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from orderlint.dosing.model import Amount, Body, DateSpan, Instruction, Product, Rate, Repeat, Timing

HORIZON = 60  # days that are played of what goes on: longer than anything that runs beside it
LONGEST = 600  # days of a course with an end
DAY = Fraction(24)  # hours
HOURS = {
    "s": Fraction(1, 3600),
    "min": Fraction(1, 60),
    "h": Fraction(1),
    "d": DAY,
    "wk": 7 * DAY,
    "mo": Fraction("30.4375") * DAY,
    "a": Fraction("365.25") * DAY,
}
MILLIGRAMS = {"g": Fraction(1000), "mg": Fraction(1), "ug": Fraction(1, 1000)}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERY_MEAL = ("C", "AC", "PC")


class OutOfScope(Exception):
    """The order is not one that this calendar can play."""


class Course(NamedTuple):
    """What was taken: milligrams on each day played. ``last`` is None for a course that goes on."""

    by_day: dict[date, Fraction]
    first: date
    last: date | None

    @property
    def peak(self) -> Fraction:
        return max(self.by_day.values(), default=Fraction(0))


class Given(NamedTuple):
    """What it takes to weigh a dose of one ingredient of one product."""

    ingredient: str
    product: Product
    body: Body


def replay(
    instructions: Sequence[Instruction], product: Product, start: date, body: Body, ingredient: str
) -> Course:
    """Take every dose of the order from ``start`` on, in milligrams of ``ingredient``."""
    given = Given(ingredient, product, body)
    taken: dict[date, Fraction] = {}
    first: date | None = None
    last: date | None = None
    begin: date | None = start
    for together in _steps(instructions):
        if begin is None:
            raise OutOfScope("a step without a length that another one follows")
        ends: list[date | None] = []
        for instruction in together:
            days, end = _days(instruction, begin)
            alike: dict[object, Fraction] = {}  # without dates of its own, a Monday is like any Monday
            dates = instruction.timing is not None and bool(instruction.timing.events)
            for day in days:
                key = day if dates else day.weekday()
                if key not in alike:
                    alike[key] = _taken_on(instruction, day, given)
                taken[day] = taken.get(day, Fraction(0)) + alike[key]
            first = days[0] if first is None else min(first, days[0])
            ends.append(end)
        known = [end for end in ends if end is not None]
        last = max(known) if len(known) == len(ends) else None
        begin = None if last is None else last + timedelta(1)
    if first is None:
        raise OutOfScope("no instruction")
    return Course(taken, first, last)


def _steps(instructions: Sequence[Instruction]) -> list[list[Instruction]]:
    """Equal sequences run together, different ones follow one another; none at all is one step."""
    numbers = {i.sequence for i in instructions}
    if None in numbers:
        if len(numbers) > 1:
            raise OutOfScope("some instructions have a sequence and some have none")
        return [list(instructions)]
    return [[i for i in instructions if i.sequence == n] for n in sorted(n for n in numbers if n is not None)]


# ------------------------------------------------------------------------------------------- days


def _days(instruction: Instruction, begin: date) -> tuple[list[date], date | None]:
    """The days of an instruction whose step begins on ``begin``, and its last day (None: it goes on)."""
    timing = instruction.timing or Timing()
    if timing.events:
        return _each_day(min(_day(e) for e in timing.events), max(_day(e) for e in timing.events))
    repeat = _repeat(timing)
    first = max(begin, _day(repeat.bounds_start)) if repeat.bounds_start else begin
    ends: list[date] = []
    if repeat.bounds_end is not None:
        ends.append(_day(repeat.bounds_end))
    if repeat.bounds_days is not None:
        longest = repeat.bounds_days[1]
        if longest is None:
            raise OutOfScope("bounds without a length")
        ends.append(first + timedelta(-(-longest.numerator // longest.denominator) - 1))
    most = repeat.count_max or repeat.count
    if most is not None:
        ends.append(_day_of_dose(instruction, first, most))
    return _each_day(first, min(ends)) if ends else (_each_day(first, first + timedelta(HORIZON))[0], None)


def _each_day(first: date, last: date) -> tuple[list[date], date]:
    if last < first or (last - first).days > LONGEST:
        raise OutOfScope("a course that is no course")
    return [first + timedelta(n) for n in range((last - first).days + 1)], last


def _day(span: DateSpan) -> date:
    if span.first != span.last:
        raise OutOfScope("a date that is not a day")
    return span.first


def _day_of_dose(instruction: Instruction, first: date, number: int) -> date:
    """The day of the ``number``-th dose, for a patient who takes the first at once."""
    for place, (day, _) in enumerate(administrations(instruction, first), start=1):
        if place == number:
            return day
    raise OutOfScope("a count that is never reached")


def administrations(instruction: Instruction, first: date) -> Iterator[tuple[date, Fraction]]:
    """Day and hour of one administration after the other, from ``first`` on, without an end of its own."""
    repeat = _repeat(instruction.timing or Timing())
    hours = _slots(repeat)
    gap = _gap(repeat)
    if hours is None and gap is None:
        if repeat.count != 1:
            raise OutOfScope("no telling when")
        yield first, Fraction(0)
        return
    if hours is None and not repeat.day_of_week:
        assert gap is not None
        for number in range(10**5):
            passed = number * gap
            yield first + timedelta(passed // DAY), passed % DAY
        return
    every = 1 if gap is None or hours is None else max(1, gap // DAY)  # "every second day, in the morning"
    for number in range(0, 10**5):
        day = first + timedelta(number)
        if number % every == 0 and _falls_on(repeat, day):
            for hour in _hours(repeat):
                yield day, hour


# --------------------------------------------------------------------------------- one day's doses


def _taken_on(instruction: Instruction, day: date, given: Given) -> Fraction:
    """The most milligrams that the instruction lets a patient take on ``day``, one dose after the other."""
    timing = instruction.timing or Timing()
    if timing.events:
        doses = [_per_dose(instruction, given) for event in timing.events if _day(event) == day]
    elif not _falls_on(_repeat(timing), day):
        doses = []
    elif _runs_all_day(instruction):
        doses = [_per_hour(instruction, given) for _ in range(24)]
    else:
        hours = _hours(_repeat(timing))
        by_rate = any(one.dose is None for one in instruction.doses)
        if by_rate and len(hours) * _hours_of_one(instruction) > DAY:
            raise OutOfScope("infusions longer than the day")
        doses = [_per_dose(instruction, given) for _ in hours]
        most = _repeat(timing).count_max or _repeat(timing).count
        if most is not None:
            doses = doses[:most]
    taken = sum(doses, Fraction(0))
    for cap in instruction.max_per_period:
        taken = min(taken, _allowed(cap, instruction, given))
    return taken


def _hours(repeat: Repeat) -> list[Fraction]:
    """The hours of a day, counted from midnight, at which a dose is taken on the busiest possible day."""
    slots = _slots(repeat)
    spread = _spread(repeat)
    if slots is None and spread is None:
        if repeat.count == 1:
            return [Fraction(0)]
        raise OutOfScope("no telling how often")
    if slots is None or (spread is not None and set(repeat.when) <= set(EVERY_MEAL) and repeat.when):
        assert spread is not None
        return spread  # the frequency counts: "twice a day, before meals"
    if spread is not None and set(repeat.when) & set(EVERY_MEAL):
        raise OutOfScope("a frequency beside general and particular times")
    return slots if spread is None or len(slots) >= len(spread) else spread


def _spread(repeat: Repeat) -> list[Fraction] | None:
    """Evenly spread doses of one day, the first at midnight. Doses of certain weekdays fall on these."""
    gap = _gap(repeat)
    if gap is None:
        return None
    hours = [Fraction(0)]
    while hours[-1] + gap < DAY:
        hours.append(hours[-1] + gap)
    if repeat.day_of_week and gap * _frequency(repeat) > DAY:
        hours = _dealt(repeat, gap * _frequency(repeat))
    return hours


def _dealt(repeat: Repeat, period: Fraction) -> list[Fraction]:
    """The doses of a period of weeks, dealt out to its weekdays: those of the day that gets most."""
    weeks = period / HOURS["wk"]
    if weeks.denominator != 1 or _frequency(repeat).denominator != 1:
        raise OutOfScope("weekdays in a period that is not of weeks")
    piles = [0] * (len(repeat.day_of_week) * int(weeks))
    for number in range(int(_frequency(repeat))):
        piles[number % len(piles)] += 1
    return [number * DAY / max(piles) for number in range(max(piles))]


def _slots(repeat: Repeat) -> list[Fraction] | None:
    """One dose at each particular time, three where it says "meals"; the hours only tell them apart."""
    if repeat.when and repeat.time_of_day:
        raise OutOfScope("when beside timeOfDay")
    if repeat.time_of_day:
        return [_clock(text) for text in sorted(repeat.time_of_day)]
    if repeat.when:
        number = sum(3 if event in EVERY_MEAL else 1 for event in repeat.when)
        return [slot * DAY / number for slot in range(number)]
    return None


def _clock(text: str) -> Fraction:
    hour, minute, *_ = text.split(":")
    return Fraction(int(hour)) + Fraction(int(minute), 60)


def _gap(repeat: Repeat) -> Fraction | None:
    """Hours from one dose to the next, if they are spread evenly and as near as the order allows."""
    if repeat.frequency is None and repeat.frequency_max is None:
        if repeat.period is not None and not (repeat.when or repeat.time_of_day):
            raise OutOfScope("a period without a frequency")
        return None
    if repeat.period is None or repeat.period_unit is None:
        raise OutOfScope("a frequency without a period")
    shortest = repeat.period if repeat.period_max is None else min(repeat.period, repeat.period_max)
    if shortest <= 0 or _frequency(repeat) <= 0:
        raise OutOfScope("no time between doses")
    return shortest * HOURS[repeat.period_unit] / _frequency(repeat)


def _frequency(repeat: Repeat) -> Fraction:
    most = repeat.frequency_max or repeat.frequency
    if most is None:
        raise OutOfScope("no frequency")
    return most


def _falls_on(repeat: Repeat, day: date) -> bool:
    return not repeat.day_of_week or WEEKDAYS[day.weekday()] in repeat.day_of_week


def _repeat(timing: Timing) -> Repeat:
    return timing.repeat or timing.code or Repeat()


# ---------------------------------------------------------------------------------- mass of a dose


def _per_dose(instruction: Instruction, given: Given) -> Fraction:
    """Milligrams of one administration: the largest dose said, no more than an administration may have."""
    said = []
    for one in instruction.doses:
        if one.dose is not None:
            said.append(_weigh(one.dose, given))
        elif isinstance(one.rate, Rate):
            said.append(_milligrams_per_hour(one.rate, given) * _hours_of_one(instruction))
    if not said:
        raise OutOfScope("no dose")
    most = max(said)
    if instruction.max_per_administration is not None:
        most = min(most, _weigh(instruction.max_per_administration, given))
    return most


def _runs_all_day(instruction: Instruction) -> bool:
    repeat = _repeat(instruction.timing or Timing())
    return all(one.dose is None for one in instruction.doses) and repeat.duration is None


def _per_hour(instruction: Instruction, given: Given) -> Fraction:
    rates = [one.rate for one in instruction.doses if isinstance(one.rate, Rate)]
    if not rates:
        raise OutOfScope("no dose and no rate")
    return max(_milligrams_per_hour(rate, given) for rate in rates)


def _milligrams_per_hour(rate: Rate, given: Given) -> Fraction:
    hours = _most(rate.denominator) * HOURS[rate.denominator.unit or "?"]
    return _weigh(rate.numerator, given) / hours


def _hours_of_one(instruction: Instruction) -> Fraction:
    repeat = _repeat(instruction.timing or Timing())
    longest = repeat.duration_max or repeat.duration
    if longest is None:
        raise OutOfScope("a rate without a duration")
    return longest * HOURS[repeat.duration_unit or "?"]


def _weigh(amount: Amount, given: Given) -> Fraction:
    """Milligrams of an amount, by its high side: of mass, of product by its strength, or per kg."""
    most, unit = _most(amount), amount.unit
    if unit in MILLIGRAMS:
        if len(given.product.strengths) > 1:
            raise OutOfScope("one mass of a product with several ingredients")
        return most * MILLIGRAMS[unit]
    if unit == "mg/kg":
        if given.body.weight_kg is None:
            raise OutOfScope("no weight")
        return most * given.body.weight_kg
    for strength in given.product.strengths:
        form = given.product.dose_form if unit is None else unit
        if strength.ingredient == given.ingredient and strength.per.unit == form:
            mass = _most(strength.amount) * MILLIGRAMS[strength.amount.unit or "?"]
            return most / _most(strength.per) * mass
    raise OutOfScope(f"no strength for {unit}")


def _most(amount: Amount) -> Fraction:
    if amount.high is None or amount.problem is not None:
        raise OutOfScope("an amount without an upper side")
    return amount.high


def _allowed(cap: Rate, instruction: Instruction, given: Given) -> Fraction:
    """What "never more than N in any window" leaves of one day: N at the start of each window of the day."""
    window = _most(cap.denominator) * HOURS[cap.denominator.unit or "?"]
    in_window = (
        _most(cap.numerator) * _per_dose(instruction, given)
        if cap.numerator.unit == "{dose}"
        else _weigh(cap.numerator, given)
    )
    if window <= 0:
        raise OutOfScope("a cap on no time")
    allowed, begins = Fraction(0), Fraction(0)
    while begins < DAY:
        allowed += in_window
        begins += window
    return allowed


def mean(instruction: Instruction, first: date, days: int, given: Given) -> Fraction:
    """Milligrams a day of one instruction over ``days`` days from ``first``, each administration counted."""
    last = first + timedelta(days)
    number = 0
    for day, _ in administrations(instruction, first):
        if day >= last:
            break
        number += 1
    return number * _per_dose(instruction, given) / days
