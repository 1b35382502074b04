"""Clauses that hold for orders of some days only."""

from __future__ import annotations

from orderlint.dosing.model import DateSpan
from orderlint.protocols.model import Clause, Instance


def holds_on(clause: Clause, day: DateSpan) -> bool:
    """Whether the clause speaks of an order of ``day``; where the day is not known, whether it may."""
    begun = clause.valid_from is None or clause.valid_from <= day.last
    return begun and (clause.valid_to is None or clause.valid_to >= day.first)


def in_force(instance: Instance, day: DateSpan) -> Instance | None:
    """The instance with those of its clauses that hold on ``day``; None where none does."""
    clauses = tuple(c for c in instance.clauses if holds_on(c, day))
    if not clauses:
        return None
    return instance if clauses == instance.clauses else instance._replace(clauses=clauses)
