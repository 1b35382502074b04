"""Raises: how far, how soon, and at which order."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.findings import Measure

from .made import check, mg_d, order, step

PARAMS: dict[str, Any] = {"max_gap_days": 3, "max_raise": mg_d(15), "min_days": 3, "info_days": 7}


@pytest.mark.parametrize("mode", ["patient", "template"])
@pytest.mark.parametrize(
    ("days", "to", "state", "severity"),
    [
        (7, 30, "clear", None),
        (7, 31, "fires", None),
        (3, 30, "fires", "info"),
        (6, 30, "fires", "info"),
        (2, 30, "fires", None),
        (2, 15, "clear", None),
        (2, 10, "clear", None),
    ],
)
def test_inside_one_order(mode: str, days: int, to: int, state: str, severity: str | None) -> None:
    one = order(
        "baclofen", step(0, days - 1, 15), step(days, None, to), start=0 if mode == "patient" else None
    )
    found = check("titration", PARAMS, one, mode)
    assert (found.state, found.severity) == (state, severity)


def test_from_order_to_order_at_the_later_one() -> None:
    first = order("baclofen", step(0, 9, 15), key="0")
    second = order("baclofen", step(0, None, 60), key="1", start=10)
    found = check("titration", PARAMS, [first, second], nth=1)
    assert found.state == "fires"
    assert found.measured == mg_d(45)
    assert check("titration", PARAMS, [first, second], nth=0).state == "clear"


def test_an_order_added_to_one_that_goes_on_is_a_raise() -> None:
    first = order("baclofen", step(0, None, 30), key="0")
    second = order("baclofen", step(0, None, 30), key="1", start=10)
    assert check("titration", PARAMS, [first, second], nth=1).state == "fires"


def test_a_day_shared_by_the_old_and_the_new_order_is_no_raise() -> None:
    old = order("baclofen", step(0, None, 30), key="0", status="stopped", stopped=10)
    new = order("baclofen", step(0, None, 40), key="1", start=10)
    assert check("titration", PARAMS, [old, new], nth=1).state == "clear"


def test_days_count_from_the_last_change_of_any_kind() -> None:
    one = order("baclofen", step(0, 9, 30), step(10, 11, 15), step(12, None, 20))
    assert check("titration", PARAMS, one).measured == Measure(Fraction(2), "d")


def test_after_a_break_the_dose_starts_anew() -> None:
    first = order("baclofen", step(0, 9, 15), key="0")
    later = order("baclofen", step(0, None, 60), key="1", start=14)
    assert check("titration", PARAMS, [first, later], nth=1).state == "clear"
    soon = order("baclofen", step(0, None, 60), key="1", start=13)
    assert check("titration", PARAMS, [first, soon], nth=1).state == "fires"


def test_an_unknown_dose_before_leaves_it_open() -> None:
    assert (
        check("titration", PARAMS, order("baclofen", step(0, 9, None), step(10, None, 60))).state
        == "undecided"
    )


def test_without_dates_orders_do_not_follow_one_another() -> None:
    undated = order("baclofen", step(0, 9, 15), key="0", start=None)
    second = order("baclofen", step(0, None, 60), key="1")
    assert check("titration", PARAMS, [undated, second], nth=1).state == "undecided"
    steps = order("baclofen", step(0, 9, 15), step(10, None, 60), key="1", start=None)
    assert check("titration", PARAMS, [undated, steps], nth=1).state == "fires"


def test_alternatives_are_not_added() -> None:
    first = order("baclofen", step(0, None, 15), key="0", alternatives=(("g", "a"),))
    other = order("baclofen", step(0, None, 60), key="1", alternatives=(("g", "b"),))
    assert check("titration", PARAMS, [first, other], "template", nth=1).state == "clear"


def test_only_days_or_only_the_raise() -> None:
    one = order("baclofen", step(0, 1, 15), step(2, None, 60))
    assert check("titration", {"max_gap_days": 3, "min_days": 3}, one).measured == Measure(Fraction(2), "d")
    assert check("titration", {"max_gap_days": 3, "max_raise": mg_d(45)}, one).state == "clear"


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 60), st.integers(0, 60))
def test_a_higher_limit_never_makes_it_fire(low: int, high: int, limit: int, more: int) -> None:
    one = order("baclofen", step(0, 29, low), step(30, None, high))
    narrow = check("titration", {"max_gap_days": 0, "max_raise": mg_d(limit)}, one)
    wide = check("titration", {"max_gap_days": 0, "max_raise": mg_d(limit + more)}, one)
    assert (narrow.state == "fires") == (high - low > limit)
    assert not (wide.state == "fires" and narrow.state == "clear")


def test_after_a_break_the_last_dose_before_it_counts() -> None:
    params = {**PARAMS, "look_back_days": 90}
    before = order("baclofen", step(0, 9, 40), step(10, 29, 15), key="2", start=-100)  # until day -71
    again = order("baclofen", step(0, None, 60))
    found = check("titration", params, [again, before])
    assert found.state == "fires"
    assert "from 15 to 60 mg/d after 70 days without" in found.message
    assert check("titration", params, [again, before], nth=1).state == "clear", (
        "it is the later one that rises"
    )
    assert check("titration", PARAMS, [again, before]).state == "clear", "only where the protocol looks back"
    for last, state in ((19, "fires"), (18, "clear")):  # 90 and 91 days before the first
        short = order("baclofen", step(10, last, 15), key="2", start=-109)
        assert check("titration", params, [again, short]).state == state
    same = order("baclofen", step(0, None, 30))
    assert check("titration", params, [same, before]).state == "clear", "by 15, and the first day is no raise"


def test_an_unknown_dose_before_a_break() -> None:
    params = {**PARAMS, "look_back_days": 90}
    before = order("baclofen", step(0, 9, None), key="2", start=-50)
    found = check("titration", params, [order("baclofen", step(0, None, 60)), before])
    assert found.state == "undecided"
    assert found.needs
    small = order("baclofen", step(0, None, 15))
    assert check("titration", params, [small, before]).state == "clear", "no more than one step from nothing"


def _refills(*days: tuple[int, int | None], daily: float = 30) -> list[Any]:
    return [
        order("baclofen", step(0, None if last is None else last - first, daily), key=str(n), start=first)
        for n, (first, last) in enumerate(days)
    ]


def _states(orders: list[Any], mode: str = "patient") -> list[str]:
    return [check("titration", PARAMS, orders, mode, nth=n).state for n in range(len(orders))]


@given(st.integers(1, 12), st.integers(2, 90), st.data())
def test_a_refill_that_overlaps_is_no_raise(fills: int, days: int, data: Any) -> None:
    overlap = data.draw(st.integers(0, days // 3))
    spans: list[tuple[int, int | None]] = [
        (n * (days - overlap), n * (days - overlap) + days - 1) for n in range(fills)
    ]
    assert set(_states(_refills(*spans))) == {"clear"}
    assert set(_states(_refills(*spans[:-1], (spans[-1][0], None)))) == {"clear"}


@pytest.mark.parametrize(
    "spans",
    [
        ((0, None), (40, None)),  # both go on
        ((0, None), (40, 70)),  # the first goes on
        ((0, 70), (40, 70)),  # they end together
        ((0, 90), (40, 70)),  # the first outlasts it
        ((0, 30), (10, 31)),  # together for longer than apart
        ((0, 30), (1, 60)),
    ],
)
def test_two_orders_of_one_dose_that_go_on_together_are_a_raise(spans: Any) -> None:
    assert _states(_refills(*spans)) == ["clear", "fires"]


def test_two_refills_for_one_are_a_raise() -> None:
    both = _refills((0, 30), (27, 60), (27, 60))
    assert _states(both) == ["clear", "fires", "fires"]


def test_a_third_order_that_goes_on_does_not_matter() -> None:
    night = order("baclofen", step(0, None, 5, times=1), key="night")
    assert set(_states([*_refills((0, 30), (27, None)), night])) == {"clear"}


def test_a_refill_at_another_dose_is_a_raise_while_they_overlap() -> None:
    first, second = _refills((0, 30))[0], order("baclofen", step(0, None, 45), key="1", start=27)
    assert _states([first, second]) == ["clear", "fires"]


def test_the_last_step_of_one_order_is_renewed_by_the_first_of_the_next() -> None:
    first = order("baclofen", step(0, 9, 15), step(10, 39, 30), key="0")
    second = order("baclofen", step(0, 29, 30), step(30, None, 45), key="1", start=36)
    assert _states([first, second]) == ["clear", "clear"]
    later = order("baclofen", step(0, 29, 30), step(30, None, 60), key="1", start=36)
    assert _states([first, later]) == ["clear", "fires"]
