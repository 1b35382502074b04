"""Ages of whole and partial dates."""

from datetime import date
from fractions import Fraction

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.facts.age import age_on, completed_years
from orderlint.interval import Interval, point
from orderlint.record import Facts


def day(text: str) -> DateSpan:
    return DateSpan(date.fromisoformat(text), date.fromisoformat(text))


@pytest.mark.parametrize(
    ("birth", "on", "years"),
    [
        ("1960-06-15", "2025-06-14", 64),
        ("1960-06-15", "2025-06-15", 65),
        ("1960-02-29", "2025-02-28", 64),
        ("1960-02-29", "2025-03-01", 65),
        ("2025-06-15", "2025-06-15", 0),
    ],
)
def test_completed_years(birth: str, on: str, years: int) -> None:
    assert completed_years(date.fromisoformat(birth), date.fromisoformat(on)) == years


def test_a_partial_birth_date_is_an_interval() -> None:
    facts = Facts(birth=DateSpan(date(1960, 1, 1), date(1960, 12, 31)), birth_source="Patient/1")
    assert age_on(facts, day("2025-06-15")).years == Interval(Fraction(64), Fraction(65), True, True)
    assert age_on(facts, day("2026-01-01")).years == Interval(Fraction(65), Fraction(66), True, True)
    assert age_on(facts, day("2025-12-31")).years == point(Fraction(65))


def test_no_birth_date_is_unknown_and_says_so() -> None:
    assert age_on(Facts(), day("2025-06-15")).years is None
    assert "birthDate" in age_on(Facts(birth_source="Patient/1"), day("2025-06-15")).why


def test_born_after_the_order_is_unknown() -> None:
    facts = Facts(birth=day("2030-01-01"), birth_source="Patient/1")
    assert age_on(facts, day("2025-06-15")).years is None


def test_words_never_hold_the_birth_date() -> None:
    facts = Facts(birth=day("1960-06-15"), birth_source="Patient/1")
    found = age_on(facts, day("2025-06-15"))
    assert "1960" not in found.fact + found.why
