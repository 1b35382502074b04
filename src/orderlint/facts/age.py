"""Age on a day, as an interval of whole years: partial birth dates are certain, or unknown."""

from __future__ import annotations

from datetime import date

from orderlint.dosing.model import DateSpan
from orderlint.exact import Fraction
from orderlint.interval import Interval, point
from orderlint.namedtuple import NamedTuple
from orderlint.record import Facts


class Age(NamedTuple):
    """``years`` is None where nothing is known. ``fact`` says it in words, without the birth date."""

    years: Interval | None
    fact: str
    why: str  # why it is unknown


def completed_years(birth: date, day: date) -> int:
    """Whole years from ``birth`` to ``day``; someone born on 29 February turns a year older on 1 March."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def age_on(facts: Facts, day: DateSpan) -> Age:
    """The age of the patient on ``day``, [least, most] in completed years."""
    if facts.birth is None:
        source = facts.birth_source
        return Age(
            None,
            "",
            f"{source} has no usable birthDate" if source else "no Patient with a birthDate was found",
        )
    least = completed_years(facts.birth.last, day.first)
    exact = facts.birth.first == facts.birth.last and day.first == day.last
    most = least if exact else completed_years(facts.birth.first, day.last)
    if most < 0:
        return Age(None, "", "the birthDate lies after the order")
    least = max(least, 0)
    words = str(least) if least == most else f"{least} to {most}"
    source = facts.birth_source or "Patient"
    if least == most:
        return Age(point(Fraction(least)), f"age {words} on {day.last.isoformat()} ({source})", "")
    years = Interval(Fraction(least), Fraction(most), True, True)
    return Age(
        years,
        f"age {words} ({source})",
        f"a partial date leaves the age between {least} and {most} ({source})",
    )
