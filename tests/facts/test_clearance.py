"""Cockcroft and Gault against published check values, and which estimate counts."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.facts.clearance import clearance_on, lower_of
from orderlint.facts.kidney import Kidney
from orderlint.interval import Interval, point
from orderlint.protocols.loader import load
from orderlint.record import Facts, Lab

SETTINGS: dict[str, Any] = dict(load().settings["kidney"])
DAY = date(2026, 3, 1)


def lab(kind: str, value: str, days: int = 0, comparator: str | None = None) -> Lab:
    day = DAY + timedelta(days)
    return Lab(kind, Fraction(value), "", DateSpan(day, day), f"Observation/{kind}", comparator)


def found(*labs: Lab, age: int = 50, **facts: Any) -> Kidney | None:
    born = date(DAY.year - age, 1, 1)
    return clearance_on(Facts(labs=labs, birth=DateSpan(born, born), **facts), DateSpan(DAY, DAY), SETTINGS)


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "kg", "expected"),
    [  # (140 - age) x kg / (72 x creatinine), x 0.85 for women
        ("1.0", 50, "male", "70", 87.50),
        ("1.0", 50, "female", "70", 74.38),
        ("0.7", 40, "female", "60", 101.19),
        ("0.9", 40, "male", "80", 123.46),
        ("0.5", 30, "female", "55", 142.85),
        ("1.5", 78, "female", "60", 29.28),
        ("2.0", 70, "male", "75", 36.46),
        ("3.5", 66, "male", "82", 24.08),
        ("1.2", 65, "male", "70", 60.76),
    ],
)
def test_check_values(creatinine: str, age: int, sex: str, kg: str, expected: float) -> None:
    kidney = found(lab("creatinine", creatinine), lab("weight", kg), age=age, sex=sex)
    assert kidney is not None
    assert kidney.k is not None
    assert kidney.k.low == kidney.k.high
    assert float(kidney.k.low or 0) == pytest.approx(expected, abs=0.006)
    assert "Cockcroft-Gault" in kidney.fact


def test_what_is_missing_gives_nothing() -> None:
    assert found(lab("creatinine", "1")) is None
    assert found(lab("weight", "70")) is None
    assert found(lab("creatinine", "1"), lab("weight", "70"), age=12) is None
    assert found(lab("creatinine", "1", comparator="<"), lab("weight", "70")) is None
    assert found(lab("creatinine", "0"), lab("weight", "70")) is None
    assert found(lab("creatinine", "1", -366), lab("weight", "70")) is None
    facts = Facts(labs=(lab("creatinine", "1"), lab("weight", "70")))
    assert clearance_on(facts, DateSpan(DAY, DAY), SETTINGS) is None


def test_an_unknown_sex_widens_it() -> None:
    kidney = found(lab("creatinine", "1"), lab("weight", "70"))
    assert kidney is not None
    assert kidney.k == Interval(Fraction("87.5") * Fraction("0.85"), Fraction("87.5"), True, True)
    assert kidney.why


def test_the_latest_counts_and_a_later_result_outdates_it() -> None:
    old, new = lab("creatinine", "2", -9), lab("creatinine", "1", -1)
    kidney = found(old, new, lab("weight", "70"), sex="male")
    assert kidney is not None
    assert kidney.k == point(Fraction("87.5"))
    assert found(old, lab("egfr", "90", -1), lab("weight", "70"), sex="male") is None
    assert found(old, lab("egfr", "90", -9), lab("weight", "70"), sex="male") is not None


def test_the_lower_counts_and_names_both() -> None:
    high = Kidney(point(Fraction(62)), False, "eGFR 62", "")
    low = Kidney(point(Fraction(48)), False, "clearance 48", "")
    for one, other in ((high, low), (low, high)):
        both = lower_of(one, other)
        assert both.k == point(Fraction(48))
        assert "62" in both.fact
        assert "48" in both.fact
    assert lower_of(high, None) is high
    unknown = Kidney(None, False, "", "nothing on record")
    assert lower_of(unknown, low) is low
    dialysis = Kidney(None, True, "on dialysis", "")
    assert lower_of(dialysis, low) is dialysis
