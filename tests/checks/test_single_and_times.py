"""``max-single-dose`` and ``max-times-per-day``."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.dosing.model import Dose, Step
from orderlint.findings import Measure

from .made import check, mg, order, step

MODES = pytest.mark.parametrize("mode", ["patient", "template"])


@MODES
def test_one_dose(mode: str) -> None:
    limit = {"limit": mg(20)}
    fired = check("max-single-dose", limit, order("baclofen", step(0, 6, 30), step(7, None, 75)), mode)
    assert (fired.state, fired.measured) == ("fires", mg(25))
    assert check("max-single-dose", limit, order("baclofen", step(0, None, 60)), mode).state == "clear"


@MODES
def test_a_day_given_at_once(mode: str) -> None:
    whole = step(0, None, 40, times=1)._replace(per_dose=None)
    assert check("max-single-dose", {"limit": mg(20)}, order("baclofen", whole), mode).measured == mg(40)


@MODES
def test_an_unknown_dose_is_undecided_unless_another_step_exceeds(mode: str) -> None:
    limit = {"limit": mg(20)}
    unknown = step(0, 6, None)
    assert check("max-single-dose", limit, order("baclofen", unknown), mode).state == "undecided"
    assert check("max-single-dose", limit, order("baclofen"), mode).state == "undecided"
    assert (
        check("max-single-dose", limit, order("baclofen", unknown, step(7, None, 75)), mode).state == "fires"
    )
    tablets = step(0, None, 3)._replace(per_dose=Dose(Fraction(1), "{tablet}"))
    assert check("max-single-dose", limit, order("baclofen", tablets), mode).state == "undecided"


def at(daily: int, *slots: str, first: int = 0, last: int | None = None) -> Step:
    """So much a day, in equal doses at these times of day."""
    made = step(first, last, daily, times=len(slots))
    assert made.per_dose is not None
    return made._replace(slots=tuple((slot, made.per_dose.value) for slot in slots))


@MODES
def test_orders_for_one_time_of_day_add_up(mode: str) -> None:
    limit = {"limit": mg(20)}
    night = order("baclofen", at(20, "HS"))
    for other, state in (
        (at(10, "HS"), "fires"),
        (at(30, "MORN", "NOON", "HS"), "fires"),
        (at(10, "MORN"), "clear"),
        (step(0, None, 10, times=1), "clear"),  # it doesn't say when
    ):
        found = check("max-single-dose", limit, [night, order("baclofen", other, key="2")], mode)
        assert found.state == state
        if state == "fires":
            assert found.measured == mg(30)
            assert "(HS) together with MedicationRequest/2" in found.message
            assert [o.key for o in found.beside] == ["2"]
    assert check("max-single-dose", limit, order("baclofen", at(20, "HS")), mode).state == "clear"


def test_only_what_is_taken_on_the_same_day_adds_up() -> None:
    limit = {"limit": mg(20)}
    until = order("baclofen", at(20, "HS", last=6))
    for first, state in (
        (5, "fires"),
        (6, "clear"),
        (7, "clear"),
    ):  # the day of handing over is the later one's
        after = order("baclofen", at(15, "HS"), key="2", start=first)
        assert check("max-single-dose", limit, [until, after]).state == state
        assert check("max-single-dose", limit, [until, after], nth=1).state == state
    for more in ({"intent": "option"}, {"stage_of": frozenset({"1"})}, {"twin": "t"}):
        other = order("baclofen", at(15, "HS"), key="2", **more)
        mine = order("baclofen", at(20, "HS"), twin=more.get("twin", ""))
        assert check("max-single-dose", limit, [mine, other]).state == "clear"
    unknown = order("baclofen", step(0, None, None), key="2")
    assert check("max-single-dose", limit, [order("baclofen", at(20, "HS")), unknown]).state == "clear"


@MODES
def test_times(mode: str) -> None:
    fired = check("max-times-per-day", {"limit": 3}, order("amitriptyline", step(0, None, 4, times=4)), mode)
    assert (fired.state, fired.measured) == ("fires", Measure(Fraction(4), "/d"))
    three = order("amitriptyline", step(0, None, 3))
    assert check("max-times-per-day", {"limit": 3}, three, mode).state == "clear"
    unknown = order("amitriptyline", step(0, None, None))
    assert check("max-times-per-day", {"limit": 3}, unknown, mode).state == "undecided"


@given(st.fractions(1, 100), st.fractions(1, 100), st.fractions(0, 50))
def test_a_higher_limit_never_makes_it_fire(dose: Fraction, limit: Fraction, more: Fraction) -> None:
    one = order("baclofen", step(0, None, str(dose), times=1))
    assert (check("max-single-dose", {"limit": mg(str(limit))}, one).state == "fires") == (dose > limit)
    if check("max-single-dose", {"limit": mg(str(limit + more))}, one).state == "fires":
        assert dose > limit
