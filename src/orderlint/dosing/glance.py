"""A second look at a text that the grammar leaves unread, for comparing.

A text that only adds from when it holds ("starting January 16, 2015", "from days 1-14 of cycle") is
read without that tail; and a limit that names no time ("maximum 3 tablets") is one of the whole course.
Neither gives numbers. A "then" before the text of an instruction says that another comes before it.
"""

from __future__ import annotations

import re
from functools import lru_cache

from orderlint.exact import Fraction

_MONTHS = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    rf"(?:{_MONTHS} [0-9]{{1,2}}(?:st|nd|rd|th)?,? [0-9]{{4}}|[0-9]{{1,2}} {_MONTHS},? [0-9]{{4}}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_TAIL = re.compile(
    rf"[ ,;]+(?:(?:starting|beginning|commencing)(?: (?:on|from))? {_DATE}"
    r"|(?:from|on) days? [0-9]{1,3} ?(?:-|to) ?[0-9]{1,3} of (?:each |every |the )?cycle)[ .]*$",
    re.IGNORECASE,
)
_LIMIT = re.compile(
    r"[,;.] *max(?:imum|\.)?(?: of)?:? ([0-9]{1,3}) "
    r"(?:tablets?|tabs?|capsules?|caps?|doses?|sprays?|puffs?|patch(?:es)?|drops?)"
    r"(?: in (?:all|total))?[ .]*$",
    re.IGNORECASE,
)
_THEN = re.compile(r"[ ,;]*(?:and +)?(?:then|followed by|thereafter|after that)[ ,:]+", re.IGNORECASE)
LONGEST = 2000  # characters; a longer text is no sig


@lru_cache(2048)
def without_tail(text: str) -> str | None:
    """``text`` without the dates or days of a cycle that it ends in; None where it doesn't."""
    if len(text) > LONGEST:
        return None
    found = _TAIL.search(text)
    return text[: found.start()] if found is not None and found.start() else None


def without_then(text: str) -> str | None:
    """``text`` without the "then" that it begins with; None where it doesn't."""
    found = _THEN.match(text) if len(text) <= LONGEST else None
    return text[found.end() :] if found is not None else None


@lru_cache(2048)
def limit_of_all(text: str) -> Fraction | None:
    """The number of dose forms that a text ends in as a limit without a time; None where it has none."""
    found = _LIMIT.search(text) if len(text) <= LONGEST else None
    return Fraction(found.group(1)) if found is not None else None
