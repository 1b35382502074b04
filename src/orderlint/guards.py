"""Who gets past the guards of a definition: three answers, and the population that they leave."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.exact import Fraction
from orderlint.interval import Interval
from orderlint.interval_sets import ANYTHING, NOTHING, Set, interval, meet
from orderlint.namedtuple import NamedTuple
from orderlint.record import Guard, Population, Ranges

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


def keep_out(guards: Iterable[Guard], fact: str, low: Fraction | None, high: Fraction | None) -> bool | None:
    """Do the guards together keep out everyone with ``fact`` in [low, high)? None: taken at their word."""
    wrong = interval(low, True, high, False)
    past = passage(guards, fact)
    if not meet(past.may, wrong):
        return True
    return False if meet(past.surely, wrong) else None


def excludes(guard: Guard, low: Fraction | None, high: Fraction | None) -> bool | None:
    """Does this one guard keep out everyone with its fact in [low, high)? None: taken at its word."""
    return keep_out((guard,), guard.fact, low, high)


def population(guards: Iterable[Guard]) -> Population | None:
    """What the guards make known of everyone who may get the order, as bounds that nobody lies outside of.

    A bound that can't be written as "low included, high excluded" is left open. None: nothing is known.
    """
    guards = tuple(guards)
    ages, kidneys = passage(guards, "age").may, passage(guards, "renal").may
    age_low, age_high = _hull(ages)
    kidney_low, kidney_high = _hull(kidneys)
    if age_low is age_high is kidney_low is kidney_high is None:
        return None
    sources = dict.fromkeys(
        f"{g.kind} {g.text}" for g in guards if g.fact in ("age", "renal") and g.allowed is not None
    )
    return Population(age_low, age_high, kidney_low, kidney_high, "; ".join(sources))


def to_set(ranges: Ranges) -> Set:
    """The pieces of a guard as a set; they are sorted and apart from each other as they come."""
    return tuple(Interval(low, high, closed, high_closed) for low, closed, high, high_closed in ranges)


def to_ranges(pieces: Set) -> Ranges:
    """A set as a guard keeps it."""
    return tuple((p.low, p.low_closed, p.high, p.high_closed) for p in pieces)


def _hull(pieces: Set) -> tuple[Fraction | None, Fraction | None]:
    if pieces in (NOTHING, ANYTHING):
        return None, None
    high = pieces[-1].high
    return pieces[0].low, None if pieces[-1].high_closed else high
