import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.number import number, show, spell


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, Fraction(3)),
        (Decimal("80.4"), Fraction(402, 5)),
        (Decimal("0.10"), Fraction(1, 10)),
        (Decimal("1E+3"), Fraction(1000)),
        ("2.5", Fraction(5, 2)),
        (-1, Fraction(-1)),
        (0.1, Fraction(1, 10)),
    ],
)
def test_exact(value: object, expected: Fraction) -> None:
    assert number(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        True,
        None,
        [],
        {},
        "",
        "ten",
        "1_0",
        "１０",
        "Infinity",
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1e999999999"),
        Decimal("1e-999999999"),
        "1e999999999",
        "9" * 5000,
        pytest.param(1 << 20_000, id="too long a whole number"),
        float("nan"),
        float("inf"),
        Decimal("0." + "1" * 40),
    ],
)
def test_no_number(value: object) -> None:
    assert number(value) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("80", "80"),
        ("402/5", "80.4"),
        ("1/3", "0.333333"),
        ("1/1000000", "0.000001"),
        ("-5/2", "-2.5"),
        ("-1/4", "-0.25"),
        ("80000001/1000000", "80.000001"),
        ("2000000/3", "666667"),
        ("1/3000000", "0.000000333333"),
    ],
)
def test_spelled(value: str, text: str) -> None:
    assert spell(Fraction(value)) == text


def test_json_shows_what_was_written() -> None:
    assert (
        json.dumps([show(Fraction("80.4")), show(Fraction(80)), show(Fraction("0.1"))]) == "[80.4, 80, 0.1]"
    )


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4, allow_nan=False))
def test_there_and_back(value: Decimal) -> None:
    exact = number(value)
    assert exact is not None
    assert number(spell(exact)) == exact
    assert show(exact) == value or abs(Decimal(str(show(exact))) - value) < Decimal("1e-4")
