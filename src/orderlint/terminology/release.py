"""How a product releases its drug, from its name or form: "ER", "ODT", "IR", or None where nobody says."""

from __future__ import annotations

from functools import cache

from orderlint.terminology.table import rows
from orderlint.terminology.words import Phrases, words


def release_in(text: str) -> str | None:
    """The release that ``text`` states; None where it states none, or several that differ."""
    found = {match.value for match in _phrases().find(words(text))}
    return found.pop() if len(found) == 1 else None


@cache
def _phrases() -> Phrases[str]:
    return Phrases((phrase.split(), release) for phrase, release in rows("release_words"))
