"""Texts that the grammar leaves unread, compared with the structure all the same."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.dosing.glance import limit_of_all, without_tail
from orderlint.dosing.model import DoseAndRate, Instruction

from .written import amount, daily, line, only, peak, planned, said, tablets, timing


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("10 mg daily for 7 days starting January 16, 2015", "10 mg daily for 7 days"),
        ("10 mg daily, starting on 2015-01-16.", "10 mg daily"),
        ("10 mg twice daily from days 1-14 of cycle", "10 mg twice daily"),
        ("10 mg daily starting January 16, 2015, then 20 mg daily", None),
        ("10 mg daily from days 1-14 and 20 mg on day 15 of cycle", None),
        ("10 mg daily starting tomorrow", None),
        ("starting January 16, 2015", None),
        ("x" * 3000 + " starting 2015-01-16", None),
    ],
)
def test_only_a_date_at_the_end_is_cut_off(text: str, rest: str | None) -> None:
    assert without_tail(text) == rest


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("1 every 5 minutes as needed; maximum 3 tablets", 3),
        ("1 every 5 minutes as needed, max. 3 doses in total.", 3),
        ("1 every 5 minutes as needed; maximum 3 tablets a day", None),
        ("1 every 5 minutes as needed; maximum 3 tablets per dose", None),
        ("1 every 5 minutes", None),
    ],
)
def test_a_limit_without_a_time(text: str, most: int | None) -> None:
    assert limit_of_all(text) == most


def test_a_length_that_the_text_says_otherwise() -> None:
    order = line(10, daily(days=5), text="10 mg daily for 7 days starting January 16, 2015")
    assert said(planned(order)) == "its text says 7 days, its structure 5"
    assert not planned(order._replace(timing=daily(days=7))).contradictions


def test_times_that_the_text_says_otherwise() -> None:
    text = "10 mg orally twice daily from days 1-14 of cycle"
    assert "its text says 2 a day" in said(
        planned(line(10, timing(frequency=1, period=2, period_unit="d"), text=text))
    )


def test_a_glance_gives_no_number() -> None:
    assert only(line(None, None, text="10 mg daily for 7 days starting January 16, 2015")).peak is None


def test_dose_method_route_and_once_weekly_between_commas() -> None:
    text = "10 milligram, Inject, Subcutaneous route, once weekly"
    assert "a day at most" in said(planned(line(10, daily(5, days=10), text=text)))
    assert peak(line(None, None, text=text)) == "10 mg/d"
    assert only(line(None, None, text="10 mg, inject, 20 mg, once weekly")).peak is None


def test_a_limit_of_the_course_as_that_of_one_administration() -> None:
    text = "1 tablet every 5 minutes as needed for chest pain; maximum 3 tablets"
    minutes = timing(frequency=1, period=5, period_unit="min")
    one = line(amount(1, "{tablet}"), minutes, text=text, max_per_administration=amount(3, "{tablet}"))
    assert "its text limits the course to 3" in said(planned(one, product=tablets(1)))
    fits = one._replace(max_per_administration=amount(1, "{tablet}"))
    assert "limits" not in said(planned(fits, product=tablets(1)))


@pytest.mark.parametrize(
    ("calculated", "ordered", "wrong"),
    [("mg/m2", "mg", True), ("mg", "mg/m2", False), ("mg/m2", "mg/m2", False), ("mg", "mg", False)],
)
def test_a_calculated_dose_per_square_metre_of_an_ordered_one_in_mg(
    calculated: str, ordered: str, wrong: bool
) -> None:
    doses = (
        DoseAndRate("calculated", amount(Fraction(10), calculated), None, "/doseAndRate/0"),
        DoseAndRate("ordered", amount(Fraction(10), ordered), None, "/doseAndRate/1"),
    )
    order = Instruction("/dosageInstruction/0", timing=daily(), doses=doses)
    assert ("calculated" in said(planned(order))) == wrong
    assert ("calculated" in said(planned(order._replace(timing=None)))) == wrong
