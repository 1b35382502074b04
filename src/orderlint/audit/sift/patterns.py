"""What is searched for in the bytes of files of which few lines matter, and what a match asks for.

Patterns are values, never layouts: the order of keys and the blanks between them make no difference.
A line in which anything unusual stands is asked for too: it costs time and never a fact.
"""

from __future__ import annotations

import re

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.table import first_cells

# What a match asks for; a line gets the most that any of its matches asks for.
LOOK = 1  # the line may matter: whoever knows its type reads what it takes to tell
PARSE = 2  # anything may stand in it, or it is broken

_W = r"[ \t\r]*"
# Escapes of letters, digits and hyphens, which no writer needs and which could hide any word, and of
# halves of surrogate pairs. (``\u003c`` is common and harmless.)
ESCAPE = r"\\u(?:00(?:2[dD]|3[0-9]|[4-7])|[dD][89a-fA-F])"
# ``"resourceType"`` and ``"subject"`` twice in a line, in short: patterns are faster by what they begin with.
# Whatever else ends so, makes the line one to be looked at again.
TWICE = 'rceType".*rceType"'
SUBJECT_TWICE = 'ject".*ject"'
REASON = "eason"  # stands in each key that names a reason
_BLANK = r"(?:[^0-9A-Za-z-]|\\[bfnrt]|\\u[0-9a-fA-F]{4})"  # what may stand before a code in its string


class Pattern(NamedTuple):
    """A regular expression in the dialect of Hyperscan, and what its matches ask for."""

    expression: str
    asks: int


def ends(*, crlf: bool = False) -> tuple[Pattern, ...]:
    """Patterns for lines that don't begin and end as an object.

    ``crlf``: the lines of the file end with CR LF. Lines that end otherwise are asked for.
    """
    last = (r"[^}]\r\n", r"[^\r]\n") if crlf else (r"[^}]\n",)
    return tuple(Pattern(end, PARSE) for end in (*last, r"\n[^{]"))


def patterns(own: str, wanted: frozenset[str]) -> tuple[Pattern, ...]:
    """The patterns for a file of resources of type ``own``; ``wanted`` are the types that matter at all.

    A line with any other type is asked for, whatever its own: it may be no name of a type at all.
    Without escapes: these are looked for where there is a backslash.
    """
    found = [Pattern(_other_type(own), LOOK)]
    if own in wanted:
        found += [Pattern(p, LOOK) for p in _NOT_FIRST]
        found += [Pattern(f"{_BLANK}{re.escape(code)}[^0-9A-Za-z-]", LOOK) for code in sorted(codes())]
    return tuple(found)


def codes() -> frozenset[str]:
    """The codes of laboratory values that terminology knows. No number spells one: each has a hyphen."""
    return frozenset(first_cells("labs"))


_NOT_FIRST = (r'[^{]"resourceType"', r'[^\n]\{"resourceType"')


def _other_type(own: str) -> str:
    """A ``resourceType`` that is any other than ``own``."""
    ways = [re.escape(own[:at]) + f"[^{letter}]" for at, letter in enumerate(own)]
    ways.append(re.escape(own) + '[^"]')
    return rf'"resourceType"{_W}:{_W}(?:[^" \t\r]|"(?:{"|".join(ways)}))'
