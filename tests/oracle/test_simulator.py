"""The calendar itself, against days counted by hand."""

from __future__ import annotations

import time
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from orderlint.dosing.model import Body, DateSpan, DoseAndRate, Instruction, Product, Rate, Repeat, Timing

from .orders import BOTH, FIRST, MAIN, OTHER, SYRUP, TABLET, Case, amount, orders
from .simulator import Course, Given, OutOfScope, mean, replay

NAMELESS = Product(MAIN)


def line(dose: int | str, unit: str | None = "mg", **repeat: object) -> Instruction:
    for key in ("frequency", "frequency_max", "period", "period_max", "duration"):
        if key in repeat:
            repeat[key] = Fraction(str(repeat[key]))
    if "days" in repeat:
        length = Fraction(str(repeat.pop("days")))
        repeat["bounds_days"] = (length, length)
    made = Repeat(**repeat)  # type: ignore[arg-type]
    said = (DoseAndRate(None, amount(dose, unit), None, "/d"),)
    return Instruction("/0", timing=Timing(repeat=made), doses=said)


def daily(dose: int | str, times: int | str = 1, unit: str | None = "mg", **more: object) -> Instruction:
    return line(dose, unit, frequency=times, period=1, period_unit="d", **more)


def run(*instructions: Instruction, product: Product = NAMELESS, ingredient: str = MAIN) -> Course:
    return replay(instructions, product, FIRST, Body(), ingredient)


@pytest.mark.parametrize(
    ("order", "peak"),
    [
        (daily(10, 3), 30),
        (line(10, frequency=1, period=5, period_unit="h"), 50),
        (line(10, frequency=1, period=4, period_max=6, period_unit="h"), 60),
        (line(10, frequency=2, frequency_max=4, period=1, period_unit="d"), 40),
        (line(10, frequency_max=4, period=1, period_unit="d"), 40),
        (line(10, frequency=1, period="1.5", period_unit="d"), 10),
        (line(10, frequency=3, period=1, period_unit="wk"), 10),
        (line(10, frequency=14, period=1, period_unit="wk"), 20),
        (line(10, when=("AC",)), 30),
        (line(10, when=("AC", "HS")), 40),
        (line(10, when=("AC",), frequency=2, period=1, period_unit="d"), 20),
        (line(10, when=("MORN", "HS"), frequency=1, period=1, period_unit="d"), 20),
        (line(10, when=("MORN",), frequency=3, period=1, period_unit="d"), 30),
        (line(10, time_of_day=("08:00:00", "20:00:00")), 20),
        (daily(10, 2, day_of_week=("mon",)), 20),
        (line(10, frequency=3, period=1, period_unit="wk", day_of_week=("mon", "wed", "fri")), 10),
        (line(10, frequency=2, period=1, period_unit="wk", day_of_week=("mon",)), 20),
        (line(10, count=1), 10),
        (daily(10, 3, count=2), 20),
        (daily(10, 1, duration=12, duration_unit="wk"), 10),
    ],
)
def test_the_busiest_day_of_one_instruction(order: Instruction, peak: int) -> None:
    assert run(order).peak == peak


def test_units_and_strengths() -> None:
    assert run(daily("0.5", 2, "g")).peak == 1000
    assert run(daily(75, 1, "ug")).peak == Fraction(75, 1000)
    assert run(daily(2, 3, "{tablet}"), product=TABLET).peak == 60
    assert run(daily(2, 3, None), product=TABLET).peak == 60
    assert run(daily("2.5", 2, "mL"), product=SYRUP).peak == 250
    assert run(daily(2, 4, "{tablet}"), product=BOTH, ingredient=MAIN).peak == 240
    assert run(daily(2, 4, "{tablet}"), product=BOTH, ingredient=OTHER).peak == 4000
    with pytest.raises(OutOfScope):
        run(daily(2, 3, "{tablet}"))
    with pytest.raises(OutOfScope):
        run(daily(30, 3, "mg"), product=BOTH)


def test_caps_never_raise() -> None:
    def capped(much: int, unit: str, window: int, time: str) -> Fraction:
        cap = Rate(amount(much, unit), amount(window, time), "/cap")
        return run(daily(10, 6)._replace(max_per_period=(cap,))).peak

    assert capped(40, "mg", 1, "d") == 40
    assert capped(400, "mg", 1, "d") == 60
    assert capped(20, "mg", 12, "h") == 40
    assert capped(50, "mg", 1, "wk") == 50
    assert capped(3, "{dose}", 24, "h") == 30
    assert run(daily(10, 2)._replace(max_per_administration=amount(4, "mg"))).peak == 8


def test_together_and_one_after_another() -> None:
    ten, twenty = daily(10, days=5), daily(20, days=3)
    both = run(ten, twenty)
    assert both.peak == 30 and both.last == FIRST + timedelta(4)
    assert [both.by_day[FIRST + timedelta(n)] for n in range(5)] == [30, 30, 30, 10, 10]
    steps = run(ten._replace(sequence=1), twenty._replace(sequence=2))
    assert steps.peak == 20 and steps.last == FIRST + timedelta(7)
    assert [steps.by_day[FIRST + timedelta(n)] for n in (4, 5)] == [10, 20]


def test_the_last_day_of_a_period_is_a_day_and_a_hole_is_no_dose() -> None:
    def step(number: int, first: int, last: int) -> Instruction:
        begins, ends = FIRST + timedelta(first), FIRST + timedelta(last)
        made = daily(10, bounds_start=DateSpan(begins, begins), bounds_end=DateSpan(ends, ends))
        return made._replace(sequence=number)

    course = run(step(1, 0, 4), step(2, 7, 9))
    assert course.last == FIRST + timedelta(9)
    assert sorted((day - FIRST).days for day in course.by_day) == [0, 1, 2, 3, 4, 7, 8, 9]


def test_days_that_share_nothing_do_not_add_up() -> None:
    monday = daily(10, day_of_week=("mon",))
    tuesday = daily(20, day_of_week=("tue",))
    assert run(monday, tuesday).peak == 20
    assert run(monday, daily(20, day_of_week=("mon", "tue"))).peak == 30


def test_counts_end_a_course() -> None:
    assert run(daily(10, 3, count=10)).last == FIRST + timedelta(3)
    morning = line(10, frequency=1, period=2, period_unit="d", when=("MORN",), count=20)
    assert run(morning).last == FIRST + timedelta(38)


def test_events_are_their_dates() -> None:
    dates = tuple(DateSpan(d, d) for d in (date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 9)))
    order = daily(10)._replace(timing=Timing(events=dates))
    assert run(order).peak == 20
    assert run(order).last == date(2026, 3, 9)


def test_rates_run_for_their_duration_or_all_day() -> None:
    rate = Rate(amount(2, "mg"), amount(1, "h"), "/r")
    endless = Instruction("/0", doses=(DoseAndRate(None, None, rate, "/r"),))
    assert run(endless).peak == 48
    twice = daily(1, 2, duration=30, duration_unit="min")._replace(doses=endless.doses)
    assert run(twice).peak == 2


def test_the_mean_counts_administrations() -> None:
    given = Given(MAIN, NAMELESS, Body())
    assert mean(line(10, frequency=3, period=1, period_unit="wk"), FIRST, 84, given) == Fraction(30, 7)
    assert mean(line(10, frequency=1, period=5, period_unit="h"), FIRST, 50, given) == 48
    assert mean(daily(10, 2, day_of_week=("mon",)), FIRST, 84, given) == Fraction(20, 7)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(orders())
def test_every_order_that_is_built_can_be_played(case: Case) -> None:
    assert replay(case.instructions, case.product, case.start, case.body, MAIN).peak > 0


def test_the_orders_that_are_built_are_of_all_kinds() -> None:
    quick = settings(max_examples=2000, phases=[Phase.generate], database=None, deadline=None)
    kinds = {
        "a hole": lambda c: _days(c) < _length(c),
        "more than one step": lambda c: len({i.sequence for i in c.instructions}) > 1,
        "a cap that binds": lambda c: _peak(c) < _peak(c._replace(instructions=_uncapped(c))),
        "days that differ": lambda c: len(set(_course(c).by_day.values())) > 2,
    }
    began = time.monotonic()
    for kind, holds in kinds.items():
        assert find(orders(), holds, settings=quick), kind
    assert time.monotonic() - began < 60


def _course(case: Case) -> Course:
    return replay(case.instructions, case.product, case.start, case.body, MAIN)


def _peak(case: Case) -> Fraction:
    return _course(case).peak


def _days(case: Case) -> int:
    return len(_course(case).by_day)


def _length(case: Case) -> int:
    course = _course(case)
    return 0 if course.last is None else (course.last - course.first).days + 1


def _uncapped(case: Case) -> tuple[Instruction, ...]:
    return tuple(i._replace(max_per_period=(), max_per_administration=None) for i in case.instructions)
