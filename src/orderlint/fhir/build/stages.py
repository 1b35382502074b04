"""Orders that are one order at several stages: ``basedOn``, ``priorPrescription`` or ``replaces``."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.fhir.build.found import key_of
from orderlint.fhir.build.orders import Draft
from orderlint.fhir.reference import Index


def stages(drafts: Iterable[Draft], index: Index) -> dict[str, frozenset[str]]:
    """For each order's key the keys of all other stages of it."""
    drafts = list(drafts)
    known = {key_of(d.resource) for d in drafts}
    parent = {key: key for key in known}

    def root(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for draft in drafts:
        mine = key_of(draft.resource)
        for link in (*draft.parts.based_on, *draft.parts.prior, *draft.parts.replaces):
            target = index.resolve(link.reference, draft.resource) if link.reference else None
            if target is not None and key_of(target) in known:
                parent[root(mine)] = root(key_of(target))
    members: dict[str, set[str]] = {}
    for key in known:
        members.setdefault(root(key), set()).add(key)
    return {key: frozenset(members[root(key)] - {key}) for key in known}
