"""Conditions by groups: "cirrhosis", "cramp", "ckd-stage-4" ... A condition is in all wider groups too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple
from orderlint.terminology.systems import system_key
from orderlint.terminology.table import row, rows
from orderlint.terminology.words import Phrases, plain, words

_SHORTEST_ICD = 3
_LONGEST_ICD = 8
_ICD = r"[A-Z][0-9][0-9A-Z]{1,5}"
_WORD = re.compile(r"[^\W\d_]+|\d+")
_CLAUSE_END = r"(?i)[.;:,!?()\[\]\n]|\b(?:but|however|though|although|except)\b"
_REACH = 6  # words that a negation reaches forward
_ANSWERS = frozenset(("no", "none", "negative", "denied", "absent"))


class _Said(NamedTuple):
    text: str
    upper: bool
    clause: int


class _Word(NamedTuple):
    groups: frozenset[str]
    upper: bool  # counts only where written in capitals: "MS"


class Acute(NamedTuple):
    """How long a condition that nobody has closed may be taken as going on.

    ``settled_by``: the kinds of laboratory values (terminology.labs) of which a later result decides.
    ``days``: from when it was last said.
    """

    settled_by: frozenset[str]
    days: int


class _Group(NamedTuple):
    title: str
    within: str
    low: str
    high: str
    dialysis: bool


def groups_of_code(system: str | None, code: str) -> frozenset[str]:
    """The groups of a code: ICD-10 by its longest known beginning, SNOMED CT exactly. Empty if not known."""
    key, code = system_key(system), code.strip()
    if key == "snomed":
        found = row("conditions_snomed", code) if code.isascii() and code.isdigit() else None
        return widened(found[1].split()) if found else frozenset()
    if key != "icd10":
        return frozenset()
    code = code.upper().replace(".", "")
    if not re.fullmatch(_ICD, code):
        return frozenset()
    for length in range(min(len(code), _LONGEST_ICD), _SHORTEST_ICD - 1, -1):
        groups = _icd().get(code[:length])
        if groups is not None:
            return widened(groups.split())
    return frozenset()


def groups_of_text(text: str) -> frozenset[str]:
    """The groups that a short free text names, leaving out what it negates ("without cirrhosis")."""
    said = _read(text)
    found: set[str] = set()
    for match in _phrases().find([word.text for word in said]):
        here = said[match.start : match.end]
        if match.value.upper and not all(word.upper for word in here):
            continue
        if not _negated(said, match.start, match.end):
            found |= match.value.groups
    return widened(found)


def kidney_interval(group: str) -> tuple[Fraction | None, Fraction | None] | None:
    """The kidney function that a stage stands for, [low, high) in mL/min/1.73 m²; None: none."""
    known = _groups().get(group)
    if known is None or not (known.low or known.high):
        return None
    return (Fraction(known.low) if known.low else None, Fraction(known.high) if known.high else None)


def is_dialysis(group: str) -> bool:
    """Whether a patient in this group is on dialysis, or treated as if: end-stage disease."""
    known = _groups().get(group)
    return known is not None and known.dialysis


def acute(group: str) -> Acute | None:
    """How long a patient is in this group, if it is one of acute conditions; None: until somebody says so."""
    return _acute().get(group)


def title(group: str) -> str:
    """The group as messages call it: "acute kidney injury"."""
    said = _groups()[group].title
    return said if said[1:2].isupper() else said[:1].lower() + said[1:]


def all_groups() -> frozenset[str]:
    """Every group's key."""
    return frozenset(_groups())


def _read(text: str) -> list[_Said]:
    """The words of ``text``, each with the clause that it stands in."""
    found: list[_Said] = []
    for clause, piece in enumerate(re.split(_CLAUSE_END, plain(text))):
        found += [_Said(word.casefold(), word.isupper(), clause) for word in _WORD.findall(piece)]
    return found


def _negated(said: list[_Said], start: int, end: int) -> bool:
    first, last = said[start].clause, said[end - 1].clause
    near = said[max(0, start - 2 * _REACH) : start]
    before = [word.text for word in near if word.clause == first]
    cues = [m for m in _negations("before").find(before) if len(before) - m.end < _REACH]
    if cues and cues[-1].value:
        return True
    following = said[end : end + _REACH]
    after = [word.text for word in following if word.clause == last]
    if any(match.start == 0 for match in _negations("after").find(after)):
        return True
    answer = [word.text for word in following if word.clause == last + 1]
    return not after and len(answer) == 1 and answer[0] in _ANSWERS  # "cirrhosis: no"


def widened(groups: Iterable[str]) -> frozenset[str]:
    """``groups`` and all the wider ones that they lie in."""
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
        group: _Group(title, within, low, high, dialysis == "yes")
        for group, title, within, low, high, dialysis, _ in rows("condition_groups")
    }


@cache
def _acute() -> dict[str, Acute]:
    return {
        group: Acute(frozenset(kinds.split()), int(days))
        for group, kinds, days, _ in rows("acute_conditions")
    }


@cache
def _icd() -> dict[str, str]:
    return {code: groups for code, groups, *_ in rows("conditions_icd")}


@cache
def _negations(side: str) -> Phrases[bool]:
    """Phrases that negate what comes after or before them; False: they only look so ("no relief")."""
    effects = {"before": ("before", "none"), "after": ("after",)}[side]
    return Phrases((p.split(), effect != "none") for p, effect in rows("negations") if effect in effects)


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
