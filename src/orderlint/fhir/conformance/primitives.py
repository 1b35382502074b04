"""FHIR's primitive types as JSON: which JSON type each is, how it is said, which slips can be read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from orderlint.fhir.conformance import complaint

_NUMBERS = frozenset(("decimal", "integer", "integer64", "positiveInt", "unsignedInt"))
_LINKS = frozenset(("uri", "url", "canonical", "oid", "uuid"))
_DATES = frozenset(("date", "dateTime", "instant"))

# What a value of the type is, for "... is not a FHIR dateTime (...)".
_WORDS = {
    "boolean": "true or false",
    "code": "a FHIR code (text without blanks at its ends or two in a row)",
    "date": "a FHIR date (YYYY, YYYY-MM or YYYY-MM-DD)",
    "dateTime": "a FHIR dateTime (YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with a zone)",
    "decimal": "a FHIR decimal",
    "id": "a FHIR id (letters, digits, '-' and '.', 64 at most)",
    "instant": "a FHIR instant (YYYY-MM-DDThh:mm:ss with a zone)",
    "integer": "a whole number of 32 bits",
    "integer64": "a whole number of 64 bits",
    "positiveInt": "a whole number, 1 or more",
    "time": "a FHIR time (hh:mm:ss)",
    "unsignedInt": "a whole number, 0 or more",
}
_LOOSE_DATE = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60)(?:\.\d+)?)?"
    r"(?:[Zz]|[+-](?:0\d|1[0-4]):?[0-5]\d)?)?)?)?",
    re.ASCII,
)


def words(kind: str) -> str:
    """What a value of the FHIR type ``kind`` is, in words."""
    return _WORDS.get(kind, f"a FHIR {kind}")


def json_type(value: object) -> str:
    """The JSON type of ``value``, in words: "a string", "a number" ..."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a number"


def slip(kind: str, value: object) -> tuple[str, str] | None:
    """What is wrong with the JSON type of a ``value`` of FHIR type ``kind``: (kind of complaint, words)."""
    if isinstance(value, dict | list):
        return complaint.KIND, f"must be {words(kind)}, not {json_type(value)}"
    if kind == "boolean":
        if isinstance(value, bool):
            return None
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return complaint.QUOTED, "must be true or false without quotes"
        return complaint.KIND, f"must be true or false, not {json_type(value)}"
    if kind in _NUMBERS:
        if isinstance(value, int | Decimal | float) and not isinstance(value, bool):
            return None
        if isinstance(value, str):
            return complaint.KIND, "must be a number without quotes"
        return complaint.KIND, f"must be a number, not {json_type(value)}"
    if isinstance(value, str):
        return None
    if isinstance(value, bool) or kind in _DATES:
        return complaint.KIND, f"must be {words(kind)}, not {json_type(value)}"
    return complaint.UNQUOTED, "must be a string in quotes, not a number"


def fault(kind: str, value: object) -> tuple[str, str]:
    """The words for a ``value`` of the right JSON type that the models refuse: (kind of complaint, words)."""
    if isinstance(value, str):
        if not value.strip():
            return complaint.VALUE, "is empty"
        if kind in _DATES and readable_date(value):
            if kind == "date":
                return complaint.LOOSE_DATE, f"is not {words(kind)}: it has a time"
            return complaint.LOOSE_DATE, f"is not {words(kind)}"
    if kind in _LINKS:
        return complaint.LINK, f"is not {words(kind)}"
    if kind == "base64Binary":
        return complaint.BINARY, f"is not {words(kind)}"
    return complaint.VALUE, f"is not {words(kind)}"


def readable_date(text: str) -> bool:
    """The day is plain and exists, whatever is wrong with time and zone."""
    match = _LOOSE_DATE.fullmatch(text)
    if match is None:
        return False
    year, month, day = (int(part or 1) for part in match.group(1, 2, 3))
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
