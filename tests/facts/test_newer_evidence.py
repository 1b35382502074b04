"""Kidney function beside what is newer than the result: dialysis that was done, acute kidney injury."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.facts.clearance import clearance_on, lower_of
from orderlint.facts.kidney import Kidney, kidney_on
from orderlint.interval import Interval, point
from orderlint.protocols.loader import load
from orderlint.record import ConditionFact, Facts, Lab, ProcedureFact

SETTINGS: dict[str, Any] = dict(load().settings["kidney"])
DAY = date(2026, 3, 1)


def ago(days: int) -> DateSpan:
    day = DAY - timedelta(days)
    return DateSpan(day, day)


def lab(kind: str, value: str, days: int, comparator: str | None = None) -> Lab:
    return Lab(kind, Fraction(value), "", ago(days), f"Observation/{kind}", comparator)


def dialysis(days: int | None, status: str | None = "completed", goes_on: bool = False) -> ProcedureFact:
    on = None if days is None else ago(days)
    return ProcedureFact(frozenset({"dialysis"}), status, on, "Procedure/hd", goes_on)


def injury(onset: int | None, recorded: int | None = None, group: str = "aki") -> ConditionFact:
    begun = ago(onset) if onset is not None else None
    written = ago(recorded) if recorded is not None else None
    return ConditionFact(frozenset({group}), True, begun or written, None, "Condition/aki", written)


def kidney(*evidence: Lab | ProcedureFact | ConditionFact, age: int | None = 50) -> Kidney:
    return kidney_on(facts(*evidence, age=age), ago(0), SETTINGS)


def facts(*evidence: Lab | ProcedureFact | ConditionFact, age: int | None = 50) -> Facts:
    born = date(DAY.year - age, 1, 1) if age is not None else None
    return Facts(
        birth=DateSpan(born, born) if born else None,
        sex="female",
        labs=tuple(x for x in evidence if isinstance(x, Lab)),
        procedures=tuple(x for x in evidence if isinstance(x, ProcedureFact)),
        conditions=tuple(x for x in evidence if isinstance(x, ConditionFact)),
    )


def up_to(value: int) -> Interval:
    return Interval(Fraction(0), Fraction(value), True, True)


EGFR_80 = lab("egfr", "80", 20)


# -- dialysis -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "done",
    [
        dialysis(2),
        dialysis(20),  # of the day of the result
        dialysis(0, "in-progress"),
        dialysis(900, "in-progress", goes_on=True),
        dialysis(None, "in-progress"),
    ],
)
def test_dialysis_that_is_newer_than_the_result(done: ProcedureFact) -> None:
    found = kidney(EGFR_80, done)
    assert found.dialysis
    assert found.k is None
    assert "(Procedure/hd)" in found.fact


@pytest.mark.parametrize(
    "done", [dialysis(21), dialysis(365), dialysis(None), dialysis(2, "unknown"), dialysis(2, None)]
)
def test_dialysis_that_may_be_over_leaves_it_open(done: ProcedureFact) -> None:
    found = kidney(EGFR_80, done)
    assert not found.dialysis
    assert found.perhaps_dialysis
    assert found.k == up_to(80)
    assert "(Procedure/hd)" in found.why and "eGFR 80" in found.why


@pytest.mark.parametrize(
    "done",
    [dialysis(366), dialysis(-1), dialysis(2, "preparation"), dialysis(2, "on-hold")],
)
def test_dialysis_long_ago_or_not_yet_says_nothing(done: ProcedureFact) -> None:
    assert kidney(EGFR_80, done) == kidney(EGFR_80)


def test_a_later_creatinine_is_a_later_result_than_the_dialysis() -> None:
    found = kidney(lab("egfr", "80", 200), dialysis(50), lab("creatinine", "5.2", 5))
    assert found.perhaps_dialysis
    assert found.k is not None and found.k.high is not None
    assert found.k.high < 15  # that of the creatinine, lower than the old eGFR


def test_a_result_after_the_order_is_later_than_dialysis_before_it() -> None:
    found = kidney(lab("egfr", "80", -3), dialysis(2))
    assert (found.dialysis, found.k) == (False, up_to(80))


# -- acute kidney injury --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("onset", "recorded"), [(10, None), (20, None), (None, None), (None, 10), (40, 10), (40, 20)]
)
def test_an_injury_since_the_result_leaves_anything_up_to_it(onset: int | None, recorded: int | None) -> None:
    found = kidney(EGFR_80, injury(onset, recorded))
    assert not found.dialysis
    assert not found.perhaps_dialysis
    assert found.k == up_to(80)
    assert "(Condition/aki)" in found.why and "eGFR 80" in found.why


@pytest.mark.parametrize(("onset", "recorded"), [(21, None), (40, 21), (None, 30), (40, -5), (-1, None)])
def test_a_result_after_the_injury_decides(onset: int | None, recorded: int | None) -> None:
    assert kidney(EGFR_80, injury(onset, recorded)).k == point(Fraction(80))


def test_an_injury_that_is_over_says_nothing() -> None:
    over = injury(10)._replace(active=False)
    assert kidney(EGFR_80, over) == kidney(EGFR_80)
    assert kidney(EGFR_80, injury(10)._replace(abated=ago(3))) == kidney(EGFR_80)


def test_an_injury_without_a_result_leaves_nothing_known() -> None:
    found = kidney(injury(10))
    assert (found.k, found.dialysis) == (None, False)
    assert "acute kidney injury on 2026-02-19 (Condition/aki)" in found.why
    assert "acute" in kidney(injury(365)).why
    assert "acute" not in kidney(injury(366)).why


def test_an_injury_lowers_a_stage() -> None:
    stage = ConditionFact(frozenset({"ckd-stage-4"}), True, None, None, "Condition/ckd")
    assert kidney(stage, injury(10)).k == Interval(Fraction(0), Fraction(30), True, False)


def test_an_injury_between_the_egfr_and_a_creatinine() -> None:
    old, between = lab("egfr", "80", 200), injury(50)
    found = kidney(old, between, lab("creatinine", "5.2", 5))
    assert found.k is not None and found.k.high is not None
    assert found.k.low == found.k.high < 15
    assert "eGFR 80" in found.fact and "creatinine 5.2" in found.fact
    better = kidney(lab("egfr", "40", 200), between, lab("creatinine", "0.7", 5))
    assert better.k == point(Fraction(40))  # a creatinine lifts no eGFR
    unusable = kidney(old, between, lab("creatinine", "5.2", 5), age=None)
    assert unusable.k == up_to(80)


def test_a_creatinine_of_unknown_sex_counts_as_far_as_it_is_lower() -> None:
    between = facts(lab("egfr", "80", 200), injury(50), lab("creatinine", "0.9", 5))._replace(sex=None)
    found = kidney_on(between, ago(0), SETTINGS)
    assert found.k is not None and found.k.low is not None
    assert found.k.low < 80
    assert found.k.high == 80  # a man's would be above
    assert found.why


def test_without_injury_or_dialysis_the_egfr_counts_before_any_creatinine() -> None:
    old = lab("egfr", "80", 200)
    assert kidney(old, lab("creatinine", "5.2", 5)) == kidney(old)


def test_bounds_stay_bounds() -> None:
    assert kidney(lab("egfr", "60", 200, ">"), injury(10)).k == Interval(Fraction(0), None)
    assert kidney(lab("egfr", "60", 200, "<"), injury(10)).k == Interval(Fraction(0), Fraction(60))


def test_the_clearance_of_before_an_injury_is_not_used() -> None:
    evidence = (lab("creatinine", "0.8", 100), lab("weight", "70", 100))
    before = facts(*evidence, injury(10))
    assert clearance_on(facts(*evidence), ago(0), SETTINGS) is not None
    assert clearance_on(before, ago(0), SETTINGS) is None
    assert clearance_on(facts(*evidence, injury(101)), ago(0), SETTINGS) is not None
    assert lower_of(kidney_on(before, ago(0), SETTINGS), None).k is not None
    doubt = kidney_on(facts(*evidence, dialysis(150)), ago(0), SETTINGS)
    assert lower_of(doubt, clearance_on(facts(*evidence), ago(0), SETTINGS)).k == doubt.k
