"""The day's ceiling, its later days, and products of one strength."""

from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import Amount, Strength

from .made import check, mg, mg_d, order, step

LATER: dict[str, Any] = {"limit": mg_d(4500), "after_days": 3}


@pytest.mark.parametrize("mode", ["patient", "template"])
@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((step(0, 2, 6000),), "clear"),
        ((step(0, 3, 6000),), "fires"),
        ((step(0, None, 6000),), "fires"),
        ((step(0, 2, 6000), step(3, None, 4500)), "clear"),
        ((step(0, 2, 6000), step(3, None, 4600)), "fires"),
    ],
)
def test_only_later_days_count(mode: str, steps: Any, state: str) -> None:
    one = order("methocarbamol", *steps, start=0 if mode == "patient" else None)
    assert check("max-daily-dose", LATER, one, mode).state == state


def test_an_order_that_continues_another_has_no_early_days() -> None:
    first = order("methocarbamol", step(0, 2, 6000), key="0")
    second = order("methocarbamol", step(0, 2, 6000), key="1", start=3)
    assert check("max-daily-dose", LATER, [first, second], nth=0).state == "clear"
    assert check("max-daily-dose", LATER, [first, second], nth=1).state == "fires"
    after_a_break = order("methocarbamol", step(0, 2, 6000), key="1", start=5)
    assert check("max-daily-dose", LATER, [first, after_a_break], nth=1).state == "clear"


def test_an_unknown_dose_stays_undecided() -> None:
    assert check("max-daily-dose", LATER, order("methocarbamol", step(0, None, None))).state == "undecided"
    assert check("max-daily-dose", LATER, order("methocarbamol")).state == "undecided"


def tablet(value: int) -> Strength:
    amount, one = Fraction(value), Fraction(1)
    return Strength("metaxalone", Amount(amount, amount, "mg", ""), Amount(one, one, "{tablet}", ""), "name")


@pytest.mark.parametrize(
    ("daily", "strengths", "state"),
    [
        (2880, (tablet(640),), "fires"),
        (2560, (tablet(640),), "clear"),
        (2880, (tablet(800),), "clear"),
        (2560 + 640, (), "clear"),  # 800 mg at a time are no tablets of 640
        (640 * 5, (), "undecided"),
        (640 * 4, (), "clear"),
    ],
)
def test_only_products_of_that_strength(daily: int, strengths: Any, state: str) -> None:
    params = {"limit": mg_d(2560), "product_strength": mg(640)}
    times = 5 if state == "undecided" else 4
    one = order("metaxalone", step(0, None, daily, times), strengths=strengths)
    assert check("max-daily-dose", params, one).state == state
