"""The form of a resource: all that its validity rests on, with open values put aside.

An export holds thousands of resources that differ in ids, dates, names and figures only, and judging
one takes a millisecond. What was judged faultless once is faultless again in another resource of the
same form. A value is put aside only where every other value of its kind is as valid, whatever the
element: ``tests/fhir/conformance/test_forms.py`` holds that against the models' own tables. All others
(codes, systems, odd dates, zeros, negative numbers) stay in the form as they are.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import count
from typing import Any

from orderlint.fhir.conformance.cache import Cache, Line
from orderlint.fhir.json.members import Element, Members

OPEN_TEXT = frozenset(
    ("city", "description", "display", "district", "family", "given", "line", "patientInstruction",
     "postalCode", "prefix", "state", "suffix", "text", "unit", "value", "valueString")
)  # fmt: skip
_MOST = 20_000  # forms that are remembered
_PACK = "forms"
_LARGEST = 10**6
_DIGITS = 9
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_REFERENCE = re.compile(r"([A-Z][A-Za-z]{2,40})/[A-Za-z0-9\-.]{1,64}")
_MOMENT = re.compile(
    r"(?:19|2\d)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
    r"(T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{3})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d))?"
)
_WORD = re.compile(r"[!-~]{1,500}")
_PHRASE = re.compile(r"[!-~]+(?: [!-~]+){1,400}")
_NARRATIVE = re.compile(r'<div xmlns="http://www\.w3\.org/1999/xhtml">[ !#-%\'-;=?-~]+</div>')


# What stands in a form for an open value. No number does: each stands there beside its type.
_AN_ID, _A_WORD, _A_PHRASE, _A_NARRATIVE = range(4)


class Forms:
    """The forms found faultless so far. One for a run, or for a worker of it."""

    def __init__(self, cache: Cache | None = None) -> None:
        """``cache``: where hashes of faultless forms are kept from run to run."""
        self._faultless: set[object] = set()
        self._cache = cache
        self._kept: dict[str, list[Line]] | None = None  # hashes of earlier runs, once they are needed
        self._fresh: dict[str, list[Line]] = {}
        self._numbers: dict[object, int] = {}  # of the forms of shared elements: quicker to compare
        self._next = count(1)

    def lines_of(self, resource: dict[str, Any], release: str | None) -> list[Line]:
        """As :func:`orderlint.fhir.conformance.lines.lines_of`."""
        try:
            form = (release, self._form(resource))
        except RecursionError:
            form = None
        if form is None:
            return _judged(resource, release)
        if form not in self._faultless:
            lines = self._lines(resource, release)
            if lines:
                return lines
            if len(self._faultless) >= _MOST:
                self._faultless.clear()
            self._faultless.add(form)
        return []

    def keep(self) -> None:
        """Keep what was found faultless for the runs to come, beside what others kept meanwhile."""
        if self._cache is not None and self._fresh:
            pack = self._cache.pack_key(_PACK)
            kept = self._cache.recall_pack(pack)
            self._cache.keep_pack(pack, self._fresh if len(kept) >= _MOST else kept | self._fresh)
            self._fresh = {}

    def _lines(self, resource: dict[str, Any], release: str | None) -> list[Line]:
        """As ``lines_of``, of a form that this run has not met."""
        if self._cache is None:
            return _judged(resource, release)
        pack = self._cache.pack_key(_PACK)
        if self._kept is None:
            self._kept = self._cache.recall_pack(pack)
        name = self._cache.key((repr(form_of(resource)).encode("utf-8", "surrogatepass"),), release or "-")
        if name in self._kept:
            return []
        lines = _judged(resource, release)
        if not lines:
            self._kept[name] = self._fresh[name] = []
        return lines

    def _form(self, resource: dict[str, Any]) -> object:
        if not isinstance(resource, Members):
            return form_of(resource)
        shared = resource.shared
        own = [(key, form_of(resource[key], key)) for key in resource if key not in shared]
        shapes = [e.answers.get(self) or self._shared(key, e) for key, e in shared.items()]
        return Members, tuple(own), tuple(shapes)

    def _shared(self, key: str, element: Element) -> int:
        """A number for the form of an element that has none; the element keeps it. Never 0.

        Those of two keys are two.
        """
        form = (key, form_of(element.value, key))
        if len(self._numbers) >= _MOST:
            self._numbers.clear()  # what is met again gets another number, and is judged again
        number = self._numbers.setdefault(form, next(self._next))
        element.answers[self] = number
        return number


def _judged(resource: dict[str, Any], release: str | None) -> list[Line]:
    from orderlint.fhir.conformance.lines import lines_of  # noqa: PLC0415 -- loads the models

    return lines_of(resource, release)


def form_of(value: object, key: str = "") -> object:
    """What is equal for two values only if they are equally valid as the element ``key``."""
    kind = type(value)
    if kind is str:
        return _text(value, key)  # type: ignore[arg-type]
    if kind is dict or kind is Members:
        return tuple(
            [
                (k, _text(v, k) if type(v) is str else form_of(v, k))
                for k, v in value.items()  # type: ignore[attr-defined]
            ]
        )
    if kind is list:
        return (list, *[form_of(v, key) for v in value])  # type: ignore[attr-defined]
    if kind is int:
        return int if 0 < value <= _LARGEST else (int, value)  # type: ignore[operator]
    if kind is Decimal:
        return _decimal(value)  # type: ignore[arg-type]
    return (kind, value)


def _text(value: str, key: str) -> object:
    first = value[:1]
    if "0" <= first <= "9":
        moment = _MOMENT.fullmatch(value)
        if moment is not None:
            return (date_form, bool(moment[1]), bool(moment[2]))
    if key == "id":
        return _AN_ID if _ID.fullmatch(value) else value
    if key == "reference":
        reference = _REFERENCE.fullmatch(value)
        return ("reference to", reference[1]) if reference is not None else value
    if key in OPEN_TEXT:
        if _WORD.fullmatch(value):
            return _A_WORD
        return _A_PHRASE if _PHRASE.fullmatch(value) else value
    if key == "div":
        return _A_NARRATIVE if _NARRATIVE.fullmatch(value) else value
    return value


date_form = "a day or a moment"


def _decimal(value: Decimal) -> object:
    sign, digits, exponent = value.as_tuple()
    plain = not sign and isinstance(exponent, int) and -_DIGITS <= exponent < 0 and len(digits) <= _DIGITS
    if plain and value % 1:
        return Decimal
    return (Decimal, str(value))
