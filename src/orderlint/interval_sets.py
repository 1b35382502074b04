"""Unions of intervals: sorted, apart from each other, with union, meet and complement."""

from __future__ import annotations

from orderlint.exact import Fraction
from orderlint.interval import Interval

Set = tuple[Interval, ...]

ANYTHING: Set = (Interval(None, None, False, False),)
NOTHING: Set = ()


def interval(low: Fraction | None, low_closed: bool, high: Fraction | None, high_closed: bool) -> Set:
    """One interval as a set; empty where nothing lies between the ends. An open side is never closed."""
    one = Interval(low, high, low_closed and low is not None, high_closed and high is not None)
    return NOTHING if one.empty else (one,)


def union(one: Set, other: Set) -> Set:
    """What lies in either."""
    found: list[Interval] = []
    for piece in sorted(one + other, key=_start):
        if found and _touch(found[-1], piece):
            found[-1] = _join(found[-1], piece)
        else:
            found.append(piece)
    return tuple(found)


def meet(one: Set, other: Set) -> Set:
    """What lies in both."""
    found = (a.meet(b) for a in one for b in other)
    return tuple(sorted((piece for piece in found if not piece.empty), key=_start))


def complement(one: Set) -> Set:
    """What does not lie in ``one``."""
    left = ANYTHING
    for piece in one:
        below = NOTHING if piece.low is None else interval(None, False, piece.low, not piece.low_closed)
        above = NOTHING if piece.high is None else interval(piece.high, not piece.high_closed, None, False)
        left = meet(left, below + above)
    return left


def _start(piece: Interval) -> tuple[bool, Fraction, bool]:
    return piece.low is not None, piece.low or Fraction(0), not piece.low_closed


def _touch(left: Interval, right: Interval) -> bool:
    """Whether ``right``, which starts no earlier, leaves no gap after ``left``."""
    if left.high is None or right.low is None:
        return True
    return right.low < left.high or (right.low == left.high and (right.low_closed or left.high_closed))


def _join(left: Interval, right: Interval) -> Interval:
    if left.high is None or right.high is None:
        return left._replace(high=None, high_closed=False)
    if right.high > left.high:
        return left._replace(high=right.high, high_closed=right.high_closed)
    if right.high == left.high:
        return left._replace(high_closed=left.high_closed or right.high_closed)
    return left
