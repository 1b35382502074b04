"""What stands on the page, and how much of it. ``ORDERLINT_GOLDEN=write`` writes the example anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from orderlint.report.audit_html.page import write

from .samples import AUDIT, FIGURES, SERIES, finding, page, undrawn

GOLDEN = Path(__file__).parent / "golden" / "page.html"


def test_golden() -> None:
    text = re.sub(r"(?s)<style>.*?</style>|<script>.*?</script>|sha256-[^']*", "", page())
    if os.environ.get("ORDERLINT_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_all_findings_are_said_to_be_there() -> None:
    assert "All 3 findings are shown here." in page()


def test_findings_that_are_left_out_are_said() -> None:
    several = (finding(n) for n in range(50))
    text = page(findings=several, limit=20)
    assert "20 of 50 findings are shown here; all are in findings.ndjson" in text
    assert text.count("<article ") == 20


def test_the_size_does_not_grow_with_the_findings() -> None:
    def many(count: int) -> Iterator[dict[str, Any]]:
        return (finding(n) for n in range(count))

    assert len(page(findings=many(5000), limit=100)) < 1.01 * len(page(findings=many(500), limit=100))


def test_a_page_of_nothing() -> None:
    empty: dict[str, Any] = {name: {} for name in FIGURES}
    nobody = {**AUDIT["ledger"], "assessed": 0, "unverifiable": 0}
    text = page(
        findings=(),
        figures=empty,
        rates=[],
        undecided={},
        reasons=[],
        covered={},
        protocols=[],
        changes=None,
        baseline=None,
        ledger=nobody,
    )
    assert "There are none." in text
    assert "No rule has a finding." in text
    assert "No order was judged, so nothing was found safe either." in text
    assert "there are no rates by department" in text
    assert "<figure" not in text


def test_every_link_leads_somewhere_and_every_id_is_there_once() -> None:
    text = page()
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)|aria-labelledby="([^"]+)"', text))
    wanted = {name for found in targets for group in found for name in group.split()}
    assert wanted <= set(ids)
    assert {"findings", f"f-{'0' * 32}"} <= wanted


def test_a_finding_is_there_in_full_with_its_citation() -> None:
    article = page().split(f'<article id="f-{"0" * 32}"')[1].split("</article>")[0]
    for said in (
        "drug a can reach 120 mg/d",
        "80 mg/d",
        "MedicationRequest/mr-0",
        "Patient/p-0",
        "MedicationRequest.000.ndjson, line 1, column 7",
        "eGFR 45 on 2026-02-15",
        "lower the dose to 80 mg a day or less",
        "demo 2026-01-01 (under review), DEM-001, Maximum dose",
        "Do not exceed 80 mg a day of drug A.",
        "Invented protocol, table 1",
        'href="#findings"',
        f'href="#by-day-{"0" * 32}"',
    ):
        assert said in article


def test_every_chart_has_a_name_a_description_and_its_numbers() -> None:
    text = page()
    figures = re.findall(r"(?s)<figure.*?</figure>", text)
    assert len(figures) == 6
    for one in figures:
        assert re.search(r'<svg role="img" aria-labelledby="(\S+)-t \1-d"', one)
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]+</desc>", one)
        if 'id="by-change"' not in one:  # its numbers are the section's
            assert "<details><summary>The numbers as a table</summary>" in one
            assert "<th scope=" in one


def test_limits_are_said_in_words_beside_their_lines() -> None:
    text = page()
    assert "80 mg/d, DEM-001 (error): everyone" in text
    assert "40 mg/d, DEM-002 (warning): age from 65" in text
    assert "on dialysis: avoid, DEM-004" in text
    assert "30 to 60 mL/min: at most 40 mg/d, DEM-004" in text
    assert "from 60 mL/min: at most 2 mg/d for each mL/min (* age from 65), DEM-004" in text


def test_a_chart_of_a_finding_that_is_not_shown_is_not_drawn() -> None:
    other = {"rule": [{**SERIES, "fingerprint": "f" * 32}]}
    assert "by-day-" not in page(figures={**FIGURES, "series": other})


def test_nothing_half_written_is_left(tmp_path: Path) -> None:
    def breaks() -> Iterator[dict[str, Any]]:
        yield finding(0)
        raise OSError("the disk is gone")

    target = tmp_path / "page.html"
    write(target, **{**AUDIT, "drawer": undrawn})
    before = target.read_bytes()
    with pytest.raises(OSError, match="gone"):
        write(target, **{**AUDIT, "drawer": undrawn, "findings": breaks()})

    def no_pen(_: object) -> str:
        raise OSError("no pen")

    with pytest.raises(OSError, match="no pen"):
        write(target, **{**AUDIT, "drawer": no_pen})
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]
    assert before.decode() == page()


class _Open(HTMLParser):
    """Elements that are open; what is closed must be the last of them."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("meta", "link", "br", "input", "path"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass


def test_elements_are_nested_well() -> None:
    parser = _Open()
    parser.feed(page())
    assert parser.open == []
