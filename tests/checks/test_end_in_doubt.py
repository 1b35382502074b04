"""Whether a treatment really ended where its orders do."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.model import DateSpan
from orderlint.tri import COURSE

from .made import AS_OF, DAY, check, mg_d, on, order, statement, step

PARAMS: dict[str, Any] = {
    "max_gap_days": 3,
    "dose_window_days": 28,
    "free_dose": mg_d(10),
    "min_exposure_days": 14,
    "error_below_days": 7,
    "warning_below_days": 14,
    "max_cut": 0.5,
    "max_last_step": mg_d(10),
    "unknown_stop_fires": True,
}
MONTH = order("baclofen", step(0, 29, 60))  # ends on day 29
ENDED = 29
TODAY = (AS_OF - DAY).days


def taper(*orders: Any, nth: int = 0, **more: Any) -> Any:
    return check("taper", PARAMS, list(orders), nth=nth, **more)


# ---------------------------------------------------------------- death


@pytest.mark.parametrize(("day", "state"), [(10, "clear"), (ENDED, "clear"), (ENDED + 1, "fires")])
def test_death_ends_a_course_without_a_taper(day: int, state: str) -> None:
    found = taper(MONTH, died=on(day), dead=True)
    assert found.state == state
    assert not any(on(day).first.isoformat() in said for said in (found.message, *found.facts))


def test_without_the_day_of_death_nobody_can_say() -> None:
    month = DateSpan(on(ENDED - 9).first, on(ENDED + 9).first)
    for facts in ({"dead": True}, {"dead": True, "died": month}):
        found = taper(MONTH, **facts)
        assert (found.state, found.needs[0].kind) == ("undecided", COURSE)
    tapered = order("baclofen", step(0, 29, 20), step(30, 50, 10))
    assert taper(tapered, dead=True).state == "clear"


def test_a_stop_nobody_knows_when_may_have_been_the_death() -> None:
    stopped = order("baclofen", step(0, None, 60), status="stopped")
    assert taper(stopped).state == "fires"
    assert taper(stopped, died=on(50), dead=True).state == "undecided"


def test_a_course_that_had_ended_before_is_judged() -> None:
    later = order("baclofen", step(0, 29, 60), key="2", start=50)
    assert taper(MONTH, later, died=on(60), dead=True).state == "fires"
    assert taper(MONTH, later, nth=1, died=on(60), dead=True).state == "clear"


# ---------------------------------------------------------------- statements


@pytest.mark.parametrize(
    ("since", "until", "active", "state"),
    [
        (0, None, True, "undecided"),
        (None, None, True, "undecided"),
        (ENDED + 4, None, True, "undecided"),  # a break of 3 days is none
        (ENDED + 5, None, True, "fires"),
        (0, ENDED, False, "fires"),
        (0, ENDED + 1, False, "undecided"),
        (0, None, False, "fires"),  # it is over, and says no more
    ],
)
def test_a_statement_by_which_it_is_taken_on(since: Any, until: Any, active: bool, state: str) -> None:
    said = statement("baclofen", since=since, until=until, active=active)
    found = taper(MONTH, statements=(said,))
    assert found.state == state
    if state == "undecided":
        assert "MedicationStatement/baclofen" in found.needs[0].why


def test_of_a_day_to_come_a_statement_knows_nothing() -> None:
    said = statement("baclofen", since=0)
    to_come = order("baclofen", step(0, TODAY + 10, 60))
    assert taper(to_come, statements=(said,)).state == "fires"
    assert taper(order("baclofen", step(0, TODAY, 60)), statements=(said,)).state == "fires"
    assert taper(order("baclofen", step(0, TODAY - 1, 60)), statements=(said,)).state == "undecided"


def test_another_drug_another_route_a_dispense_or_an_allergy_say_nothing_of_it() -> None:
    for said in (
        statement("tizanidine", since=0),
        statement("baclofen", since=0)._replace(route="intrathecal"),
        statement("baclofen", kind="dispense", since=ENDED, until=ENDED + 30),
        statement("baclofen", kind="allergy", since=0),
    ):
        assert taper(MONTH, statements=(said,)).state == "fires"


def test_a_stop_nobody_knows_when_beside_a_statement_that_goes_on() -> None:
    stopped = order("baclofen", step(0, None, 60), status="stopped")
    assert taper(stopped, statements=(statement("baclofen", since=0),)).state == "undecided"
    ended = statement("baclofen", since=0, until=20, active=False)
    assert taper(stopped, statements=(ended,)).state == "fires"


# ---------------------------------------------------------------- ends that are only assumed


def before(daily: int, key: str = "0", start: int = -100) -> Any:
    return order("baclofen", step(0, None, daily), key=key, start=start, status="completed")


def test_only_the_assumed_end_makes_it_long_enough() -> None:
    last = order("baclofen", step(0, 8, 60))
    found = taper(last, before(60))
    assert (found.state, found.needs[0].kind) == ("undecided", COURSE)
    assert "MedicationRequest/0" in found.needs[0].why


def test_it_is_long_enough_without() -> None:
    found = taper(order("baclofen", step(0, 25, 60)), before(60))
    assert (found.state, found.severity) == ("fires", "error")
    assert "after 26 days or more" in found.message


def test_of_two_severities_only_the_milder_is_certain() -> None:
    """From 60 mg it would be a step down over 20 days; by itself it is no taper at all."""
    found = taper(order("baclofen", step(0, 19, 30)), before(60))
    assert (found.state, found.severity) == ("fires", "warning")


def test_what_is_a_taper_only_by_the_assumed_end_is_none_for_sure() -> None:
    params = {**PARAMS, "free_dose": mg_d(0), "error_below_days": 0, "warning_below_days": 7}
    params = {k: v for k, v in params.items() if k not in ("max_cut", "max_last_step")}
    last = order("gabapentin", step(0, 19, 300))
    first = order("gabapentin", step(0, None, 900), key="0", start=-100, status="completed")
    assert check("taper", params, [last, first]).state == "undecided"
    assert check("taper", params, [last]).state == "fires"


def test_a_known_end_before_it_is_no_doubt() -> None:
    known = order("baclofen", step(0, None, 60), key="0", start=-100, status="completed", stopped=-1)
    found = taper(order("baclofen", step(0, 8, 60)), known)
    assert (found.state, found.severity) == ("fires", "error")
    assert "after 109 days," in found.message


@given(
    st.integers(1, 60), st.integers(10, 90), st.integers(10, 90), st.integers(-200, -1), st.integers(0, 199)
)
def test_what_fires_fires_whenever_the_order_before_it_ended(
    days: int, daily: int, earlier: int, start: int, ended: int
) -> None:
    """Nothing is said of a last order that some end of the one before it would excuse, if it ended before."""
    last = order("baclofen", step(0, days - 1, daily))
    said = taper(last, before(earlier, start=start)).state
    day = start + min(ended, -start - 1)
    first = order("baclofen", step(0, None, earlier), key="0", start=start, status="completed", stopped=day)
    really = taper(last, first).state
    if said != "undecided":
        assert said == really


def test_an_order_that_is_over_ran_no_longer_than_planned() -> None:
    """Months later another begins; that is no one exposure."""
    first = order("baclofen", step(0, 29, 60), key="0", start=-120, status="completed")
    last = order("baclofen", step(0, 8, 60))
    assert taper(last, first).state == "clear"
    assert taper(last, first, nth=1).state == "undecided", "perhaps it lasted less than 14 days"
