"""What must hold of any order: the same dose in other words is the same dose, and more is never less."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.dosing.calendar import segments
from orderlint.dosing.model import Instruction, Timing

from .written import amount, daily, day, line, only, per, repeat, tablets, timing

settings.register_profile("dosing", max_examples=60, deadline=None)
settings.load_profile("dosing")

doses = st.fractions(min_value=Fraction(1, 100), max_value=2000, max_denominator=100)
periods = st.sampled_from([(1, "d"), (4, "h"), (5, "h"), (36, "h"), (1, "wk"), (2, "d"), (90, "min")])
rhythms = st.tuples(st.integers(1, 12), periods)


def at(rhythm: tuple[int, tuple[int, str]], **more: object) -> Timing:
    frequency, (period, unit) = rhythm
    return timing(frequency=frequency, period=period, period_unit=unit, **more)


def highest(*lines: Instruction, **more: object) -> Fraction:
    best = only(*lines, **more).peak
    assert best is not None
    assert best.unit == "mg/d"
    return best.value


@given(doses, rhythms, st.sampled_from([("g", 1000), ("ug", Fraction(1, 1000)), ("ng", Fraction(1, 10**6))]))
def test_another_unit_is_the_same_dose(dose: Fraction, rhythm: object, unit: tuple[str, Fraction]) -> None:
    name, size = unit
    assert highest(line(amount(dose / size, name), at(rhythm))) == highest(line(amount(dose), at(rhythm)))  # type: ignore[arg-type]


@given(doses, rhythms, st.integers(1, 500))
def test_tablets_are_their_mass(dose: Fraction, rhythm: object, mg: int) -> None:
    by_tablet = line(amount(dose / mg, "{tablet}"), at(rhythm))  # type: ignore[arg-type]
    assert highest(by_tablet, product=tablets(mg)) == highest(line(amount(dose), at(rhythm)))  # type: ignore[arg-type]


@given(doses, doses, rhythms)
def test_splitting_a_dose_over_two_lines(one: Fraction, other: Fraction, rhythm: object) -> None:
    when = at(rhythm)  # type: ignore[arg-type]
    assert highest(line(amount(one), when), line(amount(other), when)) == highest(
        line(amount(one + other), when)
    )


@given(doses, rhythms, st.integers(1, 30), st.integers(1, 30))
def test_splitting_a_course_into_two_steps(dose: Fraction, rhythm: object, first: int, second: int) -> None:
    one = line(amount(dose), at(rhythm, days=first), sequence=1)  # type: ignore[arg-type]
    two = line(amount(dose), at(rhythm, days=second), sequence=2)  # type: ignore[arg-type]
    whole = line(amount(dose), at(rhythm, days=first + second))  # type: ignore[arg-type]
    assert highest(one, two) == highest(whole)
    steps = only(one, two).steps
    assert steps[-1].last_day == only(whole).steps[0].last_day


@given(st.permutations([(30, 1), (20, 2), (10, 3), (5, 3), (1, 4)]))
def test_reordering_changes_nothing(order: list[tuple[int, int]]) -> None:
    found = only(*(line(mg, daily(days=7), sequence=place) for mg, place in order))
    assert [(s.first_day, s.last_day, s.daily) for s in found.steps] == [
        (0, 6, (30, "mg/d")),
        (7, 13, (20, "mg/d")),
        (14, 20, (15, "mg/d")),
        (21, 27, (1, "mg/d")),
    ]


@given(doses, doses, rhythms, st.integers(0, 6))
def test_more_is_never_less(
    dose: Fraction, more: Fraction, rhythm: tuple[int, tuple[int, str]], times: int
) -> None:
    base = highest(line(amount(dose), at(rhythm)))
    assert highest(line(amount(dose + more), at(rhythm))) >= base
    assert highest(line(amount(dose), at((rhythm[0] + times, rhythm[1])))) >= base
    assert highest(line(amount(dose + more, low=str(dose)), at(rhythm))) >= base


@given(doses, rhythms, st.integers(1, 4000), st.sampled_from([(1, "d"), (12, "h"), (1, "wk"), (5, "h")]))
def test_cap_never_raises(dose: Fraction, rhythm: object, cap: int, period: tuple[int, str]) -> None:
    when = at(rhythm)  # type: ignore[arg-type]
    base = highest(line(amount(dose), when))
    by_mass = line(amount(dose), when, max_per_period=(per(cap, "mg", *period),))
    by_number = line(amount(dose), when, max_per_period=(per(cap, "{dose}", *period),))
    single = line(amount(dose), when, max_per_administration=amount(cap))
    for capped in (by_mass, by_number, single):
        assert highest(capped) <= base


@given(doses, rhythms, st.sets(st.sampled_from(["mon", "tue", "wed", "thu", "fri"]), min_size=1))
def test_mean_is_never_above_the_peak(dose: Fraction, rhythm: object, days: set[str]) -> None:
    for when in (at(rhythm), at(rhythm, day_of_week=tuple(sorted(days)))):  # type: ignore[arg-type]
        for step in only(line(amount(dose), when)).steps:
            assert step.mean is not None
            assert step.daily is not None
            assert 0 < step.mean.value <= step.daily.value


spans = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 40), st.integers(1, 90)), min_size=1, max_size=6
)


@given(spans)
def test_calendar_agrees_with_counting_days(parts: list[tuple[int, int, int]]) -> None:
    origin = day("2026-01-01").first
    courses = []
    for number, (first, days, mg) in enumerate(parts):
        start = origin.fromordinal(origin.toordinal() + first)
        courses.append((number, only(line(mg, daily(days=days))), start))
    totals = {}
    for segment in segments(courses):
        assert segment.last is not None
        for ordinal in range(segment.first.toordinal(), segment.last.toordinal() + 1):
            assert ordinal not in totals
            totals[ordinal - origin.toordinal()] = segment.total
    for offset in range(110):
        running = [mg for first, days, mg in parts if first <= offset < first + days]
        assert totals.get(offset) == (sum(running) if running else None)


numbers = st.none() | st.fractions(max_denominator=9) | st.just(Fraction(10**15))
words = st.lists(st.sampled_from(["AC", "C", "MORN", "HS", "", "x", "mon", "Tue"]), max_size=3).map(tuple)


@given(st.data())
def test_nothing_a_repeat_can_hold_raises(data: st.DataObject) -> None:
    names = ("frequency", "frequency_max", "period", "period_max", "duration")
    fields = {name: data.draw(numbers) for name in names}
    fields = {name: value for name, value in fields.items() if value is not None}
    made = repeat(
        **fields,
        period_unit=data.draw(st.sampled_from([None, "s", "h", "d", "wk", "mo", "a", "mg", "?"])),
        duration_unit=data.draw(st.sampled_from([None, "h", "?"])),
        count=data.draw(st.none() | st.integers(-3, 10**9)),
        bounds_days=data.draw(st.none() | st.tuples(numbers, numbers)),
        day_of_week=data.draw(words),
        when=data.draw(words),
    )
    course = only(line(10, Timing(repeat=made, pointer="/timing")))
    assert (course.peak is None) == (course.why_unknown is not None)
    for step in course.steps:
        assert step.daily is None or step.daily.value >= 0
        assert step.last_day is None or step.last_day >= step.first_day
