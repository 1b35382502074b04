"""Names that a rule uses: drugs, groups, routes, conditions, labs, protocols, clauses. All must exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from orderlint.namedtuple import NamedTuple
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source, Where, Written

DRUG_LISTS = frozenset(
    {"with", "after", "replacement", "allergy"}
)  # keys of checks and conditions that list drugs
CONDITION_KEYS = frozenset({"condition", "reason", "history", "only", "besides"})


class Known(NamedTuple):
    """Every name that a rule may use, by what it names."""

    ingredients: frozenset[str]
    drug_groups: frozenset[str]
    conditions: frozenset[str]
    routes: frozenset[str]
    labs: frozenset[str]
    clauses: frozenset[str]
    stating: frozenset[str]  # clauses with a rule of their own
    rules: frozenset[str]
    governing: frozenset[str]  # protocols that say where they govern


def known(sources: Iterable[Source], rules: Iterable[str]) -> Known:
    """The names of the terminology and of ``sources``."""
    from orderlint.terminology.conditions import all_groups  # noqa: PLC0415
    from orderlint.terminology.ingredients import groups_of  # noqa: PLC0415
    from orderlint.terminology.table import first_cells, rows  # noqa: PLC0415

    sources = tuple(sources)
    ingredients = frozenset(first_cells("drugs"))
    own = {name for s in sources if isinstance(s.top("rules"), Mapping) for name in s.top("rules")}
    return Known(
        ingredients=ingredients,
        drug_groups=frozenset(g for i in ingredients for g in groups_of(i)),
        conditions=all_groups(),
        routes=frozenset(route for _, _, route in rows("routes")) | {"intrathecal", "transdermal"},
        labs=frozenset(kind for _, kind, *_ in rows("labs")),
        clauses=frozenset(c["id"] for s in sources for _, c in s.clauses()),
        stating=frozenset(w.clause["id"] for s in sources for w in s.rules()),
        rules=frozenset(rules) | own,
        governing=frozenset(s.top("protocol") for s in sources if s.top("governs")),
    )


def names(source: Source, written: Written, all_of: Known) -> list[Issue]:
    """Names in one rule that nobody knows."""
    rule, path = written.rule, written.path
    who = f"{written.clause['id']}, {rule['rule']}"
    found = [((*path, "rule"), "rule", rule["rule"], all_of.rules)]
    found += [((*path, "drugs", i), *_drug(name, all_of)) for i, name in enumerate(rule["drugs"])]
    found += [
        ((*path, "routes", i), "route", name, all_of.routes) for i, name in enumerate(rule.get("routes", ()))
    ]
    found += _within(rule["check"], (*path, "check"), all_of)
    found += _within(rule.get("when", {}), (*path, "when"), all_of)
    return _unknown(source, who, found)


def file_names(source: Source, all_of: Known) -> list[Issue]:
    """Names outside rules: ``governs``, ``same_as``, ``see``, the sources of settings."""
    found: list[Use] = []
    if isinstance(source.top("governs"), Mapping):
        found += _within(source.top("governs"), ("governs",), all_of)
    for path, clause in source.clauses():
        if not source.sound(path):
            continue
        found += [
            ((*path, "see", i), "clause", name, all_of.clauses)
            for i, name in enumerate(clause.get("see", ()))
        ]
        for j, rule in enumerate(clause.get("rules", ())):
            if "same_as" in rule:
                at = (*path, "rules", j, "same_as")
                found.append((at, "clause with a rule of its own", rule["same_as"], all_of.stating))
    settings = source.top("settings")
    if isinstance(settings, Mapping) and source.sound(("settings",)):
        found += [(at, "clause", name, all_of.clauses) for at, name in _sources(settings, ("settings",))]
        found += list(_hepatic(settings, all_of.conditions))
    return _unknown(source, "", found)


Use = tuple[Where, str, str, frozenset[str]]


def _unknown(source: Source, who: str, found: Iterable[Use]) -> list[Issue]:
    issues = []
    for path, what, name, names_of_it in found:
        if name not in names_of_it:
            near = get_close_matches(name, names_of_it, 1)
            hint = f"; did you mean '{near[0]}'?" if near else ""
            issues.append(source.issue(path, f"{who}{': ' if who else ''}there is no {what} '{name}'{hint}"))
    return issues


def _within(value: Any, path: Where, all_of: Known) -> list[Use]:
    found: list[Use] = []
    for where, key, item in _entries(value, path):
        listed = list(enumerate(item)) if isinstance(item, list) else [(None, item)]
        for i, name in listed:
            at = where if i is None else (*where, i)
            if not isinstance(name, str):
                continue
            if key in DRUG_LISTS:
                found.append((at, *_drug(name, all_of)))
            elif key in ("with_routes", "except_routes"):
                found.append((at, "route", name, all_of.routes))
            elif key == "ingredient":
                found.append((at, "drug", name, all_of.ingredients))
            elif key in CONDITION_KEYS:
                found.append((at, "condition group", name, all_of.conditions))
            elif key == "governs":
                found.append((at, "protocol with `governs`", name, all_of.governing))
            elif key == "figures":
                found.append((at, "clause", name, all_of.clauses))
            elif key == "kind" and ("labs" in where or "measured" in where):
                found.append((at, "kind of laboratory result", name, all_of.labs))
    return found


def _entries(value: Any, path: Where) -> Iterator[tuple[Where, str, Any]]:
    """Every key with a value below ``value``, and its path."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield (*path, key), key, item
            yield from _entries(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _entries(item, (*path, i))


def _drug(name: str, all_of: Known) -> tuple[str, str, frozenset[str]]:
    if name.startswith("group:"):
        return "group of drugs", name.removeprefix("group:"), all_of.drug_groups
    return "drug", name, all_of.ingredients


def _hepatic(settings: Mapping[str, Any], conditions: frozenset[str]) -> Iterator[Use]:
    """The condition groups by which ``settings: hepatic`` tells how far the liver is impaired."""
    for where, key, item in _entries(settings.get("hepatic", {}), ("settings", "hepatic")):
        if key != "source":
            for i, name in enumerate(item if isinstance(item, list) else ()):
                yield (*where, i), "condition group", name, conditions
            if isinstance(item, str):
                yield where, "condition group", item, conditions


def _sources(settings: Mapping[str, Any], path: Where) -> Iterator[tuple[Where, str]]:
    for where, key, item in _entries(settings, path):
        if key == "source" and isinstance(item, str):
            yield where, item
