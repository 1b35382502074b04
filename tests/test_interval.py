"""Intervals with open and closed ends."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from orderlint.interval import Interval, point

ends = st.one_of(st.none(), st.integers(-5, 5).map(Fraction))
intervals = st.builds(Interval, ends, ends, st.booleans(), st.booleans())
halves = st.integers(-12, 12).map(lambda n: Fraction(n, 2))


def holds(interval: Interval, value: Fraction) -> bool:
    low = interval.low is None or value > interval.low or (interval.low_closed and value == interval.low)
    high = interval.high is None or value < interval.high or (interval.high_closed and value == interval.high)
    return low and high


@given(intervals, intervals, halves)
def test_meet_holds_what_both_hold(a: Interval, b: Interval, value: Fraction) -> None:
    assert holds(a.meet(b), value) == (holds(a, value) and holds(b, value))


@given(intervals, halves)
def test_empty_holds_nothing(a: Interval, value: Fraction) -> None:
    if a.empty:
        assert not holds(a, value)


@given(intervals, intervals, halves)
def test_inside_and_outside(a: Interval, b: Interval, value: Fraction) -> None:
    if a.inside(b) and holds(a, value):
        assert holds(b, value)
    if a.outside(b) and holds(a, value):
        assert not holds(b, value)


@given(intervals, intervals)
def test_inside_and_outside_are_what_meet_says(a: Interval, b: Interval) -> None:
    assert a.inside(b) == (a.meet(b) == a or a.empty)
    assert a.outside(b) == a.meet(b).empty


def test_a_point_at_an_open_end_is_outside() -> None:
    assert point(Fraction(60)).outside(Interval(Fraction(30), Fraction(60)))
    assert point(Fraction(30)).inside(Interval(Fraction(30), Fraction(60)))
    assert point(Fraction(30)).outside(Interval(Fraction(30), Fraction(60), False, False))
