"""Units: what a code or word for a unit means, and how one unit converts to another.

A canonical unit is a UCUM code where UCUM has one (``mg``, ``mL``, ``mg/kg/d``, ``[drp]``), else an
annotation (``{tablet}``). The tables are ``data/units.csv`` (what a unit is) and
``data/unit_aliases.csv`` (what people write for it). What neither knows is None: an unknown unit is
never taken for one, and never for another of the same spelling.
"""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_MOST_LETTERS = 64
_SYSTEMS = {
    "http://snomed.info/sct": "snomed",
    "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm": "form",
    "http://hl7.org/fhir/v3/orderableDrugForm": "form",
    "urn:oid:1.2.392.100495.20.2.101": "form",  # MERIT-9 of Japan: TAB, CAP, G, ML
}
_BODY = ("kg", "m2")  # below the line of a dose these are the patient's
_KIDNEY = "mL/min/{1.73_m2}"
_EXPONENT = r"^(.*?)(-?\d)$"
_STANDARD = {"mass": "mg", "volume": "mL", "substance": "mmol", "equivalent": "meq", "activity": "U"}

ONE = Fraction(1)


class Unit(NamedTuple):
    """One row of ``units.csv``: ``factor`` is how many of its dimension's first unit it is."""

    key: str
    dimension: str
    factor: Fraction
    family: str  # of dose forms: solid, piece, pack, actuation ...; "" for measures


class Split(NamedTuple):
    """A unit by its parts: ``mg/kg/h`` is ``mg`` per body ``kg`` per time ``h``. ``rest``: anything else."""

    top: str
    body: str | None
    time: str | None
    rest: str | None


def _lines(name: str) -> list[str]:
    """The rows of a table. Without pathlib, whose import takes longer than reading a table does."""
    path = os.path.join(os.path.dirname(__file__), "data", name)  # noqa: PTH118, PTH120
    with open(path, encoding="utf-8") as file:  # noqa: PTH123
        return file.read().splitlines()[1:]


@cache
def _units() -> dict[str, Unit]:
    rows = (line.split(",") for line in _lines("units.csv"))
    return {key: Unit(key, dimension, Fraction(factor), family) for key, dimension, factor, family in rows}


@cache
def _aliases() -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """By (system, as written), and by words in lower case where that leaves no doubt."""
    exact = {("", key): key for key in _units()}
    for line in _lines("unit_aliases.csv"):
        alias, unit, system = line.split(",")
        exact[system, alias] = unit
    meanings: dict[str, set[str]] = {}
    for (system, alias), unit in exact.items():
        if not system:
            meanings.setdefault(alias.casefold(), set()).add(unit)
    return exact, {alias: units.pop() for alias, units in meanings.items() if len(units) == 1}


@lru_cache(4096)
def canonical(text: str, system: str | None = None) -> str | None:
    """The canonical unit for a code or word as written, or None if it is not known.

    ``canonical("MCG")`` is ``"ug"``, ``canonical("TAB", ".../v3-orderableDrugForm")`` ``"{tablet}"``,
    ``canonical("ml/hr")`` ``"mL/h"``.
    """
    text = text.strip()
    if not text or len(text) > _MOST_LETTERS:
        return None
    exact, folded = _aliases()
    key = exact.get((_SYSTEMS.get(system, ""), text)) if system else None
    key = key or exact.get(("", text)) or folded.get(text.casefold())
    if key:
        return key
    if "1.73" in text and re.sub(r"[\s{}()_*.]|sqm|\[|\]", "", text.casefold().replace("²", "2")) in _KIDNEYS:
        return _KIDNEY
    return _compound(text)


_KIDNEYS = {"ml/min/173m2", "ml/min/173", "ml/min/173m", "ml/min/173m^2", "ml/min173m2", "mlmin-1173m-2"}


def _compound(text: str) -> str | None:
    """A quotient such as ``mcg/kg/min``, ``mg/(kg.d)``, ``mg.kg-1.d-1`` or ``mg per kg per day``."""
    plain = re.sub(r"\s+per\s+", "/", text, flags=re.IGNORECASE).replace("²", "2").strip()
    if "{" in plain:
        plain = _without_annotations(plain)
    plain = re.sub(r"/\(([^()/]+)\)", lambda found: "/" + found[1].replace(".", "/"), plain)
    if plain == text and "/" not in plain and "." not in plain:
        return None
    top: list[str] = []
    below: list[str] = []
    for place, part in enumerate(plain.split("/")):
        for term in [part] if _atom(part) else part.split("."):
            side, name = (below if place else top), term.strip()
            if not name:
                return None
            if not _atom(name):
                found = re.match(_EXPONENT, name)
                if not found or found[2] != "-1" or place:
                    return None
                side, name = below, found[1]
            unit = _atom(name)
            if unit is None:
                return None
            side.append(unit)
    below = [unit for unit in below if unit != "{dose}"]  # "per dose" is what a dose is anyhow
    if len(top) != 1 or len(set(below)) != len(below) or "1" in below:
        return None
    if not below:
        return top[0]
    return "/".join(top + sorted(below, key=_order))


def _without_annotations(text: str) -> str:
    """UCUM's ``mg{total}`` is ``mg``; an annotation that stands for itself (``{tablet}/d``) stays."""
    return re.sub(r"(?<=[\w\])])\{[^{}]*\}", "", text)


def _atom(name: str) -> str | None:
    exact, folded = _aliases()
    name = name.strip()
    return exact.get(("", name)) or folded.get(name.casefold())


def _order(unit: str) -> tuple[int, str]:
    if unit in _BODY:
        return 0, unit
    return (2 if _units()[unit].dimension == "time" else 1), unit


@lru_cache(1024)
def _meaning(unit: str) -> tuple[Fraction, tuple[tuple[str, int], ...]] | None:
    """Factor to the first units of its dimensions, and those dimensions with their powers."""
    if unit == _KIDNEY:
        factor, powers = ONE, {"kidney function": 1}
        return factor, tuple(powers.items())
    factor, powers = ONE, {}
    for place, name in enumerate(unit.split("/")):
        atom = _units().get(name)
        if atom is None:
            return None
        factor = factor / atom.factor if place else factor * atom.factor
        powers[atom.dimension] = powers.get(atom.dimension, 0) + (-1 if place else 1)
    return factor, tuple(sorted((name, power) for name, power in powers.items()))


@lru_cache(1024)
def factor(unit: str, to: str) -> Fraction | None:
    """What a value in ``unit`` is multiplied by to be in ``to`` (both canonical); None if it can't be."""
    if unit == to:
        return ONE if _meaning(unit) else None
    one, other = _meaning(unit), _meaning(to)
    if one is None or other is None or one[1] != other[1]:
        return None
    return one[0] / other[0]


@lru_cache(1024)
def split(unit: str) -> Split:
    """A canonical unit by its parts."""
    top, *below = unit.split("/")
    body = time = None
    rest: list[str] = []
    for name in below:
        atom = _units().get(name)
        if name in _BODY and body is None and top != "kg":
            body = name
        elif atom and atom.dimension == "time" and time is None:
            time = name
        else:
            rest.append(name)
    return Split(top, body, time, "/".join(rest) or None)


def dimension(unit: str) -> str | None:
    """The dimension of a unit without a line ("mass", "volume", "tablet"); None for quotients."""
    atom = _units().get(unit)
    return atom.dimension if atom else None


def family(unit: str) -> str:
    """The family of a dose form ("solid", "piece", "pack" ...), "" for measures and quotients."""
    atom = _units().get(unit)
    return atom.family if atom else ""


def standard(unit: str) -> str:
    """The unit in which doses of this dimension are shown: all masses in ``mg``; forms in themselves."""
    return _STANDARD.get(dimension(unit) or "", unit)


def counts_as(unit: str, other: str) -> bool:
    """Whether one ``unit`` of a product is one ``other``: a pill is a tablet, each is whatever there is."""
    if unit == other:
        return True
    mine, theirs = family(unit), family(other)
    if unit in ("1", "{each}"):
        return (bool(theirs) and theirs not in ("dose", "vague")) or other in ("1", "{each}")
    if other in ("1", "{each}"):
        return counts_as(other, unit)
    return mine == theirs and mine in ("solid", "actuation")


def days(value: Fraction, unit: str) -> Fraction | None:
    """A length of time in days (a month is 30.4375, a year 365.25); None if ``unit`` is no time."""
    atom = _units().get(unit)
    return value * atom.factor if atom and atom.dimension == "time" else None
