"""Figures in the units that their keys are measured in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderlint.dosing import units
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source, Where, Written

# What a key of a check is measured in. Verdicts compare numbers in exactly these units.
IN_MG = "mg"
IN_MG_A_DAY = "mg/d"
WANTED: Mapping[str, str] = {
    "max_single": IN_MG,
    "max_daily": IN_MG_A_DAY,
    "max_daily_per_k": IN_MG_A_DAY,
    "max_raise": IN_MG_A_DAY,
    "max_fall": IN_MG_A_DAY,
    "free_dose": IN_MG_A_DAY,
    "max_last_step": IN_MG_A_DAY,
    "product_strength": IN_MG,
}
OF_KIND: Mapping[tuple[str, str], str] = {
    ("max-daily-dose", "limit"): IN_MG_A_DAY,
    ("max-single-dose", "limit"): IN_MG,
    ("weekly-amount", "from"): "g/wk",
    ("weekly-amount", "to"): "g/wk",
}
ANY_OF_ITS_DIMENSION = frozenset({"weekly-amount"})  # the check converts


def quantities(source: Source, written: Written) -> list[Issue]:
    """Every quantity of the rule's check: a unit that is known, of the right dimension, and written so."""
    check = written.rule["check"]
    name = f"{written.clause['id']}, {written.rule['rule']}"
    issues = []
    for path, key, value in _leaves(check, (*written.path, "check")):
        wanted = _wanted(check["kind"], key, path, source)
        if wanted is None or not isinstance(value, str):
            continue
        fault = _fault(value, wanted, exact=check["kind"] not in ANY_OF_ITS_DIMENSION)
        if fault:
            issues.append(source.issue(path, f"{name}: {key} {fault}"))
    return issues


def _wanted(kind: str, key: str, path: Where, source: Source) -> str | None:
    if key == "low":
        return _lab_unit(_at(source.data, path[:-1]).get("kind"))
    return OF_KIND.get((kind, key)) or WANTED.get(key)


def _lab_unit(kind: object) -> str | None:
    from orderlint.terminology.table import rows  # noqa: PLC0415

    return next((canonical for name, canonical, *_ in rows("lab_units") if name == kind), None)


def _fault(text: str, wanted: str, exact: bool) -> str | None:
    _, _, written = text.partition(" ")
    unit = units.canonical(written)
    if unit is None:
        return f"is in '{written}', which is no unit that is known; {wanted} is meant"
    if units.factor(unit, wanted) is None:
        return f"is in {written}, which doesn't measure what {wanted} does"
    if exact and written != wanted:
        return f"is in {written}; write it in {wanted}"
    return None


def _leaves(value: Any, path: Where) -> Iterator[tuple[Where, str, Any]]:
    items = (
        value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in items:
        if isinstance(item, Mapping | list):
            yield from _leaves(item, (*path, key))
        elif isinstance(key, str):
            yield (*path, key), key, item


def _at(data: Any, path: Where) -> Any:
    for key in path:
        data = data[key]
    return data
