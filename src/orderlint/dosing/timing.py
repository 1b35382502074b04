"""How often: the administrations of one instruction on its busiest day, on average, and how long.

Everything is per instruction; amounts come in at :mod:`orderlint.dosing.regimen`. "Times" below is
the number of administrations on the busiest day (the peak), "mean" their average over all days.
"""

from __future__ import annotations

from math import ceil, floor

from orderlint.dosing import units
from orderlint.dosing.model import Contradiction, DateSpan, Repeat, Timing
from orderlint.dosing.number import spell
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

ONE = Fraction(1)
WEEK = 7
MEALS = 3  # what C, AC and PC stand for where nothing else counts them
_GENERAL = frozenset(("C", "AC", "PC"))
_WEEKDAYS = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
NO_TIMING = "it does not say how often the dose is given"


class Schedule(NamedTuple):
    """What one ``Timing`` comes to.

    ``length`` is the number of days from the first to the last that may see a dose, both counted;
    None where nothing ends it; ``ends`` where something does, but nobody says when. ``number`` is how
    many administrations there are in all, where a count says so. ``run`` is the length of one
    administration, ``step`` the time from one to the next where a period says so, both in days.
    ``slots`` are the times of day that were named, for finding doses taken together. ``problem``: why
    ``times`` is None. ``weekdays`` are the days of the week on which alone doses fall (empty: on any),
    ``dates`` those of single doses where nothing but dates says when; both for telling shared days.
    """

    times: Fraction | None = None
    mean: Fraction | None = None
    number: int | None = None
    length: int | None = None
    ends: bool = False
    start: DateSpan | None = None
    end: DateSpan | None = None
    run: Fraction | None = None
    step: Fraction | None = None
    slots: frozenset[str] = frozenset()
    contradictions: tuple[Contradiction, ...] = ()
    pointers: tuple[str, ...] = ()
    problem: str | None = None
    weekdays: frozenset[str] = frozenset()
    dates: tuple[DateSpan, ...] = ()


class _Rhythm(NamedTuple):
    """Times and mean of one ``Repeat`` or of the events; both None when it says too little of them.

    ``lacking`` says what is missing where something else may still give it, ``problem`` what is wrong.
    """

    times: Fraction | None = None
    mean: Fraction | None = None
    step: Fraction | None = None
    problem: str | None = None
    lacking: str | None = None
    clash: str | None = None


_SILENT = _Rhythm()


def schedule(timing: Timing | None) -> Schedule:
    """All that ``timing`` says; a :class:`Schedule` with a ``problem`` where it says too little."""
    if timing is None:
        return Schedule(problem=NO_TIMING)
    repeat, code, here = timing.repeat, timing.code, timing.pointer
    if repeat is None and code is None and not timing.events:
        return Schedule(problem=timing.problem or NO_TIMING, pointers=(here,))
    if repeat is not None and code is not None:
        repeat, code = _told_apart(repeat, code)

    said = _Rhythm()
    pointers: list[str] = []
    clashes: list[Contradiction] = []
    weekdays: frozenset[str] | None = None
    for part, name in ((repeat, "repeat"), (code, "code")):
        if part is None:
            continue
        rhythm = _rhythm(part)
        where = part.pointer or f"{here}/{name}"
        if rhythm.clash:
            clashes.append(Contradiction(rhythm.clash, where))
        if rhythm != _SILENT:
            pointers.append(where)
        if rhythm.times is not None:
            weekdays = _both(weekdays, part.day_of_week)
        if said.times is not None and rhythm.times is not None and said[:2] != rhythm[:2]:
            text = f"timing.repeat says {_often(said)}, timing.code {_often(rhythm)}"
            clashes.append(Contradiction(text, here))
        said = _larger(said, rhythm)

    length, start, end, fault = _bounds(repeat)
    count, fault_of_count = _count(repeat)
    if timing.events:
        pointers.append(f"{here}/event")
    dates: tuple[DateSpan, ...] = ()
    if timing.events and said.times is None:
        dates = timing.events
        said = said if said.problem else _dates(timing.events)
        start, end = min(timing.events), max(timing.events, key=lambda event: event.last)
        length = end.last.toordinal() - start.first.toordinal() + 1
    elif said.times is not None:
        if timing.events:  # dated doses of a course that goes on
            weekdays = None
            said = said._replace(times=max(said.times, Fraction(_most_at_once(timing.events))))
        if count:
            said, length = _counted(said, count, length)
    elif count:
        # A number of administrations without a rhythm: one is one; more might all be today.
        said = _Rhythm(Fraction(count), Fraction(count), problem=said.problem)
        length = 1 if count == 1 else length
        pointers.append((repeat.pointer if repeat else "") or f"{here}/repeat")
    problem = timing.problem or fault or fault_of_count or said.problem
    if said.times is None and not problem:
        problem = said.lacking or NO_TIMING
    return Schedule(
        times=None if problem else said.times,
        mean=None if problem else said.mean,
        number=count,
        length=length,
        ends=length is None and (count is not None or _ends(repeat)),
        start=start,
        end=end,
        run=_run(repeat),
        step=said.step,
        slots=_slots(repeat),
        contradictions=tuple(clashes),
        pointers=tuple(dict.fromkeys(pointers)),
        problem=problem,
        weekdays=weekdays or frozenset(),
        dates=dates,
    )


def _both(before: frozenset[str] | None, days: tuple[str, ...]) -> frozenset[str]:
    """Weekdays of two parts of a timing, either of which may count: empty (any day) if either's are."""
    here = frozenset(day.lower() for day in days)
    return here if before is None else (before | here if before and here else frozenset())


def _told_apart(repeat: Repeat, code: Repeat) -> tuple[Repeat, Repeat | None]:
    """Repeat and code so that each can be read alone: what only the other says, completes it."""
    if code.problem:
        return repeat, code
    if _general_only(code):
        # "twice a day" in repeat and "before meals" in code are one rhythm.
        return repeat._replace(when=tuple(dict.fromkeys(repeat.when + code.when))), None
    slots = repeat.when or repeat.time_of_day
    if repeat.period is None and repeat.period_max is None and not slots:
        if repeat.frequency is None and repeat.frequency_max is None:
            whole = code._replace(day_of_week=repeat.day_of_week or code.day_of_week)
            own = repeat._replace(day_of_week=())
            return own, whole
        repeat = repeat._replace(period=code.period, period_max=code.period_max, when=code.when)
        repeat = repeat._replace(period_unit=code.period_unit)
    if repeat.day_of_week and not code.day_of_week:
        code = code._replace(day_of_week=repeat.day_of_week)
    return repeat, code


def _counted(said: _Rhythm, count: int, length: int | None) -> tuple[_Rhythm, int | None]:
    """A rhythm that ends after ``count`` administrations, and the days it takes (at most ``length``)."""
    times, mean = said.times, said.mean
    if times is None or mean is None:
        return said, length
    last = floor((count - 1) * said.step if said.step is not None else (count - 1) / mean)
    if length is not None and length <= last:
        return said._replace(times=min(times, Fraction(count))), length
    times = min(times, Fraction(count))
    return said._replace(times=times, mean=min(times, Fraction(count, last + 1))), last + 1


# ---------------------------------------------------------------- rhythm


def _rhythm(repeat: Repeat) -> _Rhythm:
    if repeat.problem:
        return _Rhythm(problem=repeat.problem)
    frequency, fault = _frequency(repeat)
    period, fault_of_period = _period(repeat)
    if fault or fault_of_period:
        return _Rhythm(problem=fault or fault_of_period)
    weekdays = {day.lower() for day in repeat.day_of_week}
    if not weekdays <= _WEEKDAYS:
        return _Rhythm(problem="dayOfWeek names a day that is none of the week")
    slots, general = _slot_count(repeat)
    if period is None:
        if slots:
            return _slots_only(slots, general, frequency, weekdays)
        if frequency is not None:
            return _Rhythm(lacking="it gives a frequency without a period")
        if weekdays:
            return _Rhythm(lacking="it names days of the week, but not how often on them")
        return _Rhythm()
    spoken = frequency is not None
    if frequency is None:
        frequency = ONE  # FHIR: "if no frequency is stated, the event occurs once per period"
    times, mean = _spread(frequency, period, weekdays)
    step = None if weekdays or slots else period / frequency
    clash = None
    if slots and not spoken:
        times = max(times, Fraction(slots)) if period < 1 else Fraction(slots)
        mean = times * _share(period, weekdays)
    elif slots and not general and slots not in (times, frequency):
        clash = f"it names {slots} times of day, but a frequency of {_often(_Rhythm(times, mean))}"
        if slots > times:
            mean = max(mean, slots * _share(period, weekdays))
            times = Fraction(slots)
    elif slots and not general and slots > times:
        times = Fraction(slots)  # twice in two days, morning and evening: both may be on one day
    return _Rhythm(times, mean, step, clash=clash)


def _slots_only(slots: int, general: bool, frequency: Fraction | None, weekdays: set[str]) -> _Rhythm:
    """``when`` / ``timeOfDay`` without a period; a frequency beside them is their count said again."""
    times, clash = Fraction(slots), None
    if frequency is not None and frequency != slots:
        if general:
            times = Fraction(ceil(frequency))
        else:
            clash = f"it names {slots} times of day, but a frequency of {spell(frequency)}"
            times = max(times, Fraction(ceil(frequency)))
    return _Rhythm(times, times * len(weekdays) / WEEK if weekdays else times, clash=clash)


def _spread(frequency: Fraction, period: Fraction, weekdays: set[str]) -> tuple[Fraction, Fraction]:
    """Times on the busiest day and mean of ``frequency`` in each ``period`` (days), evenly spread."""
    if not weekdays:
        mean = frequency / period
        return Fraction(ceil(mean)), mean
    named = len(weekdays)
    if period <= 1:  # so often on each of the days named
        daily = frequency / period
        return Fraction(ceil(daily)), daily * named / WEEK
    if period < WEEK:  # which of the named days are hit can't be told: all of it may fall on one
        return Fraction(ceil(frequency)), min(frequency / period, frequency * named / WEEK)
    weeks = period / WEEK
    # "once a week on Monday, Wednesday, Friday" is in practice once on each of them.
    return Fraction(ceil(frequency / (weeks * named))), max(frequency, weeks * named) / period


def _share(period: Fraction, weekdays: set[str]) -> Fraction:
    """The share of days that see a dose at all."""
    if weekdays:
        return Fraction(len(weekdays), WEEK)
    return ONE / max(period, ONE)


def _frequency(repeat: Repeat) -> tuple[Fraction | None, str | None]:
    most: Fraction | None = None
    for value in (repeat.frequency, repeat.frequency_max):
        if value is None:
            continue
        if value.numerator <= 0:
            return None, "its frequency is not more than nothing"
        most = value if most is None or value > most else most
    return most, None


def _period(repeat: Repeat) -> tuple[Fraction | None, str | None]:
    shortest: Fraction | None = None
    for value in (repeat.period, repeat.period_max):
        if value is None:
            continue
        if value.numerator <= 0:
            return None, "its period is not more than nothing"
        shortest = value if shortest is None or value < shortest else shortest
    if shortest is None:
        return None, None
    if repeat.period_unit is None:
        return None, "its period has no unit"
    if repeat.period_unit == "d":
        return shortest, None
    length = units.days(shortest, repeat.period_unit)
    return (length, None) if length else (None, "the unit of its period is not a unit of time")


def _slot_count(repeat: Repeat) -> tuple[int, bool]:
    """How many administrations ``when`` and ``timeOfDay`` name, and whether only in general (meals)."""
    if not repeat.when and not repeat.time_of_day:
        return 0, False
    named = set(repeat.when)
    general = named & _GENERAL
    # when and timeOfDay together are FHIR's way of saying one thing twice (it forbids both).
    particular = max(len(named - general), len(set(repeat.time_of_day)))
    return MEALS * len(general) + particular, bool(general) and not particular


def _slots(repeat: Repeat | None) -> frozenset[str]:
    if repeat is None or not (repeat.when or repeat.time_of_day):
        return frozenset()
    return frozenset(repeat.when) | frozenset(repeat.time_of_day)


def _general_only(code: Repeat) -> bool:
    silent = code.frequency is None and code.period is None and code.problem is None
    return silent and bool(code.when) and set(code.when) <= _GENERAL


def _larger(one: _Rhythm, other: _Rhythm) -> _Rhythm:
    if one.problem or other.problem:
        return _Rhythm(problem=one.problem or other.problem)
    if one.times is None or one.mean is None:
        return other if other.times is not None else other._replace(lacking=one.lacking or other.lacking)
    if other.times is None or other.mean is None:
        return one
    busier = one if one[:2] >= other[:2] else other
    return busier._replace(times=max(one.times, other.times), mean=max(one.mean, other.mean))


def _often(rhythm: _Rhythm) -> str:
    times, mean = rhythm.times, rhythm.mean
    if times is None or mean is None:
        return "nothing"
    return f"{spell(times)} a day" + (f" at most, {spell(mean)} on average" if mean < times else "")


# ---------------------------------------------------------------- length


def _count(repeat: Repeat | None) -> tuple[int | None, str | None]:
    """The number of administrations that ends the course, at most, and what is wrong with it."""
    counts = [count for count in (repeat.count, repeat.count_max) if count is not None] if repeat else []
    if any(count <= 0 for count in counts):
        return None, "its count is not more than nothing"
    return max(counts, default=None), None


def _run(repeat: Repeat | None) -> Fraction | None:
    """The length of one administration in days, at most."""
    if repeat is None or (repeat.duration is None and repeat.duration_max is None):
        return None
    longest = max(x for x in (repeat.duration, repeat.duration_max) if x is not None)
    length = units.days(longest, repeat.duration_unit or "")
    return length if length is not None and length > 0 else None


def _ends(repeat: Repeat | None) -> bool:
    """Whether bounds were written whose most is not known, or whose end has no beginning."""
    return repeat is not None and (repeat.bounds_days is not None or repeat.bounds_end is not None)


def _bounds(repeat: Repeat | None) -> tuple[int | None, DateSpan | None, DateSpan | None, str | None]:
    """Length in days, first and last date, and what is wrong with them."""
    if repeat is None:
        return None, None, None, None
    start, end = repeat.bounds_start, repeat.bounds_end
    length: int | None = None
    if start is not None and end is not None:
        length = end.last.toordinal() - start.first.toordinal() + 1
        if length <= 0:
            return None, start, None, "its bounds end before they start"
    if repeat.bounds_days is not None:
        most = repeat.bounds_days[1]
        if most is not None:
            if most <= 0:
                return None, start, end, "its bounds last no time at all"
            length = ceil(most) if length is None else min(length, ceil(most))
    return length, start, end, None


def _dates(events: tuple[DateSpan, ...]) -> _Rhythm:
    """Dated administrations with nothing else said: so many on the busiest date."""
    first = min(event.first.toordinal() for event in events)
    last = max(event.last.toordinal() for event in events)
    return _Rhythm(Fraction(_most_at_once(events)), Fraction(len(events), last - first + 1))


def _most_at_once(events: tuple[DateSpan, ...]) -> int:
    """The most events that may be on one day; a date known to the month may be any of its days."""
    turns = [(event.first.toordinal(), 1) for event in events]
    turns += [(event.last.toordinal() + 1, -1) for event in events]
    turns.sort()
    now = most = 0
    for _, change in turns:
        now += change
        most = max(most, now)
    return most
