"""The text report: what stands where, and that nothing unchecked looks safe."""

from __future__ import annotations

import re

import pytest

from orderlint.findings import Ledger, ProtocolInfo, Result
from orderlint.record import Place
from orderlint.report.context import Context
from orderlint.report.excerpt import cells
from orderlint.report.text import render

from .samples import CLEAN, CONTEXT, EMPTY, FULL, HOSTILE, MAXIMUM, ONE_OF_LINE, UNDECIDED, WINDOW


def only(*findings: object, **context: object) -> str:
    result = FULL._replace(findings=findings, suppressed=())  # type: ignore[arg-type]
    return render(result, CONTEXT._replace(**context))  # type: ignore[arg-type]


def marked(text: str) -> str:
    """What the carets of the first finding stand under."""
    rows = text.splitlines()
    under = next(n for n, row in enumerate(rows) if row.endswith("^") and "|" in row)
    start, end = rows[under].index("^"), rows[under].rindex("^") + 1
    column, out = 0, ""
    for char in rows[under - 1]:
        if start <= column < end:
            out += char
        column += cells(char)
    return out


def test_one_line_is_underlined_exactly() -> None:
    assert marked(only(ONE_OF_LINE)) == '"doseQuantity": {"value": 40, "unit": "mg"'


@pytest.mark.parametrize("width", [40, 60, 80, 120, 160])
def test_a_long_line_is_shown_around_the_column(width: int) -> None:
    text = only(WINDOW, width=width)
    assert marked(text) == '"text":"1 tablet"'
    frame = [row for row in text.splitlines() if row.startswith(("1 |", "  |"))]
    assert all(cells(row) <= width for row in frame)
    assert "Mustermann" not in text


def test_the_mark_is_right_behind_tabs_wide_and_combining_characters() -> None:
    assert marked(only(HOSTILE)) == '"dose": {"value": 10}'


def test_a_block_has_a_bar_and_a_long_one_a_fold() -> None:
    text = only(MAXIMUM)
    assert "11 | /     {\n12 | |       " in text
    assert "   | |_____^\n" in text
    source = ["[", *(f"  {n}," for n in range(100)), "]"]
    finding = MAXIMUM._replace(line=1, column=1, end_line=102, end_column=2)
    text = only(finding, lines=lambda f, a, b: source[a - 1 : b])
    assert "| … 98 more lines\n102 | | ]" in text
    far = finding._replace(end_line=2000)
    text = only(far, lines=lambda f, a, b: (source * 30)[a - 1 : b])
    assert "| … 1997 more lines" in text


def test_no_neighbours_of_another_document_are_shown() -> None:
    rows = ['{"id": "a"}', '{"id": "b"}', '{"id": "c"}']
    finding = ONE_OF_LINE._replace(
        place=Place("x.ndjson", "/id", 2, 12), line=2, column=2, end_line=2, end_column=11
    )
    text = only(finding, lines=lambda f, a, b: rows[a - 1 : b])
    assert '"b"' in text
    assert '"a"' not in text
    assert '"c"' not in text


@pytest.mark.parametrize("rows", [[], [""], ["x"] * 3])
def test_source_that_is_shorter_than_the_place_costs_only_the_excerpt(rows: list[str]) -> None:
    text = only(ONE_OF_LINE, lines=lambda f, a, b: rows[a - 1 : b])
    assert "orders/a.json:15:24" in text
    assert "= at: MedicationRequest.dosageInstruction[0]" in text


def test_a_column_beyond_the_line_is_marked_at_its_end() -> None:
    assert "^" in only(ONE_OF_LINE._replace(column=10_000, end_column=10_001))


def test_untrusted_words_stay_on_their_line() -> None:
    text = only(HOSTILE)
    assert not set(text) & {"\x1b", "\x07", "\x9b", "\u202e", "\r"}
    assert "\\x1b]0;pwned\\x07 \\u202ereversed" in text
    assert not any(row.lstrip().startswith("::") for row in text.splitlines())
    assert "##[" not in text


def test_colour_only_adds_colour() -> None:
    colored = render(FULL, CONTEXT._replace(color=True))
    assert "\x1b[31m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == render(FULL, CONTEXT)


def test_a_megabyte_of_message_is_cut() -> None:
    assert len(only(MAXIMUM._replace(message="x" * 1_000_000))) < 10_000


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (CLEAN, "No findings in the 3 orders assessed."),
        (UNDECIDED, "No findings, but the only order was not assessed."),
        (EMPTY, "No orders found: nothing was assessed."),
        (CLEAN._replace(ledger=Ledger(1, 0, 9, 0, 8, 0, 8, 0, 0)), "none of the 8 orders was assessed"),
    ],
)
def test_nothing_found_says_in_what(result: Result, words: str) -> None:
    assert words in render(result, Context())


def test_what_could_not_be_checked_is_loud() -> None:
    text = render(FULL._replace(findings=()), Context())
    assert "NOT READ: 1 of 6 inputs was not readable" in text
    assert "NOT VERIFIED: 2 of 40 orders could not be decided. That is not a pass." in text
    assert "40 orders: 30 assessed, 6 not covered, 2 skipped, 2 could not be verified" in text
    assert "NOT" not in render(CLEAN, Context())


def test_unreviewed_protocols_are_always_called_so() -> None:
    bare = CLEAN._replace(protocols=(ProtocolInfo("x", "1", "submitted"), ProtocolInfo("y", "1", "approved")))
    text = render(bare, Context())
    assert "protocol: x 1 (submitted; pending human review)" in text
    assert "protocol: y 1 (approved)" in text


def test_suppressed_findings_are_counted_and_shown_when_asked() -> None:
    quiet = render(FULL, CONTEXT._replace(show_suppressed=False))
    assert "(1 suppressed)" in quiet
    assert "agreed with the ward" not in quiet
    assert "= reason: agreed with the ward" in render(FULL, CONTEXT)


def test_of_many_citations_only_the_leading_and_those_with_figures_are_written_out() -> None:
    text = render(FULL._replace(findings=(MAXIMUM,)), CONTEXT._replace(width=200))
    (also,) = [line for line in text.split("\n") if "= also:" in line]
    assert also.strip() == "= also: OTH-007, OTH-009; `orderlint rules drug-a-max-daily-dose` shows them"
    assert text.count("= source:") == 2
    assert "Invented protocol, table 1" in text
    assert "Invented label, section 2" in text
    assert "Mind the ceiling" not in text
    alone = render(FULL._replace(findings=(MAXIMUM._replace(citations=MAXIMUM.citations[:1]),)), CONTEXT)
    assert "= also:" not in alone
