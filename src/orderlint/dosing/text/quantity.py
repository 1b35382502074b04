"""Amounts: "1-2 tabs", "0.5 mg/kg/day", "5 mg (1/2 tablet)", "two 10 mg tablets", "up to 3 patches"."""

from __future__ import annotations

from orderlint.dosing.model import Amount
from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.figures import Figures, figures
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_UNITS = ("mass", "activity", "volume", "form")


class Quantity(NamedTuple):
    """An amount, perhaps per time (``per`` of ``per_unit``: 1 d). ``kind`` is that of its unit, or "bare"."""

    low: Fraction | None
    high: Fraction
    unit: str | None
    kind: str
    per: Fraction | None = None
    per_unit: str | None = None
    loose: bool = False

    @property
    def amount(self) -> Amount:
        return Amount(self.low, self.high, self.unit, "")


def quantity(c: Cursor) -> Quantity | None:
    """The amount that stands here, or None with nothing taken."""
    start = c.at
    upto = c.accept("upto") is not None
    if c.peek().role == "a" and c.peek(1).role == "form":
        c.at += 1
        span: Figures | None = Figures(Fraction(1), Fraction(1))
    else:
        span = figures(c)
    if span is None:
        c.at = start
        return None
    first = _with_unit(c, span)
    if upto:
        if first.low != first.high:
            raise Unread("up to a range")
        first = first._replace(low=None)
    return _restated(c, first)


def _with_unit(c: Cursor, span: Figures) -> Quantity:
    if span.high <= 0:
        raise Unread("a dose of nothing")
    strength = _strength(c)
    if strength is not None:
        value, unit, kind = strength
        return Quantity(span.low * value, span.high * value, unit, kind, None, None, span.loose)
    if span.high < 1:
        if c.peek().role == "of":
            c.at += 1
        if c.peek().role == "a" and c.peek(1).role == "form":
            c.at += 1
    if c.peek().role == "dash" and c.peek().tight and c.peek(1).tight and c.peek(1).role in _UNITS:
        c.at += 1
    lexeme = c.accept(*_UNITS)
    if lexeme is None:
        return _per(c, Quantity(span.low, span.high, None, "bare", loose=span.loose))
    if c.peek().role in ("form", "vessel", "percent"):
        raise Unread("a strength or a dose?")
    kind, unit = lexeme.role, lexeme.meaning
    low, high = span.low, span.high
    if c.peek().role == "to" and c.peek(1).role == "number" and c.peek(2).meaning == unit and low == high:
        c.at += 1
        further = figures(c)
        c.expect(*_UNITS)
        if further is None or further.low != further.high or further.high <= low:
            raise Unread("a range that does not rise")
        high = further.high
    return _per(c, Quantity(low, high, unit, kind, loose=span.loose and kind == "bare"))


def _strength(c: Cursor) -> tuple[Fraction, str, str] | None:
    """The "10 mg tablet" of "two 10 mg tablets" or "2 x 10 mg tablets": one unit's content."""
    skip = 1 if c.peek().role == "x" else 0
    if c.peek(skip).role != "number":
        return None
    dash = 1 if c.peek(skip + 1).role == "dash" and c.peek(skip + 1).tight else 0
    unit, vessel = c.peek(skip + 1 + dash), c.peek(skip + 2 + dash)
    if unit.role not in ("mass", "volume", "activity") or vessel.role not in ("form", "vessel"):
        return None
    value = c.peek(skip).value
    if not value:
        raise Unread("a strength of nothing")
    c.at += skip + 3 + dash
    return value, unit.meaning, unit.role


def _per(c: Cursor, found: Quantity) -> Quantity:
    """ "/kg", "/day", "per 24 hours", "a day" after an amount."""
    while c.peek().role in ("slash", "per", "a"):
        follows = c.peek(1)
        article = c.peek().role == "a"
        if follows.role == "body" and not article and found.unit and "/" not in found.unit:
            c.at += 2
            found = found._replace(unit=f"{found.unit}/{follows.meaning}")
        elif follows.role == "span" and found.per is None:
            c.at += 2
            found = found._replace(per=Fraction(1), per_unit=follows.meaning)
        elif follows.role == "number" and c.peek(2).role == "span" and not article and found.per is None:
            c.at += 3
            found = found._replace(per=follows.value, per_unit=c.peek(-1).meaning)
        elif follows.meaning == "{dose}" and follows.text == "dose" and not article and found.kind == "mass":
            c.at += 2
        else:
            raise Unread("an amount per something unknown")
    return found


def _restated(c: Cursor, first: Quantity) -> Quantity:
    """The same dose once more in brackets: of mass and count or volume, the mass stays."""
    if c.peek().role != "open" or first.kind == "bare":
        return first
    start = c.at
    c.at += 1
    second = quantity(c)
    total = c.peek().role == "total"
    if total:
        c.at += 1
    if second is None or c.peek().role != "close" or second.kind == "bare":
        c.at = start
        return first
    c.at += 1
    if first.per or second.per or first.low is None or second.low is None:
        raise Unread("two amounts, one of them a rate or open")
    if (first.kind, second.kind) == (second.kind, first.kind):
        if first[:3] != second[:3]:
            raise Unread("two amounts")
        return first
    kinds = {first.kind, second.kind}
    contents = kinds & {"mass", "activity"}
    if len(contents) != 1 or "/" in (first.unit or "") + (second.unit or ""):
        raise Unread("two amounts")
    content, count = (first, second) if first.kind in contents else (second, first)
    if content.low is None or count.low is None or content.low * count.high != content.high * count.low:
        raise Unread("two ranges that don't match")
    one = count.low == count.high
    if "form" in kinds and first is count and one and count.high != 1 and not total:
        raise Unread("the mass of all, or of one?")
    return content
