"""The latest result in a window."""

from datetime import date, timedelta
from fractions import Fraction

from orderlint.dosing.model import DateSpan
from orderlint.facts.laboratory import latest
from orderlint.record import Facts, Lab

DAY = date(2026, 3, 1)


def potassium(value: str, days: int, width: int = 0) -> Lab:
    first = DAY + timedelta(days)
    return Lab("potassium", Fraction(value), "mmol/L", DateSpan(first, first + timedelta(width)), value)


def value_of(*labs: Lab, within: int = 30) -> str | None:
    found = latest(Facts(labs=labs), "potassium", DAY, within)
    return found.source if found else None


def test_the_window_has_both_ends() -> None:
    assert value_of(potassium("4", -30)) == "4"
    assert value_of(potassium("4", -31)) is None
    assert value_of(potassium("4", 0)) == "4"
    assert value_of(potassium("4", 1)) is None


def test_the_latest_counts_and_of_one_day_the_lowest() -> None:
    assert value_of(potassium("3", -9), potassium("4", -2)) == "4"
    assert value_of(potassium("4", -2), potassium("3", -2)) == "3"


def test_a_partial_date_must_lie_in_it() -> None:
    assert value_of(potassium("4", -40, 20)) is None
    assert value_of(potassium("4", -20, 10)) == "4"


def test_other_kinds_do_not_count() -> None:
    assert value_of(potassium("4", -2)._replace(kind="magnesium")) is None
