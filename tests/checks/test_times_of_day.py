"""What is over, by the clock, when something else begins that day, in each kind of sum."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from orderlint.findings import Measure
from orderlint.record import Clock, Moment, Order
from orderlint.timeline import busiest_day, placed_orders, taken_once

from .made import DAY, check, mg_d, order, step, view

ZERO = DAY.toordinal()
LIMIT: dict[str, Any] = {"limit": mg_d(80)}


def at(day: int, hour: int, zone: int | None = 0) -> Moment:
    return Moment(ZERO + day, hour * 3600, zone)


def ending(hour: int, day: int = 5, daily: int = 60, zone: int | None = 0, **more: Any) -> Order:
    clock = Clock(at(0, 8), at(day, hour, zone))
    return order("baclofen", step(0, day, daily), key="1", clock=clock, **more)


def beginning(hour: int, day: int = 5, daily: int = 60, zone: int | None = 0, **more: Any) -> Order:
    clock = Clock(at(day, hour, zone), None)
    return order("baclofen", step(0, None, daily), key="2", start=day, clock=clock, **more)


def states(*orders: Order) -> list[str]:
    return [check("max-daily-dose", LIMIT, orders, nth=n).state for n in range(len(orders))]


@pytest.mark.parametrize("hour", [10, 14])
def test_one_that_is_over_does_not_add_up(hour: int) -> None:
    assert states(ending(10), beginning(hour)) == ["clear", "clear"]


@pytest.mark.parametrize(
    "other",
    [
        beginning(9),
        beginning(14, day=4),
        beginning(14, zone=120),
        beginning(14, zone=None),
        order("baclofen", step(0, None, 60), key="2", start=5),
        order("baclofen", step(0, None, 60), key="2", start=4, clock=Clock(at(5, 14), None)),
    ],
)
def test_it_adds_up_where_the_clock_does_not_tell(other: Order) -> None:
    assert states(ending(10), other) == ["fires", "fires"]


def test_the_other_does_not_count_for_one_that_it_relieves() -> None:
    assert states(ending(10, daily=60), beginning(14, daily=100)) == ["clear", "fires"]


def test_of_those_beside_it_only_what_runs_at_one_moment_counts() -> None:
    steady = order("baclofen", step(0, None, 30), key="3")
    assert states(ending(10, daily=50), beginning(14, daily=50), steady) == ["clear", "clear", "clear"]
    assert states(ending(10, daily=50), beginning(9, daily=50), steady) == ["fires", "fires", "fires"]


def test_a_step_that_ends_earlier_is_not_the_end_of_the_order() -> None:
    two_steps = order("baclofen", step(0, 5, 60), step(6, 9, 30), key="1", clock=Clock(None, at(9, 10)))
    assert states(two_steps, beginning(14)) == ["fires", "fires"]


def test_a_single_dose_is_given_whatever_runs_after_it() -> None:
    once = order("baclofen", step(0, 0, 30, 1), key="1", start=5, clock=Clock(at(5, 8), at(5, 9)))
    assert states(once, beginning(14)) == ["fires", "fires"]
    some_hours = order("baclofen", step(0, 0, 30, 3), key="1", start=5, clock=Clock(at(5, 2), at(5, 9)))
    assert states(some_hours, beginning(14)) == ["clear", "clear"]


def test_a_moment_without_length_keeps_its_own_dose() -> None:
    nothing = order("baclofen", step(0, 0, 90), key="1", start=5, clock=Clock(at(5, 8), at(5, 8)))
    assert states(nothing, beginning(14)) == ["fires", "clear"]


def test_a_stopped_order_and_its_successor() -> None:
    clock = Clock(at(0, 8), at(5, 10))
    stopped = order("baclofen", step(0, None, 60), key="1", status="stopped", stopped=5, clock=clock)
    assert states(stopped, beginning(14)) == ["clear", "clear"]
    assert states(stopped, beginning(9)) == ["fires", "fires"]


def test_a_week_holds_what_runs_one_after_another() -> None:
    params = {"routes": (), "from": Measure(Fraction(0), "g/wk"), "to": Measure(Fraction(40), "g/wk")}
    one = order("albumin human", step(0, 2, 10000), key="1", clock=Clock(None, at(2, 10)))
    other = order("albumin human", step(0, 2, 10000), key="2", start=2, clock=Clock(at(2, 14), None))
    assert check("weekly-amount", params, [one, other]).measured == Measure(Fraction(60), "g/wk")
    stretches = [
        s
        for p in placed_orders(view([one, other]).record, "albumin human", lambda _: True)
        for s in p.stretches
    ]
    assert len(taken_once(stretches)) == 1
    assert len(taken_once(stretches, one_day=False)) == 2


@pytest.mark.parametrize(("hour", "state"), [(14, "clear"), (9, "fires")])
def test_patches(hour: int, state: str) -> None:
    made = {"route": "topical"}
    one = order("lidocaine", step(0, 5, 2, 1, "{patch}"), clock=Clock(None, at(5, 10)), **made)
    clock = Clock(at(5, hour), None)
    other = order("lidocaine", step(0, None, 2, 1, "{patch}"), key="2", start=5, clock=clock, **made)
    assert check("patch-wear", {"routes": (), "max_at_once": 3}, [one, other], nth=1).state == state


@pytest.mark.parametrize(("hour", "state"), [(14, "clear"), (10, "clear"), (9, "fires")])
@pytest.mark.parametrize("nth", [0, 1])
def test_drugs_that_are_not_to_run_together(hour: int, state: str, nth: int) -> None:
    params = {"with": frozenset({"baclofen", "tizanidine"}), "says": "too"}
    next_one = order("tizanidine", step(0, None, 6), key="2", start=5, clock=Clock(at(5, hour), None))
    assert check("together", params, [ending(10), next_one], nth=nth).state == state
    if nth:
        lasting = {**params, "days_after": 1}
        assert check("together", lasting, [ending(10), next_one], nth=nth).state == "fires"


@pytest.mark.parametrize(("hour", "state"), [(14, "clear"), (9, "fires")])
def test_two_of_several_that_relieve_each_other(hour: int, state: str) -> None:
    several = frozenset({"baclofen", "tizanidine", "cyclobenzaprine"})
    params = {"with": several, "at_least": 3, "counting_itself": True, "says": "too"}
    steady = order("cyclobenzaprine", step(0, None, 15), key="3")
    next_one = order("tizanidine", step(0, None, 6), key="2", start=5, clock=Clock(at(5, hour), None))
    assert check("together", params, [steady, ending(10), next_one]).state == state


def test_the_parts_of_a_day_are_those_that_add_up() -> None:
    steady = order("baclofen", step(0, None, 30), key="3")
    record = view([ending(10), beginning(14), steady]).record
    placed = placed_orders(record, "baclofen", lambda _: True)
    mine = next(p for p in placed if p.order.key == "3")
    day = busiest_day(mine, placed)
    assert day.total is not None
    assert day.total.value == 90
    assert len(day.parts) == 2
