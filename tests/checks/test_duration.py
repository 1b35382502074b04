"""How long a treatment runs."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .made import AS_OF, DAY, check, order, step

PARAMS: dict[str, Any] = {"max_days": 21, "max_gap_days": 3}


@pytest.mark.parametrize("mode", ["patient", "template"])
@pytest.mark.parametrize(("last", "state"), [(20, "clear"), (21, "fires")])
def test_a_planned_course(mode: str, last: int, state: str) -> None:
    one = order("carisoprodol", step(0, last, 1050), start=0 if mode == "patient" else None)
    found = check("duration", PARAMS, one, mode)
    assert found.state == state
    assert "stop" not in found.message


def test_an_open_course_counts_up_to_the_day_of_the_run() -> None:
    running = (AS_OF - DAY).days
    assert check("duration", PARAMS, order("carisoprodol", step(0, None, 1050))).state == "fires"
    recent = order("carisoprodol", step(0, None, 1050), start=running - 20)
    assert check("duration", PARAMS, recent).state == "clear"


def test_an_open_course_of_a_definition_is_clear_unless_planned_beyond() -> None:
    assert (
        check("duration", PARAMS, order("carisoprodol", step(0, None, 1050), start=None), "template").state
        == "clear"
    )
    planned = order("carisoprodol", step(0, 27, 700), step(28, None, 1050), start=None)
    assert check("duration", PARAMS, planned, "template").state == "fires"


def test_orders_without_a_break_are_one_course_judged_at_the_last() -> None:
    first = order("carisoprodol", step(0, 13, 1050), key="0")
    second = order("carisoprodol", step(0, 13, 1050), key="1", start=14)
    assert check("duration", PARAMS, [first, second], nth=0).state == "clear"
    assert check("duration", PARAMS, [first, second], nth=1).state == "fires"
    later = order("carisoprodol", step(0, 13, 1050), key="1", start=18)
    assert check("duration", PARAMS, [first, later], nth=1).state == "clear"


def test_an_order_that_is_over_is_clear_and_one_that_ends_some_day_is_open() -> None:
    over = order("carisoprodol", step(0, None, 1050), status="completed")
    assert check("duration", PARAMS, over).state == "clear"
    some_day = order("carisoprodol", step(0, None, 1050), end="unknown")
    assert check("duration", PARAMS, some_day).state == "undecided"


def test_without_a_date_or_an_end_nobody_knows_how_long_it_runs() -> None:
    undated = order("carisoprodol", step(0, None, 1050), start=None)
    assert check("duration", PARAMS, undated).state == "undecided"
    assert check("duration", PARAMS, undated._replace(status="draft")).state == "clear"
    assert check("duration", PARAMS, order("carisoprodol", step(0, 20, 1050), start=None)).state == "clear"


def test_without_a_dosage_it_can_not_be_told() -> None:
    assert check("duration", PARAMS, order("carisoprodol")).state == "undecided"


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60))
def test_more_days_allowed_never_make_it_fire(last: int, limit: int, more: int) -> None:
    one = order("carisoprodol", step(0, last, 1050))
    narrow = check("duration", {"max_days": limit, "max_gap_days": 0}, one)
    wide = check("duration", {"max_days": limit + more, "max_gap_days": 0}, one)
    assert (narrow.state == "fires") == (last + 1 > limit)
    assert not (wide.state == "fires" and narrow.state == "clear")
