"""How strong a preparation is."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.checks.concentration import percent
from orderlint.dosing.model import Amount, Strength

from .made import check, order

PARAMS: dict[str, Any] = {"routes": (), "ingredient": "ketamine", "from": 0.5, "to": 5, "unit": "%"}


def strength(value: str, unit: str, per: str = "1", per_unit: str = "1", of: str = "ketamine") -> Strength:
    amount, below = Fraction(value), Fraction(per)
    return Strength(of, Amount(amount, amount, unit, ""), Amount(below, below, per_unit, ""), "name")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (strength("1", "%"), 1),
        (strength("10", "mg", "1", "mL"), 1),
        (strength("10", "mg", "1", "g"), 1),
        (strength("1", "g", "100", "mL"), 1),
        (strength("1/100", "mg", "1", "mg"), 1),
        (strength("10", "mg/mL"), 1),
        (strength("10", "mg", "1", "{tablet}"), None),
        (strength("10", "mg", "0", "mL"), None),
        (strength("10", "[iU]", "1", "mL"), None),
    ],
)
def test_percent(said: Strength, expected: int | None) -> None:
    assert percent(said) == expected


@pytest.mark.parametrize("mode", ["patient", "template"])
@pytest.mark.parametrize(
    ("value", "state"), [("1/4", "fires"), ("1/2", "clear"), ("5", "clear"), ("6", "fires")]
)
def test_from_and_to_are_allowed(mode: str, value: str, state: str) -> None:
    compound = order("amitriptyline", route="topical", also=("ketamine",), strengths=(strength(value, "%"),))
    assert check("concentration", PARAMS, compound, mode).state == state


def test_an_unknown_strength_is_undecided() -> None:
    assert check("concentration", PARAMS, order("amitriptyline")).state == "undecided"
    other = (strength("1", "%", of="amitriptyline"),)
    assert check("concentration", PARAMS, order("amitriptyline", strengths=other)).state == "undecided"
    own = {k: v for k, v in PARAMS.items() if k != "ingredient"}
    assert check("concentration", own, order("amitriptyline", strengths=other)).state == "clear"
    two = (strength("1", "%"), strength("2", "%"))
    assert check("concentration", PARAMS, order("amitriptyline", strengths=two)).state == "undecided"


@given(st.fractions(0, 100), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_a_wider_range_never_makes_it_fire(value: Fraction, low: int, high: int, more: int) -> None:
    one = order("ketamine", strengths=(strength(str(value), "%"),))
    narrow = check("concentration", {"from": low, "to": high, "unit": "%"}, one)
    wide = check("concentration", {"from": max(0, low - more), "to": high + more, "unit": "%"}, one)
    assert (narrow.state == "fires") == (not low <= value <= high)
    assert not (wide.state == "fires" and narrow.state == "clear")
