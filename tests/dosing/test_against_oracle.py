"""The dose engine against a calendar that takes every dose (tests/oracle), and against itself.

A thousand random orders a run. Where the two differ, the order shrinks to the smallest one that does;
it then stands below as an example, so that it is tried on every run.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from oracle.orders import (
    BOTH,
    FIRST,
    MAIN,
    NAMELESS,
    OTHER,
    Case,
    amount,
    combinations,
    dated,
    instruction,
    steady,
    stepped,
    together,
    weekdays,
    with_repeat,
)
from oracle.simulator import Course as Taken
from oracle.simulator import Given, mean, replay

from orderlint.dosing.course import plan
from orderlint.dosing.model import (
    Amount,
    Course,
    DateSpan,
    Dose,
    DoseAndRate,
    Instruction,
    Product,
    Rate,
    Repeat,
    Step,
    Timing,
)

many = settings(
    max_examples=1000,
    deadline=None,
    derandomize=False,
    report_multiple_bugs=False,  # the next one comes with the next run
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
some = settings(many, max_examples=60)


def engine(case: Case, ingredient: str = MAIN) -> Course:
    planned = plan(case.instructions, case.product, None, case.span, case.body, (MAIN,))
    course = planned.course(ingredient)
    assert course is not None, [c.ingredient for c in planned.courses]
    return course


def oracle(case: Case, ingredient: str = MAIN) -> Taken:
    return replay(case.instructions, case.product, case.start, case.body, ingredient)


def peak(case: Case, ingredient: str = MAIN) -> Fraction:
    """The engine's peak in mg a day; no order that is built here may leave it without one."""
    course = engine(case, ingredient)
    assert course.peak is not None, course.why_unknown
    assert course.peak.unit == "mg/d"
    return course.peak.value


def last_day(course: Course, start: date) -> date | None:
    last = course.steps[-1].last_day
    begin = course.start.first if course.start is not None else start
    return None if last is None else begin + timedelta(last)


# ------------------------------------------------------------------------------ peaks and days


@many
@given(st.one_of(together(), stepped()))
def test_the_peak_is_the_most_of_any_day(case: Case) -> None:
    assert peak(case) == oracle(case).peak


@some
@given(dated())
def test_doses_on_dates_add_up_on_the_dates_they_share(case: Case) -> None:
    assert peak(case) == oracle(case).peak


@some
@given(weekdays())
def test_doses_on_weekdays_add_up_on_the_days_they_share(case: Case) -> None:
    assert peak(case) == oracle(case).peak


@some
@given(combinations())
def test_each_ingredient_of_a_combination_has_its_own_peak(case: Case) -> None:
    for ingredient in (MAIN, OTHER):
        assert peak(case, ingredient) == oracle(case, ingredient).peak


@settings(many, max_examples=120)
@given(st.one_of(stepped(), together()))
def test_the_first_and_the_last_day_are_those_of_the_calendar(case: Case) -> None:
    course, taken = engine(case), oracle(case)
    begin = course.start.first if course.start is not None else case.start
    assert begin + timedelta(course.steps[0].first_day) == taken.first
    assert last_day(course, case.start) == taken.last
    assert course.end == ("open" if taken.last is None else "known")


@settings(many, max_examples=120)
@given(st.one_of(stepped(), together()))
def test_the_dose_of_every_day_is_that_of_the_calendar(case: Case) -> None:
    """Day by day, where every day of an instruction is like the others: no weekdays, no count."""
    assume(not any(_uneven(i) for i in case.instructions))
    course, taken = engine(case), oracle(case)
    begin = course.start.first if course.start is not None else case.start
    for day, most in taken.by_day.items():
        here = [s for s in course.steps if _holds(s, (day - begin).days)]
        assert [s.daily for s in here] == [Dose(most, "mg/d")], day
    for step in course.steps:  # and no day between the steps has a dose
        assert begin + timedelta(step.first_day) in taken.by_day
        assert step.last_day is None or begin + timedelta(step.last_day) in taken.by_day


def _uneven(one: Instruction) -> bool:
    repeat = one.timing.repeat if one.timing else None
    return repeat is not None and bool(repeat.day_of_week or repeat.count)


def _holds(step: Step, number: int) -> bool:
    return step.first_day <= number and (step.last_day is None or number <= step.last_day)


@some
@given(steady())
def test_the_mean_is_that_of_all_administrations(case: Case) -> None:
    """Of one instruction that goes on, counted over whole periods of it."""
    (one,) = case.instructions
    assert one.timing is not None and one.timing.repeat is not None and one.timing.repeat.period is not None
    period = one.timing.repeat.period
    days = 7 * period.numerator if one.timing.repeat.period_unit != "mo" else 487
    expected = mean(one, case.start, days, Given(MAIN, case.product, case.body))
    assert engine(case).steps[-1].mean == Dose(expected, "mg/d")


# ------------------------------------------------------------------------------ found before


def daily(dose: int, **more: object) -> Instruction:
    """``dose`` mg once a day; ``days`` for a length, ``sequence``, ``on`` weekdays."""
    length = more.get("days")
    repeat = Repeat(
        frequency=Fraction(1),
        period=Fraction(1),
        period_unit="d",
        bounds_days=None if length is None else (Fraction(str(length)), Fraction(str(length))),
        day_of_week=more.get("on", ()),  # type: ignore[arg-type]
        pointer="/timing/repeat",
    )
    return Instruction(
        "/dosageInstruction",
        sequence=more.get("sequence"),  # type: ignore[arg-type]
        timing=Timing(repeat=repeat, pointer="/timing"),
        doses=(DoseAndRate(None, amount(dose, "mg"), None, "/doseAndRate/0"),),
    )


def on_dates(dose: int, *numbers: int) -> Instruction:
    days = [FIRST + timedelta(n) for n in numbers]
    return daily(dose)._replace(timing=Timing(events=tuple(DateSpan(d, d) for d in days), pointer="/timing"))


def lasting(line: Instruction, first: int, last: int) -> Instruction:
    begins, ends = FIRST + timedelta(first), FIRST + timedelta(last)
    return with_repeat(line, bounds_start=DateSpan(begins, begins), bounds_end=DateSpan(ends, ends))


def order(*lines: Instruction) -> Case:
    placed = tuple(i._replace(pointer=f"/dosageInstruction/{n}") for n, i in enumerate(lines))
    return Case(placed, NAMELESS, FIRST)


DISAGREEMENTS = {
    "5 mg on some weekdays, 10 mg on the others": order(
        daily(10, on=("mon", "wed", "fri")), daily(5, on=("tue", "thu", "sat", "sun"))
    ),
    "weekdays that share one": order(
        daily(10, on=("mon",)), daily(5, on=("mon", "tue")), daily(40, on=("sat",))
    ),
    "two lines with dates of their own": order(on_dates(10, 0, 2), on_dates(20, 1)),
    "dates that share one": order(on_dates(10, 0, 2), on_dates(20, 2, 4), on_dates(5, 1)),
    "Mondays of a week, and days of which no Monday is one": order(
        daily(10, days=7, on=("mon",)), lasting(daily(20), 1, 6)
    ),
}


@pytest.mark.parametrize("name", DISAGREEMENTS)
def test_what_the_two_once_disagreed_in(name: str) -> None:
    assert peak(DISAGREEMENTS[name]) == oracle(DISAGREEMENTS[name]).peak


def test_a_step_begins_after_the_longest_known_line_of_the_one_before() -> None:
    """One of two lines of the first step has no length: the other's five days are known all the same."""
    case = order(daily(10, days=5, sequence=1), daily(20, sequence=1), daily(45, days=5, sequence=2))
    steps = engine(case).steps
    assert [s.first_day for s in steps] == sorted(s.first_day for s in steps)
    (second,) = [s for s in steps if s.daily == Dose(Fraction(45), "mg/d")]
    assert second.first_day >= 5


# ------------------------------------------------------------------------------ engine and itself


@st.composite
def mass_orders(draw: st.DrawFn) -> Case:
    """One to three instructions in milligrams, without caps."""
    made = draw(st.lists(instruction(("mg",), caps=False), min_size=1, max_size=3))
    assume(all(one.doses[0].dose is not None for one in made))
    return Case(tuple(i._replace(pointer=f"/{n}") for n, i in enumerate(made)), NAMELESS, FIRST)


def _scaled(one: Instruction, factor: Fraction, unit: str) -> Instruction:
    """Every dose times ``factor``, in ``unit``."""
    doses = []
    for said in one.doses:
        dose = said.dose
        assert dose is not None and dose.low is not None and dose.high is not None
        doses.append(said._replace(dose=Amount(dose.low * factor, dose.high * factor, unit, dose.pointer)))
    return one._replace(doses=tuple(doses))


@some
@given(mass_orders(), st.integers(1, 9))
def test_a_dose_split_in_two_lines_is_the_same_dose(case: Case, tenths: int) -> None:
    first, *rest = case.instructions
    part = Fraction(tenths, 10)
    halves = [_scaled(first, part, "mg"), _scaled(first, 1 - part, "mg")._replace(pointer="/9")]
    assert peak(case._replace(instructions=(*halves, *rest))) == peak(case)


@some
@given(mass_orders(), st.sampled_from((("g", Fraction(1, 1000)), ("ug", Fraction(1000)))))
def test_another_unit_is_the_same_dose(case: Case, unit: tuple[str, Fraction]) -> None:
    name, factor = unit
    written = tuple(_scaled(one, factor, name) for one in case.instructions)
    assert peak(case._replace(instructions=written)) == peak(case)


@some
@given(st.one_of(together(), stepped()), st.randoms(use_true_random=False))
def test_the_order_of_the_lines_says_nothing(case: Case, random: object) -> None:
    shuffled = list(case.instructions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    again = case._replace(instructions=tuple(shuffled))
    assert peak(again) == peak(case)
    assert last_day(engine(again), case.start) == last_day(engine(case), case.start)


@some
@given(st.one_of(together(), stepped()), st.integers(-60, 60))
def test_the_same_order_weeks_later_is_the_same_dose(case: Case, weeks: int) -> None:
    moved = timedelta(7 * weeks)

    def shift(span: DateSpan | None) -> DateSpan | None:
        return None if span is None else DateSpan(span.first + moved, span.last + moved)

    def later(one: Instruction) -> Instruction:
        repeat = one.timing.repeat if one.timing else None
        if repeat is None or (repeat.bounds_start is None and repeat.bounds_end is None):
            return one
        return with_repeat(one, bounds_start=shift(repeat.bounds_start), bounds_end=shift(repeat.bounds_end))

    there = Case(tuple(map(later, case.instructions)), case.product, case.start + moved, case.body)
    assert peak(there) == peak(case)
    ends = last_day(engine(case), case.start)
    assert last_day(engine(there), there.start) == (None if ends is None else ends + moved)


@some
@given(mass_orders(), st.integers(0, 2))
def test_more_is_never_less(case: Case, which: int) -> None:
    """A larger dose, one more time a day, a shorter period: the peak doesn't fall."""
    first, *rest = case.instructions
    before = peak(case)
    if which == 0:
        more = _scaled(first, Fraction(3, 2), "mg")
    else:
        repeat = (first.timing.repeat or first.timing.code) if first.timing else None
        assume(repeat is not None and repeat.period is not None)
        assert repeat is not None and repeat.period is not None
        times = repeat.frequency_max or repeat.frequency or Fraction(1)
        if which == 1:
            more = with_repeat(first, frequency=times + 1, frequency_max=None)
        else:
            more = with_repeat(first, period=repeat.period / 2)
    assert peak(case._replace(instructions=(more, *rest))) >= before


@some
@given(mass_orders(), st.integers(1, 200), st.sampled_from(((1, "d"), (12, "h"), (1, "wk"))))
def test_a_cap_never_raises(case: Case, much: int, window: tuple[int, str]) -> None:
    first, *rest = case.instructions
    cap = Rate(amount(much, "mg"), amount(*window), "/maxDosePerPeriod")
    capped = first._replace(max_per_period=(cap,))
    assert peak(case._replace(instructions=(capped, *rest))) <= peak(case)
    most = first._replace(max_per_administration=amount(much, "mg"))
    assert peak(case._replace(instructions=(most, *rest))) <= peak(case)


@some
@given(together())
def test_as_needed_takes_the_same_upper_bound(case: Case) -> None:
    needed = tuple(one._replace(as_needed=True) for one in case.instructions)
    always = tuple(one._replace(as_needed=False) for one in case.instructions)
    assert peak(case._replace(instructions=needed)) == peak(case._replace(instructions=always))


@some
@given(mass_orders(), st.sampled_from(("h", "d", "wk", "mo")))
def test_the_length_of_an_administration_is_not_the_course(case: Case, unit: str) -> None:
    """``duration`` beside a dose: neither the peak nor the days change."""
    first, *rest = case.instructions
    assume(first.timing is not None and first.timing.repeat is not None)
    lasting = with_repeat(first, duration=Fraction(12), duration_unit=unit)
    again = case._replace(instructions=(lasting, *rest))
    assert peak(again) == peak(case)
    assert last_day(engine(again), case.start) == last_day(engine(case), case.start)


# ------------------------------------------------------------------------------ what can't be known

DAILY = Timing(repeat=Repeat(frequency=Fraction(2), period=Fraction(1), period_unit="d"), pointer="/timing")
TEN = (DoseAndRate(None, amount(10, "mg"), None, "/doseAndRate/0"),)
BROKEN: dict[str, tuple[Instruction, Product]] = {
    "no dose": (Instruction("/1", timing=DAILY), NAMELESS),
    "no timing": (Instruction("/1", doses=TEN), NAMELESS),
    "a frequency without a period": (
        Instruction("/1", timing=Timing(repeat=Repeat(frequency=Fraction(2))), doses=TEN),
        NAMELESS,
    ),
    "a period without its unit": (
        Instruction("/1", timing=Timing(repeat=Repeat(frequency=Fraction(2), period=Fraction(1))), doses=TEN),
        NAMELESS,
    ),
    "weekdays alone": (
        Instruction("/1", timing=Timing(repeat=Repeat(day_of_week=("mon",))), doses=TEN),
        NAMELESS,
    ),
    "tablets without a strength": (
        Instruction("/1", timing=DAILY, doses=(DoseAndRate(None, amount(1, "{tablet}"), None, "/d"),)),
        NAMELESS,
    ),
    "a bare number without a strength": (
        Instruction("/1", timing=DAILY, doses=(DoseAndRate(None, amount(1, None), None, "/d"),)),
        NAMELESS,
    ),
    "one mass of two ingredients": (Instruction("/1", timing=DAILY, doses=TEN), BOTH),
    "a dose without an upper side": (
        Instruction(
            "/1", timing=DAILY, doses=(DoseAndRate(None, Amount(Fraction(1), None, "mg", "/d"), None, "/d"),)
        ),
        NAMELESS,
    ),
    "a dose that can't be read": (
        Instruction(
            "/1",
            timing=DAILY,
            doses=(DoseAndRate(None, Amount(Fraction(1), Fraction(1), None, "/d", "unit 'x'"), None, "/d"),),
        ),
        NAMELESS,
    ),
    "a timing that can't be read": (
        Instruction("/1", timing=DAILY._replace(problem="no Timing"), doses=TEN),
        NAMELESS,
    ),
    "a repeat that can't be read": (
        Instruction("/1", timing=DAILY._replace(repeat=Repeat(problem="no repeat")), doses=TEN),
        NAMELESS,
    ),
    "a fault of shape": (Instruction("/1", timing=DAILY, doses=TEN, problem="no Dosage"), NAMELESS),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("beside", ["alone", "beside a whole one", "after a whole one"])
def test_one_instruction_that_cant_be_computed_leaves_no_peak(kind: str, beside: str) -> None:
    broken, product = BROKEN[kind]
    week = with_repeat(Instruction("/0", timing=DAILY, doses=TEN), bounds_days=(Fraction(7), Fraction(7)))
    written = {
        "alone": (broken,),
        "beside a whole one": (week, broken),
        "after a whole one": (week._replace(sequence=1), broken._replace(sequence=2)),
    }[beside]
    course = engine(Case(written, product, FIRST))
    assert course.peak is None or course.peak.unit != "mg/d"
    assert course.peak is not None or course.why_unknown
