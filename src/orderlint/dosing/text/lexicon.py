"""The words of sigs (``data/words.csv``) and the lexemes they make of tokens.

A row is a phrase, its role in the grammar and a meaning that the role's rule understands. The longest
phrase wins. A word in no row has the role ``unknown``; no row names a drug.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from orderlint.dosing.text.tokens import Token
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_MARKS = {
    ",": "comma",
    ";": "semicolon",
    ".": "point",
    ":": "colon",
    "(": "open",
    ")": "close",
    "[": "open",
    "]": "close",
    "-": "dash",
    "/": "slash",
    "&": "and",
    "+": "and",
    "@": "at",
    "\u00b0": "degree",
    "%": "percent",
}


class Lexeme(NamedTuple):
    """A token or phrase with its role. ``digits``: a number written in figures."""

    role: str
    meaning: str
    text: str
    tight: bool = False
    value: Fraction | None = None
    digits: bool = False


class _Phrase(NamedTuple):
    words: tuple[str, ...]
    role: str
    meaning: str


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[_Phrase, ...]]:
    """Phrases by their first word, the longest first."""
    import csv  # noqa: PLC0415 - only once a text is read

    table: dict[str, list[_Phrase]] = {}
    path = Path(__file__).with_name("data") / "words.csv"
    with path.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            words = tuple(row["phrase"].replace("-", " ").split())
            table.setdefault(words[0], []).append(_Phrase(words, row["role"], row["meaning"]))
    return {
        first: tuple(sorted(phrases, key=lambda phrase: -len(phrase.words)))
        for first, phrases in table.items()
    }


def lexemes(found: list[Token]) -> list[Lexeme]:
    """``found`` with roles; phrases of several tokens become one lexeme."""
    table = _phrases()
    out: list[Lexeme] = []
    at = 0
    while at < len(found):
        token = found[at]
        if token.kind == "number":
            out.append(Lexeme("number", "", token.text, token.tight, token.value, True))
            at += 1
        elif token.kind in ("clock", "doubt"):
            out.append(Lexeme(token.kind, token.text, token.text, token.tight))
            at += 1
        else:
            phrase, used = _longest(table, found, at)
            if phrase is None:
                role = "unknown" if token.kind == "word" else _MARKS.get(token.text, "mark")
                out.append(Lexeme(role, token.text, token.text, token.tight))
            else:
                value = Fraction(phrase.meaning) if phrase.role == "number" else None
                out.append(Lexeme(phrase.role, phrase.meaning, " ".join(phrase.words), token.tight, value))
            at += used
    return out


def _longest(
    table: dict[str, tuple[_Phrase, ...]], found: list[Token], at: int
) -> tuple[_Phrase | None, int]:
    for phrase in table.get(found[at].text, ()):
        used = _match(phrase.words, found, at)
        if used:
            return phrase, used
    return None, 1


def _match(words: tuple[str, ...], found: list[Token], at: int) -> int:
    """How many tokens ``words`` cover from ``at``, 0 if they don't stand there.

    A hyphen between two words, without spaces, counts as a space: "twice-daily", "sub-lingual".
    """
    here = at
    for count, word in enumerate(words):
        if count and here + 1 < len(found) and found[here].text == "-" and found[here].tight:
            if not found[here + 1].tight:
                return 0
            here += 1
        if here >= len(found) or found[here].text != word:
            return 0
        if found[here].kind not in ("word", "mark"):
            return 0
        here += 1
    return here - at
