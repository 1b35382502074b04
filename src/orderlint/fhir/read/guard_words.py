"""The words by which expressions and instructions speak of a fact: ``terminology/data/guard_words.csv``.

Kinds of rows: ``speaks`` (a phrase that speaks of a fact), ``whole`` (speaks of it only where nothing
else is said), ``mask`` (a phrase that only looks like it), ``filler`` (says nothing), ``name`` (a name
for the number itself), ``birth`` (a name for the birth date), ``unit``, ``group`` (an age group's code)
and ``group-system``. Phrases are lower case words between single blanks; ``#`` is any number.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_TABLE = Path(__file__).parents[2] / "terminology" / "data" / "guard_words.csv"

# Three ways to take a run of letters apart; a phrase counts in any of them. "eGFR" is one word only in
# the first, "AgeInYears" three words only in the second, "CKDstage" two only in the third.
_SPLITS = (
    re.compile(r"[A-Za-z]+|[0-9]+"),
    re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+"),
    re.compile(r"[A-Z]{2,}|[A-Z]?[a-z]+|[A-Z]|[0-9]+"),
)


class Vocabulary(NamedTuple):
    """The table, taken apart. The patterns are searched for in words between blanks."""

    speaks: dict[str, re.Pattern[str]]
    whole: dict[str, frozenset[str]]  # without words that say nothing
    mask: re.Pattern[str]
    filler: frozenset[str]
    names: dict[str, tuple[str, str]]  # phrase → fact, unit ("" the fact's own)
    birth: frozenset[str]
    units: dict[tuple[str, str], Fraction]  # fact, unit in lower case → how much of the fact's own unit
    groups: dict[str, tuple[Fraction | None, Fraction | None]]  # code in lower case → years: low, high
    group_systems: frozenset[str]


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """Read the table, once."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    def of(kind: str) -> list[dict[str, str]]:
        return [row for row in rows if row["kind"] == kind]

    facts = dict.fromkeys(row["fact"] for row in of("speaks"))
    filler = frozenset(row["words"] for row in of("filler"))
    return Vocabulary(
        speaks={f: pattern(r["words"] for r in of("speaks") if r["fact"] == f) for f in facts},
        whole={f: frozenset(_core(r["words"], filler) for r in of("whole") if r["fact"] == f) for f in facts},
        mask=pattern(r["words"] for r in of("mask")),
        filler=filler,
        names={r["words"]: (r["fact"], r["unit"]) for r in of("name")},
        birth=frozenset(r["words"] for r in of("birth")),
        units={(r["fact"], r["words"]): Fraction(r["factor"]) for r in of("unit")},
        groups={r["words"]: (_bound(r["low"]), _bound(r["high"])) for r in of("group")},
        group_systems=frozenset(r["words"] for r in of("group-system")),
    )


def facts_spoken_of(text: str) -> frozenset[str]:
    """The facts ("age", "renal", "hepatic", "electrolytes") that ``text`` speaks of, by whole words."""
    said = vocabulary()
    masked = dict.fromkeys(said.mask.sub("|", f" {words} ") for words in readings(text))
    cores = {_core(reading, said.filler) for reading in masked}
    return frozenset(
        fact
        for fact, found in said.speaks.items()
        if any(found.search(reading) for reading in masked) or cores & said.whole[fact]
    )


def speaks_of(text: str, fact: str) -> bool:
    """Whether ``text`` speaks of ``fact`` by whole words: "patient_age" speaks of age, "dosage" doesn't."""
    return fact in facts_spoken_of(text)


def name_of(text: str) -> tuple[str, str] | None:
    """The fact whose number the name ``text`` stands for, and its unit ("": the fact's own); else None."""
    said = vocabulary()
    return next((said.names[core] for core in _cores(text) if core in said.names), None)


def names_birth(text: str) -> bool:
    """Whether the name ``text`` stands for the patient's birth date."""
    return any(core in vocabulary().birth for core in _cores(text))


def unit_factor(fact: str, unit: str) -> Fraction | None:
    """How many of the fact's own unit (years, mL/min) one ``unit`` is; None where that is not known."""
    return vocabulary().units.get((fact, "".join(unit.split()).lower()))


def readings(text: str) -> list[str]:
    """``text`` as lower-case words between single blanks, in each of the three ways."""
    return [" ".join(split.findall(text)).lower() for split in _SPLITS]


def _core(words: str, filler: frozenset[str]) -> str:
    return " ".join(word for word in words.split() if word not in filler)


def _cores(text: str) -> list[str]:
    return [_core(words, vocabulary().filler) for words in readings(text)]


def pattern(phrases: Iterable[str]) -> re.Pattern[str]:
    """One pattern that finds any of ``phrases`` between blanks; the longest first."""
    found = sorted(phrases, key=len, reverse=True)
    return re.compile("(?<= )(?:" + "|".join(re.escape(p).replace(r"\#", "[0-9]+") for p in found) + ")(?= )")


def _bound(written: str) -> Fraction | None:
    return Fraction(written) if written else None
