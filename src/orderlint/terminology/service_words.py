"""What the words of an order for a service say: that something is to be done, or that it is not.

"Heat therapy" orders heat, "Avoid heat on the patch" doesn't, nor does "sedation monitoring: not required".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.table import rows
from orderlint.terminology.words import Phrases, plain, words

_CLAUSE_END = re.compile(r"[.;,!?()\[\]\n–—]| - ")
_REACH = 8  # words that a negation reaches

Clauses = tuple[tuple[str, ...], ...]


class Named(NamedTuple):
    """What a text names: ``plainly``, and what only to say that it is not to be done."""

    plainly: frozenset[str]
    negated: frozenset[str]


def named_in(text: str, phrases: Iterable[str]) -> Named:
    """Which of ``phrases`` the text holds as whole words. One said plainly anywhere is said plainly."""
    clauses = _clauses(text)
    plainly: set[str] = set()
    negated: set[str] = set()
    for phrase in phrases:
        for nth, start, end in _places(clauses, _words(phrase)):
            (negated if _negated(clauses, nth, start, end) else plainly).add(phrase)
    return Named(frozenset(plainly), frozenset(negated - plainly))


@lru_cache(256)
def _clauses(text: str) -> Clauses:
    parts = (tuple(words(part)) for part in _CLAUSE_END.split(plain(text)))
    return tuple(part for part in parts if part)


@lru_cache(256)
def _words(phrase: str) -> tuple[str, ...]:
    return tuple(words(phrase))


def _places(clauses: Clauses, phrase: tuple[str, ...]) -> Iterable[tuple[int, int, int]]:
    size = len(phrase)
    for nth, clause in enumerate(clauses if size else ()):
        for start in range(len(clause) - size + 1):
            if clause[start] == phrase[0] and clause[start : start + size] == phrase:
                yield nth, start, start + size


def _negated(clauses: Clauses, nth: int, start: int, end: int) -> bool:
    """Whether the last word of effect before it negates, or what is said of it afterwards does."""
    before = clauses[nth][max(0, start - _REACH) : start]
    cues = _cues("before").find(before)
    if cues and cues[-1].value == "before":
        return True
    rest = clauses[nth][end : end + _REACH]
    if _says_no(rest, anywhere=True):
        return True
    following = clauses[nth + 1] if nth + 1 < len(clauses) else ()
    return _says_no(following[:_REACH], anywhere=False)


def _says_no(said: Sequence[str], anywhere: bool) -> bool:
    """Whether the words after a phrase refuse it: as their beginning, or ``anywhere`` up to a condition."""
    if tuple(said) in _alone():
        return True
    for cue in _cues("after").find(said):
        if cue.value == "end":
            return False
        if anywhere or cue.start == 0:
            return True
    return False


@cache
def _alone() -> frozenset[tuple[str, ...]]:
    """What refuses only where nothing else follows: "heat: avoid", not "heat, avoid cold"."""
    return frozenset(tuple(p.split()) for p, effect in rows("service_negations") if effect == "alone")


@cache
def _cues(side: str) -> Phrases[str]:
    """Phrases with an effect on what comes after them, or on what came before. ``none``: they only look so;
    ``end``: what was negated ends there."""
    effects = {"before": ("before", "none", "end"), "after": ("after", "end")}[side]
    return Phrases((p.split(), effect) for p, effect in rows("service_negations") if effect in effects)
