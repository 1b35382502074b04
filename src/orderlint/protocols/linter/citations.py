"""Where a number comes from: the clause's own source, or clauses that supply the figure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source, Where, Written

# A source that says there is none.
_NO_SOURCE = re.compile(
    r"\b(?:no|not any|without(?: a)?) (?:citation|source|reference)s?\b|^(?:-|n/?a|none|todo|tbd)\.?$",
    re.IGNORECASE,
)


def citations(source: Source, written: Written) -> list[Issue]:
    """A check with numbers whose clause has no source must name the clauses that supply its figures."""
    check, clause = written.rule["check"], written.clause
    if has_source(str(clause.get("source", ""))):
        return []
    bare = [path for path, node in _mappings(check, (*written.path, "check")) if _bare(node)]
    if "figures" in check:
        bare = []
    who = f"{clause['id']}, {written.rule['rule']}"
    return [
        source.issue(path, f"{who}: numbers without a source: the clause has none, and `figures` names none")
        for path in bare
    ]


def file_citations(source: Source) -> list[Issue]:
    """Figures without a source, and settings with numbers and no source."""
    issues = []
    for path, clause in source.clauses():
        if clause.get("encode") == "figure" and not has_source(str(clause.get("source", ""))):
            issues.append(source.issue((*path, "source"), f"{clause['id']}: a figure without a source"))
    settings = source.top("settings")
    for key, value in settings.items() if isinstance(settings, Mapping) else ():
        for path, node in _mappings(value, ("settings", key)):
            if _numbers(node) and not _sourced(settings, path):
                issues.append(source.issue(path, f"{'/'.join(map(str, path))}: numbers without a `source`"))
    return issues


def has_source(text: str) -> bool:
    """Whether the words name a source; "Engineering default: ..." owns up to being one."""
    return bool(text.strip()) and (
        text.startswith("Engineering default") or not _NO_SOURCE.search(text.strip())
    )


def _bare(node: Mapping[str, Any]) -> bool:
    return _numbers(node) and "figures" not in node


def _numbers(node: Mapping[str, Any]) -> bool:
    return any(_numeric(value) for key, value in node.items() if key not in ("says", "kind"))


def _numeric(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int | float) or (isinstance(value, str) and bool(re.match(r"\d", value)))


def _mappings(value: Any, path: Where) -> list[tuple[Where, Mapping[str, Any]]]:
    found: list[tuple[Where, Mapping[str, Any]]] = []
    if isinstance(value, Mapping):
        found.append((path, value))
        for key, item in value.items():
            if key != "when":  # who is meant is the statement's own
                found += _mappings(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            found += _mappings(item, (*path, i))
    return found


def _sourced(settings: Any, path: Where) -> bool:
    """A source beside the numbers or above them."""
    node = settings
    for key in path[1:]:
        node = node[key]
        if isinstance(node, Mapping) and "source" in node:
            return True
    return False
