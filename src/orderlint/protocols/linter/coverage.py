"""Every rule shows what it does: an order that fires, one that is clear, one that nobody can decide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source, Written

FACTS = frozenset({"age", "kidney", "dialysis", "hepatic"})  # what a `when` may have to leave open
DOSELESS = frozenset(
    {"avoid", "indication", "together", "second-line", "monitoring-present", "prerequisite-lab"}
)


def coverage(source: Source, every: Iterable[Source], fixtures: Path | None) -> list[Issue]:
    """Verdicts that neither an example beside a rule's clauses nor a fixture shows.

    A clause with a rule of its own needs an example that fires and one that is clear; a rule needs, in any
    of ``every`` file, one that is undecided, if it can be. ``fixtures`` is a folder
    ``<rule>/<verdict>/<case>``.
    """
    issues = []
    first: dict[str, Written] = {}
    open_ended = undecided_rules(every, fixtures)
    for written in source.rules():
        name = written.rule["rule"]
        first.setdefault(name, written)
        own = shown_by(written)
        missing = [v for v in ("fires", "clear") if v not in own]
        if missing:
            words = f"{written.clause['id']}, {name}: no example of {' and '.join(missing)}"
            issues.append(source.issue(written.path, words))
    for name, written in first.items():
        if name not in open_ended and any(
            can_be_undecided(w.rule) for w in source.rules() if w.rule["rule"] == name
        ):
            issues.append(source.issue(written.path, f"{name}: no example or fixture of undecided"))
    return issues


def undecided_rules(every: Iterable[Source], fixtures: Path | None) -> set[str]:
    """The rules of which some example or fixture is undecided."""
    found = {w.rule["rule"] for s in every for w in s.rules() if "undecided" in shown_by(w)}
    if fixtures is not None:
        found |= {case.parent.parent.name for case in fixtures.glob("*/undecided/*")}
    return found


def shown_by(written: Written) -> set[str]:
    """The verdicts of the examples beside one rule, on it or on its clause."""
    own: Iterable[Mapping[str, Any]] = [
        *written.rule.get("examples", ()),
        *written.clause.get("examples", ()),
    ]
    return {e["verdict"] for e in own if e.get("rule", written.rule["rule"]) == written.rule["rule"]}


def can_be_undecided(rule: Mapping[str, Any]) -> bool:
    """Whether a fact that may be missing (a dose, an age, a kidney function) decides the rule."""
    if rule["check"]["kind"] not in DOSELESS:
        return True
    return _names_fact(rule.get("when", {})) or _names_fact(rule["check"])


def _names_fact(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(key in FACTS or _names_fact(item) for key, item in value.items())
    return isinstance(value, list) and any(_names_fact(item) for item in value)
