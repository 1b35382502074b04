"""Orders that no date places: they may have run beside any other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orderlint.record import Order, Turn

from .made import check, mg_d, order, step

LIMIT: dict[str, Any] = {"limit": mg_d(80)}


def undated(daily: int | None = 60, key: str = "1", last: int | None = None, **more: Any) -> Order:
    return order("baclofen", step(0, last, daily), key=key, start=None, **more)


def course(daily: int = 60, key: str = "2", start: int = 0, last: int | None = 9) -> Order:
    return order("baclofen", step(0, last, daily), key=key, start=start)


def states(*orders: Order, **more: Any) -> list[str]:
    return [check("max-daily-dose", LIMIT, orders, nth=n, **more).state for n in range(len(orders))]


def test_it_may_run_beside_a_course_that_is_over() -> None:
    assert states(undated(), course()) == ["undecided", "undecided"]
    why = check("max-daily-dose", LIMIT, [undated(), course()], nth=1).needs
    assert [n.why for n in why] == [
        "MedicationRequest/1 has no date, so whether it runs beside can't be known"
    ]


def test_what_it_adds_at_most_may_be_too_little() -> None:
    assert states(undated(15), course()) == ["clear", "clear"]


def test_one_that_goes_on_runs_today() -> None:
    assert states(undated(), course(last=None)) == ["fires", "fires"]
    assert states(undated(), undated(key="2")) == ["fires", "fires"]


@pytest.mark.parametrize("status", ["completed", "stopped"])
def test_one_that_is_over_surely_runs_beside_nothing(status: str) -> None:
    assert states(undated(status=status), course(last=None)) == ["undecided", "undecided"]
    assert states(undated(status=status), undated(key="2", status=status)) == ["undecided", "undecided"]
    assert states(undated(90, status=status), course(30)) == ["fires", "undecided"]


def test_one_that_is_over_runs_beside_nothing_that_is_yet_to_begin() -> None:
    as_of = date(2026, 3, 11)
    later = course(start=20)
    assert states(undated(status="completed"), later, as_of=as_of) == ["clear", "clear"]
    assert states(undated(status="stopped", stopped=5), course(start=6), as_of=as_of) == ["clear", "clear"]
    beside = states(undated(status="stopped", stopped=5), course(start=5), as_of=as_of)
    assert beside == ["undecided", "undecided"]


def test_two_may_run_beside_it_at_once() -> None:
    two = undated(15, "1", 3), undated(15, "3", 3)
    assert states(*two, course()) == ["undecided", "undecided", "undecided"]
    words = check("max-daily-dose", LIMIT, [*two, course()], nth=2).needs[0].why
    assert words.startswith("MedicationRequest/1 and MedicationRequest/3 have no date")


def test_every_step_of_it_may() -> None:
    steps = order("baclofen", step(0, 6, 15), step(7, 13, 30), key="1", start=None)
    assert states(steps, course()) == ["undecided", "undecided"]


def test_two_courses_one_after_the_other_do_not_add_up_beside_it() -> None:
    one, other = course(40), course(40, "3", start=20)
    assert states(undated(40), one, other) == ["clear", "clear", "clear"]
    assert states(undated(41), one, other) == ["undecided", "undecided", "undecided"]


def test_a_dose_that_is_not_known_may_be_any() -> None:
    assert states(undated(None), course()) == ["undecided", "undecided"]


def test_alternatives_and_stages_add_nothing() -> None:
    assert states(undated(intent="option"), course()) == ["clear", "clear"]
    assert states(undated(stage_of=frozenset("2")), course()) == ["clear", "clear"]


def test_a_definition_has_no_dates() -> None:
    both = undated(40), order("baclofen", step(0, 2, 40), key="2", start=None)
    outcomes = [check("max-daily-dose", LIMIT, both, "template", nth=n).state for n in (0, 1)]
    assert outcomes == ["clear", "clear"]


def test_a_group_that_says_what_follows_what_places_its_own() -> None:
    first = undated(key="1", last=9, turn=Turn(0, of="g"))
    then = undated(key="2", last=9, turn=Turn(10, of="g"))
    assert states(first, then) == ["clear", "clear"]
    assert states(first, then, course(15, "3")) == ["clear", "clear", "undecided"]  # as if both at once
    assert states(first, then, course(30, "3")) == ["undecided", "undecided", "undecided"]


def test_kidney_limits_are_as_open() -> None:
    params = {"bands": [{"max_daily": mg_d(80), "says": "is too much", "figures": ()}]}
    assert check("renal-bands", params, [undated(), course()], nth=1).state == "undecided"
    assert check("renal-bands", params, [undated(15), course()], nth=1).state == "clear"
