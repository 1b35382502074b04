"""Sets of numbers as intervals with open or closed ends: what is possible for an age or a kidney function."""

from __future__ import annotations

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple


class Interval(NamedTuple):
    """``None`` is no bound on that side. ``low_closed``: the low end itself belongs to it."""

    low: Fraction | None = None
    high: Fraction | None = None
    low_closed: bool = True
    high_closed: bool = False

    @property
    def empty(self) -> bool:
        """True when nothing lies between the ends."""
        if self.low is self.high:  # a point, or no end on either side
            return self.low is not None and not (self.low_closed and self.high_closed)
        return _before(self, self)

    def meet(self, other: Interval) -> Interval:
        """What lies in both."""
        low, low_closed = self.low, self.low_closed
        if other.low is not None and (
            low is None or other.low > low or (other.low == low and not other.low_closed)
        ):
            low, low_closed = other.low, other.low_closed
        high, high_closed = self.high, self.high_closed
        if other.high is not None and (
            high is None or other.high < high or (other.high == high and not other.high_closed)
        ):
            high, high_closed = other.high, other.high_closed
        return Interval(low, high, low_closed, high_closed)

    def inside(self, other: Interval) -> bool:
        """True when every number of self lies in ``other``."""
        return (_begins_in(self, other) and _ends_in(self, other)) or self.empty

    def outside(self, other: Interval) -> bool:
        """True when no number of self lies in ``other``."""
        return _before(self, other) or _before(other, self) or self.empty or other.empty


def _before(one: Interval, other: Interval) -> bool:
    """Whether ``one`` ends before ``other`` begins, or as it does without sharing a number with it."""
    if one.high is None or other.low is None or one.high > other.low:
        return False
    return one.high < other.low or not (one.high_closed and other.low_closed)


def _begins_in(one: Interval, other: Interval) -> bool:
    if one.low is None or other.low is None:
        return other.low is None
    return one.low > other.low or (one.low == other.low and (other.low_closed or not one.low_closed))


def _ends_in(one: Interval, other: Interval) -> bool:
    if one.high is None or other.high is None:
        return other.high is None
    return one.high < other.high or (one.high == other.high and (other.high_closed or not one.high_closed))


def point(value: Fraction) -> Interval:
    """The interval that holds one number."""
    return Interval(value, value, True, True)
