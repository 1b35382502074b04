from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan, Repeat, Timing
from orderlint.dosing.timing import Schedule, schedule

from .written import day, repeat, timing


def at(**fields: Any) -> Schedule:
    return schedule(timing(**fields))


@pytest.mark.parametrize(
    ("frequency", "period", "unit", "times", "mean"),
    [
        (3, 1, "d", 3, 3),
        (1, 5, "h", 5, "24/5"),
        (1, 6, "h", 4, 4),
        (1, 36, "h", 1, "2/3"),
        (3, 1, "wk", 1, "3/7"),
        (14, 1, "wk", 2, 2),
        (1, "3/2", "d", 1, "2/3"),
        (1, 1, "mo", 1, "16/487"),
        (1, 15, "min", 96, 96),
        ("1/2", 1, "d", 1, "1/2"),
        (1, 2, "d", 1, "1/2"),
    ],
)
def test_evenly_spread(frequency: Any, period: Any, unit: str, times: int, mean: Any) -> None:
    found = at(frequency=frequency, period=period, period_unit=unit)
    assert (found.times, found.mean) == (times, Fraction(mean))


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"frequency": 3},
        {"frequency": 3, "period": 1},
        {"frequency": 0, "period": 1, "period_unit": "d"},
        {"frequency": -1, "period": 1, "period_unit": "d"},
        {"frequency": 1, "period": 0, "period_unit": "d"},
        {"frequency": 1, "period": 1, "period_unit": "mg"},
        {"day_of_week": ("mon",)},
        {"day_of_week": ("someday",), "frequency": 1, "period": 1, "period_unit": "d"},
        {"days": 7},
        {"count": 0},
        {"duration": 4, "duration_unit": "h"},
        {"frequency": 1, "period": 1, "period_unit": "d", "start": "2026-03-07", "end": "2026-03-01"},
        {"frequency": 1, "period": 1, "period_unit": "d", "days": 0},
    ],
)
def test_says_why_there_is_no_number(fields: dict[str, Any]) -> None:
    found = at(**fields)
    assert found.times is None
    assert found.mean is None
    assert found.problem


def test_no_timing_is_not_nothing_a_day() -> None:
    assert schedule(None).problem
    assert schedule(Timing(text="as before", pointer="/timing")).problem


def test_period_alone_is_once_each() -> None:
    assert at(period=8, period_unit="h").times == 3


def test_slots() -> None:
    assert at(time_of_day=("08:00:00", "20:00:00")).times == 2
    assert at(when=("MORN", "HS")).times == 2
    assert at(when=("AC",)).times == 3
    assert at(when=("AC", "HS")).times == 4


def test_frequency_beside_meals_is_theirs() -> None:
    found = at(frequency=2, period=1, period_unit="d", when=("AC",))
    assert found.times == 2
    assert not found.contradictions


def test_frequency_beside_particular_times_never_multiplies() -> None:
    same = at(frequency=2, period=1, period_unit="d", when=("MORN", "EVE"))
    assert (same.times, same.contradictions) == (2, ())
    less = at(frequency=1, period=1, period_unit="d", when=("MORN", "EVE"))
    assert less.times == 2
    assert less.contradictions
    more = at(frequency=4, period=1, period_unit="d", time_of_day=("08:00:00",))
    assert more.times == 4
    assert more.contradictions


def test_frequency_without_period_beside_times_of_day() -> None:
    assert at(frequency=2, when=("MORN", "EVE")).times == 2
    assert at(frequency=3, when=("MORN",)).times == 3


def test_weekly_slot_is_once_on_its_day() -> None:
    found = at(frequency=1, period=1, period_unit="wk", when=("MORN",))
    assert (found.times, found.mean, found.contradictions) == (1, Fraction(1, 7), ())


@pytest.mark.parametrize(
    ("frequency", "unit", "days", "times", "mean"),
    [
        (4, "d", ("mon",), 4, "4/7"),
        (1, "wk", ("mon",), 1, "1/7"),
        (3, "wk", ("mon", "wed", "fri"), 1, "3/7"),
        (2, "wk", ("mon",), 2, "2/7"),
        (1, "wk", ("mon", "wed", "fri"), 1, "3/7"),
        (2, "d", ("mon", "mon"), 2, "2/7"),
    ],
)
def test_weekdays_thin_the_days(
    frequency: int, unit: str, days: tuple[str, ...], times: int, mean: str
) -> None:
    found = at(frequency=frequency, period=1, period_unit=unit, day_of_week=days)
    assert (found.times, found.mean) == (times, Fraction(mean))


CODE = Repeat(frequency=Fraction(2), period=Fraction(1), period_unit="d", pointer="/timing/code")


def test_code_alone_counts() -> None:
    assert schedule(Timing(code=CODE, pointer="/timing")).times == 2


def test_code_beside_repeat_is_the_same_said_twice() -> None:
    said_twice = Timing(repeat=repeat(frequency=2, period=1, period_unit="d"), code=CODE, pointer="/timing")
    assert (schedule(said_twice).times, schedule(said_twice).contradictions) == (2, ())
    other = said_twice._replace(repeat=repeat(frequency=3, period=1, period_unit="d"))
    assert schedule(other).times == 3
    assert schedule(other).contradictions


def test_code_completes_a_repeat_without_rhythm() -> None:
    bounded = Timing(repeat=repeat(days=7), code=CODE, pointer="/timing")
    assert (schedule(bounded).times, schedule(bounded).length) == (2, 7)
    on_mondays = Timing(repeat=repeat(day_of_week=("mon",)), code=CODE, pointer="/timing")
    assert (schedule(on_mondays).times, schedule(on_mondays).mean) == (2, Fraction(2, 7))
    assert not schedule(on_mondays).contradictions
    frequency = Timing(repeat=repeat(frequency=2), code=CODE, pointer="/timing")
    assert (schedule(frequency).times, schedule(frequency).contradictions) == (2, ())


def test_code_of_meals_beside_a_frequency() -> None:
    meals = Repeat(when=("AC",), pointer="/timing/code")
    found = schedule(Timing(repeat=repeat(frequency=2, period=1, period_unit="d"), code=meals))
    assert (found.times, found.contradictions) == (2, ())


def test_broken_repeat_is_not_saved_by_a_code() -> None:
    broken = Repeat(problem="frequency is not a number", pointer="/timing/repeat")
    assert schedule(Timing(repeat=broken, code=CODE)).problem == "frequency is not a number"


@pytest.mark.parametrize(
    ("fields", "times", "length"),
    [
        ({"count": 1}, 1, 1),
        ({"count": 1, "frequency": 4, "period": 1, "period_unit": "d"}, 1, 1),
        ({"count": 21, "frequency": 3, "period": 1, "period_unit": "d"}, 3, 7),
        ({"count": 16, "frequency": 1, "period": 3, "period_unit": "wk"}, 1, 316),
        ({"count": 10, "period": 5, "period_unit": "h"}, 5, 2),
        ({"count": 21, "frequency": 3, "period": 1, "period_unit": "d", "days": 5}, 3, 5),
        ({"count": 4, "time_of_day": ("08:00:00", "20:00:00")}, 2, 2),
        ({"count": 3}, 3, None),
        ({"count": 2, "count_max": 4, "frequency": 1, "period": 1, "period_unit": "d"}, 1, 4),
    ],
)
def test_count_ends_the_course(fields: dict[str, Any], times: int, length: int | None) -> None:
    found = at(**fields)
    assert (found.times, found.length) == (times, length)


def test_bounds() -> None:
    assert at(frequency=1, period=1, period_unit="d", start="2026-03-01", end="2026-03-07").length == 7
    assert at(frequency=1, period=1, period_unit="d", days="29/24").length == 2  # partial days are days
    unread = at(frequency=1, period=1, period_unit="d", bounds_days=(None, None))
    assert (unread.length, unread.ends) == (None, True)
    assert not at(frequency=1, period=1, period_unit="d").ends


def test_duration_is_one_administration() -> None:
    found = at(frequency=1, period=1, period_unit="d", duration=12, duration_unit="wk")
    assert found.length is None
    assert found.run == 84


def test_events() -> None:
    march = DateSpan(day("2026-03-01").first, day("2026-03-31").last)
    dates = (day("2026-03-01"), day("2026-03-01"), day("2026-03-08"))
    found = schedule(Timing(events=dates, pointer="/timing"))
    assert (found.times, found.length, found.mean) == (2, 8, Fraction(3, 8))
    assert schedule(Timing(events=(*dates, march))).times == 3  # some day in March may be the busiest


def test_event_beside_a_rhythm_does_not_end_it() -> None:
    found = schedule(Timing(events=(day("2026-03-01"),), repeat=repeat(period=24, period_unit="h")))
    assert (found.times, found.length) == (1, None)


def test_many_events_stay_cheap() -> None:
    dates = tuple(day(f"20{year:02}-01-01") for year in range(10, 60)) * 400
    assert schedule(Timing(events=dates)).times == 400
