"""Kidney function against dose, with the bands of the protocols."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from orderlint.report.audit_html.boxes import boxes
from orderlint.report.audit_html.dose_charts import WIDTH
from orderlint.report.audit_html.draw import RIM, Drawer, picture
from orderlint.report.audit_html.frame import frame, swatches
from orderlint.report.audit_html.words import anchor, count, figure, table, words

_HEIGHT = 240  # pixels of the plot
_APART = {"unknown": "not known", "dialysis": "dialysis"}  # columns beside the axis
_WIDE, _GAP = 5, 1  # steps of kidney function that such a column takes, and that stand between
_SHADES = (1, 3, 10, 30)  # orders from which a cell is darker

Spans = list[tuple[float, float]]  # where each band begins and ends on the axis


def kidney_chart(scale: Mapping[str, Any], cells: Mapping[str, int], drawer: Drawer) -> str:
    """A grid of kidney function and dose: how many orders, and which of them have a finding about it."""
    if not scale["bands"] or not cells:
        return ""
    found: dict[tuple[str, int], list[int]] = {}
    for name, number in cells.items():
        kidney, dose, faulty = name.split(" ")
        pair = found.setdefault((kidney, int(dose)), [0, 0])
        pair[0] += number
        pair[1] += number * int(faulty)
    step, steps = scale["renal_step"], 2 * scale["renal_steps"]
    top = max([*(d for _, d in found), scale["steps"]]) + 1
    axis_end = (steps + 1) * step
    starts = {k: axis_end + (_GAP + n * (_WIDE + _GAP)) * step for n, k in enumerate(_APART)}
    end = max(starts.values()) + _WIDE * step
    dialysis = (starts["dialysis"], starts["dialysis"] + _WIDE * step)
    spans = [dialysis if b["dialysis"] else (b["low"], b["high"] or axis_end) for b in scale["bands"]]
    title = f"{scale['drug'][:1].upper()}{scale['drug'][1:]}: kidney function and dose"
    name = anchor("kidney", f"{scale['drug']}-{'-'.join(scale['routes'])}")
    orders, faulty_all = (sum(p[n] for p in found.values()) for n in (0, 1))
    said = (
        f"{orders:,} orders by kidney function on their day and the most that a day adds up to; "
        f"{faulty_all:,} have a finding about kidney function. Of a range the lower end counts."
    )
    spec = {
        "width": WIDTH,
        "height": _HEIGHT,
        "encoding": {
            "x": _across(scale, steps * step, starts, end),
            "y": {
                "type": "quantitative",
                "title": f"Dose a day in {scale['unit']}",
                "scale": {"domain": [0, top * scale["step"]], "nice": False},
                "axis": {"tickCount": 6, "grid": False},
            },
        },
        "layer": [
            *_forbidden(scale, spans, top * scale["step"]),
            _grid(scale, found, step, steps, starts),
            *_limits(scale, spans, top * scale["step"]),
        ],
    }
    rows = [
        [_kidney_words(k, step, steps), _dose_words(d, scale), count(pair[0]), count(pair[1])]
        for (k, d), pair in sorted(found.items(), key=lambda x: (_place(x[0][0], step, starts), x[0][1]))
    ]
    head = ("Kidney function", "Dose a day", "Orders", "With a finding about it")
    names = [f"{a} to {b - 1}" if b - a > 1 else str(a) for a, b in pairwise(_SHADES)]
    names.append(f"{_SHADES[-1]} or more")
    key = swatches(((f"shade{n + 1}", x) for n, x in enumerate(names)), "Orders:")
    key += swatches(((f"fault{n + 1}", x) for n, x in enumerate(names)), "Of them with a finding:")
    return frame(
        name,
        title,
        said,
        picture(drawer, spec, name, title, f"{said} {_in_words(scale)}"),
        key + _bands_key(scale),
        table(words(title), head, rows, frozenset((2, 3))),
    )


def _across(scale: Mapping[str, Any], last: float, starts: Mapping[str, float], end: float) -> dict[str, Any]:
    edges = {0, *(e for b in scale["bands"] for e in (b["low"], b["high"]) if e is not None)}
    middles = {k: at + _WIDE * scale["renal_step"] / 2 for k, at in starts.items()}
    spoken = " : ".join(f"datum.value == {at} ? '{_APART[k]}'" for k, at in middles.items())
    return {
        "type": "quantitative",
        "title": "Kidney function in mL/min",
        "scale": {"domain": [0, end], "nice": False},
        "axis": {
            "values": [*sorted(edges), last * 3 / 4, last, *middles.values()],
            "labelExpr": f"{spoken} : datum.value == {last} ? '{last:g}+' : datum.label",
            "labelOverlap": False,
            "grid": False,
        },
    }


def _place(kidney: str, step: float, starts: Mapping[str, float]) -> float:
    return starts[kidney] if kidney in starts else int(kidney) * step


def _grid(
    scale: Mapping[str, Any],
    found: Mapping[tuple[str, int], list[int]],
    step: float,
    steps: int,
    starts: Mapping[str, float],
) -> dict[str, Any]:
    values = []
    for (kidney, dose), (orders, faulty) in found.items():
        at = _place(kidney, step, starts)
        shade = sum((faulty or orders) >= least for least in _SHADES)
        values.append(
            {
                "x": at,
                "x2": at + step * (_WIDE if kidney in starts else 1),
                "y": dose * scale["step"],
                "y2": (dose + 1) * scale["step"],
                "c": f"var(--{'fault' if faulty else 'shade'}{shade})",
            }
        )
    return boxes(values, 0.5)


def _forbidden(scale: Mapping[str, Any], spans: Spans, top: float) -> list[dict[str, Any]]:
    """Where a band forbids the drug, for everyone or for some."""
    layers = []
    for band, (low, high) in zip(scale["bands"], spans, strict=True):
        if band["avoid"]:
            value = {"x": low, "x2": high, "y": 0, "y2": top}
            layers.append(
                {
                    "data": {"values": [value]},
                    "mark": {
                        "type": "rect",
                        "fill": "var(--limit)",
                        "opacity": 0.08 if band["who"] else 0.16,
                    },
                    "encoding": {k: {"field": k} for k in ("x", "x2", "y", "y2")},
                }
            )
            says = "avoid*" if band["who"] else "avoid"
            layers.append(_label((low + high) / 2, top, says, 12))
    return layers


def _limits(scale: Mapping[str, Any], spans: Spans, top: float) -> list[dict[str, Any]]:
    """The most a day in each band."""
    layers = []
    for band, (low, high) in zip(scale["bands"], spans, strict=True):
        if high <= low:
            continue
        if band["limit"] is not None:
            ends = [{"x": low, "y": band["limit"]}, {"x": high, "y": band["limit"]}]
        elif band["per_k"] is not None:
            ends = [{"x": low, "y": band["per_k"] * low}, {"x": high, "y": band["per_k"] * high}]
        else:
            continue
        if max(e["y"] for e in ends) > top:
            continue
        dash = {"strokeDash": [4, 3]} if band["who"] else {}
        layers.append(
            {
                "data": {"values": ends},
                "mark": {"type": "line", "stroke": "var(--limit)", "strokeWidth": 2.5, **dash},
                "encoding": {"x": {"field": "x"}, "y": {"field": "y"}},
            }
        )
        if band["limit"] is not None:
            says = f"{band['limit']:g}{'*' if band['who'] else ''}"
            layers.append(_label((low + high) / 2, band["limit"], says, -7))
    return layers


def _label(x: float, y: float, says: str, down: int) -> dict[str, Any]:
    """A word that can be read on any cell."""
    return {
        "data": {"values": [{"x": x, "y": y, "t": says}]},
        "mark": {"type": "text", "fontSize": 11, "fontWeight": 600, "dy": down, **RIM},
        "encoding": {"x": {"field": "x"}, "y": {"field": "y"}, "text": {"field": "t", "type": "nominal"}},
    }


def _bands_key(scale: Mapping[str, Any]) -> str:
    items = [
        f'<li><i class="{"dashed" if b["who"] else "solid"}"></i>{words(_band_words(b, scale["unit"]))}</li>'
        for b in scale["bands"]
    ]
    return f'<ul class="key limits">{"".join(items)}</ul>'


def _band_words(band: Mapping[str, Any], unit: str) -> str:
    """ "15 to 30 mL/min: at most 150 mg/d, AKA-009"."""
    if band["dialysis"]:
        span = "on dialysis"
    elif band["low"] == band["high"]:
        span = f"at {band['low']:g} mL/min"
    elif band["high"] is None:
        span = f"from {band['low']:g} mL/min"
    elif not band["low"]:
        span = f"up to {band['high']:g} mL/min"
    else:
        span = f"{band['low']:g} to {band['high']:g} mL/min"
    if band["avoid"]:
        most = "avoid"
    elif band["limit"] is not None:
        most = f"at most {band['limit']:g} {unit}"
    elif band["per_k"] is not None:
        most = f"at most {band['per_k']:g} {unit} for each mL/min"
    else:
        most = "limits of a single dose or of times a day"
    who = f" (* {band['who']})" if band["who"] else ""
    return f"{span}: {most}{who}, {band['clause']}"


def _in_words(scale: Mapping[str, Any]) -> str:
    return f"Bands: {'; '.join(_band_words(b, scale['unit']) for b in scale['bands'])}."


def _kidney_words(kidney: str, step: float, steps: int) -> str:
    if kidney in _APART:
        return _APART[kidney]
    n = int(kidney)
    if n >= steps:
        return f"{figure(n * step)} mL/min or more"
    return f"{figure(n * step)} to below {figure((n + 1) * step)} mL/min"


def _dose_words(dose: int, scale: Mapping[str, Any]) -> str:
    step, unit = scale["step"], words(scale["unit"])
    if dose >= 2 * scale["steps"]:
        return f"above {figure(dose * step)} {unit}"
    return f"above {figure(dose * step)} to {figure((dose + 1) * step)} {unit}"
