"""From the data of protocol files to what the kernel uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from orderlint.findings import Measure
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.model import Clause, Instance, Protocol, ProtocolSet, RuleInfo
from orderlint.protocols.store import built_in_files, expand, load_file, load_rules
from orderlint.terminology.drugs import ingredients_in

# Keys of a check whose value is a quantity written as "80 mg/d".
QUANTITIES = frozenset({"limit", "free_dose", "max_last_step", "max_single", "max_daily"})


def load(extra: Iterable[Path] = (), select: Iterable[str] = ()) -> ProtocolSet:
    """The built-in protocols and ``extra`` files or folders; ``select`` keeps only the ids named.

    Raises ProtocolError for a file that can't be used, an id that is taken, or a selected id that no
    file has.
    """
    files = (*built_in_files(), *expand(extra))
    documents = [(str(path), load_file(path)) for path in files]
    taken: dict[str, str] = {}
    for file, data in documents:
        if data["protocol"] in taken:
            raise ProtocolError(file, f"the protocol id '{data['protocol']}' is taken by {taken[data['protocol']]}")
        taken[data["protocol"]] = file
    wanted = tuple(select)
    for name in wanted:
        if name not in taken:
            raise ProtocolError(name, f"no protocol has this id; there are {', '.join(sorted(taken))}")
    protocols = [_protocol(file, data) for file, data in documents]
    clauses = {c.id: c for p in protocols for c in p.clauses}
    chosen = {p.id for p in protocols if not wanted or p.id in wanted}
    rules = {name: _rule_info(name, words) for name, words in load_rules().items()}
    for _, data in documents:
        for name, words in data.get("rules", {}).items():
            rules[name] = _rule_info(name, words)
    return ProtocolSet(
        protocols=tuple(p for p in protocols if p.id in chosen),
        instances=tuple(_instances(documents, clauses, chosen, rules)),
        rules=rules,
        governs={p.id: p.governs for p in protocols if p.governs is not None},
        settings=_settings(documents),
    )


def _protocol(file: str, data: Mapping[str, Any]) -> Protocol:
    clauses = tuple(
        Clause(
            protocol=data["protocol"],
            id=item["id"],
            section=item["section"],
            statement=item["statement"],
            encode=item["encode"],
            source=item["source"],
            correction=item.get("correction", ""),
            reason=item.get("reason", ""),
        )
        for item in data["clauses"]
    )
    return Protocol(
        id=data["protocol"],
        title=data["title"],
        version=str(data["version"]),
        status=data["status"],
        review=data["review"],
        disclaimer=data.get("disclaimer", ""),
        clauses=clauses,
        governs=data.get("governs"),
        path=file,
    )


def _instances(
    documents: list[tuple[str, Any]],
    clauses: Mapping[str, Clause],
    chosen: set[str],
    rules: Mapping[str, RuleInfo],
) -> list[Instance]:
    written: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}  # clause id → its own rules
    same: list[tuple[str, str, str]] = []  # (file, clause id, clause id it repeats)
    for file, data in documents:
        for item in data["clauses"]:
            for rule in item.get("rules", ()):
                if "same_as" in rule:
                    same.append((file, item["id"], rule["same_as"]))
                else:
                    written.setdefault(item["id"], []).append((file, rule))
    speakers: dict[str, list[str]] = {clause: [clause] for clause in written}
    for file, clause, target in same:
        if target not in written:
            raise ProtocolError(file, f"{clause}: same_as names {target}, which has no rule of its own")
        speakers[target].append(clause)
    instances = []
    for clause, items in written.items():
        said_by = tuple(clauses[c] for c in speakers[clause] if clauses[c].protocol in chosen)
        if not said_by:
            continue
        for file, rule in items:
            instances.append(_instance(file, rule, said_by, clauses, rules))
    return instances


def _instance(
    file: str,
    rule: Mapping[str, Any],
    said_by: tuple[Clause, ...],
    clauses: Mapping[str, Clause],
    rules: Mapping[str, RuleInfo],
) -> Instance:
    if rule["rule"] not in rules:
        raise ProtocolError(file, f"{said_by[0].id}: the rule '{rule['rule']}' is not described anywhere")
    check = dict(rule["check"])
    kind = check.pop("kind")
    params = _params(file, check)
    figures = []
    for name in _figures(check):
        if name not in clauses:
            raise ProtocolError(file, f"{said_by[0].id}: figures names {name}, which is no clause")
        figures.append(clauses[name])
    return Instance(
        rule=rule["rule"],
        severity=rule["severity"],
        clauses=said_by,
        figures=tuple(dict.fromkeys(figures)),
        drugs=_drugs(file, rule["drugs"]),
        routes=frozenset(rule.get("routes", ())),
        when=rule.get("when"),
        kind=kind,
        params=params,
        advice=rule.get("advice") or rules[rule["rule"]].advice,
    )


def _drugs(file: str, names: Iterable[str]) -> frozenset[str]:
    found: set[str] = set()
    for name in names:
        if name.startswith("group:"):
            members = ingredients_in(name.removeprefix("group:"))
            if not members:
                raise ProtocolError(file, f"no drug is in the {name}")
            found |= members
        else:
            found.add(name)
    return frozenset(found)


def _params(file: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _param(file, key, item) for key, item in value.items()}


def _param(file: str, key: str, value: Any) -> Any:
    if key in QUANTITIES:
        return quantity(file, value)
    if isinstance(value, list):
        return tuple(_params(file, v) if isinstance(v, dict) else v for v in value)
    return value


def quantity(file: str, text: str) -> Measure:
    """ "80 mg/d" as an exact number and its unit."""
    number, _, unit = str(text).partition(" ")
    try:
        return Measure(Fraction(number), unit.strip())
    except (ValueError, ZeroDivisionError):
        raise ProtocolError(file, f"'{text}' is not a number and a unit, as in '80 mg/d'") from None


def _figures(check: Any) -> list[str]:
    if isinstance(check, Mapping):
        own = list(check.get("figures", ()))
        return own + [name for key, item in check.items() if key != "figures" for name in _figures(item)]
    if isinstance(check, list):
        return [name for item in check for name in _figures(item)]
    return []


def _settings(documents: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """The last file that says something of a setting has the say: a hospital's own comes after ours."""
    settings: dict[str, Any] = {}
    for _, data in documents:
        for key, value in data.get("settings", {}).items():
            settings[key] = {**settings.get(key, {}), **value}
    return settings


def _rule_info(name: str, words: Mapping[str, Any]) -> RuleInfo:
    return RuleInfo(name, words["title"], words["why"], words["advice"])
