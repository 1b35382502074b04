"""What a message may print of an input: names of elements, and codes; nothing that names a person."""

from __future__ import annotations

import re

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9<>=][A-Za-z0-9<>=._-]{0,23}", re.ASCII)
_LONG_NUMBER = re.compile(r"\d{4}|\d[-.]\d")  # could be an identifier or a date
_PEOPLE = frozenset(("Patient", "Person", "RelatedPerson", "Practitioner"))
_MOST_CODES = 12


def element_name(key: str) -> str | None:
    """``key`` if it has the form of an element's name; None if it may not be printed."""
    return key if _NAME.fullmatch(key) else None


def code(value: str, owner: str) -> str | None:
    """``value`` in quotes if it has the form of a short code; None if it may not be printed."""
    if owner in _PEOPLE or _CODE.fullmatch(value) is None or _LONG_NUMBER.search(value):
        return None
    return f"'{value}'"


def one_of(codes: tuple[str, ...]) -> str:
    """The codes as a list in words; a long list is cut."""
    if len(codes) <= _MOST_CODES:
        return "one of " + ", ".join(codes)
    return f"one of the {len(codes)} codes of FHIR ({', '.join(codes[:_MOST_CODES])} ...)"
