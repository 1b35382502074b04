"""The patient of an example."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.exact import Fraction
from orderlint.record import ConditionFact, Facts, Lab, Statement

_LABS = ("egfr", "crcl", "creatinine", "weight")
_VALUE = re.compile(r"(<=|>=|<|>)? ?([0-9]+(?:\.[0-9]+)?)(?: (\S+))?")


def facts_of(said: Mapping[str, Any], taken: Sequence[Mapping[str, Any]], day: date) -> Facts:
    """What is known of the patient on ``day``; of what the sketch leaves out, nothing is known.

    ``taken`` are the statements and allergies among the example's ``with``. Raises ValueError.
    """
    labs = [(kind, said[kind]) for kind in _LABS if kind in said] + list(said.get("labs", {}).items())
    birth = date(day.year - said["age"], 1, 1) if "age" in said else None
    return Facts(
        birth=DateSpan(birth, birth) if birth else None,
        birth_source="Patient/1" if birth else None,
        sex=said.get("sex"),
        labs=tuple(_lab(kind, value, day, n) for n, (kind, value) in enumerate(labs)),
        conditions=tuple(_conditions(said, day)),
        statements=tuple(_statement(s, n) for n, s in enumerate(taken)),
    )


def widened(groups: Iterable[str]) -> frozenset[str]:
    """The groups and those that they lie in. Raises ValueError for a group that nobody knows."""
    from orderlint.terminology.table import rows  # noqa: PLC0415

    within = {group: parent for group, _, parent, *_ in rows("condition_groups")}
    found: set[str] = set()
    for group in groups:
        if group not in within:
            raise ValueError(f"no condition group is called '{group}'")
        while group and group not in found:  # up through the groups it lies in
            found.add(group)
            group = within[group]  # noqa: PLW2901
    return frozenset(found)


def _conditions(said: Mapping[str, Any], day: date) -> Iterable[ConditionFact]:
    active = _listed(said.get("conditions"))
    if said.get("dialysis"):
        active = [*active, _dialysis_group()]
    for n, group in enumerate(active):
        yield ConditionFact(widened([group]), True, None, None, f"Condition/{n + 1}")
    for n, group in enumerate(_listed(said.get("history"))):
        over = day - timedelta(days=200)
        yield ConditionFact(widened([group]), False, None, DateSpan(over, over), f"Condition/past-{n + 1}")


def _dialysis_group() -> str:
    from orderlint.terminology.conditions import all_groups, is_dialysis  # noqa: PLC0415

    return next(group for group in sorted(all_groups()) if is_dialysis(group))


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _lab(kind: str, said: Any, day: date, nth: int) -> Lab:
    from orderlint.terminology.table import rows  # noqa: PLC0415

    ago = said.get("days_ago", 0) if isinstance(said, Mapping) else 0
    value = said["value"] if isinstance(said, Mapping) else said
    match = _VALUE.fullmatch(str(value))
    table = [row for row in rows("lab_units") if row[0] == kind]
    if match is None or (not table and kind not in ("weight", "height")):
        raise ValueError(f"'{kind}: {value}' is no result that is known")
    comparator, number, unit = match.groups()
    canonical = table[0][1] if table else {"weight": "kg", "height": "cm"}[kind]
    factor = next((Fraction(f) for _, _, u, f, *_ in table if u == unit), None) if unit else Fraction(1)
    if factor is None:
        raise ValueError(f"{kind} is not measured in '{unit}'")
    on = day - timedelta(days=ago)
    return Lab(
        kind, Fraction(number) * factor, canonical, DateSpan(on, on), f"Observation/{nth + 1}", comparator
    )


def _statement(said: Mapping[str, Any], nth: int) -> Statement:
    from orderlint.protocols.examples.record import drug_of  # noqa: PLC0415 - it builds on this module

    kind, name = ("allergy", said["allergy"]) if "allergy" in said else ("statement", said["statement"])
    resource = "AllergyIntolerance" if kind == "allergy" else "MedicationStatement"
    since = said.get("from")
    begun = DateSpan(date.fromisoformat(since), date.fromisoformat(since)) if since else None
    until = said.get("until")
    over = DateSpan(date.fromisoformat(until), date.fromisoformat(until)) if until else None
    return Statement(kind, (drug_of(name),), over is None, begun, over, f"{resource}/{nth + 1}")
