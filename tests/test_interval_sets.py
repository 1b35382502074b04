"""Unions of intervals agree with asking number by number."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from orderlint.interval import point
from orderlint.interval_sets import ANYTHING, NOTHING, Set, complement, interval, meet, union

GRID = [Fraction(n, 2) for n in range(-2, 12)]


def _all(parts: list[Set]) -> Set:
    found: Set = NOTHING
    for part in parts:
        found = union(found, part)
    return found


_ENDS = st.none() | st.integers(0, 4).map(Fraction)
_SETS = st.lists(st.builds(interval, _ENDS, st.booleans(), _ENDS, st.booleans()), max_size=4).map(_all)


def members(values: Set) -> set[Fraction]:
    return {x for x in GRID if any(point(x).inside(p) for p in values)}


@given(_SETS, _SETS)
def test_agrees_with_membership(one: Set, other: Set) -> None:
    assert members(union(one, other)) == members(one) | members(other)
    assert members(meet(one, other)) == members(one) & members(other)
    assert members(complement(one)) == set(GRID) - members(one)


@given(_SETS)
def test_has_one_shape(one: Set) -> None:
    assert complement(complement(one)) == one
    assert union(one, complement(one)) == ANYTHING
    assert meet(one, complement(one)) == NOTHING
