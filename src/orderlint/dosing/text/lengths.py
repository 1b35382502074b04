"""How long: "for 7 days", "x 5/7", "over 30 minutes", "12 hours on, 12 hours off", "x 3 doses"."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.figures import Figures, figures
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

# least and most days of each unit
DAYS: dict[str, tuple[int, int]] = {"d": (1, 1), "wk": (7, 7), "mo": (28, 31), "a": (365, 366)}
_BRITISH = {7: "d", 52: "wk", 12: "mo"}  # "5/7" five days, "2/52" two weeks, "1/12" one month


class Length(NamedTuple):
    """A length in days, weeks, months or years as least and most days; ``low`` None: "for up to"."""

    low: Fraction | None
    high: Fraction


class Hours(NamedTuple):
    """A length in hours or minutes (``unit``): of one administration, or a course of whole days."""

    low: Fraction | None
    high: Fraction
    unit: str

    def days(self) -> Length | None:
        """The same as a course of whole days, None if it isn't."""
        if self.unit != "h" or self.high % 24 or (self.low or 0) % 24:
            return None
        return Length(None if self.low is None else self.low / 24, self.high / 24)


class Doses(NamedTuple):
    """A number of doses after which the course ends."""

    low: int
    high: int


def in_days(low: Fraction | None, high: Fraction, unit: str) -> Length:
    """The least and most days of a calendar length."""
    least, most = DAYS[unit]
    return Length(None if low is None else low * least, high * most)


def length(c: Cursor) -> Length | Hours | Doses | None:
    """What stands after "for", "x" or "remove within", or None with nothing taken."""
    start = c.at
    opener = c.accept("for", "x", "removal")
    if opener is None:
        return None
    upto = opener.meaning == "within" or c.accept("upto") is not None
    if c.peek().role == "a" and c.peek(1).role == "span":
        c.at += 1
        span: Figures | None = Figures(Fraction(1), Fraction(1))
    elif (
        c.peek().role == "number"
        and c.peek(1).role == "slash"
        and c.peek(2).role == "number"
        and c.peek(2).value in _BRITISH
    ):
        count, base = c.peek().value or Fraction(0), int(c.peek(2).value or 0)
        c.at += 3
        if count <= 0 or c.peek().role == "slash":
            raise Unread("a date, or a length?")
        return in_days(None if upto else count, count, _BRITISH[base])
    else:
        span = figures(c)
    if span is None:
        c.at = start
        return None
    if span.low <= 0 or (upto and span.low != span.high):
        raise Unread("for how long?")
    low = None if upto else span.low
    if c.peek().role == "dash" and c.peek().tight and c.peek(1).role == "span":
        c.at += 1
    if c.peek().meaning == "{dose}" and opener.role != "removal":
        c.at += 1
        return _doses(span, upto)
    unit = c.accept("span")
    if unit is None:
        if opener.role == "x" and not upto and span.low == span.high == 1:
            return Doses(1, 1)
        raise Unread("for how many what?")
    if opener.role == "removal":
        c.accept("leeway")
        if unit.meaning != "h":
            raise Unread("removed after days")
    if unit.meaning in DAYS:
        return in_days(low, span.high, unit.meaning)
    return Hours(low, span.high, unit.meaning)


def _doses(span: Figures, upto: bool) -> Doses:
    if upto or span.low.denominator != 1 or span.high.denominator != 1:
        raise Unread("up to a number of doses")
    return Doses(int(span.low), int(span.high))


def over(c: Cursor) -> Hours | None:
    """ "over 30 minutes": the length of one administration."""
    start = c.at
    if not c.accept("over"):
        return None
    span = figures(c)
    if span is None:
        c.at = start
        return None
    unit = c.expect("span").meaning
    if unit not in ("h", "min") or span.low <= 0:
        raise Unread("given over days")
    return Hours(span.low, span.high, unit)


def wear(c: Cursor) -> Hours | None:
    """ "12 hours on, 12 hours off" or "on for 12 hours, off for 12 hours": the hours of wear in a day."""
    start = c.at
    worn = _side(c, "on")
    if worn is None:
        c.at = start
        return None
    c.skip("comma", "and", "slash", "then")
    bare = _side(c, "off")
    if bare is None or worn + bare != 24:
        raise Unread("hours on and off that make no day")
    return Hours(worn, worn, "h")


def _side(c: Cursor, word: str) -> Fraction | None:
    """The hours of "12 hours on" or "on for 12 hours"."""
    if c.peek().text == word and c.peek(1).role in ("for", "number"):
        c.at += 1
        c.accept("for")
        span = figures(c)
        unit = c.accept("span")
    else:
        if c.peek().role != "number" or c.peek(1).meaning != "h" or c.peek(2).text != word:
            return None
        span = figures(c)
        unit = c.accept("span")
        c.at += 1
    if span is None or span.low != span.high or unit is None or unit.meaning != "h":
        return None
    return span.low
