"""The exact bytes of each format. ``ORDERLINT_GOLDEN=write pytest tests/report`` writes them anew."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from orderlint.findings import Result
from orderlint.report.context import Context
from orderlint.report.formats import FORMATS

from .samples import CLEAN, CONTEXT, EMPTY, FULL, UNDECIDED

GOLDEN = Path(__file__).parent / "golden"
CASES: list[tuple[str, str, Result, Context]] = [
    ("full-80.txt", "text", FULL, CONTEXT._replace(width=80)),
    ("full-120.txt", "text", FULL, CONTEXT._replace(width=120)),
    ("full-color.txt", "text", FULL, CONTEXT._replace(color=True)),
    ("clean.txt", "text", CLEAN, CONTEXT),
    ("undecided.txt", "text", UNDECIDED, CONTEXT),
    ("empty.txt", "text", EMPTY, CONTEXT),
    ("full.json", "json", FULL, CONTEXT),
    ("clean.json", "json", CLEAN, CONTEXT),
    ("full.sarif", "sarif", FULL, CONTEXT),
    ("clean.sarif", "sarif", CLEAN, CONTEXT),
]


@pytest.mark.parametrize(("name", "format_", "result", "context"), CASES, ids=[c[0] for c in CASES])
def test_golden(name: str, format_: str, result: Result, context: Context) -> None:
    path = GOLDEN / name
    data = FORMATS[format_].render(result, context).encode("utf-8")
    if os.environ.get("ORDERLINT_GOLDEN") == "write":
        path.write_bytes(data)
    assert path.read_bytes() == data


def test_no_golden_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {case[0] for case in CASES}


@pytest.mark.parametrize("path", sorted(GOLDEN.iterdir()), ids=lambda path: path.name)
def test_goldens_hold_nothing_that_moves_a_terminal_or_names_a_patient(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    if path.name == "full-color.txt":
        text = re.sub(r"\x1b\[\d+m", "", text)
    assert not set(text) & set(map(chr, [*range(9), *range(11, 32), *range(127, 160), 0x202E, 0x202C]))
    assert not any(word in text for word in ("Mustermann", "Erika", "1940", "4711"))


@pytest.mark.parametrize("format_", sorted(FORMATS))
def test_the_order_of_findings_that_come_in_changes_nothing(format_: str) -> None:
    backwards = FULL._replace(findings=FULL.findings[::-1], suppressed=FULL.suppressed[::-1])
    assert FORMATS[format_].render(backwards, CONTEXT) == FORMATS[format_].render(FULL, CONTEXT)
