"""The names of covered drugs, and where they stand in a text."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from orderlint.terminology.table import rows
from orderlint.terminology.words import Match, Phrases, plain, words

KINDS = ("name", "salt", "brand", "synonym", "other language", "abbreviation", "misspelling")  # best first


class DrugName(NamedTuple):
    """A name as the table has it. ``combination``: it stands for more than its covered ingredients."""

    name: str
    ingredients: tuple[str, ...]
    kind: str
    combination: bool
    release: str | None
    route: str | None


def names_in(text: str) -> list[DrugName]:
    """The names of covered drugs that stand in ``text``."""
    return [match.value for match in matches_in(words(text))] or _across(text)


def matches_in(said: list[str]) -> list[Match[DrugName]]:
    """The names among the words ``said``. An abbreviation counts only where it is all that is said."""
    return [
        match
        for match in _phrases().find(said)
        if match.value.kind != "abbreviation" or match.end - match.start == len(said)
    ]


@cache
def all_names() -> tuple[DrugName, ...]:
    """Every name in the table."""
    return tuple(
        DrugName(name, tuple(ingredients.split("|")), kind, bool(combination), release or None, route or None)
        for name, ingredients, kind, combination, release, route, _ in rows("drug_names")
    )


@cache
def _phrases() -> Phrases[DrugName]:
    return Phrases((words(name.name), name) for name in all_names())


def _across(text: str) -> list[DrugName]:
    """Invisible characters may stand between words too, where removing them joins the words."""
    if text.isascii():
        return []
    spaced = "".join(c if c.isprintable() else " " for c in text)
    return [match.value for match in matches_in(words(spaced))] if plain(spaced) != plain(text) else []
