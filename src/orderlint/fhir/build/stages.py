"""Orders that are one order at several stages: ``basedOn``, ``priorPrescription`` or ``replaces``."""

from __future__ import annotations

import re
from collections.abc import Iterable

from orderlint.fhir.build.found import key_of
from orderlint.fhir.build.orders import Draft
from orderlint.fhir.read.codes import Ref
from orderlint.fhir.reference import Index
from orderlint.namedtuple import NamedTuple

_ORDER = re.compile(r"(?:^|/)MedicationRequest/")


class Stages(NamedTuple):
    """The keys of the other stages of one order: all of them, and those that it names as come before it.

    ``unknown``: it names one that is not among the patient's orders: not in this run, or never taken.
    """

    every: frozenset[str]
    earlier: frozenset[str]
    unknown: bool = False


def stages(drafts: Iterable[Draft], index: Index) -> dict[str, Stages]:
    """For each order's key the other stages of it: what it was made from or comes after, however far back,
    and what was made from it.

    Two orders that were made from one are no stages of each other: both are taken. In a circle nobody knows
    which was the earlier.
    """
    before, unknown = _before(drafts, index)
    straight = _straight(before)
    far_back: dict[str, set[str]] = {}
    for key in straight:  # those that it names are there by then
        far_back[key] = before[key].union(*(far_back[named] for named in before[key]))
    for key in before:
        if key not in far_back:
            far_back[key] = _back_from(key, before)
    every = {key: set(found) for key, found in far_back.items()}
    for key, found in far_back.items():
        for other in found:
            every[other].add(key)
    return {
        key: Stages(
            frozenset(every[key] - {key}), frozenset(before[key] if key in straight else ()), key in unknown
        )
        for key in before
    }


def _back_from(key: str, before: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        new = before[waiting.pop()] - found
        found |= new
        waiting += new
    return found


def _before(drafts: Iterable[Draft], index: Index) -> tuple[dict[str, set[str]], set[str]]:
    """By an order's key, the keys of the orders that it says it was made from or comes after; and the orders
    that name one which is none of ``drafts``."""
    drafts = list(drafts)
    unknown: set[str] = set()
    before: dict[str, set[str]] = {key_of(d.resource): set() for d in drafts}
    for draft in drafts:
        mine = key_of(draft.resource)
        for link in (*draft.parts.based_on, *draft.parts.prior, *draft.parts.replaces):
            target = index.resolve(link.reference, draft.resource) if link.reference else None
            if target is not None and key_of(target) in before:
                before[mine].add(key_of(target))
            elif link in draft.parts.prior or _names_an_order(link):
                unknown.add(mine)
    return before, unknown


def _names_an_order(link: Ref) -> bool:
    """Whether a link that may lead to a plan of care as well plainly leads to a MedicationRequest."""
    return link.reference is not None and _ORDER.search(link.reference) is not None


def _straight(before: dict[str, set[str]]) -> dict[str, None]:
    """The orders from which no way back leads into a circle, each after those that it names."""
    after: dict[str, list[str]] = {}
    for key, named in before.items():
        for other in named:
            after.setdefault(other, []).append(key)
    left = {key: len(named) for key, named in before.items()}
    waiting = [key for key, count in left.items() if count == 0]
    found: dict[str, None] = {}
    while waiting:
        key = waiting.pop()
        found[key] = None
        for later in after.get(key, ()):
            left[later] -= 1
            if left[later] == 0:
                waiting.append(later)
    return found
