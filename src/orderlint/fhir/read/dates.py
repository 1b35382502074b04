"""FHIR's date, dateTime, instant and Period as spans of calendar days.

A dateTime counts on the day it was written for, in its own time zone. A value that is no date is a
fault; messages never quote it, because a date can be a patient's birth date.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from orderlint.dosing.model import DateSpan
from orderlint.fhir.read.shape import Faults, Json, child, kind
from orderlint.namedtuple import NamedTuple

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})([T ].*)?)?)?", re.DOTALL)
_TIME = r"T(?:[01][0-9]|2[0-4]):[0-5][0-9](?::(?:[0-5][0-9]|60)(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"


class Period(NamedTuple):
    """A FHIR Period; None is an open or unknown side."""

    start: DateSpan | None
    end: DateSpan | None

    @property
    def span(self) -> DateSpan | None:
        """From the first possible to the last possible day; a missing side takes the other's."""
        if self.start is None or self.end is None:
            return self.start or self.end
        return DateSpan(self.start.first, max(self.start.first, self.end.last))


def span(value: str) -> DateSpan | None:
    """The days that ``value`` may mean: a day, a month or a year. None if it is no date."""
    found = _DATE.fullmatch(value)
    if not found:
        return None
    year, month, day = int(found[1]), found[2], found[3]
    try:
        if day is not None:
            only = date(year, int(month), int(day))
            return DateSpan(only, only)
        if month is None:
            return DateSpan(date(year, 1, 1), date(year, 12, 31))
        first = date(year, int(month), 1)
        return DateSpan(first, _last_of_month(first))
    except ValueError:
        return None


def _last_of_month(first: date) -> date:
    if first.month == 12:
        return first.replace(day=31)
    return first.replace(month=first.month + 1) - timedelta(days=1)


def moment(value: object, pointer: str, faults: Faults, what: str, vital: bool = True) -> DateSpan | None:
    """``value`` (of the element named ``what``) as a span of days; None, with a fault, if it is no date."""
    if value is None:
        return None
    if not isinstance(value, str):
        faults.add(pointer, f"{what} is {kind(value)} where a date belongs", vital)
        return None
    found = span(value.strip())
    if found is None:
        faults.add(pointer, f"{what} is not a date", vital)
    elif value != value.strip() or (len(value) > 10 and not re.fullmatch(_TIME, value[10:])):
        faults.add(pointer, f"{what} is not written as FHIR writes a date; only its day was read", vital)
    return found


def day(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> DateSpan | None:
    """``parent[key]`` as a span of days."""
    return moment(parent.get(key), f"{pointer}/{key}", faults, key, vital)


def period(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> Period | None:
    """``parent[key]`` as a Period. One that ends before it starts is a fault, and kept as written."""
    value = child(parent, key, pointer, faults, vital)
    if value is None:
        return None
    where = f"{pointer}/{key}"
    found = Period(day(value, "start", where, faults, vital), day(value, "end", where, faults, vital))
    if found.start and found.end and found.end.last < found.start.first:
        faults.add(where, f"{key} ends before it starts", vital)
    return found


def choice(parent: Json, stem: str, pointer: str, faults: Faults, vital: bool = True) -> DateSpan | None:
    """The days of ``stem``'s dateTime, date, instant or Period ("onset", "performed", "effective" ...)."""
    for ending in ("DateTime", "Date", "Instant"):
        found = day(parent, stem + ending, pointer, faults, vital)
        if found is not None:
            return found
    whole = period(parent, stem + "Period", pointer, faults, vital)
    return whole.span if whole else None
