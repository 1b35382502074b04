"""One rule of a clause, changed in one place at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.namedtuple import NamedTuple

Path = tuple[Any, ...]
_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?)( \S+)")
_FLIPPED = {"from": "above", "above": "from", "to": "below", "below": "to"}
_RANGES = frozenset({"age", "kidney"})
_MEASURED = "measured"
_LISTS = frozenset(
    {
        "all",
        "any",
        "condition",
        "reason",
        "history",
        "only",
        "with",
        "after",
        "replacement",
        "bands",
        "labs",
        "any_of",
        "besides",
        "services",
        "with_routes",
        "except_routes",
        "words",
        "allergy",
    }
)
_WORDS = frozenset({"says", "figures", "kind", "rule", "advice", "examples", "note"})
# Keys of a check that may be left out, and whose loss must be noticed.
_OPTIONAL = frozenset(
    {
        "avoid",
        "max_single",
        "max_times",
        "max_daily",
        "max_daily_per_k",
        "after_days",
        "product_strength",
        "sooner",
        "info_days",
        "look_back_days",
        "error_below_days",
        "max_cut",
        "max_last_step",
        "max_fall",
        "exposure_above_free_dose",
        "unknown_stop_fires",
        "equation",
        "besides",
        "with_routes",
        "except_routes",
        "services",
        "days_after",
        "unless_condition",
        "replacement",
        "counting_itself",
        "only_patches",
        "window",
    }
)


class Mutant(NamedTuple):
    """A changed rule, where it was changed (a path in the rule), and how, in words."""

    path: Path
    words: str
    rule: dict[str, Any]


def mutants(rule: Mapping[str, Any]) -> Iterator[Mutant]:
    """Every mutant of one rule: numbers moved a step, bounds flipped, parts left out, severity changed."""
    severity = SEVERITIES[(SEVERITIES.index(rule["severity"]) + 1) % len(SEVERITIES)]
    yield _changed(rule, ("severity",), f"severity {rule['severity']} → {severity}", lambda _: severity)
    for key in ("drugs", "routes"):
        for i, name in enumerate(rule.get(key, ())):
            yield _dropped(rule, (key, i), f"{key} without {name}")
    if "when" in rule:
        yield _dropped(rule, ("when",), "without its `when`")
        yield from _conditions(rule, ("when",))
    yield from _figures(rule, ("check",))


def _conditions(rule: Mapping[str, Any], path: Path) -> Iterator[Mutant]:
    """Of a ``when``: each part left out, each bound flipped or moved."""
    node = at(rule, path)
    if isinstance(node, list):
        for i, item in enumerate(node):
            if len(node) > 1:
                yield _dropped(rule, (*path, i), f"{named(path)} without {_short(item)}")
            if isinstance(item, Mapping):
                yield from _conditions(rule, (*path, i))
        return
    for key, value in node.items():
        if len(node) > 1:
            yield _dropped(rule, (*path, key), f"{named(path)} without {key}")
        here = (*path, key)
        if key in _RANGES:
            yield from _bounds(rule, here)
        elif key == _MEASURED:
            yield from _numbers(rule, (*here, "within_days"), value["within_days"])
        elif isinstance(value, bool):
            yield _changed(rule, here, f"{named(here)} {value} → {not value}", lambda v: not v)
        elif isinstance(value, Mapping | list):
            yield from _conditions(rule, here)


def _bounds(rule: Mapping[str, Any], path: Path) -> Iterator[Mutant]:
    for key, value in at(rule, path).items():
        yield from _numbers(rule, (*path, key), value)
        other = _FLIPPED[key]
        changed = deepcopy(dict(rule))
        node = at(changed, path)
        node[other] = node.pop(key)
        yield Mutant((*path, key), f"{named(path)} {key} {value} → {other} {value}", changed)


def _figures(rule: Mapping[str, Any], path: Path) -> Iterator[Mutant]:
    """Of a check: each number moved, each optional part and each entry of a list left out."""
    node = at(rule, path)
    for key, value in node.items() if isinstance(node, Mapping) else enumerate(node):
        here = (*path, key)
        if key in _WORDS:
            continue
        if key in _OPTIONAL:
            yield _dropped(rule, here, f"{named(path)} without {key}")
        if key in ("when", "unless_condition"):
            if isinstance(value, Mapping):
                yield from _conditions(rule, here)
        elif isinstance(value, list) and key in _LISTS:
            for i, item in enumerate(value):
                if len(value) > 1:
                    yield _dropped(rule, (*here, i), f"{named(here)} without {_short(item)}")
                if isinstance(item, Mapping):
                    yield from _figures(rule, (*here, i))
        elif isinstance(value, Mapping):
            yield from _figures(rule, here)
        else:
            yield from _numbers(rule, here, value)


def _numbers(rule: Mapping[str, Any], path: Path, value: Any) -> Iterator[Mutant]:
    for new in steps_of(value):
        yield _changed(rule, path, f"{named(path)} {value} → {new}", _to(new))


def steps_of(value: Any) -> Iterator[Any]:
    """The number a unit of its last place down and up; below nothing there is none."""
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, bool) or (match is None and not isinstance(value, int | float)):
        return
    number = Decimal(match[1]) if match else Decimal(str(value))
    step = (
        Decimal(1).scaleb(int(number.as_tuple().exponent))
        if number != number.to_integral_value()
        else Decimal(1)
    )
    for moved in (number - step, number + step):
        if not moved < 0 <= number:
            yield f"{moved:f}{match[2]}" if match else type(value)(moved)


def _to(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


def _changed(rule: Mapping[str, Any], path: Path, words: str, change: Callable[[Any], Any]) -> Mutant:
    changed = deepcopy(dict(rule))
    node = at(changed, path[:-1])
    node[path[-1]] = change(node[path[-1]])
    return Mutant(path, words, changed)


def _dropped(rule: Mapping[str, Any], path: Path, words: str) -> Mutant:
    changed = deepcopy(dict(rule))
    del at(changed, path[:-1])[path[-1]]
    return Mutant(path, words, changed)


def at(rule: Any, path: Path) -> Any:
    """What stands at ``path``."""
    for key in path:
        rule = rule[key]
    return rule


def named(path: Path) -> str:
    """A path in words."""
    return "/".join(str(p) for p in path)


def _short(item: Any) -> str:
    text = str(item)
    return text if len(text) <= 60 else f"{text[:57]}..."
