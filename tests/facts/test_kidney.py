"""Kidney function: which evidence counts, and the equation against published check values."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.facts.kidney import kidney_on
from orderlint.interval import Interval, point
from orderlint.protocols.loader import load
from orderlint.record import ConditionFact, Facts, Lab, ProcedureFact

SETTINGS: dict[str, Any] = dict(load().settings["kidney"])
DAY = date(2026, 3, 1)


def span(day: date) -> DateSpan:
    return DateSpan(day, day)


def egfr(value: int, on: date, comparator: str | None = None, kind: str = "egfr") -> Lab:
    return Lab(kind, Fraction(value), "mL/min/{1.73_m2}", span(on), f"Observation/{value}", comparator)


def k_of(*labs: Lab, **facts: Any) -> Any:
    return kidney_on(Facts(labs=labs, **facts), span(DAY), SETTINGS)


def test_the_latest_before_the_order_counts() -> None:
    found = k_of(egfr(80, DAY - timedelta(100)), egfr(45, DAY - timedelta(10)), egfr(90, DAY + timedelta(1)))
    assert found.k == point(Fraction(45))
    assert found.fact == "eGFR 45 on 2026-02-19 (Observation/45)"


def test_the_window_is_365_days_back_and_7_ahead() -> None:
    assert k_of(egfr(45, DAY - timedelta(365))).k is not None
    assert k_of(egfr(45, DAY - timedelta(366))).k is None
    assert k_of(egfr(45, DAY + timedelta(7))).k is not None
    assert k_of(egfr(45, DAY + timedelta(8))).k is None
    assert "365 days" in k_of(egfr(45, DAY - timedelta(366))).why


def test_after_the_order_the_earliest_counts() -> None:
    assert k_of(egfr(45, DAY + timedelta(5)), egfr(80, DAY + timedelta(2))).k == point(Fraction(80))


def test_of_one_day_the_lowest_counts() -> None:
    assert k_of(egfr(70, DAY), egfr(40, DAY, kind="crcl")).k == point(Fraction(40))


def test_a_comparator_is_a_bound() -> None:
    assert k_of(egfr(60, DAY, ">")).k == Interval(Fraction(60), None, False, False)
    assert k_of(egfr(15, DAY, "<")).k == Interval(Fraction(0), Fraction(15), True, False)


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "expected"),
    [  # computed from the published equation (kidney.org, CKD-EPI 2021)
        ("1.0", 50, "male", 91.69),
        ("1.0", 50, "female", 68.63),
        ("0.7", 40, "female", 112.05),
        ("0.9", 40, "male", 110.73),
        ("0.5", 30, "female", 129.32),
        ("1.5", 78, "female", 35.45),
        ("2.0", 70, "male", 35.24),
        ("3.5", 66, "male", 18.46),
        ("1.2", 65, "male", 67.11),
    ],
)
def test_ckd_epi_2021(creatinine: str, age: int, sex: str, expected: float) -> None:
    lab = Lab("creatinine", Fraction(creatinine), "mg/dL", span(DAY), "Observation/c")
    found = k_of(lab, birth=span(date(DAY.year - age, 1, 1)), sex=sex)
    assert found.k is not None
    assert float(found.k.low) == pytest.approx(expected, abs=0.006)
    assert found.k.low == found.k.high
    assert "CKD-EPI 2021" in found.fact


def test_creatinine_without_sex_is_an_interval() -> None:
    lab = Lab("creatinine", Fraction(1), "mg/dL", span(DAY), "Observation/c")
    found = k_of(lab, birth=span(date(1976, 1, 1)))
    assert found.k.low < found.k.high


def test_creatinine_of_a_child_gives_nothing() -> None:
    lab = Lab("creatinine", Fraction(1), "mg/dL", span(DAY), "Observation/c")
    assert k_of(lab, birth=span(date(2015, 1, 1)), sex="male").k is None


def test_a_result_counts_before_a_stage() -> None:
    stage = ConditionFact(frozenset({"ckd-stage-4"}), True, None, None, "Condition/ckd")
    assert k_of(egfr(80, DAY), conditions=(stage,)).k == point(Fraction(80))
    assert k_of(conditions=(stage,)).k == Interval(Fraction(15), Fraction(30))


def test_dialysis_counts_whatever_a_result_says() -> None:
    on_dialysis = ConditionFact(frozenset({"dialysis"}), True, None, None, "Condition/hd")
    assert k_of(egfr(80, DAY), conditions=(on_dialysis,)).dialysis
    over = on_dialysis._replace(active=False)
    assert not k_of(egfr(80, DAY), conditions=(over,)).dialysis


def test_a_dialysis_procedure_counts_without_a_result_whenever_it_was() -> None:
    done = ProcedureFact(frozenset({"dialysis"}), "completed", span(DAY - timedelta(900)), "Procedure/1")
    assert k_of(procedures=(done,)).dialysis


def test_nothing_known() -> None:
    found = k_of()
    assert found.k is None
    assert not found.dialysis
    assert found.why
