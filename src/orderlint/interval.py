"""Sets of numbers as intervals with open or closed ends: what is possible for an age or a kidney function."""

from __future__ import annotations

from fractions import Fraction

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
        if self.low is None or self.high is None:
            return False
        return self.low > self.high or (self.low == self.high and not (self.low_closed and self.high_closed))

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
        return self.meet(other) == self or self.empty

    def outside(self, other: Interval) -> bool:
        """True when no number of self lies in ``other``."""
        return self.meet(other).empty


def point(value: Fraction) -> Interval:
    """The interval that holds one number."""
    return Interval(value, value, True, True)
