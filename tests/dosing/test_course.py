"""Steps on their days."""

from __future__ import annotations

from fractions import Fraction

from orderlint.dosing.course import MOST_INSTRUCTIONS, plan
from orderlint.dosing.model import Product, Supply

from .written import NAMELESS, amount, daily, day, line, only, peak, planned, said, steps, tablets, timing


def test_taper() -> None:
    found = planned(
        line(15, daily(3, days=7), sequence=1),
        line(10, daily(3, days=7), sequence=2),
        line(5, daily(3, days=7), sequence=3),
        start="2026-01-01",
    )
    course = found.courses[0]
    assert steps(course) == [(0, 6, "45"), (7, 13, "30"), (14, 20, "15")]
    assert (course.end, course.peak, course.start) == ("known", (45, "mg/d"), day("2026-01-01"))
    assert not found.contradictions


def test_order_in_the_file_does_not_matter() -> None:
    lines = [line(n, daily(days=7), sequence=s) for n, s in ((5, 3), (15, 1), (10, 2))]
    assert (
        steps(only(*lines)) == steps(only(*reversed(lines))) == [(0, 6, "15"), (7, 13, "10"), (14, 20, "5")]
    )


def test_same_sequence_or_none_run_together() -> None:
    assert peak(line(10, daily()), line(5, daily(2))) == "20 mg/d"
    both = only(line(10, daily(days=2), sequence=1), line(5, daily(days=5), sequence=1))
    assert steps(both) == [(0, 1, "15"), (2, 4, "5")]


def test_same_sequence_then_the_next() -> None:
    found = only(
        line(10, timing(time_of_day=("08:00:00",), days=2), sequence=1),
        line(5, timing(time_of_day=("17:00:00",), days=2), sequence=1),
        line(5, daily(days=2), sequence=2),
    )
    assert steps(found) == [(0, 1, "15"), (2, 3, "5")]
    assert (found.steps[0].per_dose, found.steps[0].times_per_day) == ((10, "mg"), 2)


def test_doses_at_one_time_add_up_at_that_time() -> None:
    morning = timing(when=("MORN",))
    (step,) = only(line(10, morning), line(5, morning)).steps
    assert (step.per_dose, step.times_per_day, step.daily) == ((15, "mg"), 1, (15, "mg/d"))


def test_last_step_may_be_open() -> None:
    found = only(line(10, daily(days=7), sequence=1), line(20, daily(), sequence=2))
    assert (found.end, steps(found)) == ("open", [(0, 6, "10"), (7, None, "20")])


def test_step_without_length_before_another() -> None:
    found = only(
        line(30, daily(), sequence=1),
        line(20, daily(days=7), sequence=2),
        line(10, daily(days=7), sequence=3),
    )
    assert found.end == "unknown"
    assert found.peak == (30, "mg/d")  # the highest of the steps, not their sum
    assert [s.daily.value for s in found.steps if s.daily] == [30, 20, 10]


def test_dated_step_ends_the_one_before() -> None:
    found = only(
        line(30, daily(start="2026-01-01"), sequence=1), line(20, daily(start="2026-01-08"), sequence=2)
    )
    assert (found.end, steps(found)) == ("open", [(0, 6, "30"), (7, None, "20")])


def test_day_of_hand_over_is_not_doubled() -> None:
    found = planned(
        line(60, daily(start="2026-01-01", end="2026-01-08"), sequence=1),
        line(40, daily(start="2026-01-08", end="2026-01-15"), sequence=2),
    )
    assert steps(found.courses[0]) == [(0, 6, "60"), (7, 14, "40")]
    assert not found.contradictions


def test_steps_that_overlap_add_up_and_are_said() -> None:
    found = planned(
        line(60, daily(start="2026-01-01", end="2026-01-10"), sequence=1),
        line(40, daily(start="2026-01-08", end="2026-01-15"), sequence=2),
    )
    assert found.courses[0].peak == (100, "mg/d")
    assert "3 days" in said(found)


def test_cycles_are_no_gap() -> None:
    found = planned(
        line(10, daily(start="2026-01-01", end="2026-01-07")),
        line(10, daily(start="2026-01-15", end="2026-01-21")),
    )
    assert not found.contradictions
    assert steps(found.courses[0]) == [(0, 6, "10"), (14, 20, "10")]


def test_lengths_without_sequence_run_together_and_are_said() -> None:
    found = planned(line(30, daily(days=7)), line(20, daily(days=7)))
    assert found.courses[0].peak == (50, "mg/d")
    assert "sequence" in said(found)


def test_undated_line_begins_with_the_order() -> None:
    found = only(line(10, daily(days=3)), line(5, daily(start="2026-01-05", days=3)), start="2026-01-01")
    assert found.start == day("2026-01-01")
    assert steps(found) == [(0, 2, "10"), (4, 6, "5")]


def test_end_alone_counts_from_the_start_of_the_order() -> None:
    until = line(10, daily(end="2026-01-10"))
    assert steps(only(until, start="2026-01-01")) == [(0, 9, "10")]
    assert only(until).end == "unknown"  # a template: it ends, nobody can say after how many days


def test_bounds_that_can_not_be_read_end_some_day() -> None:
    found = only(line(10, daily(bounds_days=(None, None))))
    assert (found.end, steps(found)) == ("unknown", [(0, None, "10")])


def test_lost_part_is_no_zero() -> None:
    found = only(line(10, daily(days=7), sequence=1), line(None, daily(days=7), sequence=2))
    assert found.peak is None
    assert found.why_unknown


def test_units_that_can_not_be_added() -> None:
    lines = (line(10, daily()), line(amount(1, "{tablet}"), daily()))
    assert peak(*lines) is None
    assert peak(*lines, product=tablets(5)) == "15 mg/d"


def test_as_needed_beside_scheduled() -> None:
    found = planned(line(10, daily(3)), line(5, daily(2), as_needed=True))
    assert found.as_needed
    assert found.courses[0].peak == (40, "mg/d")


def test_no_instructions() -> None:
    found = plan((), NAMELESS, ingredients=("baclofen",))
    assert found.courses[0].ingredient == "baclofen"
    assert found.courses[0].peak is None
    assert found.courses[0].why_unknown == "the order has no dosage instruction"


def test_too_many_instructions() -> None:
    found = plan([line(1, daily())] * (MOST_INSTRUCTIONS + 1), NAMELESS)
    assert found.courses[0].peak is None
    assert "instructions" in str(found.courses[0].why_unknown)


def test_pointers_say_what_a_step_rests_on() -> None:
    (step,) = only(line(10, daily(3))).steps
    assert step.pointers == ("/timing/repeat", "/dose")


def test_product_name_stands_in_for_an_unknown_ingredient() -> None:
    assert planned(line(10, daily()), product=Product("Something")).courses[0].ingredient == "Something"


# ---------------------------------------------------------------- supply


def supplied(quantity: object, days: int, repeats: int | None = None) -> Supply:
    return Supply(quantity, Fraction(days), repeats, "/dispenseRequest")  # type: ignore[arg-type]


def test_supply_of_a_taper_is_counted_by_its_steps() -> None:
    taper = (
        line(amount(3, "{tablet}"), daily(days=7), sequence=1),
        line(amount(1, "{tablet}"), daily(days=7), sequence=2),
    )
    assert not planned(*taper, supply=supplied(amount(28, "{tablet}"), 14)).contradictions
    assert planned(*taper, supply=supplied(amount(14, "{tablet}"), 14)).contradictions


def test_supply_that_can_not_be_compared_is_not_judged() -> None:
    order = line(10, daily(2))
    assert not planned(order, supply=supplied(amount(30, "{tablet}"), 30)).contradictions  # no strength
    assert planned(order, product=tablets(10), supply=supplied(amount(30, "{tablet}"), 30)).contradictions
    assert not planned(order, supply=Supply(amount(1), None, None)).contradictions
    assert not planned(line(10, daily(2, days=5)), supply=supplied(amount(30), 30)).contradictions


def test_bottles_come_in_sizes() -> None:
    order = line(amount(1, "mL"), daily())
    assert not planned(order, supply=supplied(amount(120, "mL"), 30)).contradictions
    assert planned(order, supply=supplied(amount(10, "mL"), 30)).contradictions
