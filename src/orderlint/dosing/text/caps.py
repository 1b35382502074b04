"""Limits: "max 8/day", "not to exceed 4 g in 24 hours", "max 3 times a day", "max 2 tablets per dose"."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.frequency import Frequency, frequency, is_a_day, within
from orderlint.dosing.text.quantity import Quantity, quantity
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_ONE = Fraction(1)


class Cap(NamedTuple):
    """The most in ``period`` ``unit``s, or at one time where ``unit`` is None. ``times`` counts doses."""

    amount: Quantity | None
    times: Fraction | None
    period: Fraction
    unit: str | None


def cap(c: Cursor, upto: bool = False) -> Cap | None:
    """The limit that stands here, or None with nothing taken. ``upto``: "up to" is one as well."""
    lexeme = c.accept("max", "maxday", *(("upto",) if upto else ()))
    if lexeme is None:
        return None
    c.skip("colon", "of", "dash")
    if lexeme.role == "maxday":
        return _a_day(c)
    often = frequency(c) if c.peek().role in ("number", "count") else None
    if often is not None:
        if not isinstance(often, Frequency) or often.low != often.high or often.period_max is not None:
            raise Unread("a limit of how many times?")
        return Cap(None, often.high, often.period, often.unit)
    most = _amount(c)
    if most.per is not None:
        return Cap(most, None, most.per, most.per_unit)
    if c.before().text == "dose" and c.peek(-2).role in ("slash", "per"):
        return Cap(most, None, _ONE, None)  # "400 mg per dose", taken with the amount
    if c.peek().role == "adverb":
        return Cap(most, None, _ONE, c.expect("adverb").meaning)
    if c.peek().role == "per" and c.peek(1).meaning == "{dose}" and c.peek(1).text == "dose":
        c.at += 2
        return Cap(most, None, _ONE, None)
    if c.peek().role == "within" and c.peek(1).role == "span":
        c.at += 2
        return Cap(most, None, _ONE, c.before().meaning)
    if c.peek().role == "every" and c.peek(1).role == "span":
        c.at += 2
        return Cap(most, None, _ONE, c.before().meaning)
    if c.peek().role in ("in", "within", "per", "every"):
        period, unit = within(c)
        return Cap(most, None, period, unit)
    raise Unread("a limit in what time?")


def _a_day(c: Cursor) -> Cap:
    most = _amount(c)
    c.accept("adverb")
    if most.per is not None and not is_a_day(most.per, most.per_unit):
        raise Unread("a daily limit per something else")
    if c.before().role == "adverb" and c.before().meaning != "d":
        raise Unread("a daily limit per something else")
    return Cap(most, None, _ONE, "d")


def _amount(c: Cursor) -> Quantity:
    most = quantity(c)
    if most is None or most.low is None or most.low != most.high:
        raise Unread("a limit of how much?")
    return most
