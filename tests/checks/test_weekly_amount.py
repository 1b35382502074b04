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
    return every(7, grams, first, last)


def every(days: int | str, grams: int | str, first: int = 0, last: int | None = None) -> Step:
    """So many grams every so many days."""
    amount = Fraction(grams) * 1000
    mean = Dose(amount / Fraction(days), "mg/d")
    return step(first, last, str(amount), 1)._replace(mean=mean, every=Fraction(days))


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


@pytest.mark.parametrize(
    ("days", "grams", "state", "shown"),
    [
        (14, 60, "fires", 60),  # 30 on average, but 60 in one week
        (14, 40, "clear", None),
        (14, 20, "fires", 10),  # too little on average
        (5, 20, "clear", None),  # two of them in some weeks
        (5, 21, "fires", 42),
        (3, 14, "fires", 42),  # days 0, 3 and 6
        (1, 5, "clear", None),
        ("1/2", 2, "clear", None),
    ],
)
def test_the_ceiling_holds_for_the_fullest_week(
    days: int | str, grams: int, state: str, shown: int | None
) -> None:
    found = check("weekly-amount", PARAMS, order("albumin human", every(days, grams)))
    assert found.state == state
    assert (found.measured and found.measured.value) == shown


def test_days_of_the_week_a_course_of_some_doses_and_a_cap() -> None:
    def state(one: Step) -> str:
        return check("weekly-amount", PARAMS, order("albumin human", one)).state

    twice = every("7/2", 20)._replace(every=None)  # Monday and Thursday
    assert state(twice) == "clear"
    assert state(every("7/2", "20.1")._replace(every=None)) == "fires"
    two_doses = every(7, 40, last=7)._replace(mean=Dose(Fraction(10000), "mg/d"))  # 80 g in 8 days
    assert state(two_doses) == "clear"
    capped = every("7/2", 25)._replace(mean=Dose(Fraction(40000, 7), "mg/d"))  # at most 40 g a week
    assert state(capped) == "clear"


def test_the_narrower_limit_is_the_stricter() -> None:
    def rank(grams: int, **params: Measure) -> float:
        found = check("weekly-amount", {"routes": (), **params}, order("albumin human", weekly(grams)))
        assert found.state == "fires"
        return found.rank

    wide, narrow = Measure(Fraction(60), "g/wk"), Measure(Fraction(40), "g/wk")
    assert rank(70, to=narrow) > rank(70, to=wide)
    assert rank(10, **{"from": narrow}) < rank(10, **{"from": wide})
