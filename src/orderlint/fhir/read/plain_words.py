"""Words that compare a fact as plainly as an expression does: "patient aged 65 or over", ``OnDialysis``.

They are read only where nothing else is said: after the words that say nothing there must be one comparison
of ``terminology/data/guard_plain.csv`` and no more. "Not elderly" and "aged 65 or over with low risk" stay
what they are, words. ``filler`` rows say nothing (of the fact in the row, or of any); ``compares`` rows have
what they mean, ``#`` the number; nothing for words that go with any comparison and are none ("elderly").
"""

from __future__ import annotations

import re
from functools import cache

from orderlint.exact import Fraction
from orderlint.fhir.read.expression_values import AGE, FACTS, Fact, Number, where
from orderlint.fhir.read.guard_words import facts_spoken_of, pattern, readings
from orderlint.interval_sets import ANYTHING, Set
from orderlint.namedtuple import NamedTuple
from orderlint.terminology.table import rows

_LONGEST = 200  # characters; what is longer is not plain
_SYMBOLS = {
    ">=": " at least ",
    "≥": " at least ",
    "<=": " at most ",
    "≤": " at most ",
    ">": " above ",
    "<": " below ",
}
_SYMBOL = re.compile("|".join(_SYMBOLS))
_OPERATOR = re.compile(r"[!=~≠^|&+*()\[\]{}]")  # may turn round what the words say


class _Comparison(NamedTuple):
    words: re.Pattern[str]
    operator: str
    number: str  # "#": the one in the words


def plainly_meant(text: str) -> tuple[str, Set] | None:
    """The fact that ``text`` compares, and the values that it plainly lets in; None where it isn't plain.

    ANYTHING where it goes with any comparison.
    """
    if len(text) > _LONGEST:
        return None
    facts = facts_spoken_of(text)
    text = _SYMBOL.sub(lambda found: _SYMBOLS[found[0]], text)
    if len(facts) != 1 or _OPERATOR.search(text):
        return None
    fact = next(iter(facts))
    if fact not in FACTS:
        return None
    for reading in readings(text):
        said = " ".join(_filler(fact).sub("", f" {reading} ").split())
        for known in _comparisons(fact):
            if (match := known.words.fullmatch(said)) is not None:
                if not known.operator:
                    return fact, ANYTHING
                number = Fraction(match[1] if known.number == "#" else known.number)
                values = where(Fact(fact, "", fact == AGE), known.operator, Number(number, None))
                return None if values is None else (fact, values)
    return None


@cache
def _filler(fact: str) -> re.Pattern[str]:
    return pattern(
        words for kind, of, words, _, _ in rows("guard_plain") if kind == "filler" and of in ("", fact)
    )


@cache
def _comparisons(fact: str) -> tuple[_Comparison, ...]:
    found = []
    for kind, of, words, comparison, _ in rows("guard_plain"):
        if kind == "compares" and of in ("", fact):
            operator, _, number = comparison.partition(" ")
            found.append(_Comparison(re.compile(words.replace("#", "([0-9]{1,3})")), operator, number))
    return tuple(found)
