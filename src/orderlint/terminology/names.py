"""The names of covered drugs, and where they stand in a text."""

from __future__ import annotations

from functools import cache

from orderlint.namedtuple import NamedTuple
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
    found = (Match(match.start, match.end, _name(match.value)) for match in _phrases().find(said))
    return [m for m in found if m.value.kind != "abbreviation" or m.end - m.start == len(said)]


def all_names() -> tuple[DrugName, ...]:
    """Every name in the table."""
    return tuple(_name(cells) for cells in rows("drug_names"))


def _name(cells: list[str]) -> DrugName:
    name, ingredients, kind, combination, release, route, _ = cells
    return DrugName(
        name, tuple(ingredients.split("|")), kind, bool(combination), release or None, route or None
    )


@cache
def _phrases() -> Phrases[list[str]]:
    return Phrases((_words(cells[0]), cells) for cells in rows("drug_names"))


def _words(name: str) -> list[str]:
    return [name.casefold()] if name.isascii() and name.isalpha() else words(name)


def _across(text: str) -> list[DrugName]:
    """Invisible characters may stand between words too, where removing them joins the words."""
    if text.isascii():
        return []
    spaced = "".join(c if c.isprintable() else " " for c in text)
    return [match.value for match in matches_in(words(spaced))] if plain(spaced) != plain(text) else []
