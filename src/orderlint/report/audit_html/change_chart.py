"""Changed verdicts of each rule: what is found beside the baseline to the right, what is not to the left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from orderlint.report.audit_html.change_kinds import KINDS
from orderlint.report.audit_html.draw import Drawer, picture
from orderlint.report.audit_html.frame import frame, swatches
from orderlint.report.sanitize import clipped

_RULES = 20
_WIDTH, _ROW = 420, 22  # pixels of the plot, and of a rule
_LETTER = 7  # pixels, at most, on average
_LONGEST = 60  # letters of a rule's name


def change_chart(found: Mapping[str, Counter[str]], drawer: Drawer) -> str:
    """Bars from the middle. Nothing where nothing changed; the section's table has the numbers."""
    shown = {clipped(rule, _LONGEST): kinds for rule, kinds in list(found.items())[:_RULES]}
    if not shown:
        return ""
    most = max(
        sum(kinds[k.name] for k in KINDS if k.more is more)
        for kinds in shown.values()
        for more in (True, False)
    )
    values = []
    for rule, kinds in shown.items():
        for more, sign in ((True, 1), (False, -1)):
            base = 0
            for kind in KINDS:
                number = kinds[kind.name] if kind.more is more else 0
                if number:
                    ends = sign * base, sign * (base + number)
                    values.append({"r": rule, "x": min(ends), "x2": max(ends), "c": f"var(--{kind.name})"})
                base += number
    down = {
        "labelLimit": 420,
        "minExtent": _LETTER * max(map(len, shown)),  # whatever font the reader has
        "ticks": False,
        "domain": False,
        "labelColor": "var(--ink)",
    }
    spec = {
        "width": _WIDTH,
        "height": _ROW * len(shown),
        "encoding": {
            "y": {"field": "r", "type": "nominal", "sort": list(shown), "title": None, "axis": down}
        },
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "bar", "stroke": "var(--paper)", "strokeWidth": 0.5},
                "encoding": {
                    "x": {
                        "field": "x",
                        "type": "quantitative",
                        "title": "Verdicts: less found, or milder | more found, more severe, or undecided",
                        "scale": {"domain": [-most, most], "nice": True},
                        "axis": {
                            "tickCount": 6,
                            "tickMinStep": 1,
                            "labelExpr": "format(abs(datum.value), '~s')",
                        },
                    },
                    "x2": {"field": "x2"},
                    "fill": {"field": "c", "type": "nominal", "scale": None},
                },
            },
            {
                "data": {"values": [{"x": 0}]},
                "mark": {"type": "rule", "stroke": "var(--ink)", "strokeWidth": 1},
                "encoding": {
                    "x": {"field": "x", "type": "quantitative"},
                    "y": {"value": 0},
                    "y2": {"value": _ROW * len(shown)},
                },
            },
        ],
    }
    title = "Changed verdicts of each rule"
    rest = f" The {len(shown)} of {len(found)} rules with the most." if len(shown) < len(found) else ""
    said = (
        "To the right what is found, is more severe or undecided by the protocols of this run and not by the "
        f"baseline; to the left the reverse. The numbers are in the table below.{rest}"
    )
    key = swatches((k.name, f"{k.title}: {k.means}") for k in KINDS)
    return frame("by-change", title, said, picture(drawer, spec, "by-change", title, said), key, wide=True)
