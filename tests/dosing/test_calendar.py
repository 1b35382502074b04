from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from orderlint.dosing.calendar import length, segments
from orderlint.dosing.model import Course, Dose, Step

from .written import amount, daily, line, only


def course(*steps: tuple[int, int | None, int | None], end: str = "known") -> Course:
    made = tuple(Step(a, b, None if n is None else Dose(Fraction(n), "mg/d")) for a, b, n in steps)
    return Course("drug", made, None, end)


NEW_YEAR = date(2026, 1, 1)


def shown(*courses: tuple[int, Course, date], **more: object) -> list[tuple[str, str, int | None]]:
    found = segments(courses, **more)  # type: ignore[arg-type]
    return [
        (f"{s.first:%m-%d}", f"{s.last:%m-%d}" if s.last else "", None if s.total is None else int(s.total))
        for s in found
    ]


def test_steps_follow_and_equal_ones_join() -> None:
    one = course((0, 6, 30), (7, 13, 30), (14, 20, 10))
    assert shown((1, one, NEW_YEAR)) == [("01-01", "01-14", 30), ("01-15", "01-21", 10)]


def test_days_without_a_dose_are_in_no_segment() -> None:
    assert shown((1, course((0, 1, 5), (4, 5, 5)), NEW_YEAR)) == [
        ("01-01", "01-02", 5),
        ("01-05", "01-06", 5),
    ]


def test_open_end_and_overlap() -> None:
    found = segments([(7, course((0, None, 30), end="open"), NEW_YEAR), (3, course((2, 3, 20)), NEW_YEAR)])
    assert [(s.first.day, s.last.day if s.last else None, s.total, s.parts) for s in found] == [
        (1, 2, 30, (7,)),
        (3, 4, 50, (3, 7)),
        (5, None, 30, (7,)),
    ]


def test_unknown_dose_makes_the_total_unknown() -> None:
    (first, second) = segments([(1, course((0, 9, 30)), NEW_YEAR), (2, course((5, 9, None)), NEW_YEAR)])
    assert (first.total, first.unknown) == (30, ())
    assert (second.total, second.unknown, second.parts) == (None, (2,), (1, 2))


def test_dose_in_other_units_is_unknown_here() -> None:
    tablets = only(line(amount(2, "{tablet}"), daily()))
    (segment,) = segments([(1, tablets, NEW_YEAR)])
    assert (segment.total, segment.unknown) == (None, (1,))
    (empty,) = segments([(1, Course("drug", (), None, "unknown"), NEW_YEAR)])
    assert empty.unknown == (1,)


def test_steps_of_one_course_never_add_up() -> None:
    adrift = course((0, None, 30), (1, 7, 20), (8, 14, 40), end="unknown")
    assert shown((1, adrift, NEW_YEAR)) == [("01-01", "01-08", 30), ("01-09", "", 40)]


def test_stopped() -> None:
    one = course((0, None, 30), end="open")
    assert shown((1, one, NEW_YEAR), stops={1: date(2026, 1, 10)}) == [("01-01", "01-10", 30)]
    assert shown((1, one, NEW_YEAR), stops={1: date(2025, 12, 1)}) == []


def test_end_of_the_calendar() -> None:
    far = course((0, 10**12, 30), (10**13, None, 10))
    assert shown((1, far, NEW_YEAR)) == [("01-01", "", 30)]


def test_many_orders_over_many_years_are_no_day_loop() -> None:
    ten_years = course((0, 3650, 1))
    found = segments([(n, ten_years, date(2020, 1, 1 + n % 28)) for n in range(300)])
    assert max(s.total for s in found if s.total is not None) == 300
    assert len(found) == 55


@pytest.mark.parametrize(
    ("value", "unit", "start", "days"),
    [
        (1, "mo", date(2026, 1, 31), 28),
        (1, "mo", date(2028, 1, 31), 29),
        (12, "mo", date(2026, 3, 15), 365),
        (1, "a", date(2027, 3, 1), 366),
        (1, "mo", date(2026, 12, 31), 31),
        (1, "mo", None, 30),
        (1, "a", None, 365),
        (2, "wk", None, 14),
        (100000, "a", date(2026, 1, 1), 36500000),
    ],
)
def test_bounds_by_the_calendar(value: int, unit: str, start: date | None, days: int) -> None:
    assert length(Fraction(value), unit, start) == days


def test_bound_that_is_no_time() -> None:
    assert length(Fraction(1), "mg") is None
