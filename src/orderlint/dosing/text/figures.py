"""Numbers and ranges of numbers: "2", "1½", "one and a half", "EIGHT (8)", "1-2", "one or two"."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple


class Figures(NamedTuple):
    """A number (``low == high``) or a range. ``loose``: its dash had spaces, so may be no range."""

    low: Fraction
    high: Fraction
    loose: bool = False


def number(c: Cursor) -> Fraction | None:
    """One number, or None with nothing taken."""
    if c.peek().role == "a" and _part_word(c, 1):
        c.at += 1
    lexeme = c.accept("number")
    if lexeme is None or lexeme.value is None:
        return None
    value = lexeme.value
    if value.denominator == 1:
        following = c.peek()
        if following.role == "number" and following.digits and not following.tight and _part(c, 0):
            c.at += 1
            value += following.value or 0
        elif following.text == "and":
            skip = 2 if c.peek(1).role == "a" else 1
            if _part(c, skip):
                value += c.peek(skip).value or 0
                c.at += skip + 1
    if c.peek().role == "open" and c.peek(1).role == "number" and c.peek(2).role == "close":
        if c.peek(1).value != value:
            raise Unread("a number and another in brackets")
        c.at += 3
    return value


def figures(c: Cursor) -> Figures | None:
    """A number or a range, or None with nothing taken. A range that does not rise is unread."""
    low = number(c)
    if low is None:
        return None
    link, after = c.peek(), c.peek(1)
    if link.role not in ("dash", "to", "or") or not (after.role == "number" or _part_word(c, 2)):
        return Figures(low, low)
    loose = link.role == "dash" and not (link.tight and after.tight)
    c.at += 1
    high = number(c)
    if high is None or high <= low:
        raise Unread("a range that does not rise")
    return Figures(low, high, loose)


def _part(c: Cursor, ahead: int) -> bool:
    """A proper fraction stands ``ahead``."""
    lexeme = c.peek(ahead)
    return (
        lexeme.role == "number"
        and lexeme.value is not None
        and 0 < lexeme.value < 1
        and (not lexeme.digits or not set(".,") & set(lexeme.text))
    )


def _part_word(c: Cursor, ahead: int) -> bool:
    """A fraction in words stands ``ahead``, after an article: "a half", "a quarter"."""
    return c.peek(ahead - 1).role == "a" and _part(c, ahead) and not c.peek(ahead).digits
