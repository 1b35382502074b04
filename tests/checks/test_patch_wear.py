"""Patches: how many, how often, how long."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.model import Amount, Strength
from orderlint.findings import Measure
from orderlint.record import Order

from .made import check, order, step

PARAMS: dict[str, Any] = {
    "routes": (),
    "max_at_once": 3,
    "max_hours": 12,
    "within_hours": 24,
    "max_per_day": 1,
}
HALF = Fraction(1, 2)
MODES = pytest.mark.parametrize("mode", ["patient", "template"])


def patch(number: int = 3, times: int = 1, run: Fraction | None = HALF, **more: Any) -> Order:
    return order("lidocaine", step(0, None, number * times, times, "{patch}", run), route="topical", **more)


@MODES
def test_three_for_twelve_hours_are_clear(mode: str) -> None:
    assert check("patch-wear", PARAMS, patch(), mode).state == "clear"


@MODES
@pytest.mark.parametrize(
    ("found", "measured"),
    [
        (patch(number=4), Measure(Fraction(4), "{patch}")),
        (patch(times=2), Measure(Fraction(2), "/d")),
        (patch(run=Fraction(3, 4)), Measure(Fraction(18), "h")),
    ],
)
def test_more_longer_or_oftener_fires(mode: str, found: Order, measured: Measure) -> None:
    outcome = check("patch-wear", PARAMS, found, mode)
    assert (outcome.state, outcome.measured) == ("fires", measured)


@MODES
def test_without_a_time_to_take_it_off_it_is_undecided(mode: str) -> None:
    outcome = check("patch-wear", PARAMS, patch(run=None), mode)
    assert outcome.state == "undecided"
    assert check("patch-wear", PARAMS, patch(number=4, run=None), mode).state == "fires"


def test_patches_of_two_orders_add_up() -> None:
    assert check("patch-wear", PARAMS, [patch(number=2), patch(number=2, key="2")]).state == "fires"
    later = patch(number=2, key="2", alternatives=(("g", "a"),))
    assert check("patch-wear", PARAMS, [patch(number=2, alternatives=(("g", "b"),)), later]).state == "clear"


def test_a_dose_in_milligrams_is_counted_by_what_one_patch_holds() -> None:
    one = Strength(
        "lidocaine",
        Amount(Fraction(36), Fraction(36), "mg", ""),
        Amount(Fraction(1), Fraction(1), "{patch}", ""),
        "name",
    )
    dose = step(0, None, 144, 1, "mg", HALF)
    fired = check("patch-wear", PARAMS, order("lidocaine", dose, route="topical", strengths=(one,)))
    assert fired.measured == Measure(Fraction(4), "{patch}")


def test_a_cream_is_no_patch() -> None:
    cream = order("lidocaine", step(0, None, 6, 3, "g"), route="topical")
    assert check("patch-wear", PARAMS, cream).state == "clear"
    assert check("patch-wear", PARAMS, order("lidocaine", route="topical", dose_form="mL")).state == "clear"
    assert check("patch-wear", PARAMS, order("lidocaine", route="topical")).state == "undecided"


@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 9))
def test_allowing_more_never_makes_it_fire(number: int, limit: int, more: int) -> None:
    narrow = check("patch-wear", {"routes": (), "max_at_once": limit}, patch(number))
    wide = check("patch-wear", {"routes": (), "max_at_once": limit + more}, patch(number))
    assert (narrow.state == "fires") == (number > limit)
    assert not (wide.state == "fires" and narrow.state == "clear")
