"""Routes of administration as classes: "oral", "enteral", "intrathecal", "topical" ...

The classes are those that limits distinguish: oral, enteral, intrathecal, epidural, intravenous,
injection, topical, transdermal, rectal, buccal, nasal, inhaled, ophthalmic, other.
"""

from __future__ import annotations

from functools import cache, lru_cache

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.forms import form_in
from orderlint.terminology.systems import system_key
from orderlint.terminology.table import rows
from orderlint.terminology.words import Phrases, words

UNKNOWN = "unknown"
_BY_GUT = {"oral", "enteral"}


class _Word(NamedTuple):
    route: str
    weight: int  # the heavier of two words counts: "injection, intrathecal" is intrathecal
    whole: bool  # counts only where it is all that is said


def route_class(system: str | None, code: str | None, text: str | None) -> str | None:
    """The class of a route. ``None``: none is stated. "unknown": one is stated, but not understood."""
    code, text = (code or "").strip(), (text or "").strip()
    if not code and not text:
        return None
    key = system_key(system)
    found = _codes().get((key or "", code if key == "snomed" else code.upper()))
    if found is None and not system:
        found = _codes().get(("route", code.upper()))
    for said in (text, code):
        found = found or (stated_route(said) if said else None)
    return found or UNKNOWN


@lru_cache(1024)
def stated_route(text: str) -> str | None:
    """The class of the route that ``text`` names; None where it names none, or several that differ."""
    said = words(text)
    found = [m.value for m in _words().find(said) if not m.value.whole or m.end - m.start == len(said)]
    heaviest = max((word.weight for word in found), default=0)
    routes = {word.route for word in found if word.weight == heaviest}
    if routes == _BY_GUT:
        return "oral"  # by mouth or by tube: limits treat both alike
    return routes.pop() if len(routes) == 1 else None


def form_route(system: str | None, code: str | None, text: str | None) -> str | None:
    """The class of the route that a dose form implies; None where it implies none."""
    form = form_in(text) if text else None
    if form is not None and form.route is not None:
        return form.route
    return _form_routes().get((system_key(system) or "", (code or "").strip()))


@cache
def _words() -> Phrases[_Word]:
    return Phrases(
        (phrase.split(), _Word(route, int(weight), form == "whole"))
        for phrase, route, weight, form in rows("route_words")
    )


@cache
def _codes() -> dict[tuple[str, str], str]:
    return {(system, code): route for system, code, route in rows("routes")}


@cache
def _form_routes() -> dict[tuple[str, str], str]:
    implied = (((system, code), form_in(title)) for system, code, _, title in rows("form_codes"))
    return {key: form.route for key, form in implied if form is not None and form.route is not None}
