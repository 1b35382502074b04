"""A patient's dose of one drug by day: the limits, and the day at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from orderlint.report.audit_html.dose_charts import WIDTH
from orderlint.report.audit_html.draw import RIM, Drawer, picture
from orderlint.report.audit_html.frame import frame, swatches
from orderlint.report.audit_html.words import anchor, figure, table, words

_HEIGHT = 150  # pixels of the plot
_OPEN = 14  # least days of an end that is open, so that it can be seen
_HIGHEST = 4  # times the highest limit: what is above is cut off, and said so
_ROOM = 1.15  # above the highest of all
_LONG = 700  # days from which on an axis has months and years
_CLOSE = 14  # pixels that labels of limits need
_ENDS = {"open": "goes on", "unknown": "ended, nobody knows when"}
_EPOCH = date(1970, 1, 1)
Span = tuple[date, date, float | None]  # first day, first day after it, dose


def series_chart(said: Mapping[str, Any], rule: str, link: str, drawer: Drawer) -> str:
    """Bars from step to step; what is above the limit of the finding is in the colour of errors."""
    unit = said["unit"]
    limits = [(v, c, own) for v, c, own in said["limits"] if v is not None]
    spans = _spans(said)
    tallest = max((v for _, _, v in spans if v is not None), default=0)
    highest = max((v for v, _, _ in limits), default=tallest)
    top = (min(max(tallest, highest), _HIGHEST * highest or tallest) * _ROOM) or 1
    own = max((v for v, _, own in limits if own), default=None)
    line = own if own is not None else highest
    name = anchor("by-day", said["fingerprint"])
    drug = f"{said['drug'][:1].upper()}{said['drug'][1:]}"
    title = f"{drug}: one patient's dose by day"
    mark = (
        f"the day at fault is {said['fault']}" if said["fault"] else f"the order begins on {said['begins']}"
    )
    sentence = f"{rule}; {mark}."
    sentence += " The course has more steps before or after." if said["cut"] else ""
    sentence += f" A dose of {tallest:g} {unit} goes beyond the chart." if tallest > top else ""
    first, last = spans[0][0], spans[-1][1]
    margin = max((last - first).days // 30, 1)
    domain = [_ms(_plus(first, -margin)), _ms(_plus(last, margin))]
    spec = {
        "width": WIDTH,
        "height": _HEIGHT,
        "encoding": {
            "x": {
                "type": "temporal",
                "title": f"Day, {_years(first, last)}",
                "scale": {"type": "utc", "domain": domain, "nice": False},
                "axis": {
                    "tickCount": 5,
                    "grid": False,
                    "format": "%-d %b" if (last - first).days < _LONG else "%b %Y",
                    "labelOverlap": "greedy",
                    "labelSeparation": 14,
                },
            },
            "y": {
                "type": "quantitative",
                "title": f"Dose in {unit}",
                "scale": {"domain": [0, top], "nice": False},
                "axis": {"tickCount": 4},
            },
        },
        "layer": [
            _bars(spans, top, line if limits else None, open_end=said["end"] != "known"),
            *_limits(limits, unit, top),
            *_mark(said, first, last),
        ],
    }
    rows = [
        [
            a.isoformat(),
            _ENDS[said["end"]] if said["end"] in _ENDS and b == last else b.isoformat(),
            "can't be computed" if v is None else f"{figure(v)} {words(unit)}",
        ]
        for a, b, v in spans
    ]
    numbers = table(words(title), ("From", "Until (not included)", "Dose a day"), rows, frozenset((2,)))
    names = [("dose", "dose of the day, with all that runs at the same time")]
    if tallest > line:
        names.append(("error", "above the limit"))
    if any(v is None for _, _, v in spans):
        names.append(("hidden", "can't be computed"))
    if said["end"] in _ENDS:
        names.append(("open", _ENDS[said["end"]]))
    drawn = picture(drawer, spec, name, title, sentence)
    return frame(name, title, sentence, drawn, swatches(names) + link, numbers)


def _spans(said: Mapping[str, Any]) -> list[Span]:
    """From step to step; an end that is open gets some days."""
    steps = [(date.fromisoformat(d), v) for d, v in said["steps"]]
    whole = (steps[-1][0] - steps[0][0]).days
    fault = date.fromisoformat(said["fault"] or said["begins"])
    end = _plus(steps[-1][0], max(_OPEN, whole // 5, (fault - steps[-1][0]).days + _OPEN))
    ends = [*(d for d, _ in steps[1:]), end]
    found = [(a, b, v) for (a, v), b in zip(steps, ends, strict=True)]
    return found if found[-1][2] != 0 or len(found) == 1 else found[:-1]


def _bars(spans: Sequence[Span], top: float, line: float | None, *, open_end: bool) -> dict[str, Any]:
    values = []
    for n, (a, b, dose) in enumerate(spans):
        if dose is None:
            values.append({"x": _ms(a), "x2": _ms(b), "y": 0, "y2": top, "c": "var(--hidden)", "o": 1})
            continue
        reached = min(dose, top)
        below = min(reached, line) if line is not None else reached
        pieces = [(_ms(a), _ms(b), 1.0)]
        if open_end and n == len(spans) - 1:  # the last stretch of it is paler
            turn = _ms(b) - (_ms(b) - _ms(a)) // 4
            pieces = [(_ms(a), turn, 1.0), (turn, _ms(b), 0.4)]
        for left, right, solid in pieces:
            where = {"x": left, "x2": right, "o": solid}
            values.append({**where, "y": 0, "y2": below, "c": "var(--dose)"})
            if reached > below:
                values.append({**where, "y": below, "y2": reached, "c": "var(--error)"})
    return {
        "data": {"values": values},
        "mark": {"type": "rect"},
        "encoding": {
            **{k: {"field": k} for k in ("x", "x2", "y", "y2")},
            "fill": {"field": "c", "type": "nominal", "scale": None},
            "opacity": {"field": "o", "type": "quantitative", "scale": None},
        },
    }


def _limits(limits: Sequence[tuple[float, str, bool]], unit: str, top: float) -> list[dict[str, Any]]:
    """A line each, with its label at the right, or at the left where two are close."""
    rows = []
    before, left = None, False
    for value, clause, _ in limits:
        y = _HEIGHT * (1 - value / top)
        left = before is not None and before - y < _CLOSE and not left
        before = y
        rows.append({"y": value, "t": f"{value:g} {unit}, {clause}", "left": left})
    if not rows:
        return []
    layers: list[dict[str, Any]] = [
        {
            "data": {"values": rows},
            "mark": {"type": "rule", "stroke": "var(--limit)", "strokeWidth": 1.75},
            "encoding": {"x": {"value": 0}, "x2": {"value": WIDTH}, "y": {"field": "y"}},
        }
    ]
    for side, at, align in ((True, 3, "left"), (False, WIDTH - 3, "right")):
        same = [r for r in rows if r["left"] is side]
        text = {"type": "text", "fontSize": 11, "fontWeight": 600, "dy": -7, "align": align, **RIM}
        if same:
            layers.append(
                {
                    "data": {"values": same},
                    "mark": text,
                    "encoding": {
                        "x": {"value": at},
                        "y": {"field": "y"},
                        "text": {"field": "t", "type": "nominal"},
                    },
                }
            )
    return layers


def _mark(said: Mapping[str, Any], first: date, last: date) -> list[dict[str, Any]]:
    """A line down the day at fault (else the order's first day), named above the plot."""
    day = date.fromisoformat(said["fault"] or said["begins"])
    name = "at fault" if said["fault"] else "order begins"
    share = (day - first).days / ((last - first).days or 1)
    align = "left" if share < 0.2 else "right" if share > 0.8 else "center"
    values = {"data": {"values": [{"x": _ms(day), "t": f"{name}: {day.isoformat()}"}]}}
    text = {"type": "text", "fontSize": 11, "fill": "var(--ink)", "align": align, "baseline": "bottom"}
    return [
        {
            **values,
            "mark": {"type": "rule", "stroke": "var(--ink)", "strokeDash": [2, 2], "strokeWidth": 1.5},
            "encoding": {"x": {"field": "x"}, "y": {"value": -4}, "y2": {"value": _HEIGHT}},
        },
        {
            **values,
            "mark": text,
            "encoding": {
                "x": {"field": "x"},
                "y": {"value": -6},
                "text": {"field": "t", "type": "nominal"},
            },
        },
    ]


def _years(first: date, last: date) -> str:
    return str(first.year) if first.year == last.year else f"{first.year} to {last.year}"


def _plus(day: date, days: int) -> date:
    return date.fromordinal(min(max(day.toordinal() + days, 1), date.max.toordinal()))


def _ms(day: date) -> int:
    return (day - _EPOCH) // timedelta(days=1) * 86_400_000
