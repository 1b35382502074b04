"""Strength, form, route and release as a product's name writes them, in RxNorm's style or in prose.

"baclofen 10 MG Oral Tablet", "gabapentin 250 mg/5 mL oral solution", "fentanyl 25 micrograms/hour
patch", "Acetaminophen 325 MG / Hydrocodone 5 MG Oral Tablet". A figure counts for the ingredient that
it stands beside. Where a name leaves open which figure counts for what ("12.5-25 mg", "8/500", one
figure for several ingredients), there is a problem in words and no strength.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple
from orderlint.terminology.forms import Form, form_in, plural_units
from orderlint.terminology.ingredients import injection_route
from orderlint.terminology.names import DrugName, matches_in
from orderlint.terminology.products import Part
from orderlint.terminology.release import release_in
from orderlint.terminology.routes import stated_route
from orderlint.terminology.table import row
from orderlint.terminology.words import plain

_LONGEST = 1000  # characters of a name
_MOST_DIGITS = 15
_TOKEN = re.compile(r"\d[\d,]*(?:\.\d+)?|\.\d+|[^\W\d_]+|\S")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
_DASHES = dict.fromkeys([*range(0x2010, 0x2016), 0x2212], "-") | {0x2044: "/"}
_BRANDS = re.compile(r"\[[^\[\]]*\]")
_INTERNATIONAL = re.compile(r"\binternational units?\b|\bi\.u\.", re.IGNORECASE)
_SEPARATORS = frozenset(("/", "+", "&", ";", "and", "with", "plus"))
_OF_DRUG = frozenset(("mass", "amount", "share"))
_LEAST_LETTERS = 5  # of a word that a hyphen joins to a drug's name as a second drug
_DAY = 24
_UNREADABLE = "a figure of the name can't be read"
_RUNNING = ("{patch}", "{implant}")  # forms whose strength is a rate


class NameStrength(NamedTuple):
    """What a name says. ``parts`` is empty where it states no strength or there is a ``problem``."""

    parts: tuple[Part, ...]
    dose_form: str | None
    route: str | None
    release: str | None
    problem: str | None


class _Figure(NamedTuple):
    value: Fraction
    unit: str
    per: Fraction
    per_unit: str | None  # None: not written
    per_kind: str


class _Segment:
    """The words and figures between two separators."""

    def __init__(self) -> None:
        self.before: list[str] = []
        self.after: list[str] = []
        self.figures: list[_Figure] = []

    @property
    def words(self) -> list[str]:
        return self.before + self.after


class _Unclear(Exception):
    """Why a name's strength can't be told."""


def strengths_in_name(text: str) -> NameStrength | None:
    """What ``text`` says of strength, form, route and release; None where it says nothing of them."""
    cleaned = plain(text[:_LONGEST]).translate(_DASHES).casefold()
    unbranded = _BRANDS.sub(" ", cleaned)
    form = form_in(unbranded)
    problem: str | None = None
    parts: tuple[Part, ...] = ()
    names = [match.value for match in matches_in(re.findall(r"[^\W\d_]+|\d+", cleaned))]
    try:
        if "{" in cleaned:
            raise _Unclear("the name is that of a pack of several products")
        parts = _parts(_INTERNATIONAL.sub("iu", unbranded), form)
    except _Unclear as why:
        problem = str(why)
    route = _route(unbranded, form, names)
    release = release_in(unbranded) or (form.release if form else None) or _one(n.release for n in names)
    unit = form.unit if form else None
    if not (parts or problem or unit or route or release):
        return None
    return NameStrength(parts, unit, route, release, problem)


def _parts(text: str, form: Form | None) -> tuple[Part, ...]:
    segments, ratio = _segments(_TOKEN.findall(text))
    with_figures = [s for s in segments if s.figures]
    if not with_figures:
        if ratio:
            raise _Unclear("figures without units don't say what they measure")
        return ()
    for segment in segments[: segments.index(with_figures[-1])]:
        if not segment.figures and segment.words:
            raise _Unclear("one figure stands for several ingredients")
    found: dict[str, Part] = {}
    for segment in with_figures:
        ingredient = _ingredient(segment, alone=len(with_figures) == 1)
        part = _part(ingredient, _agreed(segment.figures), form)
        if found.setdefault(ingredient, part) != part:
            raise _Unclear("several strengths stand for one ingredient")
    return tuple(found.values())


# ---------------------------------------------------------------- figures


def _segments(tokens: list[str]) -> tuple[list[_Segment], bool]:
    """The parts of a name, and whether it has a bare ratio of numbers such as "8/500"."""
    segments, ratio, at = [_Segment()], False, 0
    while at < len(tokens):
        word = tokens[at]
        if word == "e" and at and _is_number(tokens[at - 1]) and _is_number(_at(tokens, at + 1)):
            raise _Unclear(_UNREADABLE)  # 1e9
        if _is_number(word):
            figure, end, bare = _figure(tokens, at)
            ratio = ratio or bare
            if figure is not None:
                segments[-1].figures.append(figure)
            elif end == at + 1:
                _say(segments[-1], word)
            at = end
            continue
        if word in _SEPARATORS or (word == "-" and _joins_drugs(tokens, at)):
            segments.append(_Segment())
        elif word[0].isalpha():
            _say(segments[-1], word)
        at += 1
    return [s for s in segments if s.figures or s.words], ratio


def _say(segment: _Segment, word: str) -> None:
    (segment.after if segment.figures else segment.before).append(word)


def _figure(tokens: list[str], at: int) -> tuple[_Figure | None, int, bool]:
    """The figure that begins with the number at ``at``, where it ends, and whether it is a bare ratio."""
    unit, end = _unit(tokens, at + 1)
    if unit is None:
        return _without_unit(tokens, at)
    if unit[1] not in _OF_DRUG and not _by_volume(tokens, unit, end):
        return None, end, False  # a volume, a count or a time of the whole: "20 mL", "72 hr", "30 tablets"
    value = _number(tokens[at])
    nxt = _at(tokens, end)
    if nxt in ("-", "to") and _is_number(_at(tokens, end + 1)):
        other, _ = _unit(tokens, end + 2)
        if other is not None and other[1] in _OF_DRUG:
            raise _Unclear("a range of strengths doesn't say which one it is")
    if nxt in ("/", "per", "in"):
        below = _denominator(tokens, end, unit)
        if below is not None:
            amount, per_unit, kind, end = below
            return _Figure(value, unit[0], amount, per_unit, kind), end, False
    return _Figure(value, unit[0], Fraction(1), None, ""), end, False


def _by_volume(tokens: list[str], unit: tuple[str, str], end: int) -> bool:
    """Whether a volume is a share of another: "ethanol 0.5 mL/mL"."""
    return unit[1] == "volume" and _at(tokens, end) == "/" and _unit(tokens, end + 1)[0] == unit


def _denominator(
    tokens: list[str], slash: int, top: tuple[str, str]
) -> tuple[Fraction, str, str, int] | None:
    """What stands below a line: its number, unit, kind of unit and end. None where nothing does."""
    at = slash + 1
    numbered = _is_number(_at(tokens, at))
    amount = _number(tokens[at]) if numbered else Fraction(1)
    unit, end = _unit(tokens, at + numbered)
    if unit is None:
        if numbered:
            raise _Unclear("figures without units don't say what they measure")
        if _at(tokens, at) in ("kg", "m"):
            raise _Unclear("an amount per body weight or surface is no strength")
        return None
    if unit[1] in ("amount", "share") or (numbered and unit[1] == "mass" and not _of_whole(top, unit)):
        raise _Unclear("the figures don't say which ingredient each of them stands for")
    if tokens[slash] == "in" and not numbered:
        return None
    if not amount:
        raise _Unclear("a strength per nothing is none")
    return amount, unit[0], unit[1], end


def _of_whole(top: tuple[str, str], below: tuple[str, str]) -> bool:
    """ "20 mg/1 g" is a share of the whole; "30 mg/500 mg" is a combination."""
    return below[0] == "g" and (top[0] != "g")


def _without_unit(tokens: list[str], at: int) -> tuple[None, int, bool]:
    """A number that no unit follows: part of a ratio or a range, or of a name ("glycol 3350")."""
    end, bare = at + 1, False
    while _at(tokens, end) in ("/", "-", "to", ":") and _is_number(_at(tokens, end + 1)):
        mark = tokens[end]
        unit, _ = _unit(tokens, end + 2)
        if unit is not None and unit[1] in _OF_DRUG and mark != ":":
            if mark == "/":
                raise _Unclear("the figures don't say which ingredient each of them stands for")
            raise _Unclear("a range of strengths doesn't say which one it is")
        bare = bare or mark == "/"
        end += 2
    return None, end, bare


def _unit(tokens: list[str], at: int) -> tuple[tuple[str, str] | None, int]:
    """The unit written at ``at`` as (canonical unit, kind), and where it ends."""
    if _at(tokens, at) == "-":
        at += 1
    found = plural_units().get(_at(tokens, at))
    if found is None:
        return None, at
    at += 1
    if tokens[at : at + 3] == ["(", "s", ")"]:
        at += 3
    return found, at


def _at(tokens: list[str], at: int) -> str:
    return tokens[at] if at < len(tokens) else ""


def _is_number(token: str) -> bool:
    return token[:1].isdigit() or (token[:1] == "." and token[1:2].isdigit())


def _number(token: str) -> Fraction:
    """A number as written, with thousands marks ("100,000") or a decimal comma ("2,5")."""
    token = token.rstrip(",")
    if len(token) > _MOST_DIGITS or not token.isascii():
        raise _Unclear(_UNREADABLE)
    if _THOUSANDS.fullmatch(token):
        token = token.replace(",", "")
    if token.count(",") > 1 or ("," in token and "." in token):
        raise _Unclear(_UNREADABLE)
    return Fraction(token.replace(",", "."))


# ---------------------------------------------------------------- what a figure stands for


def _joins_drugs(tokens: list[str], at: int) -> bool:
    """Whether the hyphen at ``at`` stands between two drugs, as in "carisoprodol-aspirin"."""
    if not 0 < at < len(tokens) - 1:
        return False
    left, right = tokens[at - 1], tokens[at + 1]
    if min(len(left), len(right)) < _LEAST_LETTERS or form_in(left) or form_in(right):
        return False
    if row("manufacturers", right) or row("manufacturers", left):
        return False  # "Baclofen-ratiopharm"
    return bool(matches_in([left])) or bool(matches_in([right]))


def _ingredient(segment: _Segment, *, alone: bool) -> str:
    """The ingredient that the figures of a segment stand for."""
    names: list[DrugName] = [match.value for match in matches_in(segment.words)]
    covered = {ingredient for name in names for ingredient in name.ingredients}
    if len(covered) > 1:
        raise _Unclear("one figure stands for several ingredients")
    if alone and any(name.combination for name in names):
        raise _Unclear("one figure stands for a combination of ingredients")
    if covered:
        return covered.pop()
    return " ".join(segment.before or _without_form(segment.after))


def _without_form(said: list[str]) -> list[str]:
    kept = list(said)
    while kept and form_in(kept[-1]):
        kept.pop()
    return kept


def _agreed(figures: list[_Figure]) -> _Figure:
    """One figure out of several for the same ingredient, if they say the same or one says more."""
    masses = [f for f in figures if f.unit != "%"] or figures
    exact = [f for f in masses if f.per_unit is not None] or masses
    if len({(f.value / f.per, f.unit, f.per_unit) for f in exact}) > 1:
        raise _Unclear("several strengths stand for one ingredient")
    return exact[0]


def _part(ingredient: str, figure: _Figure, form: Form | None) -> Part:
    value, unit, per, per_unit = figure.value, figure.unit, figure.per, figure.per_unit
    whole = form.unit if form else None
    if figure.per_kind == "time":
        if whole not in _RUNNING:
            raise _Unclear("an amount per time is no strength of this form")
        if per_unit == "h" and per != 1 and per % _DAY == 0:
            per, per_unit = per / _DAY, "d"
        return Part(ingredient, value / per, f"{unit}/{per_unit}", Fraction(1), whole)
    if unit == "%" and per_unit is None:
        return Part(ingredient, value, "%", Fraction(1), "1")
    if per_unit is None:
        if form is None:
            return Part(ingredient, value, unit, Fraction(1), "1")
        if whole in ("mL", "g"):
            if form.route not in ("injection", "intravenous", "intrathecal"):
                raise _Unclear("the form is measured by volume or weight, but the strength is not")
            whole = "{injection}"
        return Part(ingredient, value, unit, Fraction(1), whole or "1")
    if per_unit == "{dose}" and whole in ("{puff}", "{spray}"):
        per_unit = whole
    return Part(ingredient, value, unit, per, per_unit)


# ---------------------------------------------------------------- route


def _route(text: str, form: Form | None, names: list[DrugName]) -> str | None:
    implied = form.route if form else None
    said = stated_route(text)
    route = _one(name.route for name in names) or (said if implied in (None, "injection") else implied)
    route = route or implied
    if route == "injection":
        routes = {injection_route(ingredient) for name in names for ingredient in name.ingredients}
        return routes.pop() if len(routes) == 1 else route
    return route


def _one(values: Iterable[str | None]) -> str | None:
    found = {value for value in values if value}
    return found.pop() if len(found) == 1 else None
