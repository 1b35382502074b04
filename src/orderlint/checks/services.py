"""What else is ordered beside medicines: found by whole words, or by the kind of laboratory value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from orderlint.record import Order, Service
from orderlint.selection import certain

_WORD = re.compile(r"[^\W_]+")


def ordered(services: Iterable[Service], wanted: Iterable[str]) -> list[str]:
    """What of ``wanted`` is ordered, with its source: a phrase of a service's words, or its kind of value."""
    return [f"{phrase} ({service.source})" for service, phrase in _found(services, wanted)]


def beside(order: Order, services: Iterable[Service]) -> tuple[Service, ...]:
    """The services that a user may choose together with the order: not those of another branch of a
    selection that takes one, unless it can be gone through again."""
    taken = {c.group: c.branch for c in order.choices if not c.again}
    return tuple(s for s in services if all(taken.get(c.group, c.branch) == c.branch for c in s.choices))


def surely_ordered(order: Order, services: Iterable[Service], wanted: Iterable[str]) -> bool:
    """Whether one of ``wanted`` is ordered whenever the order is, whatever else the user chooses."""
    return certain(order.choices, [s.choices for s, _ in _found(services, wanted)])


def _found(services: Iterable[Service], wanted: Iterable[str]) -> Iterator[tuple[Service, str]]:
    phrases = [(_words(phrase), phrase) for phrase in wanted]
    for service in services:
        for said, phrase in phrases:
            if phrase in service.labs or any(_holds(_words(text), said) for text in service.words):
                yield service, phrase


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _holds(text: Sequence[str], phrase: Sequence[str]) -> bool:
    size = len(phrase)
    return size > 0 and any(list(text[i : i + size]) == list(phrase) for i in range(len(text) - size + 1))
