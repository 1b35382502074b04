"""Caps, ranges, and what makes one instruction's dose unknown."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.dosing.model import Amount, Body, DoseAndRate, Instruction, Product

from .written import BODY, amount, daily, line, only, peak, per, planned, said, strength, tablets, timing

Q4H = timing(frequency=1, period=4, period_unit="h")


@pytest.mark.parametrize(
    ("cap", "expected"),
    [
        (per(40, "mg", 1, "d"), "40 mg/d"),
        (per(40, "mg", 24, "h"), "40 mg/d"),
        (per("0.04", "g", 1, "d"), "40 mg/d"),
        (per(15, "mg", 12, "h"), "30 mg/d"),
        (per(8, "mg", 5, "h"), "40 mg/d"),  # five windows of 5 h touch one day
        (per(50, "mg", 1, "wk"), "50 mg/d"),
        (per(4, "{dose}", 1, "d"), "40 mg/d"),
        (per(900, "mg", 1, "d"), "60 mg/d"),  # never raises
        (per(4, "{tablet}", 1, "d"), "40 mg/d"),
        (per(4, None, 1, "d"), "40 mg/d"),
    ],
)
def test_caps_per_period(cap: object, expected: str) -> None:
    order = line(10, Q4H, as_needed=True, max_per_period=(cap,))
    assert peak(order, product=tablets(10)) == expected


def test_several_caps_of_r5() -> None:
    caps = (per(20, "mg", 12, "h"), per(50, "mg", 1, "wk"), per(30, "mg", 1, "d"))
    (step,) = only(line(10, Q4H, max_per_period=caps)).steps
    assert step.daily == (30, "mg/d")
    assert step.mean == (Fraction(50, 7), "mg/d")
    assert step.times_per_day == 3


@pytest.mark.parametrize(
    "cap",
    [per(6, "{spray}", 1, "d"), per(6, "mg", 1, "mL"), per(6, "mg", 1, "{tablet}"), per(6, None, 1, "d")],
)
def test_cap_that_cannot_be_used_leaves_the_upper_bound_and_says_so(cap: object) -> None:
    found = planned(line(10, Q4H, max_per_period=(cap,)))
    assert found.courses[0].peak == (60, "mg/d")
    assert "maxDosePerPeriod" in said(found)


def test_cap_below_one_dose() -> None:
    found = planned(line(10, daily(), max_per_period=(per(5, "mg", 1, "d"),)))
    assert found.courses[0].peak == (5, "mg/d")
    assert "below one dose" in said(found)
    in_range = planned(line(amount(10, low=5), daily(), max_per_period=(per(6, "mg", 1, "d"),)))
    assert not in_range.contradictions


def test_cap_of_one_administration() -> None:
    found = planned(line(amount("0.9", "mg/kg"), daily(2), max_per_administration=amount(50)), body=BODY)
    assert found.courses[0].peak == (100, "mg/d")
    assert found.courses[0].steps[0].per_dose == (50, "mg")
    assert not found.contradictions


def test_cap_of_a_lifetime() -> None:
    assert peak(line(10, Q4H, max_per_lifetime=amount(400))) == "60 mg/d"
    assert peak(line(10, Q4H, max_per_lifetime=amount(40))) == "40 mg/d"


def test_as_needed_without_timing_but_with_a_cap() -> None:
    cap = (per(40, "mg", 1, "d"),)
    (step,) = only(line(10, None, as_needed=True, max_per_period=cap)).steps
    assert (step.daily, step.per_dose, step.times_per_day) == ((40, "mg/d"), (10, "mg"), 4)
    assert peak(line(None, None, as_needed=True, max_per_period=cap)) == "40 mg/d"
    assert peak(line(10, None, as_needed=True, max_per_period=(per(3, "{dose}", 1, "d"),))) == "30 mg/d"
    assert peak(line(10, None, as_needed=True)) is None
    assert peak(line(10, None, max_per_period=cap)) is None  # not as needed: how often is simply missing


@pytest.mark.parametrize(
    "dose",
    [
        Amount(None, None, "mg", "/dose"),
        Amount(Fraction(5), None, "mg", "/dose"),
        Amount(Fraction(0), Fraction(0), "mg", "/dose"),
        Amount(Fraction(-5), Fraction(-5), "mg", "/dose"),
        amount(1, "mg/mL"),
        amount(1, "h"),
        amount(1, "cm"),
        amount(1, "%"),
        amount(1, "blob"),
    ],
)
def test_doses_that_are_none(dose: Amount) -> None:
    found = only(line(dose, daily()))
    assert found.peak is None
    assert found.why_unknown


def test_open_low_of_a_range() -> None:
    assert peak(line(Amount(None, Fraction(10), "mg", "/dose"), daily(2))) == "20 mg/d"


def test_low_above_high_takes_the_larger() -> None:
    found = planned(line(amount(5, low=10), daily(2)))
    assert found.courses[0].peak == (20, "mg/d")
    assert found.contradictions


@pytest.mark.parametrize(
    "rate",
    [
        amount(60, "mg/m2"),
        amount(2, "min"),
        amount(2, None),
        per(1, "mg", 1, "{tablet}"),
        per(1, "mg", 1, None),
    ],  # type: ignore[arg-type]
)
def test_rates_that_are_none(rate: object) -> None:
    assert peak(line(None, daily(), rate=rate)) is None  # type: ignore[arg-type]
    assert peak(line(10, daily(2), rate=rate)) == "20 mg/d"  # type: ignore[arg-type]  # the dose is known


def test_dose_by_weight_beside_a_rounded_one_is_one_dose() -> None:
    ordered = DoseAndRate("ordered", amount("0.1", "mg/kg"), None, "/doseAndRate/0")
    calculated = DoseAndRate("calculated", amount(7), None, "/doseAndRate/1")
    both = line(None, daily(), doses=(ordered, calculated))
    assert not planned(both, body=Body(Fraction("68.4"))).contradictions
    assert planned(both, body=Body(Fraction(35))).contradictions
    assert peak(both) == "7 mg/d"  # no weight: what was calculated


def test_own_units_without_a_strength() -> None:
    for unit in ("{tablet}", "[drp]", "mL", "{patch}", "{puff}"):
        found = only(line(amount(2, unit), daily(3)))
        assert found.peak == (6, f"{unit}/d")
        assert found.steps[0].problem  # and why it is no mass
    assert peak(line(amount(1, "L"), daily())) == "1000 mL/d"
    assert peak(line(amount(2, "{patch}"), daily()), product=Product("d", (strength(5, "%", 1, "g"),))) == (
        "2 {patch}/d"
    )


def test_tablet_of_capsules_counts_and_is_said() -> None:
    found = planned(
        line(amount(2, "{tablet}"), daily()), product=Product("d", (strength(5, form="{capsule}"),))
    )
    assert found.courses[0].peak == (10, "mg/d")
    assert "tablet" in said(found)


def test_strength_of_the_first_origin_counts() -> None:
    named = strength(20)._replace(origin="name")
    assert (
        peak(line(amount(1, "{tablet}"), daily()), product=Product("d", (strength(10), named))) == "10 mg/d"
    )


def test_ingredient_without_a_strength_of_its_own() -> None:
    found = planned(line(amount(1, "{tablet}"), daily()), product=tablets(10), ingredients=("other",))
    assert found.course("drug") is not None
    other = found.course("other")
    assert other is not None
    assert other.peak == (1, "{tablet}/d")
    assert other.why_unknown


def test_instruction_without_anything() -> None:
    assert peak(Instruction("/dosageInstruction/0")) is None
