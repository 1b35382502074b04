"""The unit that each kind of laboratory value is kept in, and what other units are of it.

Conversions within a dimension (g to kg, in to cm) are arithmetic and need no row here; the rows are
those that need chemistry (a molar mass, a valence) or a convention, each with its source.
"""

from __future__ import annotations

from functools import cache

from orderlint.exact import Fraction
from orderlint.terminology.table import rows


@cache
def _rows() -> tuple[dict[str, str], dict[tuple[str, str], Fraction]]:
    units: dict[str, str] = {}
    factors: dict[tuple[str, str], Fraction] = {}
    for kind, canonical, unit, times, _ in rows("lab_units"):
        units[kind] = canonical
        if unit:
            factors[kind, _plain(unit)] = Fraction(times)
    return units, factors


def _plain(unit: str) -> str:
    return "".join(unit.split()).casefold().replace("μ", "u").replace("µ", "u")


def canonical_unit(kind: str) -> str | None:
    """The unit that values of ``kind`` are kept in: ``canonical_unit("creatinine")`` is ``"mg/dL"``."""
    return _rows()[0].get(kind)


def factor(kind: str, unit: str) -> Fraction | None:
    """By what a value in ``unit``, as written, is multiplied to be in the canonical unit of ``kind``."""
    return _rows()[1].get((kind, _plain(unit)))
