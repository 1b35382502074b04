"""Products by their RxNorm code: what one unit holds, its form, route and release."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from orderlint.terminology.strengths import NameStrength, Part, strengths_in_name
from orderlint.terminology.table import row

__all__ = ["NameStrength", "Part", "Product", "product", "strengths_in_name"]

_LONGEST_CODE = 9


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


def _part(cell: str) -> Part:
    ingredient, value, unit, per_value, per_unit = cell.split("|")
    return Part(ingredient, Fraction(value), unit, Fraction(per_value), per_unit)
