"""The covered ingredients: the groups that they are in, and the route of their injections."""

from __future__ import annotations

from functools import cache

from orderlint.terminology.table import row, rows


@cache
def groups_of(ingredient: str) -> frozenset[str]:
    """The groups that an ingredient is in: "skeletal-muscle-relaxant", "opioid" ... Empty if not covered."""
    known = row("drugs", ingredient)
    if known is None:
        return frozenset()
    groups = set(known[1].split())
    for group, members in _members():
        if ingredient in members or any(m[0] == "@" and m[1:] in groups for m in members):
            groups.add(group)
        if f"!{ingredient}" in members:
            groups.discard(group)
    return frozenset(groups)


def ingredients_in(group: str) -> frozenset[str]:
    """The ingredients of a group; empty for a group that nobody knows."""
    return frozenset(_by_group().get(group, ()))


def injection_route(ingredient: str) -> str:
    """The route class of an injection that doesn't say its own: "intrathecal" for some, else "injection"."""
    known = row("drugs", ingredient)
    return (known[2] if known else "") or "injection"


@cache
def _members() -> list[tuple[str, frozenset[str]]]:
    """The second table in its order: "@group" names a group that stands before it, "!" takes one out."""
    return [(group, frozenset(members.split("|"))) for group, members, _, _ in rows("drug_groups")]


@cache
def _by_group() -> dict[str, set[str]]:
    """The ingredients of every group, in one go: a run asks for a dozen groups before it reads an order."""
    groups: dict[str, set[str]] = {}
    known: set[str] = set()
    for ingredient, own, *_ in rows("drugs"):
        known.add(ingredient)
        for group in own.split():
            groups.setdefault(group, set()).add(ingredient)
    for group, members in _members():
        inside = groups.setdefault(group, set())
        inside |= members & known
        for member in members:
            if member[0] == "@":
                inside |= groups.get(member[1:], set())
        inside -= {member[1:] for member in members if member[0] == "!"}
    return groups
