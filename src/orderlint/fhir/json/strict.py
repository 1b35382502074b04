"""Strict JSON with exact numbers.

Python's own scanner (in C) does the work. What it lets pass, and FHIR can't afford, is refused here:
duplicate keys, NaN and Infinity, halves of surrogate pairs, nesting without end, other encodings than
UTF-8. Where a document is refused, :mod:`orderlint.fhir.json.fault` says what is wrong, and where.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import NoReturn

MAX_DEPTH = 200
_BOM = b"\xef\xbb\xbf"

# One escape a match: as backslashes stand in strings only, and every match starts where an escape
# does, a lone half can't be mistaken for the text of an escaped backslash.
_ESCAPE = r"(?s)\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?P<half>u[dD][89a-fA-F])|.)"


class JsonProblem(ValueError):
    """Why a document was refused. ``offset`` counts characters from 0, behind any byte order mark."""

    def __init__(self, message: str, line: int, column: int, offset: int) -> None:
        super().__init__(f"{message} (line {line}, column {column})")
        self.message = message
        self.line = line
        self.column = column
        self.offset = offset


class _Refused(ValueError):
    """The scanner met something that JSON has no room for; where, the slow path finds out."""


def parse(data: bytes, *, max_depth: int = MAX_DEPTH) -> object:
    """The value of one JSON document.

    Whole numbers are ``int``, all others ``Decimal`` with the digits as written (``0.10`` stays 0.10).
    A whole number longer than Python's limit for ``int`` (some thousands of digits) is a ``Decimal``.
    Raises :class:`JsonProblem`, and nothing else, where the document is not strict JSON.
    """
    text = decode(data)
    reason = "not JSON"
    try:
        value = _decode(text)
        if not _too_deep(text, value, max_depth) and not _has_half_surrogate(text):
            return value
    except json.JSONDecodeError as error:
        reason = error.msg
    except (ValueError, ArithmeticError, RecursionError) as error:
        reason = str(error) or reason
    from orderlint.fhir.json.fault import first_fault  # noqa: PLC0415 - only faulty documents pay for it

    fault = first_fault(text, max_depth)
    raise _problem(text, *(fault[:2] if fault else (f"not JSON: {reason}", 0)))


def decode(data: bytes) -> str:
    """The document's text without byte order mark. Raises :class:`JsonProblem` if it is not UTF-8."""
    wide = wide_encoding(data)
    if wide:
        raise JsonProblem(f"the file is {wide}, not UTF-8", 1, 1, 0)
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        before = data[: error.start].decode()
        raise _problem(before, f"not UTF-8: byte 0x{data[error.start]:02x}", len(before)) from None


def wide_encoding(data: bytes) -> str | None:
    """UTF-16 or UTF-32, told by the byte order mark or by the zeros beside the first character."""
    head = data[:4]
    if head in (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"):
        return "UTF-32"
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    zeros = [not byte for byte in head]
    if zeros in ([True, True, True, False], [False, True, True, True]):
        return "UTF-32"
    if zeros[:2] in ([True, False], [False, True]):
        return "UTF-16"
    return None


def _problem(text: str, message: str, offset: int) -> JsonProblem:
    from orderlint.fhir.json.lines import line_column  # noqa: PLC0415 - only faulty documents pay for it

    return JsonProblem(message, *line_column(text, offset), offset)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Refused("duplicate key")
    return value


def _constant(name: str) -> NoReturn:
    raise _Refused(f"{name} is no JSON number")


def _whole(digits: str) -> int | Decimal:
    try:
        return int(digits)
    except ValueError:  # longer than sys.get_int_max_str_digits()
        return Decimal(digits)


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_float=Decimal, parse_constant=_constant)
_long_decoder = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=Decimal, parse_constant=_constant, parse_int=_whole
)


def _decode(text: str) -> object:
    try:
        return _decoder.decode(text)
    except (json.JSONDecodeError, _Refused):
        raise
    except ValueError:  # int() met its limit of digits
        return _long_decoder.decode(text)


def _too_deep(text: str, value: object, limit: int) -> bool:
    if text.count("[") + text.count("{") <= limit:
        return False
    level = [value]
    for _ in range(limit):
        level = [
            child
            for parent in level
            for child in (parent.values() if type(parent) is dict else parent if type(parent) is list else ())
            if type(child) is dict or type(child) is list
        ]
        if not level:
            return False
    return True


def _has_half_surrogate(text: str) -> bool:
    if "\\ud" not in text and "\\uD" not in text:
        return False
    return any(match["half"] for match in re.finditer(_ESCAPE, text))
