"""Conditions by groups: "cirrhosis", "cramp", "ckd-stage-4" ... A condition is in all wider groups too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from orderlint.terminology.systems import system_key
from orderlint.terminology.table import row, rows
from orderlint.terminology.words import Phrases, plain, words

_SHORTEST_ICD = 3
_LONGEST_ICD = 8
_ICD = re.compile(r"[A-Z][0-9][0-9A-Z]{1,5}")
_CLAUSE_END = re.compile(r"[.;:,!?()\[\]\n]|(?<!\w)(?:but|however|though|although|except)(?!\w)", re.IGNORECASE)
_REACH = 6  # words that a negation reaches forward
_NEGATIONS = Phrases(
    (phrase.split(), real)
    for real, phrases in (
        (True, "no|not|without|denies|denied|never|negative for|free of|absence of|rule out|ruling out|r o"),
        (True, "family history|risk of|risk for|risk factor for|prevention of|prevent|prophylaxis of|instead of"),
        (True, "screening for|vaccination against|mother had|father had|excluding|no longer"),
        (False, "not only|no relief|no improvement|no response|not responding|not relieved|not controlled|no change"),
    )
    for phrase in phrases.split("|")
)
_AFTERWARDS = Phrases(
    (phrase.split(), True)
    for phrase in "ruled out|excluded|absent|denied|is absent|not present|was ruled out|has been ruled out|risk".split("|")
)
_ANSWERS = frozenset(("no", "none", "negative", "denied", "absent"))


class _Word(NamedTuple):
    groups: frozenset[str]
    upper: bool  # counts only where written in capitals: "MS"


class _Group(NamedTuple):
    within: str
    low: str
    high: str
    dialysis: bool


def groups_of_code(system: str | None, code: str) -> frozenset[str]:
    """The groups of a code: ICD-10 by its longest known beginning, SNOMED CT exactly. Empty if not known."""
    key, code = system_key(system), code.strip()
    if key == "snomed":
        found = row("conditions_snomed", code) if code.isascii() and code.isdigit() else None
        return _widened(found[1].split()) if found else frozenset()
    if key != "icd10":
        return frozenset()
    code = code.upper().replace(".", "")
    if not _ICD.fullmatch(code):
        return frozenset()
    for length in range(min(len(code), _LONGEST_ICD), _SHORTEST_ICD - 1, -1):
        groups = _icd().get(code[:length])
        if groups is not None:
            return _widened(groups.split())
    return frozenset()


def groups_of_text(text: str) -> frozenset[str]:
    """The groups that a short free text names, leaving out what it negates ("without cirrhosis")."""
    found: set[str] = set()
    pieces = _CLAUSE_END.split(plain(text))
    for place, clause in enumerate(pieces):
        said = words(clause)
        written = _capitals(clause)
        answer = words(pieces[place + 1]) if place + 1 < len(pieces) else []
        for match in _phrases().find(said):
            if match.value.upper and not all(written[match.start : match.end]):
                continue
            if match.end == len(said) and len(answer) == 1 and answer[0] in _ANSWERS:
                continue  # "cirrhosis: no"
            if not _negated(said, match.start, match.end):
                found |= match.value.groups
    return _widened(found)


def kidney_interval(group: str) -> tuple[Fraction | None, Fraction | None] | None:
    """The kidney function that a stage stands for, [low, high) in mL/min/1.73 m²; None: the group says none."""
    known = _groups().get(group)
    if known is None or not (known.low or known.high):
        return None
    return (Fraction(known.low) if known.low else None, Fraction(known.high) if known.high else None)


def is_dialysis(group: str) -> bool:
    """Whether a patient in this group is on dialysis, or treated as if: end-stage disease."""
    known = _groups().get(group)
    return known is not None and known.dialysis


def all_groups() -> frozenset[str]:
    """Every group's key."""
    return frozenset(_groups())


def _negated(said: list[str], start: int, end: int) -> bool:
    cues = [m for m in _NEGATIONS.find(said[:start]) if start - m.end < _REACH]
    if cues and cues[-1].value:
        return True
    return any(m.start == 0 for m in _AFTERWARDS.find(said[end : end + 4]))


def _capitals(clause: str) -> list[bool]:
    """For each word of ``clause``, whether it is written in capitals."""
    return [word.isupper() for word in re.findall(r"[^\W\d_]+|\d+", clause)]


def _widened(groups: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    known = _groups()
    for group in groups:
        name = group
        while name and name not in found:
            found.add(name)
            name = known[name].within
    return frozenset(found)


@cache
def _groups() -> dict[str, _Group]:
    return {
        group: _Group(within, low, high, dialysis == "yes")
        for group, _, within, low, high, dialysis, _ in rows("condition_groups")
    }


@cache
def _icd() -> dict[str, str]:
    return {code: groups for code, groups, *_ in rows("conditions_icd")}


@cache
def _phrases() -> Phrases[_Word]:
    stages = rows("stage_words")
    phrases: list[tuple[list[str], _Word]] = []
    for phrase, groups, form in rows("condition_words"):
        for word, stage in stages if form == "stage" else [("", "")]:
            said = words(phrase.replace("{stage}", word))
            named = frozenset(groups.replace("{stage}", stage).split())
            phrases.append((said, _Word(named, form == "upper")))
    return Phrases(phrases)
