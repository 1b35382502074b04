"""Protocols as values: what a pharmacist wrote in YAML, ready for the kernel.

A *clause* is one statement of a source protocol. An *instance* is a clause put to work: a rule's name,
the drugs it watches, when it holds, and which kind of check measures it with which figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from orderlint.namedtuple import NamedTuple


class Clause(NamedTuple):
    """One statement of a protocol. ``encode``: "rule", "note", "figure" or "not-encoded"."""

    protocol: str
    id: str
    section: str
    statement: str
    encode: str
    source: str
    correction: str = ""  # with "note": what is wrong or unsafe in the statement as written
    reason: str = ""  # with "not-encoded": why it is no rule
    valid_from: date | None = None  # first and last day of orders for which it holds
    valid_to: date | None = None
    see: tuple[str, ...] = ()  # clauses that bear on it


class When(dict[str, Any]):
    """A condition as it is written. What ``orderlint.checks.when`` makes of it is kept with it."""

    __slots__ = ("asked",)
    asked: Any

    def __reduce__(self) -> tuple[type[When], tuple[dict[str, Any]]]:
        """As it is written; what was made of it is made again elsewhere."""
        return When, (dict(self),)


class Instance(NamedTuple):
    """A rule as one or more clauses state it, all with the same figures."""

    rule: str
    severity: str
    clauses: tuple[Clause, ...]  # the leading clause first, then those that say the same
    figures: tuple[Clause, ...]  # clauses that only supply a figure
    drugs: frozenset[str]  # ingredients
    routes: frozenset[str]  # route classes; empty: any
    when: When | None
    kind: str
    params: Mapping[str, Any]
    advice: str
    dated: bool = False  # a clause of it holds for some days only; ask orderlint.protocols.validity


class RuleInfo(NamedTuple):
    """What is said of a rule whatever the protocol."""

    name: str
    title: str
    why: str
    advice: str
    advice_engineer: str = ""  # for whoever builds the order set; empty: the same advice
    suppress: str = ""  # when a suppression is in order


class Protocol(NamedTuple):
    """One protocol file."""

    id: str
    title: str
    version: str
    status: str  # "submitted", "under-review", "approved"
    review: Mapping[str, Any]
    disclaimer: str
    clauses: tuple[Clause, ...]
    governs: Mapping[str, Any] | None
    path: str


class _ProtocolSet(NamedTuple):
    protocols: tuple[Protocol, ...]
    instances: tuple[Instance, ...]
    rules: Mapping[str, RuleInfo]
    governs: Mapping[str, Mapping[str, Any]]
    settings: Mapping[str, Any]  # "kidney": windows and equations, "elderly" ...


class ProtocolSet(_ProtocolSet):
    """All that the kernel needs of the selected protocols. What is worked out from it is kept with it."""

    @cached_property
    def by_drug(self) -> Mapping[str, tuple[Instance, ...]]:
        """The instances that watch each ingredient, in their own order."""
        found: dict[str, list[Instance]] = {}
        for instance in self.instances:
            for ingredient in instance.drugs:
                found.setdefault(ingredient, []).append(instance)
        return {ingredient: tuple(listed) for ingredient, listed in found.items()}

    @cached_property
    def all_settings(self) -> Mapping[str, Any]:
        """The settings with what makes each protocol govern, as the checks look them up."""
        return {**self.settings, "governs": self.governs}

    @cached_property
    def ready(self) -> dict[tuple[str, str | None], Any]:
        """What the kernel has made ready for orders of an ingredient by a route."""
        return {}

    def __getstate__(self) -> None:
        """Nothing beside the fields: what is worked out from them is worked out again elsewhere."""

    def names_drug(self, ingredient: str) -> bool:
        """True when a rule of a selected protocol watches this ingredient."""
        return ingredient in self.by_drug
