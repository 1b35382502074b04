"""Bands by kidney function: limits that grow with it, and the lower of two estimates."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.record import Guard, Lab, Place
from orderlint.tri import RENAL

from .made import check, condition, guard, lab, mg_d, on, order, step

BANDS: tuple[dict[str, Any], ...] = (
    {"when": {"dialysis": True}, "max_daily": mg_d(300), "says": "on dialysis"},
    {"when": {"kidney": {"below": 15}}, "max_daily_per_k": mg_d(20), "says": "below 15 mL/min"},
    {"when": {"kidney": {"from": 15, "below": 60}}, "max_daily": mg_d(1400), "says": "below 60 mL/min"},
    {"when": {"kidney": {"from": 60}}},
)
PARAMS: dict[str, Any] = {"bands": BANDS}


def egfr(value: str) -> Lab:
    return lab("egfr", value, unit="mL/min/{1.73_m2}")


def gabapentin(daily: int) -> Any:
    return order("gabapentin", step(0, None, daily))


@pytest.mark.parametrize(("daily", "state"), [(180, "clear"), (181, "fires")])
def test_a_limit_for_each_of_k(daily: int, state: str) -> None:
    assert check("renal-bands", PARAMS, gabapentin(daily), labs=(egfr("9"),)).state == state


@pytest.mark.parametrize(("daily", "state"), [(301, "fires"), (300, "undecided"), (0.1, "undecided")])
def test_by_a_stage_only_what_no_k_of_it_allows_fires(daily: float, state: str) -> None:
    stage = condition("ckd-stage-5")
    found = check("renal-bands", PARAMS, order("gabapentin", step(0, None, daily)), conditions=(stage,))
    assert found.state == state
    assert all(n.kind == RENAL for n in found.needs)


def test_unknown_kidney_function_is_undecided() -> None:
    found = check("renal-bands", PARAMS, gabapentin(100))
    assert (found.state, found.needs[0].kind) == ("undecided", RENAL)


def test_in_a_definition_the_worst_kidney_counts_that_guards_let_through() -> None:
    mine = order("gabapentin", step(0, None, 200), start=None)
    assert check("renal-bands", PARAMS, mine, "template").state == "fires"
    at_least_ten = ((Fraction(10), True, None, False),)
    evaluated = Guard(
        "renal", "condition", "%egfr >= 10", "evaluated", Place("o", ""), at_least_ten, at_least_ten
    )
    assert check("renal-bands", PARAMS, mine._replace(guards=(evaluated,)), "template").state == "clear"
    more = order("gabapentin", step(0, None, 201), start=None, guards=(evaluated,))
    assert check("renal-bands", PARAMS, more, "template").state == "fires"
    assert check("renal-bands", PARAMS, mine._replace(guards=(guard("renal"),)), "template").state == "clear"


def clearance_of_29() -> dict[str, Any]:
    """78 years, female, 60 kg, 1.5 mg/dL: eGFR 35.45, clearance 29.28 (clinical notes, section 10)."""
    labs = (lab("creatinine", "1.5", unit="mg/dL"), lab("weight", "60", unit="kg"))
    return {"labs": labs, "birth": on(-78 * 366), "birth_source": "Patient/1", "sex": "female"}


def test_the_lower_estimate_counts_and_a_discord_is_said() -> None:
    bands = (
        {"when": {"kidney": {"below": 30}}, "max_daily": mg_d(700), "says": "below 30"},
        {"when": {"kidney": {"from": 30}}, "max_daily": mg_d(1400), "says": "from 30"},
    )
    facts = clearance_of_29()
    assert check("renal-bands", {"bands": bands}, gabapentin(900), **facts).state == "clear"
    both = {"bands": bands, "equation": "cockcroft-gault"}
    fired = check("renal-bands", both, gabapentin(900), **facts)
    assert fired.state == "fires"
    assert "different bands" in fired.message
    assert "Cockcroft-Gault" in fired.message
    same = check("renal-bands", both, gabapentin(1500), labs=(egfr("25"), *facts["labs"]))
    assert same.state == "fires"
    assert "different bands" not in same.message


@given(st.integers(1, 14), st.integers(1, 600))
def test_more_kidney_never_makes_it_fire(k: int, daily: int) -> None:
    one = check("renal-bands", PARAMS, gabapentin(daily), labs=(egfr(str(k)),))
    better = check("renal-bands", PARAMS, gabapentin(daily), labs=(egfr(str(k + 1)),))
    assert (one.state == "fires") == (daily > 20 * k)
    assert not (better.state == "fires" and one.state == "clear")


def test_a_definition_without_a_guard_fires_whatever_the_dose() -> None:
    bands: tuple[dict[str, Any], ...] = (
        {
            "when": {"kidney": {"below": 60}},
            "max_daily": mg_d(300),
            "says": "below 60 mL/min",
            "figures": ("F",),
        },
        {"when": {"kidney": {"from": 60}}},
    )
    for daily in (300, None):
        mine = order("pregabalin", step(0, None, daily), start=None)
        found = check("renal-bands", {"bands": bands}, mine, "template")
        assert found.state == "fires"
        assert "for anyone" in found.message
        assert found.figures == ("F",)
        other = check("renal-bands", {"bands": bands}, mine._replace(guards=(guard("age"),)), "template")
        assert other.state == "fires", "a guard of another fact is none"
    mine = order("pregabalin", step(0, None, 300), start=None, guards=(guard("renal"),))
    assert check("renal-bands", {"bands": bands}, mine, "template").state == "clear"
