"""What is searched for in bytes, and what it says of its line.

Patterns are values and elements, never layouts: the order of keys and the blanks between them make no
difference. A line in which anything unusual stands is flagged, and whoever reads the flags parses it:
an unusual layout costs time and never an order.
"""

from __future__ import annotations

import re

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.table import first_cells

# What a match says of its line; a line has all the flags of its matches.
LAB = 1  # a code of a laboratory value that terminology knows
ODD = 2  # an escape that could hide anything, or a code that is no plain string
BROKEN = 4  # doesn't begin or end as an object
FOREIGN = 8  # another type than the file's, or several resources in one line
OFF = 16  # a status that ends all questions
CONCEPT = 32  # ends a medicationCodeableConcept in plain ASCII without escapes
POINTER = 64  # ends a medicationReference, likewise

_W = r"[ \t\r]*"
_X = r'(?:"[^"\\{}\x80-\xff\n]*"|[^"{}\\\x80-\xff\n])'  # a string, or anything but a string or a brace
_FLAT = rf"\{{{_X}*\}}"  # an object without objects in it

CONCEPT_KEY, POINTER_KEY = b'"medicationCodeableConcept"', b'"medicationReference"'


class Pattern(NamedTuple):
    """A regular expression in the dialect of Hyperscan, and the flag that a match stands for."""

    expression: str
    flag: int


_LINES = (Pattern(r"[^}\r]\r*\n", BROKEN), Pattern(r"\n[^{]", BROKEN))
_ESCAPE = Pattern(r"\\u", ODD)
_CODES = (
    Pattern(rf'"code"{_W}:{_W}[0-9]', ODD),
    Pattern(rf'"code"{_W}:{_W}"[!#-\[\]-~]{{0,16}}[\x00-\x09\x0b-\x20\x7f-\xff\\]', ODD),
)
_ORDER = (
    Pattern(rf'"status"{_W}:{_W}"(?:cancelled|entered-in-error)"', OFF),
    Pattern(rf'"status"{_W}:{_W}(?:[^" \t\r]|"[a-z-]*[^a-z"-])', ODD),
    Pattern(rf'"doNotPerform"{_W}:{_W}[^f \t\r]', ODD),
    Pattern(rf'"medicationCodeableConcept"{_W}:{_W}\{{(?:{_X}|{_FLAT})*\}}', CONCEPT),
    Pattern(rf'"medicationReference"{_W}:{_W}\{{{_X}*\}}', POINTER),
)


def patterns(own: str, wanted: frozenset[str]) -> tuple[Pattern, ...]:
    """The patterns for a file of resources of type ``own``; ``wanted`` are the types that matter at all."""
    if own not in wanted:
        types = "|".join(sorted(wanted))
        return (*_LINES, _ESCAPE, Pattern(rf'"resourceType"{_W}:{_W}"(?:{types})"', FOREIGN))
    found = [
        *_LINES,
        _ESCAPE,
        Pattern(_other_type(own), FOREIGN),
        Pattern('"resourceType".*"resourceType"', FOREIGN),
    ]
    if own == "MedicationRequest":
        found += _ORDER
    if own == "Observation":
        found += [*_CODES, *(Pattern(f'"{re.escape(code)}"', LAB) for code in sorted(first_cells("labs")))]
    return tuple(found)


def _other_type(own: str) -> str:
    """A ``resourceType`` that is any other than ``own``."""
    ways = [re.escape(own[:at]) + f"[^{letter}]" for at, letter in enumerate(own)]
    ways.append(re.escape(own) + '[^"]')
    return rf'"resourceType"{_W}:{_W}(?:[^" \t\r]|"(?:{"|".join(ways)}))'
