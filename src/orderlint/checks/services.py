"""What else is ordered beside medicines: found by whole words, or by the kind of laboratory value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from orderlint.checks.running import Running
from orderlint.record import Order, Service
from orderlint.selection import certain
from orderlint.terminology.service_words import named_in


def ordered(services: Iterable[Service], wanted: Iterable[str]) -> list[str]:
    """What of ``wanted`` is ordered, with its source: a phrase of a service's words, or its kind of value."""
    return [f"{phrase} ({service.source})" for service, phrase in _found(services, wanted)]


def beside(order: Order, services: Iterable[Service]) -> tuple[Service, ...]:
    """The services that a user may choose together with the order: not those of another branch of a
    selection that takes one, unless it can be gone through again."""
    taken = {c.group: c.branch for c in order.choices if not c.again}
    return tuple(s for s in services if all(taken.get(c.group, c.branch) == c.branch for c in s.choices))


def during(mine: Running | None, services: Iterable[Service]) -> tuple[Service, ...]:
    """Those that are not over before the order's first day, nor begin after its last."""
    if mine is None or not mine.dated:
        return tuple(services)
    first, last = mine.maybe
    return tuple(
        s
        for s in services
        if (s.ends is None or s.ends.last.toordinal() >= first)
        and (s.begins is None or s.begins.first.toordinal() <= last)
    )


def surely_ordered(order: Order, services: Iterable[Service], wanted: Iterable[str]) -> bool:
    """Whether one of ``wanted`` is ordered whenever the order is, whatever else the user chooses."""
    return certain(order.choices, [s.choices for s, _ in _found(services, wanted)])


def _found(services: Iterable[Service], wanted: Iterable[str]) -> Iterator[tuple[Service, str]]:
    phrases = tuple(wanted)
    for service in services if phrases else ():
        said = _said(service, phrases)
        yield from ((service, phrase) for phrase in phrases if phrase in service.labs or phrase in said)


def _said(service: Service, phrases: tuple[str, ...]) -> set[str]:
    """What its words order. Where they say first that it is not to be done, what follows only explains it."""
    found: set[str] = set()
    for text in service.words:
        named = named_in(text, phrases)
        found |= named.plainly
        if named.negated and not found:
            break
    return found
