"""Words of a free text, for exact comparison: without case, accents, punctuation and invisible characters.

``words("LIORESAL®\\u00a010mg")`` is ``["lioresal", "10", "mg"]``. Letters and digits part from each
other, so that "gabapentin300mg" is three words. Nothing is fuzzy: two words are equal or they are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Generic, NamedTuple, TypeVar

LONGEST = 20_000  # characters that are looked at
_WORD = re.compile(r"[^\W\d_]+|\d+")
_INVISIBLE = dict.fromkeys(
    [0xAD, 0x34F, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF]
)

T = TypeVar("T")


def words(text: str) -> list[str]:
    """The words of ``text`` in lower case."""
    return _WORD.findall(plain(text).casefold())


def plain(text: str) -> str:
    """``text`` without accents and invisible characters, compatibility characters resolved."""
    text = text[:LONGEST]
    if text.isascii():
        return text
    import unicodedata  # noqa: PLC0415 - most texts are ASCII

    parts = unicodedata.normalize("NFKD", text.translate(_INVISIBLE))
    return "".join(c for c in parts if not unicodedata.combining(c)).replace("μ", "u")


class Match(NamedTuple, Generic[T]):
    """A phrase found at words ``start`` to ``end`` (excluded)."""

    start: int
    end: int
    value: T


class Phrases(Generic[T]):
    """Phrases to look for in a list of words. The longest at a place wins, and matches don't overlap."""

    def __init__(self, phrases: Iterable[tuple[Sequence[str], T]]) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], T]]] = {}
        for phrase, value in phrases:
            key = tuple(phrase)
            self._by_first.setdefault(key[0], []).append((key, value))
        for known in self._by_first.values():
            known.sort(key=lambda one: -len(one[0]))

    def find(self, said: Sequence[str]) -> list[Match[T]]:
        """Matches from left to right. A phrase known several times gives a match for each."""
        found: list[Match[T]] = []
        at = 0
        while at < len(said):
            length = 0
            for phrase, value in self._by_first.get(said[at], ()):
                if len(phrase) < length:
                    break
                if tuple(said[at : at + len(phrase)]) == phrase:
                    length = len(phrase)
                    found.append(Match(at, at + length, value))
            at += length or 1
        return found
