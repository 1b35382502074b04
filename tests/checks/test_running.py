"""When something is taken: sure days, possible days."""

from datetime import date

import pytest

from orderlint.checks.running import AFTER_ALL, BEFORE_ALL, Running, course_of, of_placed, of_statement
from orderlint.dosing.model import DateSpan
from orderlint.record import Order, Statement
from orderlint.timeline import place

from .made import AS_OF, DAY, on, order, statement, step

TODAY, FIRST = AS_OF.toordinal(), DAY.toordinal()


def of_order(one: Order, ingredient: str, as_of: int, template: bool) -> Running | None:
    return of_placed(place(one, course_of(one, ingredient), as_of, template), as_of)


def test_a_known_course_is_sure_from_first_to_last() -> None:
    found = of_order(order("baclofen", step(0, 6, 15), step(7, 13, 30)), "baclofen", TODAY, False)
    assert found is not None
    assert found.maybe == (FIRST, FIRST + 13)
    assert found.surely_in(FIRST + 13, FIRST + 13)
    assert not found.perhaps_in(FIRST + 14, FIRST + 99)


def test_an_open_course_goes_on() -> None:
    found = of_order(order("baclofen", step(0, None, 15)), "baclofen", TODAY, False)
    assert found is not None
    assert found.maybe == (FIRST, AFTER_ALL)


def test_the_day_of_the_stop_belongs_to_what_follows() -> None:
    stopped = order("baclofen", step(0, None, 15), status="stopped", stopped=10)
    found = of_order(stopped, "baclofen", TODAY, False)
    assert found is not None
    assert found.maybe == (FIRST, FIRST + 9)


def test_an_order_that_is_over_since_nobody_knows_is_sure_of_its_first_day_only() -> None:
    found = of_order(order("baclofen", step(0, None, 15), status="completed"), "baclofen", TODAY, False)
    assert found is not None
    assert found.sure == ((FIRST, FIRST),)
    assert found.maybe == (FIRST, TODAY)  # it is over by the day of the run
    assert "MedicationRequest/1" in found.why


def test_an_order_without_a_date_may_run_on_any_day() -> None:
    found = of_order(order("baclofen", step(0, 6, 15), start=None), "baclofen", TODAY, False)
    assert found is not None
    assert found.sure == ((TODAY, TODAY),)
    assert found.maybe == (BEFORE_ALL, AFTER_ALL)
    assert not found.dated


def test_an_order_without_a_dosage_runs_from_its_date() -> None:
    found = of_order(order("baclofen"), "baclofen", TODAY, False)
    assert found is not None
    assert found.maybe[0] == FIRST


def test_in_a_definition_everything_begins_on_day_nought() -> None:
    found = of_order(order("baclofen", step(0, 6, 15), start=None), "baclofen", TODAY, True)
    assert found is not None
    assert found.sure == ((0, 6),)


def test_an_order_stopped_before_it_began_never_runs() -> None:
    stopped = order("baclofen", step(0, None, 15), status="stopped", stopped=-3)
    assert of_order(stopped, "baclofen", TODAY, False) is None


@pytest.mark.parametrize(
    ("told", "sure", "maybe"),
    [
        (statement("baclofen", since=0), ((FIRST, AFTER_ALL),), (FIRST, AFTER_ALL)),
        (statement("baclofen", since=0, until=9), ((FIRST, FIRST + 9),), (FIRST, FIRST + 9)),
        (statement("baclofen"), ((TODAY, AFTER_ALL),), (BEFORE_ALL, AFTER_ALL)),
        (statement("baclofen", active=False), (), (BEFORE_ALL, TODAY)),
        (statement("baclofen", active=False, since=0), ((FIRST, FIRST),), (FIRST, TODAY)),
    ],
)
def test_statements(told: Statement, sure: object, maybe: object) -> None:
    found = of_statement(told, "baclofen", TODAY)
    assert (found.sure, found.maybe) == (sure, maybe)


def test_a_partial_date_is_sure_of_no_day_of_its_own() -> None:
    year = DateSpan(date(2025, 1, 1), date(2025, 12, 31))
    told = statement("baclofen", active=False)._replace(since=year)
    assert of_statement(told, "baclofen", TODAY).sure == ()
    active = statement("baclofen")._replace(since=year, until=on(0))
    assert of_statement(active, "baclofen", TODAY).sure == ((date(2025, 12, 31).toordinal(), FIRST),)
