"""Steps named by their place in the course: "Week 1:", "Days 1-3:", "Week 3 onwards:"."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.figures import figures
from orderlint.dosing.text.lengths import Length, in_days
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple


class Label(NamedTuple):
    """From the ``first`` to the ``last`` day or week (``unit``); ``open``: from ``first`` onwards."""

    first: int
    last: int
    unit: str
    open: bool

    @property
    def length(self) -> Length:
        count = Fraction(self.last - self.first + 1)
        return in_days(count, count, self.unit)


def label(c: Cursor) -> Label | None:
    """The label that stands here, or None with nothing taken."""
    if c.peek().role != "span" or c.peek().meaning not in ("d", "wk") or c.peek(1).role != "number":
        return None
    unit = c.expect("span").meaning
    span = figures(c)
    onward = c.accept("onward") is not None
    closed = c.accept("colon", "comma") or (not c.peek().tight and c.accept("dash"))
    if span is None or not closed or span.low.denominator != 1 or span.high.denominator != 1:
        raise Unread("days or weeks with a number, but no label")
    if onward and span.low != span.high:
        raise Unread("an open label with a range")
    return Label(int(span.low), int(span.high), unit, onward)
