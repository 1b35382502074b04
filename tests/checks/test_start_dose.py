"""First orders, and what they may begin with."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.model import Step
from orderlint.record import Order
from orderlint.tri import COURSE

from .made import check, mg, mg_d, order, statement, step

PARAMS: dict[str, Any] = {"washout_days": 90, "max_single": mg(5), "max_daily": mg_d(15)}
HIGH, LOW = step(0, None, 30), step(0, None, 15)


@pytest.mark.parametrize("mode", ["patient", "template"])
def test_above_the_limit_fires_below_is_clear(mode: str) -> None:
    start = 0 if mode == "patient" else None
    fired = check("start-dose", PARAMS, order("baclofen", HIGH, start=start), mode)
    assert fired.state == "fires"
    assert (fired.measured, fired.limit) == (mg_d(30), mg_d(15))
    assert check("start-dose", PARAMS, order("baclofen", LOW, start=start), mode).state == "clear"


def test_only_the_first_step_is_judged() -> None:
    assert check("start-dose", PARAMS, order("baclofen", step(0, 6, 15), step(7, None, 60))).state == "clear"


def test_one_dose_above_the_single_limit() -> None:
    fired = check("start-dose", PARAMS, order("baclofen", step(0, None, 10, times=1)))
    assert (fired.measured, fired.limit) == (mg(10), mg(5))


def test_times_a_day() -> None:
    params = {"washout_days": 90, "max_times": 3}
    assert check("start-dose", params, order("tizanidine", step(0, None, 8, times=4))).state == "fires"
    assert check("start-dose", params, order("tizanidine", step(0, None, 6, times=3))).state == "clear"


@pytest.mark.parametrize(
    ("days", "state"), [(-30, "clear"), (-89 - 7, "clear"), (-97, "fires"), (0, "fires")]
)
def test_an_order_in_the_washout_makes_it_no_first_one(days: int, state: str) -> None:
    before = order("baclofen", step(0, 6, 15), key="0", start=days)
    assert check("start-dose", PARAMS, [order("baclofen", HIGH), before]).state == state


def test_an_order_by_another_route_does_not_count() -> None:
    pump = order("baclofen", step(0, None, 1), key="0", start=-30, route="intrathecal")
    assert check("start-dose", PARAMS, [order("baclofen", HIGH), pump]).state == "fires"


def test_a_statement_counts_and_an_allergy_does_not() -> None:
    taken = statement("baclofen", since=-200)
    assert check("start-dose", PARAMS, order("baclofen", HIGH), statements=(taken,)).state == "clear"
    allergy = statement("baclofen", kind="allergy", since=-200)
    assert check("start-dose", PARAMS, order("baclofen", HIGH), statements=(allergy,)).state == "fires"


def test_without_dates_nobody_can_say_which_was_first() -> None:
    undated = order("baclofen", LOW, key="0", start=None)
    found = check("start-dose", PARAMS, [order("baclofen", HIGH), undated])
    assert found.state == "undecided"
    assert "MedicationRequest/0 has no date" in found.needs[0].why
    assert check("start-dose", PARAMS, [order("baclofen", LOW), undated]).state == "clear"
    assert check("start-dose", PARAMS, order("baclofen", HIGH, start=None)).state == "fires"


def test_an_order_over_since_nobody_knows_leaves_it_open() -> None:
    old = order("baclofen", LOW, key="0", start=-400, status="completed")
    assert check("start-dose", PARAMS, [order("baclofen", HIGH), old]).state == "undecided"


def test_the_plan_it_was_made_from_is_no_earlier_order() -> None:
    plan = order("baclofen", HIGH, key="0", start=-7, intent="plan")
    mine = order("baclofen", HIGH, stage_of=frozenset("0"))
    assert check("start-dose", PARAMS, [mine, plan]).state == "fires"
    before = order("baclofen", LOW, key="0", start=-7)
    assert check("start-dose", PARAMS, [mine, before]).state == "clear"


def _stages(first: Order, second: Order) -> tuple[str, str]:
    both = [first, second]
    return check("start-dose", PARAMS, both).state, check("start-dose", PARAMS, both, nth=1).state


def _later(*steps: Step, **more: Any) -> Order:
    linked = frozenset("1")
    return order("baclofen", *steps, key="2", stage_of=linked, earlier_stages=linked, **more)


def _earlier(*steps: Step, **more: Any) -> Order:
    return order("baclofen", *steps, stage_of=frozenset("2"), **more)


@pytest.mark.parametrize("daily", [30, 24])
def test_a_later_stage_of_the_same_day_is_no_start_of_its_own(daily: int) -> None:
    assert _stages(_earlier(HIGH), _later(step(0, None, daily))) == ("fires", "clear")


def test_a_later_stage_that_starts_higher_is_told() -> None:
    assert _stages(_earlier(LOW), _later(HIGH)) == ("clear", "fires")
    assert _stages(_earlier(step(0, None, 24)), _later(HIGH)) == ("fires", "fires")
    unknown = step(0, None, None)
    assert _stages(_earlier(unknown), _later(HIGH)) == ("undecided", "fires")


def test_a_later_stage_is_judged_itself_where_the_earlier_is_not() -> None:
    assert _stages(_earlier(HIGH, intent="plan"), _later(HIGH)) == ("fires", "fires")
    assert _stages(_earlier(HIGH, route="intrathecal"), _later(HIGH))[1] == "fires"
    assert _stages(_earlier(HIGH), _later(HIGH, reasons=["cramp"]))[1] == "fires"  # other limits may hold
    assert _stages(_earlier(HIGH, start=1), _later(HIGH))[1] == "fires"


def test_orders_that_begin_together_add_up() -> None:
    second = order("baclofen", step(0, None, 10), key="2")
    single = {"washout_days": 90, "max_daily": mg_d(15)}
    assert check("start-dose", single, [order("baclofen", step(0, None, 10)), second]).state == "fires"


def test_an_unknown_dose_is_undecided() -> None:
    assert check("start-dose", PARAMS, order("baclofen", step(0, None, None))).state == "undecided"
    assert check("start-dose", PARAMS, order("baclofen")).state == "undecided"
    assert (
        check("start-dose", PARAMS, order("baclofen", step(0, None, 3, unit="{tablet}"))).state == "undecided"
    )


@given(st.fractions(1, 200), st.fractions(1, 200), st.fractions(0, 50))
def test_a_higher_limit_never_makes_it_fire(dose: Fraction, limit: Fraction, more: Fraction) -> None:
    one = order("baclofen", step(0, None, str(dose)))
    low = check("start-dose", {"washout_days": 90, "max_daily": mg_d(str(limit))}, one)
    high = check("start-dose", {"washout_days": 90, "max_daily": mg_d(str(limit + more))}, one)
    assert (low.state == "fires") == (dose > limit)
    assert not (high.state == "fires" and low.state != "fires")


def _over(start: int | None = -400, **more: Any) -> Order:
    """An order that is over, nobody knows since when."""
    return order("baclofen", LOW, key="1", start=start, status="completed", stage_of=frozenset("2"), **more)


def test_an_order_goes_on_from_the_one_that_it_names() -> None:
    assert check("start-dose", PARAMS, [_later(HIGH), _over()]).state == "clear"
    assert check("start-dose", PARAMS, [_later(HIGH), _over(start=None)]).state == "clear"
    assert check("start-dose", PARAMS, [_later(HIGH, start=None), _over()]).state == "clear"


def test_unless_that_was_surely_over_for_longer() -> None:
    ended = order("baclofen", step(0, 9, 15), key="1", start=-100, stage_of=frozenset("2"))  # until day -91
    assert check("start-dose", PARAMS, [_later(HIGH), ended]).state == "fires"
    other = order("tizanidine", LOW, key="1", start=-100, status="completed", stage_of=frozenset("2"))
    assert check("start-dose", PARAMS, [_later(HIGH), other]).state == "fires"
    pump = _over()._replace(route="intrathecal")
    assert check("start-dose", PARAMS, [_later(HIGH), pump]).state == "fires"


def test_the_link_may_lead_through_a_plan() -> None:
    first = order("baclofen", LOW, key="0", start=-400, status="completed", stage_of=frozenset("12"))
    plan = order(
        "baclofen",
        HIGH,
        key="1",
        start=-2,
        intent="plan",
        stage_of=frozenset("02"),
        earlier_stages=frozenset("0"),
    )
    mine = order("baclofen", HIGH, key="2", stage_of=frozenset("01"), earlier_stages=frozenset("1"))
    assert check("start-dose", PARAMS, [mine, plan, first]).state == "clear"
    unlinked = plan._replace(earlier_stages=frozenset())
    assert check("start-dose", PARAMS, [mine, unlinked, first]).state == "undecided"


def test_from_an_order_that_nobody_knows_it_may_go_on() -> None:
    mine = order("baclofen", HIGH, continues_unknown=True)
    found = check("start-dose", PARAMS, mine)
    assert (found.state, found.needs[0].kind) == ("undecided", COURSE)
    assert check("start-dose", PARAMS, order("baclofen", LOW, continues_unknown=True)).state == "clear"
    taken = statement("baclofen", since=-200)
    assert check("start-dose", PARAMS, mine, statements=(taken,)).state == "clear"
