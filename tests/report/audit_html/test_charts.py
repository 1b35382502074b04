"""The drawings themselves: that the library takes every specification, and where limits stand."""

from __future__ import annotations

import re
import sys
from xml.etree import ElementTree

import pytest

from orderlint.report.audit_html import draw
from orderlint.report.audit_html.dose_charts import limit_lines
from orderlint.report.audit_html.month_charts import periods

from .samples import SCALE, page

drawn = pytest.mark.skipif(
    draw.available() is not None, reason="vl-convert-python is not installed (extra: html)"
)


@drawn
def test_every_chart_is_drawn_as_well_formed_svg() -> None:
    text = page(drawer=draw.vega)
    pictures = re.findall(r"(?s)<svg role.*?</svg>", text)
    assert len(pictures) == 6
    for one in pictures:
        ElementTree.fromstring(one)  # noqa: S314 -- our own
        assert "NaN" not in one
        assert "undefined" not in one
        assert len(one) < 30_000


@drawn
def test_axes_have_their_units_and_limits_their_names() -> None:
    text = page(drawer=draw.vega)
    for words in (
        "Dose a day in mg/d",
        "Kidney function in mL/min",
        "Findings per 100 orders",
        ">80 mg/d<",
        ">80 mg/d, DEM-001<",
        ">at fault: 2026-03-15<",
        ">avoid<",
        ">dialysis<",
        ">more<",
    ):
        assert words in text, words


@drawn
def test_drawing_twice_gives_the_same_bytes() -> None:
    assert page(drawer=draw.vega) == page(drawer=draw.vega)


def test_labels_of_limits_that_are_close_stand_in_rows_of_their_own() -> None:
    layers = limit_lines(SCALE["lines"], "mg/d", 165)  # type: ignore[arg-type]
    rows = {
        value["x"]: layer["encoding"]["y"]["value"]
        for layer in layers
        if layer["mark"]["type"] == "text"
        for value in layer["data"]["values"]
    }
    assert rows[30] != rows[40]
    assert rows[30] == rows[80]


def test_months_become_quarters_and_years_where_they_are_many() -> None:
    def months(count: int) -> list[str]:
        return [f"{2000 + n // 12}-{n % 12 + 1:02}" for n in range(count)]

    assert set(periods(months(24)).values()) == set(months(24))
    assert periods(months(40))["2001-05"] == "2001 Q2"
    assert periods(months(100))["2001-05"] == "2001"
    assert len(set(periods(months(600)).values())) == 24
    assert periods(months(600))["2001-05"] == "earlier"
    assert periods(["no date", "9999-99", "2000-01\n"]) == {}


def test_what_is_no_drawing_is_not_put_in_the_page() -> None:
    said = draw.picture(lambda _: "<script>alert(1)</script>", {}, "a", "title", "said <b>")
    assert said == '<p class="soft">said &lt;b&gt;</p>'


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    assert "orderlint[html]" in (draw.available() or "")
