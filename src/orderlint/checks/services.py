"""What else is ordered beside medicines: found by whole words, or by the kind of laboratory value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orderlint.record import Service

_WORD = re.compile(r"[^\W_]+")


def ordered(services: Iterable[Service], wanted: Iterable[str]) -> list[str]:
    """What of ``wanted`` is ordered, with its source: a phrase of a service's words, or its kind of value."""
    phrases = [(_words(phrase), phrase) for phrase in wanted]
    return [
        f"{phrase} ({service.source})"
        for service in services
        for said, phrase in phrases
        if phrase in service.labs or any(_holds(_words(text), said) for text in service.words)
    ]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _holds(text: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return size > 0 and any(list(text[i : i + size]) == list(phrase) for i in range(len(text) - size + 1))
