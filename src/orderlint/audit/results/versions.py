"""The protocols of a run beside those of the baseline that it is compared with."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from orderlint.protocols.info import info_of
from orderlint.protocols.model import Clause, Instance, Protocol, ProtocolSet

SAME, OTHER, REWRITTEN = "none", "other version", "same version, other content"
ONLY_NOW, ONLY_BEFORE = "not in the baseline", "not in this run"


def versions(now: ProtocolSet, baseline: ProtocolSet) -> list[dict[str, Any]]:
    """One row a protocol: ``id``, ``title``, ``baseline`` and ``now`` (version, status and review, or None),
    and ``differs``, one of the words above.

    Rules that the run was told not to decide are looked at on neither side.
    """
    before, after = ({p.id: p for p in one.protocols} for one in (baseline, now))
    repeated = _repeated(now, baseline)
    rows = []
    for name, protocol in {**before, **after}.items():
        old, new = before.get(name), after.get(name)
        rows.append(
            {
                "id": name,
                "title": protocol.title,
                "baseline": _said(old),
                "now": _said(new),
                "differs": _differs(old, new, _rules(baseline, name, repeated), _rules(now, name, repeated)),
            }
        )
    return sorted(rows, key=lambda row: row["id"])


def _said(protocol: Protocol | None) -> dict[str, str] | None:
    if protocol is None:
        return None
    info = info_of(protocol)
    return {"version": info.version, "status": info.status, "review": info.review}


def _repeated(*sides: ProtocolSet) -> frozenset[tuple[str, str]]:
    """Rules by clauses that only say the same as another one's."""
    return frozenset((i.rule, c.id) for one in sides for i in one.instances for c in i.clauses[1:])


def _rules(protocols: ProtocolSet, name: str, repeated: Collection[tuple[str, str]]) -> list[Instance]:
    """The rules of a protocol's own, without what others say besides: that is theirs."""

    def own(clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        return tuple(c for c in clauses if c.protocol == name)

    led = (i for i in protocols.instances if i.clauses[0].protocol == name)
    return [
        i._replace(clauses=own(i.clauses), figures=own(i.figures))
        for i in led
        if (i.rule, i.clauses[0].id) not in repeated
    ]


def _differs(old: Protocol | None, new: Protocol | None, were: list[Instance], are: list[Instance]) -> str:
    if old is None or new is None:
        return ONLY_NOW if old is None else ONLY_BEFORE
    if old.version != new.version:
        return OTHER
    alike = old.clauses == new.clauses and old.governs == new.governs and were == are
    return SAME if alike else REWRITTEN
