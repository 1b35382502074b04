"""Who gets past the guards of a definition: at most these, and surely those."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.interval import Interval
from orderlint.interval_sets import ANYTHING, Set, meet
from orderlint.namedtuple import NamedTuple
from orderlint.record import Guard, Ranges

TAKEN_AT_ITS_WORD = "taken-at-its-word"
EVALUATED = "evaluated"


class Passage(NamedTuple):
    """Who gets past several guards of one fact, all of which must hold.

    ``may``: nobody else gets past. ``surely``: these plainly do. Between the two lies what the guards
    in ``at_word`` promise without our being able to evaluate it. No guards: everybody surely passes.
    """

    may: Set
    surely: Set
    at_word: tuple[Guard, ...]


def passage(guards: Iterable[Guard], fact: str) -> Passage:
    """Who gets past those of ``guards`` that speak of ``fact``."""
    may, surely = ANYTHING, ANYTHING
    at_word = []
    for guard in guards:
        if guard.fact != fact:
            continue
        may = meet(may, ANYTHING if guard.allowed is None else to_set(guard.allowed))
        if guard.verdict == TAKEN_AT_ITS_WORD:
            surely = meet(surely, to_set(guard.surely))
            at_word.append(guard)
        else:
            surely = meet(surely, ANYTHING if guard.allowed is None else to_set(guard.allowed))
    return Passage(may, surely, tuple(at_word))


def to_set(ranges: Ranges) -> Set:
    """The pieces of a guard as a set; they are sorted and apart from each other as they come."""
    return tuple(Interval(low, high, closed, high_closed) for low, closed, high, high_closed in ranges)


def to_ranges(pieces: Set) -> Ranges:
    """A set as a guard keeps it."""
    return tuple((p.low, p.low_closed, p.high, p.high_closed) for p in pieces)
