"""From the data of protocol files to what the kernel uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.model import Clause, Instance, Protocol, ProtocolSet, RuleInfo, When
from orderlint.protocols.store import built_in, called, expand, load_file, load_rules
from orderlint.terminology.drugs import ingredients_in

if TYPE_CHECKING:
    from pathlib import Path

# Keys of a check whose value is a quantity written as "80 mg/d".
QUANTITIES = frozenset(
    {"limit", "free_dose", "max_last_step", "max_single", "max_daily", "max_daily_per_k", "max_raise", "low"}
    | {"max_fall"}
    | {"product_strength", "from", "to"}
)
DRUGS = frozenset({"with", "after", "replacement", "allergy"})  # whose value is drugs or groups of them
CONDITIONS = frozenset({"when", "unless_condition"})  # whose value is in the language of ``when``


def load(extra: Iterable[str | Path] = (), select: Iterable[str] = ()) -> ProtocolSet:
    """The built-in protocols and ``extra`` files or folders; ``select`` keeps only the ids named.

    Raises ProtocolError for a file that can't be used or that the linter finds a fault in, an id that is
    taken, or a selected id that no file has.
    """
    own = tuple(map(str, expand(extra))) if extra else ()
    documents = [(path, load_file(path)) for path in (*built_in(), *own)]
    if own:
        from orderlint.protocols.vetting import vet  # noqa: PLC0415 - most runs have none

        vet(own)
    return to_set(documents, select)


def to_set(documents: list[tuple[str, Any]], select: Iterable[str] = ()) -> ProtocolSet:
    """The data of protocol files, each with its file's name, as one set. Raises ProtocolError."""
    taken: dict[str, str] = {}
    for file, data in documents:
        if data["protocol"] in taken:
            other = called(taken[data["protocol"]])
            raise ProtocolError(file, f"the protocol id '{data['protocol']}' is taken by {other}")
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
        settings=settings_of(data for _, data in documents),
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
            valid_from=_date(file, item.get("valid_from") or data.get("valid_from")),
            valid_to=_date(file, item.get("valid_to") or data.get("valid_to")),
            see=tuple(item.get("see", ())),
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
        governs=_when(file, data.get("governs")),
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
            instances.append(instance_of(file, rule, said_by, clauses, rules))
    return instances


def instance_of(
    file: str,
    rule: Mapping[str, Any],
    said_by: tuple[Clause, ...],
    clauses: Mapping[str, Clause],
    rules: Mapping[str, RuleInfo],
) -> Instance:
    """One rule of a clause as the kernel uses it. Raises ProtocolError."""
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
        when=_when(file, rule.get("when")),
        kind=kind,
        params=params,
        advice=rule.get("advice") or rules[rule["rule"]].advice,
        dated=any(c.valid_from is not None or c.valid_to is not None for c in said_by),
    )


def _date(file: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ProtocolError(file, f"'{text}' is no day of the calendar") from None


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
    if key in CONDITIONS:
        return _when(file, value)
    if key in DRUGS:
        return _drugs(file, [value] if isinstance(value, str) else value)
    if key in QUANTITIES and isinstance(value, str):  # "from: 1" of a share and "limit: 3" times are numbers
        return quantity(file, value)
    if key in ("with_routes", "except_routes"):
        return frozenset(value)
    if isinstance(value, dict):
        return _params(file, value)
    if isinstance(value, list):
        return tuple(_params(file, v) if isinstance(v, dict) else v for v in value)
    return value


def _when(file: str, value: Any) -> Any:
    """The same condition, with the groups of drugs in it written out."""
    if isinstance(value, Mapping):
        return When(
            (
                key,
                _drugs(file, [item] if isinstance(item, str) else item)
                if key in DRUGS
                else _when(file, item),
            )
            for key, item in value.items()
        )
    return [_when(file, item) for item in value] if isinstance(value, list) else value


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


def settings_of(documents: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The last file that says something of a setting has the say: a hospital's own comes after ours."""
    settings: dict[str, Any] = {}
    for data in documents:
        for key, value in data.get("settings", {}).items():
            settings[key] = {**settings.get(key, {}), **value}
    return settings


def _rule_info(name: str, words: Mapping[str, Any]) -> RuleInfo:
    return RuleInfo(
        name,
        words["title"],
        words["why"],
        words["advice"],
        words.get("advice_engineer", ""),
        words.get("suppress", ""),
    )
