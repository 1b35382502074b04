"""Drugs that a patient is known not to tolerate."""

from __future__ import annotations

from orderlint.record import Facts


def intolerant_of(facts: Facts, ingredients: frozenset[str]) -> str | None:
    """The source of an active allergy or intolerance to one of ``ingredients``; None if there is none."""
    for statement in facts.statements:
        told = statement.kind == "allergy" and statement.active
        if told and any(drug.ingredient in ingredients for drug in statement.drugs):
            return statement.source
    return None
