"""What adds up on one day: the worst of what can be taken together."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderlint.guards import EVALUATED, to_ranges
from orderlint.interval_sets import interval
from orderlint.record import Choice, Facts, Guard, Order, Place, Record
from orderlint.timeline import (
    DayTotal,
    alternatives,
    busiest_day,
    clashes,
    never_together,
    placed_orders,
    same_order_again,
    taken_once,
)

from .made import order, step


def ages(low: int | None, high: int | None) -> Guard:
    past = to_ranges(
        interval(
            None if low is None else Fraction(low), True, None if high is None else Fraction(high), False
        )
    )
    return Guard("age", "condition", "age", EVALUATED, Place("o.json", ""), past, past)


def busiest(*orders: Order) -> DayTotal:
    record = Record("template", None, orders, Facts(), date(2026, 6, 1))
    placed = placed_orders(record, "baclofen", lambda _: True)
    mine = next(p for p in placed if p.order is orders[0])
    return busiest_day(mine, placed)


def bac(daily: float | None, key: str, **more: Any) -> Order:
    return order("baclofen", step(0, None, daily), key=key, start=None, **more)


def value(day: DayTotal) -> int:
    assert day.total is not None
    return int(day.total.value)


A, B = (("g", "a"),), (("g", "b"),)


def test_two_of_one_branch_outweigh_the_larger_one_of_the_other() -> None:
    others = (bac(20, "2", alternatives=A), bac(20, "3", alternatives=A), bac(30, "4", alternatives=B))
    assert value(busiest(bac(45, "1"), *others)) == 85


def test_an_unknown_alternative_hides_no_sum_that_is_known() -> None:
    either = (bac(None, "2", alternatives=A), bac(50, "3", alternatives=B))
    day = busiest(bac(40, "1"), *either)
    assert value(day) == 90
    assert day.unknown is not None
    assert "MedicationRequest/2" in day.unknown


def test_what_may_be_chosen_again_counts_twice_and_is_not_bounded() -> None:
    day = busiest(bac(30, "1", repeated=True), bac(10, "2"))
    assert value(day) == 70
    assert day.unknown is not None
    assert "any number of times" in day.unknown
    assert busiest(bac(30, "1"), bac(10, "2")).unknown is None


def test_two_actions_that_name_one_definition_make_two_orders() -> None:
    one, other = bac(40, "1", use="/action/0", twin="t"), bac(40, "1", use="/action/1", twin="t")
    assert value(busiest(one, other)) == 80
    assert value(busiest(bac(40, "1", twin="t"), bac(40, "2", twin="t"))) == 40  # a copy in another file


def test_conditions_that_exclude_each_other() -> None:
    young, old = ages(None, 65), ages(65, None)
    assert value(busiest(bac(40, "1", guards=[young]), bac(50, "2", guards=[old]))) == 40
    third = bac(50, "3")
    assert value(busiest(bac(40, "1", guards=[young]), bac(30, "2", guards=[old]), third)) == 90
    nobody = bac(70, "4", guards=[young, old])
    assert value(busiest(third, nobody)) == 50


def test_an_order_in_both_branches_goes_with_either() -> None:
    both, one, other = (
        order("baclofen", key=key, alternatives=found) for key, found in (("1", A + B), ("2", A), ("3", B))
    )
    assert not alternatives(both, one)
    assert not alternatives(other, both)
    assert alternatives(one, other)


def test_a_group_that_can_be_gone_through_again() -> None:
    choices = (Choice("g", "a", 2, True), Choice("g", "b", 2, True))
    one, other = (
        order("baclofen", key=c.branch, alternatives=((c.group, c.branch),), choices=(c,)) for c in choices
    )
    assert alternatives(one, other)  # a sum counts the larger twice
    assert not never_together(one, other)


PAIRS = st.tuples(st.sampled_from("gh"), st.sampled_from("abc"))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    bounds = st.sampled_from((None, 18, 65))
    return order(
        "baclofen",
        key=draw(st.sampled_from("1234")),
        intent=draw(st.sampled_from(("order", "order", "order", "option"))),
        alternatives=tuple(draw(st.lists(PAIRS, max_size=2))),
        stage_of=frozenset(draw(st.lists(st.sampled_from("1234"), max_size=1))),
        twin=draw(st.sampled_from(("", "", "t", "u"))),
        use=draw(st.sampled_from(("", "", "/action/0", "/action/1"))),
        guards=[ages(draw(bounds), draw(bounds))] if draw(st.booleans()) else [],
    )


@given(st.lists(orders(), max_size=6))
def test_clashes_are_what_asking_of_every_two_gives(some: list[Order]) -> None:
    impossible = [not any(g.allowed for g in o.guards) and bool(o.guards) for o in some]
    for i, mask in enumerate(clashes(some)):
        for j, other in enumerate(some):
            wanted = i != j and (same_order_again(some[i], other) or alternatives(some[i], other))
            if not (impossible[i] and impossible[j]):  # nobody is given either, whatever is said of the two
                assert bool(mask >> j & 1) == wanted


def test_of_nothing_that_clashes_all_is_kept() -> None:
    record = Record("template", None, (bac(10, "1"), bac(20, "2")), Facts(), date(2026, 6, 1))
    stretches = [s for p in placed_orders(record, "baclofen", lambda _: True) for s in p.stretches]
    assert [s.order.key for s in taken_once(stretches)] == ["2", "1"]


def test_doses_in_other_units_are_not_added() -> None:
    tablets = order("baclofen", step(0, None, 2, 2, "{tablet}"), key="2", start=None)
    day = busiest(bac(40, "1"), tablets)
    assert value(day) == 40
    assert day.unknown == "MedicationRequest/2: {tablet}/d can't be added to mg/d"
