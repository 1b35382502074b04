"""Codes for how often and when a drug is taken."""

from __future__ import annotations

from functools import cache

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple
from orderlint.terminology.systems import system_key
from orderlint.terminology.table import rows


class TimingCode(NamedTuple):
    """``frequency`` times every ``period`` ``period_unit``.

    Of a range ("every 6 to 8 hours", "1 to 2 times a day") these are the side that gives more, and
    ``frequency_min`` or ``period_max`` the other. ``when`` is the event that the code names, if any.
    """

    frequency: Fraction
    period: Fraction
    period_unit: str
    when: str | None = None
    frequency_min: Fraction | None = None
    period_max: Fraction | None = None


class EventTiming(NamedTuple):
    """``general``: the code stands for every meal, not for one time of the day."""

    per_day: int
    general: bool


def timing_code(system: str | None, code: str) -> TimingCode | None:
    """What a timing code stands for; None if it is not known.

    Without a system, or with one that is not known, the abbreviation itself is read in any case
    ("bid"). Words ("twice a day") are not codes.
    """
    key, code = system_key(system), code.strip()
    codes = _codes()
    if key == "snomed":
        return codes.get(("snomed", code))
    return codes.get(("gts", code.upper())) or codes.get(("text", code.upper()))


def event_timing(code: str) -> EventTiming | None:
    """What a code of ``Timing.repeat.when`` stands for; None if it is not known."""
    return _events().get(code)


@cache
def _codes() -> dict[tuple[str, str], TimingCode]:
    return {
        (system, code): TimingCode(
            Fraction(frequency),
            Fraction(period),
            unit,
            when or None,
            Fraction(least) if least else None,
            Fraction(longest) if longest else None,
        )
        for system, code, frequency, period, unit, when, least, longest, _ in rows("timing")
    }


@cache
def _events() -> dict[str, EventTiming]:
    return {code: EventTiming(int(per_day), bool(general)) for code, per_day, general, _ in rows("events")}
