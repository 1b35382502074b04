"""The examples of protocol files, each with the rules that it speaks of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orderlint.namedtuple import NamedTuple
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.shape import shape
from orderlint.protocols.linter.source import Source, Where, Written, read_source
from orderlint.protocols.loader import to_set
from orderlint.protocols.model import Instance, ProtocolSet
from orderlint.protocols.store import built_in_files, expand


class Example(NamedTuple):
    """One example as written; ``rule`` is None beside the whole clause, else which of the clause's rules."""

    source: Source
    path: Where
    clause: str
    nth: int  # among the examples of its clause or rule, from 1
    said: Mapping[str, Any]
    rule: int | None


class Suite(NamedTuple):
    """A clause with rules of its own, their instances in the same order, and its examples."""

    source: Source
    clause: str
    written: tuple[Written, ...]
    instances: tuple[Instance, ...]
    examples: tuple[Example, ...]

    def speaks_of(self, example: Example) -> list[int]:
        """Which rules of the clause an example judges."""
        if example.rule is not None:
            return [example.rule]
        wanted = example.said.get("rule")
        return [n for n, i in enumerate(self.instances) if wanted is None or i.rule == wanted]


class Suites(NamedTuple):
    """All clauses of the files asked for; ``issues`` are why some can't be used."""

    protocols: ProtocolSet
    suites: tuple[Suite, ...]
    issues: tuple[Issue, ...]
    sources: tuple[Source, ...] = ()  # the files asked for
    others: tuple[Source, ...] = ()  # the built-in ones beside them


def suites(paths: Iterable[Path]) -> Suites:
    """The suites of ``paths``, or of the built-in files. Raises ProtocolError for what can't be loaded."""
    asked = list(paths)
    own = expand(asked) if asked else built_in_files()
    mine = {p.resolve() for p in own}
    beside = [p for p in built_in_files() if p.resolve() not in mine]
    sources: list[Source] = []
    issues: list[Issue] = []
    for path in (*beside, *own):
        source, faults = read_source(path)
        faults = [*faults, *(shape(source) if source is not None else ())]
        if path in own:
            issues += faults
        if source is not None:
            sources.append(source)
    if issues:
        return Suites(ProtocolSet((), (), {}, {}, {}), (), tuple(issues))
    protocols = to_set([(s.file, s.data) for s in sources])
    by_clause: dict[str, list[Instance]] = {}
    for instance in protocols.instances:
        by_clause.setdefault(instance.clauses[0].id, []).append(instance)
    asked_for = tuple(s for s in sources if Path(s.file).resolve() in mine)
    found = [s for source in asked_for for s in _suites(source, by_clause)]
    others = tuple(s for s in sources if s not in asked_for)
    return Suites(protocols, tuple(found), (), asked_for, others)


def _suites(source: Source, by_clause: Mapping[str, list[Instance]]) -> Iterable[Suite]:
    stated: dict[str, list[Written]] = {}
    for one in source.rules():
        stated.setdefault(one.clause["id"], []).append(one)
    for path, clause in source.clauses():
        name = clause["id"]
        written = tuple(stated.get(name, ()))
        examples = [
            Example(source, (*path, "examples", n), name, n + 1, said, None)
            for n, said in enumerate(clause.get("examples", ()))
        ]
        for place, one in enumerate(written):
            examples += [
                Example(source, (*one.path, "examples", n), name, n + 1, said, place)
                for n, said in enumerate(one.rule.get("examples", ()))
            ]
        instances = by_clause.get(name)
        if instances is None:  # the clause says the same as others: their rules are its own
            instances = [
                i for r in clause.get("rules", ()) if "same_as" in r for i in by_clause.get(r["same_as"], ())
            ]
            written = ()
        if written or examples:
            yield Suite(source, name, written, tuple(instances), tuple(examples))
