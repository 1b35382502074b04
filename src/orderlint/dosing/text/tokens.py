"""A sig cut into words, numbers, clock times and marks, in one pass.

Numbers are exact. One that can be read in two ways ("10.000", "1,000", "007") becomes a ``doubt``,
which no rule of the grammar takes, so that the whole sig stays unread.
"""

from __future__ import annotations

import re

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_LIKE = str.maketrans(
    {
        "\u00b5": "u",
        "\u03bc": "u",
        "\u00b2": "2",
        "\u00d7": "x",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2044": "/",
        "\u2215": "/",
        "\u2018": "'",
        "\u2019": "'",
        "\u00ba": "\u00b0",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\ufeff": " ",
    }
)
_VULGAR = {
    "½": Fraction(1, 2),
    "¼": Fraction(1, 4),
    "¾": Fraction(3, 4),
    "⅓": Fraction(1, 3),
    "⅔": Fraction(2, 3),
}
# "Three times a day 30 day(s)": a form's field for the length of the course, after how often
_FIELD = re.compile(r"(?<=day|ily|bid|tid|qid|qhs) (?=[0-9]{1,3} (?:day|week|month)\(s\)[ .]*$)")
_PLURAL = re.compile(r"(?<=[a-z])\((?:e?s)\)")
_TOKEN = re.compile(
    r"""
    (?P<clock>(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?:\s?[ap](?:m|\.m\.))?(?![\w:])
             |(?:1[0-2]|0?[1-9])\s?[ap](?:m|\.m\.)(?!\w))
   |(?P<number>[1-3]/[2-4](?![0-9/.,])
              |[0-9]+(?:[.,][0-9]+)*(?:\s?[½¼¾⅓⅔])?
              |[½¼¾⅓⅔]
              |(?<!\S)\.[0-9]+)
   |(?P<word>[^\W\d_](?:\.[^\W\d_])+\.?(?![^\W\d_])
            |m2(?!\w)
            |[^\W\d_]+(?:'[^\W\d_]+)?)
   |(?P<mark>\n|[^\s])
    """,
    re.VERBOSE,
)
_LONGEST = 9  # digits before the point; more is no dose


class Token(NamedTuple):
    """A piece of a sig. ``tight``: no space stands before it."""

    kind: str  # "word", "number", "clock", "mark", "doubt"
    text: str
    tight: bool
    value: Fraction | None = None


def tokens(text: str) -> list[Token]:
    """Every piece of ``text``, in lower case; nothing is dropped but spaces."""
    lower = text.translate(_LIKE).lower()
    plain = _PLURAL.sub("", _FIELD.sub(" for ", lower) if "(s)" in lower else lower)
    found: list[Token] = []
    end = 0
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or "mark"
        piece = match.group()
        tight = match.start() == end and end > 0
        end = match.end()
        if kind == "number":
            value = _number(piece)
            found.append(Token("doubt" if value is None else "number", piece, tight, value))
        elif kind == "clock":
            found.append(Token("clock", _clock(piece), tight))
        elif kind == "word" and "." in piece:
            found.append(Token("word", piece.replace(".", ""), tight))
        else:
            found.append(Token(kind, "." if piece == "\n" else piece, tight))
    return found


def _number(piece: str) -> Fraction | None:
    """The exact value, or None if the digits could mean another number as well."""
    if piece in _VULGAR:
        return _VULGAR[piece]
    if piece[-1] in _VULGAR:
        whole = _number(piece[:-1].rstrip())
        return None if whole is None or whole.denominator != 1 else whole + _VULGAR[piece[-1]]
    if "/" in piece:
        top, bottom = piece.split("/")
        value = Fraction(int(top), int(bottom))
        return value if value < 1 and value.denominator == int(bottom) else None
    parts = re.split("[.,]", piece)
    if len(parts) > 2 or len(parts[0]) > _LONGEST or not piece.isascii():
        return None
    whole_digits = parts[0] or "0"
    if whole_digits != "0" and whole_digits.startswith("0"):
        return None
    if len(parts) == 1:
        return Fraction(int(whole_digits))
    decimals = parts[1]
    if len(decimals) > _LONGEST or (whole_digits != "0" and len(decimals) == 3):
        return None  # "10.000" and "1,250": a thousand or a point?
    if "," in piece and len(decimals) > 2 and whole_digits != "0":
        return None
    return int(whole_digits) + Fraction(int(decimals), 10 ** len(decimals))


def _clock(piece: str) -> str:
    """``HH:MM:SS`` as FHIR writes a time; a time written without minutes keeps a leading ``~``."""
    digits = re.sub(r"[^\d:]", "", piece)
    hour, _, minute = digits.partition(":")
    hours = int(hour)
    if "p" in piece and hours < 12:
        hours += 12
    elif "a" in piece and hours == 12:
        hours = 0
    return f"{'' if minute else '~'}{hours:02d}:{minute or '00'}:00"
