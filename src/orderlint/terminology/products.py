"""Products by their RxNorm code: what one unit holds, its form, route and release."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple
from orderlint.terminology.table import row, rows

if TYPE_CHECKING:
    from orderlint.terminology.strengths import NameStrength

_LONGEST_CODE = 9


class Part(NamedTuple):
    """How much of one ingredient ``per_value`` ``per_unit`` of the product hold: 10 mg per 1 {tablet}.

    Units are canonical. ``per_unit`` "1" is one of the product whose form is not stated. A share has
    the unit "%" per "1". What runs over time has it in its unit: "mg/h" per 1 {patch}.
    ``ingredient`` is the covered ingredient's name, else the words of the name, "" where it has none.
    """

    ingredient: str
    value: Fraction
    unit: str
    per_value: Fraction
    per_unit: str


class Product(NamedTuple):
    """A product of the table.

    ``parts`` is empty where no single strength can be told: packs, and ``doubtful`` rows, whose
    ingredient is certain but whose strength nobody has verified. ``ingredients`` are the covered ones.
    """

    rxcui: str
    name: str
    parts: tuple[Part, ...]
    dose_form: str | None
    route: str | None
    release: str | None
    doubtful: bool
    ingredients: tuple[str, ...] = ()


@lru_cache(2048)
def product(rxcui: str) -> Product | None:
    """The product with this RxNorm code, or None if the table doesn't have it."""
    if not (rxcui.isascii() and rxcui.isdigit() and len(rxcui) <= _LONGEST_CODE):
        return None
    found = row("products", rxcui)
    if found is None:
        return None
    code, name, ingredients, parts, form, route, release, doubtful = found
    return Product(
        code,
        name,
        tuple(_part(part) for part in parts.split(";") if part),
        form or None,
        route or None,
        release or None,
        bool(doubtful),
        tuple(ingredients.split("|")),
    )


@lru_cache(256)
def releases_of(
    ingredient: str, form: str | None, strengths: frozenset[tuple[Fraction, str]]
) -> frozenset[str]:
    """How the known products of an ingredient release it, those of the form and of one of the strengths (an
    amount and its unit) where these are known; "" for one that doesn't say."""
    found = set()
    for _, _, ingredients, parts, dose_form, _, release, _ in rows("products"):
        if ingredient not in ingredients.split("|") or (form and dose_form and form != dose_form):
            continue
        held = {
            (p.value, p.unit)
            for p in map(_part, filter(None, parts.split(";")))
            if p.ingredient == ingredient
        }
        if not strengths or not held or held & strengths:
            found.add(release)
    return frozenset(found)


@lru_cache(4096)
def strengths_in_name(name: str) -> NameStrength | None:
    """What a product's name says: strengths, form, route, release. None where it is no product's name.

    See :mod:`orderlint.terminology.strengths`, which is imported when a name has to be read at all.
    """
    from orderlint.terminology import strengths  # noqa: PLC0415

    return strengths.strengths_in_name(name)


def _part(cell: str) -> Part:
    ingredient, value, unit, per_value, per_unit = cell.split("|")
    return Part(ingredient, Fraction(value), unit, Fraction(per_value), per_unit)
