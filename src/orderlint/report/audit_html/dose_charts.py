"""How the daily doses of a drug are spread, and where the limits of the protocols stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.report.audit_html.boxes import boxes
from orderlint.report.audit_html.draw import Drawer, picture
from orderlint.report.audit_html.frame import frame, swatches
from orderlint.report.audit_html.words import anchor, count, figure, table, words

WIDTH, HEIGHT = 420, 200  # pixels of the plot
_KINDS = (*SEVERITIES, "clear")  # by the number that a bin has after its blank
_TICKS = 9  # at most
_ROUND = ("1.0", "2.0", "2.5", "5.0")  # first figures of the distance of ticks
_LABEL, _LINE = 58, 13  # pixels of a limit's label


def dose_chart(scale: Mapping[str, Any], cells: Mapping[str, int], unknown: int, drawer: Drawer) -> str:
    """Bars of orders by daily dose, stacked by the worst finding about it, and a line a limit."""
    step, steps = scale["step"], scale["steps"]
    bins: dict[int, list[int]] = {}
    for name, number in cells.items():
        dose, _, kind = name.partition(" ")
        bins.setdefault(int(dose), [0] * len(_KINDS))[int(kind)] += number
    last = max([*bins, steps + 1])
    end = (last + 1) * step
    orders = sum(map(sum, bins.values()))
    name = anchor("dose", f"{scale['drug']}-{'-'.join(scale['routes'])}")
    title = f"{_capital(scale['drug'])}: doses a day"
    routes = " or ".join(reversed(scale["routes"])) or "any route"
    said = (
        f"{orders:,} orders ({routes}) by the most that a day adds up to, in steps of {step:g} "
        f"{scale['unit']}."
        + (f" The dose of {unknown:,} more can't be computed: they are not in the chart." if unknown else "")
    )
    spec = {
        "width": WIDTH,
        "height": HEIGHT,
        "layer": [_bars(bins, step), *limit_lines(scale["lines"], scale["unit"], end)],
    }
    top = 2 * steps
    x = {
        "type": "quantitative",
        "title": f"Dose a day in {scale['unit']}",
        "scale": {"domain": [0, end], "nice": False},
        "axis": {"grid": False, **_ticks(last, top, step)},
    }
    spec["encoding"] = {"x": x, "y": _COUNT}
    rows = [
        [_span(n, top, step, scale["unit"]), *(count(k) for k in reversed(bins[n])), count(sum(bins[n]))]
        for n in sorted(bins)
    ]
    head = ("Dose a day", "No finding on it", "Info", "Warning", "Error", "Orders")
    return frame(
        name,
        title,
        said,
        picture(drawer, spec, name, title, f"{said} {_in_words(scale)}"),
        swatches((k, "no finding about the dose" if k == "clear" else k) for k in reversed(_KINDS))
        + limits_key(scale["lines"], scale["unit"]),
        table(words(title), head, rows, frozenset(range(1, 6))),
    )


_COUNT = {
    "type": "quantitative",
    "title": "Orders",
    "axis": {"tickCount": 5, "tickMinStep": 1, "format": "~s"},
}


def _bars(bins: Mapping[int, list[int]], step: float) -> dict[str, Any]:
    values = []
    for n, kinds in sorted(bins.items()):
        base = 0
        for kind in reversed(range(len(_KINDS))):  # the worst on top
            if kinds[kind]:
                values.append(
                    {"x": n * step, "x2": (n + 1) * step, "y": base, "y2": base + kinds[kind],
                     "c": f"var(--{_KINDS[kind]})"}
                )  # fmt: skip
            base += kinds[kind]
    return boxes(values, 0.75)


def limit_lines(lines: Iterable[Mapping[str, Any]], unit: str, end: float) -> list[dict[str, Any]]:
    """A line up each limit, dashed where it holds for some only, and its value above the plot."""
    marks = []
    taken: list[float] = []  # where the last label of each row ends
    for value, everyone in sorted(_strongest(lines).items()):
        at = WIDTH * value / end
        row = next((n for n, until in enumerate(taken) if at - _LABEL / 2 >= until), len(taken))
        taken[row : row + 1] = [at + _LABEL / 2]
        marks.append({"x": value, "label": f"{value:g} {unit}", "row": row, "all": everyone})
    layers: list[dict[str, Any]] = []
    for everyone in (False, True):
        some = [m for m in marks if m["all"] is everyone]
        if some:
            rule = {"type": "rule", "stroke": "var(--limit)", "strokeWidth": 2 if everyone else 1.25}
            layers.append(
                {
                    "data": {"values": some},
                    "mark": rule if everyone else {**rule, "strokeDash": [4, 3]},
                    "encoding": {"x": {"field": "x"}, "y": {"value": HEIGHT}, "y2": {"value": 0}},
                }
            )
    for row in range(len(taken)):
        same = [m for m in marks if m["row"] == row]
        weight = {"fill": "var(--limit)", "fontSize": 11, "fontWeight": 600}
        layers.append(
            {
                "data": {"values": same},
                "mark": {"type": "text", "baseline": "bottom", **weight},
                "encoding": {
                    "x": {"field": "x"},
                    "y": {"value": -3 - row * _LINE},
                    "text": {"field": "label", "type": "nominal"},
                },
            }
        )
    return layers


def limits_key(lines: Iterable[Mapping[str, Any]], unit: str) -> str:
    """The limits in words: the clause, and for whom."""
    items = []
    for line in sorted(lines, key=lambda x: (-x["value"], x["clause"])):
        who = line["who"] or "everyone"
        style = "dashed" if line["who"] else "solid"
        items.append(
            f'<li><i class="{style}"></i>{figure(line["value"])} {words(unit)}, {words(line["clause"])} '
            f"({words(line['severity'])}): {words(who)}</li>"
        )
    return f'<ul class="key limits">{"".join(items)}</ul>' if items else ""


def _strongest(lines: Iterable[Mapping[str, Any]]) -> dict[float, bool]:
    """Each value once; True where it holds for everyone."""
    found: dict[float, bool] = {}
    for line in lines:
        found[line["value"]] = found.get(line["value"], False) or not line["who"]
    return found


def _ticks(last: int, top: int, step: float) -> dict[str, Any]:
    """Edges of bins; the last bin holds everything above, and its mark is a word."""
    fits = [n for n in range(1, last + 2) if last < _TICKS * n]
    every = next((n for n in fits if f"{n * step:e}"[:3] in _ROUND), fits[0])
    if last < top:
        return {"values": [n * step for n in range(0, last + 2, every)]}
    values = [n * step for n in range(0, top - 2, every)]
    middle = (top + 0.5) * step
    expression = f"datum.value == {middle} ? 'more' : datum.label"
    return {"values": [*values, middle], "labelExpr": expression, "labelOverlap": False}


def _span(n: int, top: int, step: float, unit: str) -> str:
    if n >= top:
        return f"above {figure(top * step)} {words(unit)}"
    return (
        f"above {figure(n * step)} to {figure((n + 1) * step)} {words(unit)}"
        if n
        else f"to {figure(step)} {words(unit)}"
    )


def _in_words(scale: Mapping[str, Any]) -> str:
    said = [f"{x['value']:g} {scale['unit']} ({x['who'] or 'everyone'})" for x in scale["lines"]]
    return f"Limits: {'; '.join(said)}." if said else "No limit of a day's dose is in force for everyone."


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]
