"""Findings over time: how many of a hundred orders, by severity, and for each rule."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.report.audit_html.draw import Drawer, picture
from orderlint.report.audit_html.frame import frame, swatches
from orderlint.report.audit_html.words import count, table, words
from orderlint.report.sanitize import clipped

_MOST = 24  # periods; months become quarters, quarters years
_RULES = 25
_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_COLUMN, _ROW = 30, 24  # pixels of a cell
_LETTER = 7  # pixels, at most, on average
_NARROWEST = 360  # pixels of a chart
_SHADES = (1, 5, 15, 30)  # findings for each hundred orders from which a cell is darker
_BEFORE = "earlier"
_PER_100 = "Findings per 100 orders"
Sums = dict[str, list[int]]  # period → orders, then findings of each severity


def periods(months: Iterable[str]) -> dict[str, str]:
    """Month → the period that it is drawn in: itself, its quarter or its year; too many years become one."""
    known = sorted({m for m in months if _MONTH.fullmatch(m)})
    spans: dict[str, str] = {}
    for name in (str, _quarter, _year):
        spans = {m: name(m) for m in known}
        if len(set(spans.values())) <= _MOST:
            return spans
    shown = set(sorted(set(spans.values()))[1 - _MOST :])
    return {m: y if y in shown else _BEFORE for m, y in spans.items()}


def _quarter(month: str) -> str:
    return f"{month[:4]} Q{(int(month[5:7]) + 2) // 3}"


def _year(month: str) -> str:
    return month[:4]


def summed(months: Mapping[str, list[int]], spans: Mapping[str, str]) -> Sums:
    """The counts of each period, in the order of time."""
    sums: Sums = {}
    for month in sorted(spans):
        have = sums.setdefault(spans[month], [0] * (1 + len(SEVERITIES)))
        sums[spans[month]] = [a + b for a, b in zip(have, months[month], strict=True)]
    return sums


def by_severity(months: Mapping[str, list[int]], drawer: Drawer) -> str:
    """Stacked bars: findings of each severity for each hundred orders of the period."""
    sums = summed(months, periods(months))
    if not sums:
        return ""
    bars = []
    for period, (orders, *found) in sums.items():
        base = 0.0
        for severity, number in zip(SEVERITIES, found, strict=True):
            top = base + 100 * number / max(orders, 1)
            bars.append({"p": period, "y": base, "y2": top, "c": f"var(--{severity})"})
            base = top
    spec = {
        "width": max(_COLUMN * len(sums), _NARROWEST),
        "height": 180,
        "data": {"values": bars},
        "mark": {"type": "bar", "stroke": "var(--paper)", "strokeWidth": 0.5},
        "encoding": {
            "x": _time(sums),
            "y": {"field": "y", "type": "quantitative", "title": _PER_100, "axis": {"tickCount": 5}},
            "y2": {"field": "y2"},
            "fill": {"field": "c", "type": "nominal", "scale": None},
        },
    }
    title = "Findings over time, by severity"
    first, last = next(iter(sums)), list(sums)[-1]
    said = f"{_PER_100} of covered drugs, by the date of the order, from {first} to {last}.{_left(months)}"
    rows = [[words(p), *map(count, s), f"{100 * sum(s[1:]) / max(s[0], 1):.1f}"] for p, s in sums.items()]
    head = ("Period", "Orders", "Errors", "Warnings", "Infos", _PER_100)
    return frame(
        "by-severity",
        title,
        said,
        picture(drawer, spec, "by-severity", title, said),
        swatches((s, s) for s in SEVERITIES),
        table(words(title), head, rows, frozenset(range(1, 6))),
        wide=True,
    )


def by_rule(months: Mapping[str, list[int]], rates: Iterable[Mapping[str, Any]], drawer: Drawer) -> str:
    """A grid of rules and periods: the number of findings, shaded by how many there are for the orders."""
    spans = periods(months)
    sums = summed(months, spans)
    found: dict[str, dict[str, int]] = {}
    for rate in rates:
        period = spans.get(str(rate["of"])) if rate["by"] == "month" else None
        if period is not None:
            row = found.setdefault(clipped(str(rate["rule"]), 60), {})
            row[period] = row.get(period, 0) + int(rate["findings"])
    if not found:
        return ""
    ranked = sorted(found, key=lambda rule: (-sum(found[rule].values()), rule))
    shown = ranked[:_RULES]
    spec = _grid({rule: found[rule] for rule in shown}, sums)
    title = "Findings of each rule over time"
    rest = (
        ""
        if len(shown) == len(ranked)
        else f" The {len(shown)} of {len(ranked)} rules with the most findings."
    )
    said = (
        "The number in a cell is how many findings there are; the darker the cell, the more there are for "
        f"the orders of the period.{rest}{_left(months)}"
    )
    rows = [
        [words(r), *(count(found[r].get(p, 0)) for p in sums), count(sum(found[r].values()))] for r in ranked
    ]
    rows.append(
        [
            "orders of covered drugs",
            *(count(s[0]) for s in sums.values()),
            count(sum(s[0] for s in sums.values())),
        ]
    )
    head = ("Rule", *map(words, sums), "All")
    between = (f"{a} to below {b}" for a, b in pairwise(_SHADES))
    names = (f"below {_SHADES[0]}", *between, f"{_SHADES[-1]} or more")
    return frame(
        "by-rule",
        title,
        said,
        picture(drawer, spec, "by-rule", title, said),
        swatches(((f"shade{n}", name) for n, name in enumerate(names)), f"{_PER_100}:"),
        table(words(title), head, rows, frozenset(range(1, len(head)))),
        wide=True,
    )


def _grid(found: Mapping[str, Mapping[str, int]], sums: Sums) -> dict[str, Any]:
    cells = []
    for rule, row in found.items():
        for period, (orders, *_) in sums.items():
            number = row.get(period, 0)
            shade = sum(100 * number >= least * max(orders, 1) for least in _SHADES)
            cells.append(
                {
                    "r": rule,
                    "p": period,
                    "n": _short(number),
                    "c": f"var(--shade{shade})" if number else "var(--none)",
                    "t": "var(--on-dark)" if shade >= 3 else "var(--ink)",
                }
            )
    longest = max(map(len, found))
    down = {
        "labelLimit": 420,
        "minExtent": _LETTER * longest,  # whatever font the reader has
        "ticks": False,
        "domain": False,
        "labelColor": "var(--ink)",
    }
    return {
        "width": _COLUMN * len(sums),
        "height": _ROW * len(found),
        "data": {"values": cells},
        "encoding": {
            "x": _time(sums),
            "y": {"field": "r", "type": "nominal", "sort": list(found), "title": None, "axis": down},
        },
        "layer": [
            {
                "mark": {"type": "rect", "stroke": "var(--paper)", "strokeWidth": 1.5},
                "encoding": {"fill": {"field": "c", "type": "nominal", "scale": None}},
            },
            {
                "mark": {"type": "text", "fontSize": 10},
                "encoding": {
                    "text": {"field": "n", "type": "nominal"},
                    "fill": {"field": "t", "type": "nominal", "scale": None},
                },
            },
        ],
    }


def _time(sums: Sums) -> dict[str, Any]:
    axis = {"labelAngle": -45, "labelOverlap": False, "ticks": False}
    return {"field": "p", "type": "nominal", "sort": list(sums), "title": "Date of the order", "axis": axis}


def _short(number: int) -> str:
    if number < 10_000:
        return str(number) if number else ""
    return f"{number // 1000}k" if number < 1_000_000 else f"{number / 1e6:.1f}M"


def _left(months: Mapping[str, list[int]]) -> str:
    """Orders that have no place on the axis."""
    undated = sum(counts[0] for month, counts in months.items() if not _MONTH.fullmatch(month))
    return f" {undated:,} orders without a date are left out." if undated else ""
