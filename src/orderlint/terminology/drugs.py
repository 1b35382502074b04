"""Which covered drug a code or a text names.

Codes are looked up exactly. Texts are compared word by word with the names of the tables (generic
names, brands, salts, synonyms, known misspellings): nothing is fuzzy, because a false hit is a false
alarm. An ingredient keeps its name whatever the route of its product.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.ingredients import groups_of, ingredients_in
from orderlint.terminology.products import Product, product
from orderlint.terminology.systems import names_drugs, system_key, tells_drugs_apart
from orderlint.terminology.table import first_cells, rows

if TYPE_CHECKING:
    from orderlint.terminology.names import DrugName

_TITLES = {"rxnorm": "RxNorm", "atc": "ATC", "snomed": "SNOMED CT"}
_NUMERIC = ("rxnorm", "snomed")
_LONGEST_CODE = 64

__all__ = [
    "CodeHit",
    "Recognition",
    "groups_of",
    "ingredients_in",
    "recognise_code",
    "recognise_text",
    "scan_codes",
    "scan_names",
]


class Recognition(NamedTuple):
    """One covered ingredient, and what it was recognised by. ``release``: "IR", "ER", "ODT" or None."""

    ingredient: str
    groups: frozenset[str]
    how: str
    release: str | None
    by_text: bool


class CodeHit(NamedTuple):
    """``known_system``: the code is one of a system of drugs, whether or not its drug is covered.

    ``decisive``: the code alone says which covered drug it is, or that it is none of them.
    """

    known_system: bool
    drugs: tuple[Recognition, ...]
    product: Product | None
    decisive: bool = False


def recognise_code(system: str | None, code: str, display: str | None = None) -> CodeHit:
    """What ``code`` of ``system`` names; where the table lacks the code, ``display`` is read as text."""
    key, code = system_key(system), code.strip()
    known = names_drugs(system) and _plausible(key, code)
    found: tuple[Recognition, ...] = ()
    item: Product | None = None
    if known and key in _TITLES:
        item = product(code) if key == "rxnorm" else None
        if item is not None:
            how = f"RxNorm product {code}"
            found = tuple(Recognition(i, groups_of(i), how, item.release, False) for i in item.ingredients)
        else:
            found = _by_code(key or "", code)
    if not found and display:
        found = recognise_text(display)
    return CodeHit(known, found, item, bool(found) or (known and tells_drugs_apart(system)))


@lru_cache(4096)
def recognise_text(text: str) -> tuple[Recognition, ...]:
    """The covered ingredients that ``text`` names, each once, in the order of the text."""
    from orderlint.terminology.names import KINDS, names_in  # noqa: PLC0415 -- orders with codes need no names
    from orderlint.terminology.release import release_in  # noqa: PLC0415

    release = release_in(text)
    best: dict[str, DrugName] = {}
    for name in names_in(text):
        for ingredient in name.ingredients:
            before = best.get(ingredient)
            if before is None or KINDS.index(name.kind) < KINDS.index(before.kind):
                best[ingredient] = name
    return tuple(
        Recognition(ingredient, groups_of(ingredient), _how(name, ingredient), release or name.release, True)
        for ingredient, name in best.items()
    )


def scan_codes() -> frozenset[str]:
    """Every code that ``recognise_code`` finds a drug by, products included, of whatever system."""
    return frozenset(first_cells("products")) | frozenset(code for _, code in _codes())


def scan_names() -> frozenset[str]:
    """Words in lower-case ASCII of which every text that ``recognise_text`` knows holds at least one.

    A scanner of bytes must take a line with escapes or characters beyond ASCII as a candidate: these
    words are compared after accents and invisible characters are gone.
    """
    from orderlint.terminology.names import all_names  # noqa: PLC0415
    from orderlint.terminology.words import words  # noqa: PLC0415

    return frozenset(max(words(name.name), key=len) for name in all_names())


def _by_code(key: str, code: str) -> tuple[Recognition, ...]:
    entry = _codes().get((key, code.upper()))
    if entry is None:
        return ()
    ingredient, what = entry
    how = f"{_TITLES[key]} {code.upper()}" + (f" ({what})" if what else "")
    return (Recognition(ingredient, groups_of(ingredient), how, None, False),)


def _plausible(key: str | None, code: str) -> bool:
    if not code or len(code) > _LONGEST_CODE:
        return False
    return code.isascii() and code.isdigit() if key in _NUMERIC else True


def _how(name: DrugName, ingredient: str) -> str:
    if name.kind == "misspelling":
        return f"misspelling '{name.name}' of {ingredient}"
    return f"name '{name.name}'" + (f" ({name.kind})" if name.kind != "name" else "")


@cache
def _codes() -> dict[tuple[str, str], tuple[str, str]]:
    return {(system, code): (ingredient, what) for system, code, ingredient, what, _ in rows("drug_codes")}
