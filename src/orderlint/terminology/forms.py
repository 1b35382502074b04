"""Dose forms and units of presentation: what a product is counted in ("{tablet}", "mL", "{patch}")."""

from __future__ import annotations

from functools import cache, lru_cache

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.systems import system_key
from orderlint.terminology.table import rows
from orderlint.terminology.words import Phrases, words

_LONGEST = 200  # characters of a form
_MEASURES = ("mass", "volume", "share", "amount", "time")


class Form(NamedTuple):
    """``unit`` is what the form is counted in, ``route`` the route class that it implies, each if known."""

    unit: str | None
    route: str | None
    release: str | None


def form_unit(system: str | None, code: str | None, text: str | None) -> str | None:
    """What a dose form or unit of presentation is counted in; None if neither code nor text is known."""
    key = system_key(system)
    if code:
        found = _codes().get((key or "", code.strip()))
        if found is not None:
            return found or None
        if key != "snomed":
            by_code = unit_alias(code)
            if by_code is not None:
                return by_code
    if not text:
        return None
    known = form_in(text)
    return unit_alias(text) or (known.unit if known else None)


@lru_cache(1024)
def unit_alias(text: str) -> str | None:
    """The canonical unit for a dose unit in words: "tablet(s)", "TAB", "{tbl}", "gtts", "732936001".

    Measures (mg, mL) are not forms: None.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST:
        return None
    coded = _codes().get(("snomed", text))
    if coded:
        return coded
    said = words(text)
    if said[-1:] == ["s"] and len(said) > 1:  # tablet(s)
        said.pop()
    found = plural_units().get(" ".join(said))
    return found[0] if found and found[1] not in _MEASURES else None


def form_in(text: str) -> Form | None:
    """The dose form that ``text`` names: the most specific one, and the last of several."""
    found = _forms().find([_singular(word) for word in words(text[:2000])])
    best: Form | None = None
    length = 0
    for match in found:
        if match.end - match.start >= length:
            best, length = match.value, match.end - match.start
    return best


@cache
def plural_units() -> dict[str, tuple[str, str]]:
    """Words for units, with their plurals, to (canonical unit, kind): "patches" to ("{patch}", "form")."""
    units: dict[str, tuple[str, str]] = {}
    for word, unit, kind in rows("units"):
        units[word] = (unit, kind)
        if len(word) > 1:
            units.setdefault(word + "s", (unit, kind))
            units.setdefault(word + "es", (unit, kind))
            if word.endswith("y"):
                units.setdefault(word[:-1] + "ies", (unit, kind))
    return units


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@cache
def _forms() -> Phrases[Form]:
    return Phrases(
        ([_singular(word) for word in form.split()], Form(unit or None, route or None, release or None))
        for form, unit, route, release in rows("forms")
    )


@cache
def _codes() -> dict[tuple[str, str], str]:
    return {(system, code): unit for system, code, unit, _ in rows("form_codes")}
