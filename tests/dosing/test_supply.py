"""Quantity and days of supply against dose and course."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.dosing.model import Amount, Product, Supply

from .written import NAMELESS, amount, daily, line, per, planned, said, strength, tablets

TABLET = amount(1, "{tablet}")


def supply(
    number: int | str, unit: str | None = "{tablet}", days: int | None = None, repeats: int | None = None
) -> Supply:
    return Supply(amount(number, unit), None if days is None else Fraction(days), repeats, "/dispenseRequest")


def test_days_of_supply_without_a_strength() -> None:
    order = line(TABLET, daily(2))
    found = planned(order, product=NAMELESS, supply=supply(30, days=30))
    assert said(found) == "30 tablet for 30 days are 1 {tablet} a day, its dose is 2 {tablet} a day"
    assert found.contradictions[0].pointer == "/dispenseRequest"


@pytest.mark.parametrize(("number", "wrong"), [(60, False), (56, False), (50, True), (84, False), (90, True)])
def test_what_is_a_plain_difference(number: int, wrong: bool) -> None:
    found = planned(line(TABLET, daily(2)), product=tablets(10), supply=supply(number, days=30))
    assert bool(found.contradictions) == wrong


def test_a_course_without_days_of_supply() -> None:
    order = line(TABLET, daily(2, days=10))
    assert "its course of 10 days takes 20" in said(planned(order, supply=supply(5)))
    for fits in (supply(20), supply(28), supply(100), supply(5, repeats=3), supply(1, None), supply(1, "1")):
        assert not planned(order, supply=fits).contradictions, fits
    assert not planned(line(TABLET, daily(2)), supply=supply(5)).contradictions  # goes on: no telling


def test_less_may_do_of_a_range_or_as_needed() -> None:
    short = supply(30, days=30)
    some = Amount(Fraction(1), Fraction(2), "{tablet}", "/dose")
    for order in (
        line(some, daily()),
        line(TABLET, daily(1, frequency_max=3)),
        line(TABLET, daily(2), as_needed=True),
        line(TABLET, daily(2), max_per_period=(per(2, "{tablet}", 1, "d"),)),
    ):
        assert not planned(order, supply=short).contradictions, order
    assert planned(line(some, daily()), supply=supply(90, days=30)).contradictions  # more than the most


def test_fills_that_nobody_needs() -> None:
    """A vial a fill: neither 10 mL for 30 days nor all the fills for them are 60 units a day."""
    pen = Product("drug", (strength(100, "[iU]", 1, "mL"),))
    order = line(amount(60, "U"), daily())
    assert planned(order, product=pen, supply=supply(10, "mL", 30, 6)).contradictions
    assert not planned(order, product=pen, supply=supply(10, "mL", 30, 1)).contradictions
    assert not planned(order, product=pen, supply=supply(20, "mL", 30)).contradictions


def test_a_syringe_holds_the_volume_that_its_strength_names() -> None:
    order = line(10, daily(5, days=10))
    filled = Product("drug", (strength(10, "mg", "0.2", "mL"),), "mL")
    assert "1 syringe are 10 mg" in said(planned(order, product=filled, supply=supply(1, "{syringe}")))
    of_any_size = Product("drug", (strength(10, "mg", 1, "mL"),), "mL")
    assert not planned(order, product=of_any_size, supply=supply(1, "{syringe}")).contradictions
