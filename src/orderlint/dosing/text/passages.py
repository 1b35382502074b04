"""Words that no vocabulary can list: a product's name, the reason, the place of application.

They are passed over only where the grammar expects them, and only up to the next word that bears on
the dose. A word that could change a dose ("unless", "double" …) is never passed over.
"""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor

_PLAIN = ("unknown", "spot")
_SMALL = ("word", "of", "and", "or", "to", "in", "at", "on", "a")
_PRODUCT = (
    "unknown",
    "mass",
    "volume",
    "form",
    "activity",
    "percent",
    "route",
    "dash",
    "slash",
    "open",
    "close",
)
_AFTER_PRODUCT = ("colon", "dash", "comma", "semicolon", "point")
_LONGEST = 14  # words of a reason or place, lexemes of a product


def words(c: Cursor) -> bool:
    """Pass over words of a reason or a place; False with nothing taken."""
    start = c.at
    while c.at - start < _LONGEST:
        if c.peek().role in _PLAIN:
            c.at += 1
            continue
        skip = 0
        while skip < 3 and _binds(c, skip):
            skip += 1
        if skip == 0 or c.peek(skip).role not in _PLAIN:
            break
        c.at += skip + 1
    return c.at > start


def _binds(c: Cursor, ahead: int) -> bool:
    """A small word, or a mark without spaces ("pain/spasm"); a comma ends the passage."""
    lexeme = c.peek(ahead)
    if lexeme.role in ("slash", "dash"):
        return lexeme.tight and c.peek(ahead + 1).tight
    return lexeme.role in _SMALL and lexeme.text not in ("plus", "+", "together with")


def reason(c: Cursor) -> bool:
    """ "for muscle spasms" (after a length was looked for), or the words right after "as needed"."""
    start = c.at
    if c.before().role == "prn" and c.peek().role == "open" and c.peek(1).role in _PLAIN:
        c.at += 1
        if words(c) and c.accept("close"):
            return True
        c.at = start
        return False
    if c.peek().role == "for":
        c.at += 1
        if words(c):
            return True
        c.at = start
        return False
    return c.before().role == "prn" and c.peek().role in _PLAIN and words(c)


def place(c: Cursor) -> bool:
    """ "to the affected area", "in the left eye"."""
    if c.peek().role not in ("to", "in", "on", "into"):
        return False
    if c.peek(1).role not in _PLAIN:
        return False
    c.at += 1
    return words(c)


def product(c: Cursor) -> bool:
    """ "Xyz 10 mg tablet:" before "take": the name and strength of what is taken. False with nothing taken.

    It begins with a word unknown here, holds a strength or a dose form, and ends in a mark or a dose form
    just before the verb.
    """
    start = c.at
    if c.peek().role != "unknown":
        return False
    while c.at - start < _LONGEST:
        lexeme = c.peek()
        if lexeme.role == "verb":
            break
        if lexeme.role == "number":
            ahead = 1
            while c.peek(ahead).role == "dash":
                ahead += 1
            if c.peek(ahead).role not in ("mass", "volume", "activity", "percent") and not _per_volume(c):
                break
        elif lexeme.role not in (*_PRODUCT, *_AFTER_PRODUCT):
            break
        c.at += 1
    taken = [lexeme.role for lexeme in c.lexemes[start : c.at]]
    named = "number" in taken or "form" in taken  # else it may be any words: "mostly, take 2 tablets"
    if c.peek().role == "verb" and c.before().role in (*_AFTER_PRODUCT, "form") and named:
        return True
    c.at = start
    return False


def _per_volume(c: Cursor) -> bool:
    """The 5 of "mg/5 mL"."""
    return c.before().role == "slash" and c.peek(1).role == "volume"
