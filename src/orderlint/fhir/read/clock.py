"""Dates that are written with a time of day, and what the times say of the instructions of one order.

Everything else of an order counts in days. By days alone, what ends on the day on which something else
begins runs beside it on that day; written with times, as inpatient systems do, it may be over by then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from orderlint.dosing.model import DateSpan, Instruction
from orderlint.fhir.read.shape import Json
from orderlint.record import Moment

_WRITTEN = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]+)?)?"
    r"(?:Z|([+-])([01][0-9]):([0-5][0-9]))?"
)
_SHORTEST, _LONGEST = 16, 40  # characters


def moment(value: object) -> Moment | None:
    """A dateTime with a time of day; None for a mere date and for what FHIR doesn't write so."""
    if not isinstance(value, str) or not _SHORTEST <= len(value) <= _LONGEST:
        return None
    found = re.fullmatch(_WRITTEN, value)
    if found is None:
        return None
    day, hour, minute, second, sign, hours, minutes = found.groups()
    zone = 0 if value[-1] == "Z" else None
    if sign:
        zone = (int(hours) * 60 + int(minutes)) * (-1 if sign == "-" else 1)
    try:
        ordinal = date.fromisoformat(day).toordinal()
    except ValueError:
        return None
    return Moment(ordinal, int(hour) * 3600 + int(minute) * 60 + int(second or 0), zone)


def bounds(order: Json, instructions: Sequence[Instruction]) -> list[tuple[object, object]]:
    """For each of ``instructions``, as read from ``order``, the start and end of its bounds as written."""
    value = order.get("dosageInstruction")
    written = value if isinstance(value, list) else [value]
    return [_bounds(one) for one in written][: len(instructions)]


def _bounds(instruction: object) -> tuple[object, object]:
    found = instruction
    for key in ("timing", "repeat", "boundsPeriod"):
        found = found.get(key) if isinstance(found, dict) else None
    return (found.get("start"), found.get("end")) if isinstance(found, dict) else (None, None)


def in_turn(order: Json, read: tuple[Instruction, ...]) -> tuple[Instruction, ...]:
    """The instructions of ``order``; one that is over, by the clock, before another begins on that day is
    taken to end on the day before.

    That day is the later one's. The earlier one runs on the day before with no less.
    """
    if len(read) < 2 or not any(_last(one) for one in read):
        return read
    written = bounds(order, read)
    starts = [m for start, _ in written if (m := moment(start)) is not None]
    overs = [moment(end) if starts else None for _, end in written]
    return tuple(
        [
            _a_day_less(one) if over is not None and any(over.relieved_by(m) for m in starts) else one
            for one, over in zip(read, overs, strict=True)
        ]
    )


def _last(one: Instruction) -> DateSpan | None:
    repeat = one.timing.repeat if one.timing is not None else None
    return repeat.bounds_end if repeat is not None else None


def _a_day_less(one: Instruction) -> Instruction:
    """The same where it begins on an earlier day; what begins and ends on one day is given on that day."""
    timing = one.timing
    repeat = timing.repeat if timing is not None else None
    if timing is None or repeat is None or repeat.bounds_start is None or repeat.bounds_end is None:
        return one
    if repeat.bounds_start.last >= repeat.bounds_end.first:
        return one
    last = repeat.bounds_end.last - timedelta(days=1)
    shorter = repeat._replace(bounds_end=DateSpan(last, last))
    return one._replace(timing=timing._replace(repeat=shorter))
