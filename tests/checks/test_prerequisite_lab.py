"""Results that must be on record, and not low, before a drug is started."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.findings import Measure
from orderlint.record import Order, Statement

from .made import check, guard, lab, order, service, statement, step

LOW_K = Measure(Fraction("3.5"), "mmol/L")
LOW_MG = Measure(Fraction("0.7"), "mmol/L")
PARAMS: dict[str, Any] = {
    "washout_days": 90,
    "within_days": 30,
    "labs": (
        {"kind": "potassium", "low": LOW_K, "replacement": frozenset({"potassium chloride"})},
        {"kind": "magnesium", "low": LOW_MG, "words": ("electrolyte panel",)},
    ),
    "sooner": {"with": frozenset({"furosemide"}), "within_days": 14},
}
MINE = order("baclofen", step(0, None, 10))
K, MG = lab("potassium", "4", -3), lab("magnesium", "0.8", -3)
LOW = lab("potassium", "3.2", -3)


def kcl(start: int | None, **more: Any) -> Order:
    return order(
        "potassium chloride", *more.pop("steps", (step(0, None, 1000),)), key="k", start=start, **more
    )


def test_both_on_record_and_normal_are_clear() -> None:
    assert check("prerequisite-lab", PARAMS, MINE, labs=(K, MG)).state == "clear"


def test_one_missing_or_too_old_fires() -> None:
    fired = check("prerequisite-lab", PARAMS, MINE, labs=(K,))
    assert fired.state == "fires"
    assert "no magnesium of the last 30 days" in fired.message
    old = lab("magnesium", "0.8", -31)
    assert check("prerequisite-lab", PARAMS, MINE, labs=(K, old)).state == "fires"
    assert (
        check("prerequisite-lab", PARAMS, MINE, labs=(K, old._replace(on=lab("", "1", -30).on))).state
        == "clear"
    )
    after = lab("magnesium", "0.8", 1)
    assert check("prerequisite-lab", PARAMS, MINE, labs=(K, after)).state == "fires"


def test_low_without_a_replacement_fires_with_the_value() -> None:
    fired = check("prerequisite-lab", PARAMS, MINE, labs=(LOW, MG))
    assert (fired.measured, fired.limit) == (Measure(Fraction("3.2"), "mmol/L"), LOW_K)
    just = lab("potassium", "3.5", -3)
    assert check("prerequisite-lab", PARAMS, MINE, labs=(just, MG)).state == "clear"


@pytest.mark.parametrize(
    ("value", "own", "state"),
    [("3.4", "3.3", "clear"), ("3.6", "3.8", "fires"), ("3.8", "3.8", "clear"), ("3.4", None, "fires")],
)
def test_the_laboratory_s_own_lower_limit_goes_first(value: str, own: str | None, state: str) -> None:
    measured = lab("potassium", value, -3)._replace(lowest_normal=Fraction(own) if own else None)
    found = check("prerequisite-lab", PARAMS, MINE, labs=(measured, MG))
    assert found.state == state
    if own is not None and state == "fires":
        assert found.limit == Measure(Fraction(own), "mmol/L")


def test_the_latest_counts() -> None:
    earlier = lab("potassium", "3.2", -9)
    assert check("prerequisite-lab", PARAMS, MINE, labs=(earlier, K, MG)).state == "clear"


@pytest.mark.parametrize(
    ("replacement", "state"),
    [
        (kcl(-2), "clear"),
        (kcl(-60), "clear"),
        (kcl(0), "fires"),
        (kcl(5), "fires"),
        (kcl(-60, steps=(step(0, 9, 1000),)), "fires"),
        (kcl(None), "undecided"),
        (kcl(-60, status="completed"), "undecided"),
    ],
)
def test_a_replacement_must_come_before_and_still_run(replacement: Order, state: str) -> None:
    assert check("prerequisite-lab", PARAMS, [MINE, replacement], labs=(LOW, MG)).state == state


@pytest.mark.parametrize(
    ("diuretic", "state"),
    [
        (statement("furosemide", since=-200), "fires"),
        (statement("furosemide", active=False), "undecided"),
        (statement("furosemide", active=False, since=-200, until=-100), "clear"),
    ],
)
def test_with_a_diuretic_the_window_is_shorter(diuretic: Statement, state: str) -> None:
    older = (lab("potassium", "4", -20), lab("magnesium", "0.8", -20))
    assert check("prerequisite-lab", PARAMS, MINE, labs=older, statements=(diuretic,)).state == state


def test_only_a_first_order_is_judged() -> None:
    before = order("baclofen", step(0, None, 10), key="0", start=-30)
    assert check("prerequisite-lab", PARAMS, [MINE, before]).state == "clear"
    some_time = statement("baclofen", active=False)
    assert check("prerequisite-lab", PARAMS, MINE, statements=(some_time,)).state == "undecided"


@pytest.mark.parametrize(
    ("comparator", "value", "state"),
    [
        ("<", "3", "fires"),
        ("<", "3.5", "fires"),
        (">", "10", "clear"),
        (">", "3", "fires"),
        ("<", "5", "fires"),
    ],
)
def test_a_bound_counts_where_it_decides(comparator: str, value: str, state: str) -> None:
    bound = lab("potassium", value, -3, comparator=comparator)
    found = check("prerequisite-lab", PARAMS, MINE, labs=(bound, MG))
    assert found.state == state
    assert ("bound" in found.message) == ((comparator, value) in {(">", "3"), ("<", "5")})


def test_a_definition_orders_the_tests_or_has_a_guard() -> None:
    mine = order("baclofen", step(0, None, 10), start=None)
    assert check("prerequisite-lab", PARAMS, mine, "template").state == "fires"
    one = (service("Basic labs", labs=("potassium",)),)
    fired = check("prerequisite-lab", PARAMS, mine, "template", services=one)
    assert "magnesium" in fired.message
    assert "potassium" not in fired.message
    both = (*one, service("Electrolyte panel, morning"))
    assert check("prerequisite-lab", PARAMS, mine, "template", services=both).state == "clear"
    guarded = mine._replace(guards=(guard("electrolytes"),))
    found = check("prerequisite-lab", PARAMS, guarded, "template")
    assert (found.state, len(found.notes)) == ("clear", 1)


@given(st.fractions(1, 9), st.fractions(1, 9), st.fractions(0, 3))
def test_a_lower_limit_never_makes_it_fire(value: Fraction, limit: Fraction, less: Fraction) -> None:
    def state(low: Fraction) -> str:
        labs = ({"kind": "potassium", "low": Measure(low, "mmol/L")},)
        params = {"washout_days": 90, "within_days": 30, "labs": labs}
        return check("prerequisite-lab", params, MINE, labs=(lab("potassium", str(value)),)).state

    assert (state(limit) == "fires") == (value < limit)
    assert not (state(limit - less) == "fires" and state(limit) == "clear")


def test_a_later_stage_of_the_same_day_is_no_start_of_its_own() -> None:
    linked = frozenset("1")
    later = order("baclofen", step(0, None, 10), key="2", stage_of=linked, earlier_stages=linked)
    both = [order("baclofen", step(0, None, 10), stage_of=frozenset("2")), later]
    assert check("prerequisite-lab", PARAMS, both, labs=(LOW, MG)).state == "fires"
    assert check("prerequisite-lab", PARAMS, both, nth=1, labs=(LOW, MG)).state == "clear"
    for_cramps = later._replace(reasons=order("x", reasons=["cramp"]).reasons)
    assert check("prerequisite-lab", PARAMS, [both[0], for_cramps], nth=1, labs=(LOW, MG)).state == "fires"
