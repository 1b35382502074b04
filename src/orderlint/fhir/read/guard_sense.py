"""Whether written words ask for care about a fact, or plainly say that it doesn't matter.

"Reduce in renal impairment" asks. "Safe in renal impairment", "no renal adjustment required" and "may
cause kidney damage" don't: who follows them gives the drug to anyone. The phrases stand in
``terminology/data/guard_senses.csv``: ``adjusts`` (the dose) and ``minds`` (anything else) ask for care
unless they are negated, and deny where they are; ``matters`` denies where it is negated and else says
nothing; ``permits`` lets anyone in unless negated; ``denies`` does however it is said; ``limits`` makes a
denial one for some only ("no adjustment at an eGFR above 60", which asks those below); ``amount`` is a
number that limits nothing. Where nothing of this is said, speaking of the fact is asking for care.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from orderlint.fhir.read.guard_words import facts_spoken_of, pattern
from orderlint.terminology.service_words import Named, named_in
from orderlint.terminology.table import rows
from orderlint.terminology.words import LONGEST, words

_SENTENCE_END = re.compile(r"[;!?\n•]|\.(?!\d)")
# At a comma, unless what follows refuses what stands before it: "renal adjustment, not required".
_PART_END = re.compile(
    r",(?!\s*(?:not|un|no longer))|\bbut\b(?!\s+not)|\bhowever\b|\botherwise\b", re.IGNORECASE
)
_CONTRACTED = re.compile(r"n['’]t\b|(?<=can)not\b", re.IGNORECASE)
_ABOVE = re.compile(r">=?|≥")
_ASKS, _DENIES, _SILENT = "asks", "denies", ""


def minds(text: str, fact: str) -> bool:
    """Whether a sentence of ``text`` speaks of ``fact``, without denying it or letting all in."""
    return _minds(text[:LONGEST], fact)


@lru_cache(256)  # order sets and exports repeat their sentences
def _minds(text: str, fact: str) -> bool:
    if fact not in facts_spoken_of(text):
        return False
    said = _ABOVE.sub(" above ", _CONTRACTED.sub(" not", text))
    return any(_asks(sentence, fact) for sentence in _SENTENCE_END.split(said))


def _asks(sentence: str, fact: str) -> bool:
    if fact not in facts_spoken_of(sentence):
        return False
    # "reduce in liver disease, safe in CKD": what is said of another fact says nothing of this one
    parts = [p for p in _PART_END.split(sentence) if facts_spoken_of(p) <= {fact}]
    if any(_named(part, "adjusts").plainly for part in parts):
        return True
    own = [part for part in parts if fact in facts_spoken_of(part)] or [sentence]
    heard = [s for part in own if (s := _sense(part))] or [s for part in parts if (s := _sense(part))]
    return not heard or _ASKS in heard


def _sense(part: str) -> str:
    """What a part of a sentence says of the fact that the sentence speaks of."""
    care = _named(part, "adjusts", "minds")
    lets_in = _named(part, "permits")
    if care.plainly or lets_in.negated:
        return _ASKS
    denial = _named(part, "denies")
    unmoved = care.negated or _named(part, "matters").negated
    said_no = bool(unmoved or lets_in.plainly or denial.plainly or denial.negated)
    if _limits(part):
        return _SILENT if said_no else _ASKS
    return _DENIES if said_no else _SILENT


def _limits(part: str) -> bool:
    said = _found("amount").sub("|", f" {' '.join(words(part))} ")
    return bool(_found("limits").search(said))


def _named(part: str, *effects: str) -> Named:
    """What of the table's ``effects`` a part names, plainly or to say that it is not so."""
    known = _phrases(effects)
    return named_in(part, [p for word in dict.fromkeys(words(part)) for p in known.get(word, ())])


@cache
def _phrases(effects: tuple[str, ...]) -> dict[str, list[str]]:
    """The phrases of some effects by their first word."""
    found: dict[str, list[str]] = {}
    for phrase, effect, _ in rows("guard_senses"):
        if effect in effects:
            found.setdefault(phrase.partition(" ")[0], []).append(phrase)
    return found


@cache
def _found(effect: str) -> re.Pattern[str]:
    return pattern(phrase for phrase, kind, _ in rows("guard_senses") if kind == effect)
