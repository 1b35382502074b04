"""Instructions of one order that run side by side add up on the days they share, and only there."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

from orderlint.dosing.model import DateSpan, Instruction, Timing
from orderlint.dosing.together import MOST_DAYS

from .written import daily, day, line, only, peak, steps

MONDAY = date(2026, 3, 2)


def on(dose: int, *weekdays: str, **more: object) -> Instruction:
    return line(dose, daily(day_of_week=weekdays, **more))


def dated(dose: int, *numbers: int) -> Instruction:
    days = (MONDAY + timedelta(n) for n in numbers)
    return line(dose, Timing(events=tuple(DateSpan(d, d) for d in days), pointer="/timing"))


def test_weekdays_that_no_two_lines_share() -> None:
    some, others = on(10, "mon", "wed", "fri"), on(5, "tue", "thu", "sat", "sun")
    assert peak(some, others) == "10 mg/d"
    found = only(some, others).steps[0]
    assert (found.times_per_day, found.per_dose) == (1, (10, "mg"))
    assert found.mean == (Fraction(50, 7), "mg/d")


def test_weekdays_that_two_lines_share() -> None:
    assert peak(on(10, "mon"), on(5, "Mon", "tue"), on(4, "sat")) == "15 mg/d"
    assert peak(on(10, "mon"), line(5, daily(2))) == "20 mg/d"


def test_a_line_on_weekdays_of_which_a_dated_stretch_has_none() -> None:
    week = on(10, "mon", days=7)
    rest = line(20, daily(start="2026-03-03", end="2026-03-08"))
    assert peak(week, rest, start="2026-03-02") == "20 mg/d"
    assert peak(week, rest, start="2026-02-28") == "20 mg/d"  # Monday is the second, before the others begin


def test_a_short_stretch_without_dates_may_hold_any_weekday() -> None:
    assert peak(on(10, "mon", days=3), line(20, daily(days=3))) == "30 mg/d"
    assert peak(on(10, "mon", days=3), line(20, daily(days=3)), start="2026-03-03") == "30 mg/d"


def test_dates_that_are_shared_and_dates_that_are_not() -> None:
    assert peak(dated(10, 0, 2), dated(20, 1)) == "20 mg/d"
    assert peak(dated(10, 0, 2), dated(20, 2, 4)) == "30 mg/d"
    assert peak(dated(10, 0, 0, 2), dated(15, 2)) == "25 mg/d"  # twice on the first date, once on the shared
    assert peak(dated(10, 0), line(5, daily())) == "15 mg/d"


def test_dates_against_weekdays() -> None:
    assert peak(dated(10, 0, 7), on(20, "tue")) == "20 mg/d"
    assert peak(dated(10, 1, 7), on(20, "tue")) == "30 mg/d"


def test_a_date_known_to_the_month_may_be_any_of_its_days() -> None:
    month = Timing(events=(DateSpan(date(2026, 3, 1), date(2026, 3, 31)),), pointer="/timing")
    assert peak(line(10, month), dated(20, 1)) == "30 mg/d"


def test_more_days_than_are_told_apart_add_up() -> None:
    many = dated(10, *range(0, 2 * 300, 2))
    others = [dated(1, *range(1, 2 * 300, 2))] + [line(1, daily())] * (MOST_DAYS // 300)
    assert peak(many, *others) == f"{11 + MOST_DAYS // 300} mg/d"


def test_a_step_without_length_beside_one_with() -> None:
    course = only(
        line(10, daily(days=5), sequence=1),
        line(20, daily(), sequence=1),
        line(45, daily(days=5), sequence=2),
    )
    assert steps(course) == [(0, 4, "30"), (5, None, "20"), (5, 9, "45")]
    assert course.end == "unknown" and course.start is None


def test_a_start_does_not_change_what_a_long_course_comes_to() -> None:
    lines = (on(10, "mon"), on(5, "sun"))
    assert peak(*lines) == peak(*lines, start="2026-03-04") == "10 mg/d"
    assert only(*lines, start="2026-03-04").start == day("2026-03-04")
