"""Fractions as numbers and as words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.findings import Measure
from orderlint.report.figures import as_json, as_text, measure_text


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (Fraction(120), 120, "120"),
        (Fraction(804, 10), 80.4, "80.4"),
        (Fraction(1, 3), 0.333333, "0.333333"),
        (Fraction(2000, 3), 666.667, "666.667"),
        (Fraction(1, 1000), 0.001, "0.001"),
        (Fraction(-5, 2), -2.5, "-2.5"),
        (Fraction(0), 0, "0"),
        (Fraction(1_000_000), 1_000_000, "1000000"),
        (Fraction(10**30), 1e30, "1e30"),
        (Fraction(10**400), None, "a number too large or too small to print"),
        (Fraction(1, 10**400), None, "a number too large or too small to print"),
    ],
)
def test_figures(value: Fraction, number: float | None, text: str) -> None:
    assert as_json(value) == number
    assert type(as_json(value)) is type(number)
    assert as_text(value) == text


def test_a_measure_without_a_unit_ends_in_its_number() -> None:
    assert measure_text(Measure(Fraction(3), "")) == "3"


@given(st.decimals(min_value=0, max_value=10**8, places=4))
def test_short_decimals_are_exact(value: object) -> None:
    exact = Fraction(value)  # type: ignore[arg-type]
    assert Fraction(repr(as_json(exact))) == exact
    assert Fraction(as_text(exact)) == exact
