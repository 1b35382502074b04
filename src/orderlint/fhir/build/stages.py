"""Orders that are one order at several stages: ``basedOn``, ``priorPrescription`` or ``replaces``."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.fhir.build.found import key_of
from orderlint.fhir.build.orders import Draft
from orderlint.fhir.reference import Index
from orderlint.namedtuple import NamedTuple


class Stages(NamedTuple):
    """The keys of the other stages of one order: all of them, and those that it names as come before it."""

    every: frozenset[str]
    earlier: frozenset[str]


def stages(drafts: Iterable[Draft], index: Index) -> dict[str, Stages]:
    """For each order's key the other stages of it. In a circle nobody knows which was the earlier."""
    before = _before(drafts, index)
    parent = {key: key for key in before}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for key, named in before.items():
        for other in named:
            parent[root(key)] = root(other)
    members: dict[str, set[str]] = {}
    for key in before:
        members.setdefault(root(key), set()).add(key)
    straight = _straight(before)
    return {
        key: Stages(frozenset(members[root(key)] - {key}), frozenset(before[key] if key in straight else ()))
        for key in before
    }


def _before(drafts: Iterable[Draft], index: Index) -> dict[str, set[str]]:
    """By an order's key, the keys of the orders that it says it was made from or comes after."""
    drafts = list(drafts)
    before: dict[str, set[str]] = {key_of(d.resource): set() for d in drafts}
    for draft in drafts:
        mine = key_of(draft.resource)
        for link in (*draft.parts.based_on, *draft.parts.prior, *draft.parts.replaces):
            target = index.resolve(link.reference, draft.resource) if link.reference else None
            if target is not None and key_of(target) in before:
                before[mine].add(key_of(target))
    return before


def _straight(before: dict[str, set[str]]) -> set[str]:
    """The orders from which no way back leads into a circle."""
    after: dict[str, list[str]] = {}
    for key, named in before.items():
        for other in named:
            after.setdefault(other, []).append(key)
    left = {key: len(named) for key, named in before.items()}
    waiting = [key for key, count in left.items() if count == 0]
    found: set[str] = set()
    while waiting:
        key = waiting.pop()
        found.add(key)
        for later in after.get(key, ()):
            left[later] -= 1
            if left[later] == 0:
                waiting.append(later)
    return found
