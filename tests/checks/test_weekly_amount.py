"""What a week adds up to."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.model import Dose, Step
from orderlint.findings import Measure

from .made import check, order, step

LOW, HIGH = Measure(Fraction(20), "g/wk"), Measure(Fraction(40), "g/wk")
PARAMS: dict[str, Any] = {"routes": (), "from": LOW, "to": HIGH}


def weekly(grams: int | str, first: int = 0, last: int | None = None) -> Step:
    """So many grams a week, all on one of its days."""
    mean = Fraction(grams) * 1000 / 7
    return step(first, last, 25000, 1)._replace(mean=Dose(mean, "mg/d"))


@pytest.mark.parametrize("mode", ["patient", "template"])
@pytest.mark.parametrize(("grams", "state"), [(19, "fires"), (20, "clear"), (40, "clear"), (41, "fires")])
def test_from_and_to_are_allowed(mode: str, grams: int, state: str) -> None:
    start = 0 if mode == "patient" else None
    assert (
        check("weekly-amount", PARAMS, order("albumin human", weekly(grams), start=start), mode).state
        == state
    )


def test_a_course_of_some_days_counts_as_it_is() -> None:
    assert check("weekly-amount", PARAMS, order("albumin human", step(0, 0, 25000, 1))).state == "clear"
    assert check("weekly-amount", PARAMS, order("albumin human", step(0, 1, 25000, 1))).state == "fires"


def test_the_fullest_week_counts_across_steps_and_orders() -> None:
    steps = order("albumin human", step(0, 3, 4000, 1), step(4, 10, 5000, 1))
    assert check("weekly-amount", PARAMS, steps).state == "clear"  # 35 g
    other = order("albumin human", weekly(20), key="2")
    assert check("weekly-amount", PARAMS, [steps, other]).measured == Measure(Fraction(55), "g/wk")


def test_what_is_no_mass_is_undecided() -> None:
    volume = order("albumin human", step(0, None, 100, 1, "mL"))
    assert check("weekly-amount", PARAMS, volume).state == "undecided"
    assert check("weekly-amount", PARAMS, order("albumin human")).state == "undecided"
    assert check("weekly-amount", PARAMS, order("albumin human", step(0, None, None))).state == "undecided"


@given(st.integers(0, 80), st.integers(0, 60), st.integers(0, 60))
def test_a_higher_ceiling_never_makes_it_fire(grams: int, limit: int, more: int) -> None:
    one = order("albumin human", weekly(grams))
    narrow = check("weekly-amount", {"to": Measure(Fraction(limit), "g/wk")}, one)
    wide = check("weekly-amount", {"to": Measure(Fraction(limit + more), "g/wk")}, one)
    assert (narrow.state == "fires") == (grams > limit)
    assert not (wide.state == "fires" and narrow.state == "clear")
