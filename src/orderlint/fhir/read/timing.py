"""Timing → :class:`orderlint.dosing.model.Timing`: events, repeat and code, each as it is written.

Nothing is filled in: a frequency without a period stays without. What can't be read becomes a
``problem``, so that the dose is unverifiable. A length of bounds that can't be read is
``bounds_days == (None, None)``: the course ends, but nobody can say when.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from orderlint.dosing.model import DateSpan, Repeat, Timing
from orderlint.dosing.number import number
from orderlint.exact import Fraction
from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.dates import moment, period
from orderlint.fhir.read.quantity import in_days, quantity_of, range_of
from orderlint.fhir.read.shape import Faults, Json, absent, child, enum, items, kind, mapping, show, whole
from orderlint.terminology.timing import TimingCode, event_timing, timing_code

_TIME_UNITS = frozenset(("s", "min", "h", "d", "wk", "mo", "a"))
_WEEKDAYS = frozenset(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\.[0-9]+)?)?"
_MOST_OFFSET = 10**6  # minutes: longer is no offset from a meal or from sleep

Bounds = tuple[Fraction | None, Fraction | None]


def timing_of(parent: Json, key: str, pointer: str, faults: Faults) -> Timing | None:
    """``parent[key]`` as a Timing; None where there is none."""
    where = f"{pointer}/{key}"
    if parent.get(key) is None:
        reason = absent(parent, key)
        return Timing(pointer=where, problem=f"the timing is not given ({reason})") if reason else None
    value = mapping(parent[key], where, faults)
    if value is None:
        said = parent[key] if isinstance(parent[key], str) else None
        return Timing(text=said, pointer=where, problem=f"the timing is {kind(parent[key])}, not a Timing")
    problems: list[str] = []
    if value.get("modifierExtension"):
        problems.append("the timing has a modifierExtension, which changes its meaning")
    events = _events(value, where, faults, problems)
    repeat = _repeat(value, where, faults) if value.get("repeat") is not None else None
    named = concept_of(value, "code", where, faults)
    code, words = (None, None) if named is None else _code(named)
    if named is not None and code is None and not events and repeat is None and words is None:
        problems.append(_unknown_code(named))
    return Timing(events, repeat, code, words, where, "; ".join(problems) or None)


def _events(value: Json, pointer: str, faults: Faults, problems: list[str]) -> tuple[DateSpan, ...]:
    found = []
    for item, where in items(value.get("event"), f"{pointer}/event", faults):
        day = moment(item, where, faults, "event")
        if day is None:
            problems.append("an event of the timing is not a date")
        else:
            found.append(day)
    return tuple(found)


def _code(named: Concept) -> tuple[Repeat | None, str | None]:
    """What a timing code stands for, if it is known, and its words."""
    for coding in named.codings:
        if coding.code is not None:
            known = timing_code(coding.system, coding.code)
            if known is not None:
                return _schedule(known, coding.pointer), named.words
    if named.text is not None:
        known = timing_code(None, named.text)
        if known is not None:
            return _schedule(known, named.pointer), named.text
    return None, named.words


def _schedule(known: TimingCode, pointer: str) -> Repeat:
    """What the code stands for, as a Repeat. A range has its low side first."""
    ranged = known.frequency_min is not None
    return Repeat(
        frequency=known.frequency_min if ranged else known.frequency,
        frequency_max=known.frequency if ranged else None,
        period=known.period,
        period_max=known.period_max,
        period_unit=known.period_unit,
        when=(known.when,) if known.when else (),
        pointer=pointer,
    )


def _unknown_code(named: Concept) -> str:
    code = next((c.code for c in named.codings if c.code), None)
    return f"timing code {show(code)} is not known" if code else "the timing code says nothing"


def _repeat(value: Json, pointer: str, faults: Faults) -> Repeat:
    where = f"{pointer}/repeat"
    body = mapping(value["repeat"], where, faults)
    if body is None:
        return Repeat(pointer=where, problem=f"timing.repeat is {kind(value['repeat'])}, not an object")
    problems: list[str] = []

    def size(key: str) -> Fraction | None:
        return _positive(body, key, where, faults, problems)

    def unit(key: str) -> str | None:
        found = enum(body, key, _TIME_UNITS, where, faults)
        if found is None and body.get(key) is not None:
            problems.append(f"{key} is not a unit of time that FHIR knows")
        return found

    bounds_days, bounds_start, bounds_end = _bounds(body, where, faults)
    return Repeat(
        frequency=size("frequency"),
        frequency_max=size("frequencyMax"),
        period=size("period"),
        period_max=size("periodMax"),
        period_unit=unit("periodUnit"),
        count=_count(body, "count", where, faults, problems),
        count_max=_count(body, "countMax", where, faults, problems),
        duration=size("duration"),
        duration_max=size("durationMax"),
        duration_unit=unit("durationUnit"),
        bounds_days=bounds_days,
        bounds_start=bounds_start,
        bounds_end=bounds_end,
        day_of_week=_listed(body, "dayOfWeek", where, faults, problems, known=_WEEKDAYS.__contains__),
        time_of_day=_listed(body, "timeOfDay", where, faults, problems, known=_is_clock),
        when=_listed(body, "when", where, faults, problems, known=_is_event),
        offset_minutes=_offset(body, where, faults),
        pointer=where,
        problem="; ".join(problems) or None,
    )


def _positive(body: Json, key: str, pointer: str, faults: Faults, problems: list[str]) -> Fraction | None:
    """A number above zero; anything else that is written is a problem."""
    written = body.get(key)
    if written is None:
        return None
    found = number(written) if not isinstance(written, (bool, str)) else None
    if found is not None and found > 0:
        return found
    if kind(written) != "a number":
        said = f"{key} is {kind(written)} where a number belongs"
    else:
        said = f"{key} is not a number above zero that can be used"
    faults.add(f"{pointer}/{key}", said)
    problems.append(said)
    return None


def _count(body: Json, key: str, pointer: str, faults: Faults, problems: list[str]) -> int | None:
    found = _positive(body, key, pointer, faults, problems)
    if found is None or found.denominator == 1:
        return None if found is None else found.numerator
    said = f"{key} is not a whole number"
    faults.add(f"{pointer}/{key}", said)
    problems.append(said)
    return None


def _listed(
    body: Json, key: str, pointer: str, faults: Faults, problems: list[str], *, known: Callable[[str], bool]
) -> tuple[str, ...]:
    """The codes of a list. One that isn't known is a problem: left out, it would lessen the dose."""
    found = []
    for item, where in items(body.get(key), f"{pointer}/{key}", faults):
        if isinstance(item, str) and known(item):
            found.append(item)
            continue
        said = f"{key} {show(item)} is not known" if isinstance(item, str) else f"{key} holds {kind(item)}"
        faults.add(where, said)
        problems.append(said)
    return tuple(found)


def _is_clock(value: str) -> bool:
    return re.fullmatch(_CLOCK, value) is not None


def _is_event(value: str) -> bool:
    return event_timing(value) is not None


def _offset(body: Json, pointer: str, faults: Faults) -> int | None:
    """Minutes from the event. It moves a dose within its day, so a broken one is a fault and no problem."""
    found = whole(body, "offset", pointer, faults, False)
    if found is None or 0 <= found <= _MOST_OFFSET:
        return found
    faults.add(f"{pointer}/offset", "offset is not a number of minutes that can be used", False)
    return None


def _bounds(
    body: Json, pointer: str, faults: Faults
) -> tuple[Bounds | None, DateSpan | None, DateSpan | None]:
    days: Bounds | None = None
    for key in ("boundsDuration", "boundsRange"):
        read = quantity_of if key == "boundsDuration" else range_of
        length, wrong = in_days(read(body, key, pointer, faults), key)
        if length is not None:
            days = days or length
        elif wrong is not None:
            faults.add(f"{pointer}/{key}", f"the length of the course can't be read: {wrong}")
            days = days or (None, None)
    within = period(body, "boundsPeriod", pointer, faults)
    if within is None:
        broken = body.get("boundsPeriod") is not None
        return ((None, None) if broken and days is None else days), None, None
    written = child(body, "boundsPeriod", pointer, Faults()) or {}
    if within.end is None and days is None and (written.get("end") is not None or absent(written, "end")):
        days = (None, None)
    return days, within.start, within.end
