"""The covered ingredients: the groups that they are in, and the route of their injections."""

from __future__ import annotations

from functools import cache

from orderlint.terminology.table import rows


def groups_of(ingredient: str) -> frozenset[str]:
    """The groups that an ingredient is in: "skeletal-muscle-relaxant", "opioid" ... Empty if not covered."""
    return _groups().get(ingredient, frozenset())


def ingredients_in(group: str) -> frozenset[str]:
    """The ingredients of a group; empty for a group that nobody knows."""
    return frozenset(i for i, groups in _groups().items() if group in groups)


def injection_route(ingredient: str) -> str:
    """The route class of an injection that doesn't say its own: "intrathecal" for some, else "injection"."""
    return _injections().get(ingredient, "injection")


@cache
def _injections() -> dict[str, str]:
    return {ingredient: route for ingredient, _, route in rows("drugs") if route}


@cache
def _groups() -> dict[str, frozenset[str]]:
    own = {ingredient: set(groups.split()) for ingredient, groups, _ in rows("drugs")}
    for group, members, _, _ in rows("drug_groups"):
        for member in members.split("|"):
            if member.startswith("@"):
                for groups in own.values():
                    if member[1:] in groups:
                        groups.add(group)
            elif member.startswith("!"):
                own[member[1:]].discard(group)
            else:
                own[member].add(group)
    return {ingredient: frozenset(groups) for ingredient, groups in own.items()}
