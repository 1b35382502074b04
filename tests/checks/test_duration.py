"""How long a treatment runs."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.model import DateSpan

from .made import AS_OF, DAY, check, on, order, step

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


def _supplied(start: int, days: int, refilled: int | None = None, status: str = "active") -> Any:
    one = order("carisoprodol", step(0, None, 1050), start=start, status=status)
    most = None if refilled is None else Fraction(refilled)
    course = one.plan.courses[0]._replace(supplied=Fraction(days), refilled=most)
    return one._replace(plan=one.plan._replace(courses=(course,)))


@pytest.mark.parametrize(
    ("days", "refilled", "state"),
    [(22, None, "fires"), (21, None, "clear"), (21, 42, "undecided"), (7, 21, "clear"), (22, 88, "fires")],
)
def test_refills_need_not_be_fetched(days: int, refilled: int | None, state: str) -> None:
    today = (AS_OF - DAY).days
    assert check("duration", PARAMS, _supplied(today, days, refilled)).state == state
    assert check("duration", PARAMS, _supplied(today, days, refilled, status="draft")).state == state


def test_refills_of_what_is_over_or_has_an_end_do_not_matter() -> None:
    assert check("duration", PARAMS, _supplied(0, 14, 56, status="completed")).state == "clear"
    assert check("duration", PARAMS, _supplied(0, 14, 56)).state == "fires", (
        "it runs for three months already"
    )


def test_an_open_course_ends_with_the_patient() -> None:
    goes_on = order("carisoprodol", step(0, None, 1050))
    assert check("duration", PARAMS, goes_on, died=on(20), dead=True).state == "clear"
    found = check("duration", PARAMS, goes_on, died=on(21), dead=True)
    assert (found.state, found.measured) == ("fires", None)
    assert "22" not in found.message, "how long it ran would say when the patient died"
    assert check("duration", PARAMS, _supplied(0, 30), died=on(20), dead=True).state == "clear"


def test_an_open_course_of_one_who_died_nobody_knows_when() -> None:
    goes_on = order("carisoprodol", step(0, None, 1050))
    month = DateSpan(on(15).first, on(40).first)
    assert check("duration", PARAMS, goes_on, dead=True).state == "undecided"
    assert check("duration", PARAMS, goes_on, dead=True, died=month).state == "undecided"
    assert check("duration", PARAMS, order("carisoprodol", step(0, 20, 1050)), dead=True).state == "clear"
    assert check("duration", PARAMS, order("carisoprodol", step(0, 21, 1050)), dead=True).state == "fires"
