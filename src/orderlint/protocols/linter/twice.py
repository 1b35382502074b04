"""Ids of protocols and clauses: each once, in all the files of a run together."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source
from orderlint.protocols.store import called


def twice(sources: Iterable[Source]) -> list[Issue]:
    """An issue at the second of two of a name, whichever files they stand in."""
    issues = []
    protocols: dict[str, str] = {}
    clauses: dict[str, str] = {}
    for source in sources:
        name = source.top("protocol")
        if isinstance(name, str):
            if name in protocols:
                issues.append(
                    source.issue(("protocol",), f"the protocol id '{name}' is taken by {protocols[name]}")
                )
            protocols.setdefault(name, called(source.file))
        for path, clause in source.clauses():
            where = f"{called(source.file)}:{source.marks.get((*path, 'id'), (1, 1))[0]}"
            if clause["id"] in clauses:
                issues.append(
                    source.issue(
                        (*path, "id"), f"the clause id {clause['id']} is taken at {clauses[clause['id']]}"
                    )
                )
            clauses.setdefault(clause["id"], where)
    return issues
