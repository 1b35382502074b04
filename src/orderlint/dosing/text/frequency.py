"""How often: "TID", "q4-6h", "every other day", "2-3 times a day", "once weekly", "6-hourly"."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.figures import figures
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_ONE = Fraction(1)


class Frequency(NamedTuple):
    """``low`` to ``high`` times in ``period`` to ``period_max`` units. ``low`` None: "up to".

    ``weak``: "every day", which says nothing of how often on a day. ``word``: as written, for "od".
    """

    low: Fraction | None
    high: Fraction
    period: Fraction
    period_max: Fraction | None
    unit: str
    weak: bool = False
    word: str = ""

    @property
    def once_a_day(self) -> bool:
        return self.low == self.high == 1 and self.period == 1 and self.unit == "d"


ONCE_A_DAY = Frequency(_ONE, _ONE, _ONE, None, "d")


class Once(NamedTuple):
    """A single dose: "once", "stat", "one time only"."""


def frequency(c: Cursor) -> Frequency | Once | None:
    """The frequency that stands here, or None with nothing taken."""
    lexeme = c.peek()
    if lexeme.role == "freq":
        c.at += 1
        high, period, unit = lexeme.meaning.split()
        return Frequency(Fraction(high), Fraction(high), Fraction(period), None, unit, False, lexeme.text)
    if lexeme.role == "adverb":
        c.at += 1
        return Frequency(_ONE, _ONE, _ONE, None, lexeme.meaning)
    if lexeme.role == "every":
        return _every(c)
    if lexeme.role == "single":
        c.at += 1
        return Once()
    return _times(c)


def _every(c: Cursor) -> Frequency | None:
    """After "every" or "q": a unit of time, "other" one, or a number of them."""
    start = c.at
    c.expect("every")
    if c.peek().role == "point" and c.peek(1).role == "number":
        c.at += 1  # "q.8h"
    other = c.accept("other", "ordinal")
    if other is not None:
        unit = c.accept("span")
        if unit is None or unit.meaning not in ("d", "wk", "mo"):
            raise Unread("every other what?")
        return Frequency(_ONE, _ONE, Fraction(other.meaning or 2), None, unit.meaning)
    unit = c.accept("span")
    if unit is not None:
        return Frequency(_ONE, _ONE, _ONE, None, unit.meaning, unit.meaning == "d")
    if c.peek().role != "number":
        c.at = start
        return None
    span = figures(c)
    if span is None or span.low <= 0:
        raise Unread("every how many?")
    if c.peek().role == "dash" and c.peek().tight:
        c.at += 1
    word = "h" if c.accept("degree") else c.expect("span").meaning
    most = None if span.low == span.high else span.high
    return Frequency(_ONE, _ONE, span.low, most, word)


def _times(c: Cursor) -> Frequency | Once | None:
    """A count of times in a unit of time, or "6-hourly"."""
    start = c.at
    upto = c.accept("upto") is not None
    low: Fraction
    high: Fraction
    word = c.accept("count")
    if word is not None:
        low = high = Fraction(word.meaning)
        if c.peek().role in ("or", "to", "dash") and c.peek(1).role == "count":
            c.at += 1
            high = Fraction(c.expect("count").meaning)
    else:
        span = figures(c)
        if span is None:
            c.at = start
            return None
        if not upto and (c.peek().role == "hourly" or _joined(c, "hourly")):
            c.skip("dash")
            c.expect("hourly")
            if span.loose or span.low <= 0:
                raise Unread("a loose range of hours")
            return Frequency(_ONE, _ONE, span.low, None if span.low == span.high else span.high, "h")
        if not _marks_times(c):
            c.at = start
            return None
        low, high = span.low, span.high
        if span.loose or low <= 0:
            raise Unread("a loose range of times")
        c.skip("x", "times")
    if not low <= high or low.denominator != 1 or high.denominator != 1:
        raise Unread("times that are no rising whole numbers")
    single = low == high == 1
    rate = _each(c, single)
    if rate is None:
        if single and not upto:
            return Once()
        raise Unread("how many times in what?")
    period, unit = rate
    return Frequency(None if upto and low == high else low, high, period, None, unit)


def _joined(c: Cursor, role: str) -> bool:
    return c.peek().role == "dash" and c.peek().tight and c.peek(1).role == role


def _marks_times(c: Cursor) -> bool:
    """ "times" stands here, or "x" with what times need: "3x/day", not "2 x 10 mg tablets"."""
    if c.peek().role == "times":
        return True
    return c.peek().role == "x" and c.peek(1).role in ("slash", "per", "a", "adverb", "every", "span")


def _each(c: Cursor, single: bool) -> tuple[Fraction, str] | None:
    """ "a day", "/24 h", "daily", "in 24 hours", "every other day": the period of a count of times."""
    adverb = c.accept("adverb")
    if adverb is not None:
        return _ONE, adverb.meaning
    if c.accept("hourly"):
        return _ONE, "h"
    if c.peek().role == "span" and c.before().role == "x":
        return _ONE, c.expect("span").meaning
    if c.peek().role == "every":
        found = _every(c)
        if found is None:
            return None
        if found.period_max is not None or (found.period != 1 and not single):
            raise Unread("times in a range of time")
        return found.period, found.unit
    if c.peek().role in ("per", "a", "slash"):
        follows, after = c.peek(1), c.peek(2)
        if follows.role == "span":
            c.at += 2
            return _ONE, follows.meaning
        if follows.role == "number" and after.role == "span" and follows.value:
            c.at += 3
            return follows.value, after.meaning
        raise Unread("times per what?")
    if c.peek().role in ("in", "within") and c.peek(1).role == "number":
        return within(c)
    if c.peek().role == "within" and c.peek(1).role == "span":
        c.at += 2
        return _ONE, c.before().meaning
    return None


def within(c: Cursor) -> tuple[Fraction, str]:
    """ "in 24 hours", "within a 24-hour period", "of 24 h": a stretch of time."""
    c.skip("in", "within", "per", "slash", "a", "of", "every")
    span = figures(c)
    if c.peek().role == "dash" and c.peek().tight:
        c.at += 1
    unit = c.accept("span")
    if span is None or span.low != span.high or span.low <= 0 or (unit is None and span.low != 24):
        raise Unread("in what stretch of time?")
    c.skip("period")
    return span.low, unit.meaning if unit is not None else "h"


def is_a_day(period: Fraction | None, unit: str | None) -> bool:
    """A stretch of time is a day, or 24 hours."""
    return (period == 1 and unit == "d") or (period == 24 and unit == "h")
