"""The grammar of ``--format``, the writing of files, and what the terminal is taken for."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from orderlint.report.context import Context
from orderlint.report.formats import (
    FORMATS,
    FormatError,
    Output,
    parse_format_option,
    parse_outputs,
    write,
)
from orderlint.report.terminal import use_color, width

from .samples import CONTEXT, FULL


def test_the_catalogue() -> None:
    assert list(FORMATS) == ["text", "json", "sarif"]


@pytest.mark.parametrize(
    ("value", "output"),
    [
        ("json", Output("json", None)),
        ("json:-", Output("json", None)),
        ("json:out.json", Output("json", "out.json")),
        ("sarif:C:\\out.sarif", Output("sarif", "C:\\out.sarif")),
    ],
)
def test_grammar(value: str, output: Output) -> None:
    assert parse_format_option(value) == output


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["jsno"], "did you mean 'json'"),
        ([""], "the formats are text, json, sarif"),
        (["json:"], "names no file"),
        (["json", "text"], "both go to standard output"),
        (["json:a", "sarif:a"], "both go to a"),
    ],
)
def test_what_cannot_be_meant(values: list[str], words: str) -> None:
    with pytest.raises(FormatError, match=words):
        parse_outputs(values)


def test_the_default_is_text() -> None:
    assert parse_outputs([]) == (Output("text", None),)


def test_several_reports_of_one_run(tmp_path: Path) -> None:
    outputs = parse_outputs([f"json:{tmp_path / 'a.json'}", "text", f"text:{tmp_path / 'a.txt'}"])
    printed: list[str] = []
    assert write(outputs, FULL, CONTEXT._replace(color=True, width=50), printed.append) == []
    assert "\x1b[" in printed[0]
    assert (tmp_path / "a.txt").read_text("utf-8") == FORMATS["text"].render(FULL, CONTEXT)
    assert (tmp_path / "a.json").read_bytes() == FORMATS["json"].render(FULL, CONTEXT).encode()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "a.txt"]


def test_one_report_that_cannot_be_written_costs_no_other(tmp_path: Path) -> None:
    outputs = parse_outputs([f"json:{tmp_path / 'none' / 'a.json'}", f"sarif:{tmp_path / 'b.sarif'}"])
    (words,) = write(outputs, FULL, CONTEXT, lambda text: None)
    assert words.startswith("cannot write the json report to")
    assert words.endswith("No such file or directory")
    assert (tmp_path / "b.sarif").exists()


def test_a_file_that_is_there_keeps_its_mode_and_its_link(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to(target)
    assert write([Output("json", str(link))], FULL, CONTEXT, lambda text: None) == []
    assert link.is_symlink()
    assert target.read_text("utf-8").startswith("{")
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to() -> None:
    assert write([Output("json", os.devnull)], FULL, Context(), lambda text: None) == []
    assert not Path(os.devnull).is_file()


class _Terminal(io.StringIO):
    def __init__(self, tty: bool) -> None:
        super().__init__()
        self.tty = tty

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize(
    ("environ", "tty", "colored"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "0"}, True, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colour(environ: dict[str, str], tty: bool, colored: bool) -> None:
    assert use_color(_Terminal(tty), environ) is colored


@pytest.mark.parametrize(
    ("columns", "cells"), [("80", 80), ("1", 40), ("9999", 160), ("x", 100), ("", 100), ("²", 100)]
)
def test_width(columns: str, cells: int) -> None:
    assert width(_Terminal(False), {"COLUMNS": columns}) == cells


HEAVY = """
dataclasses jsonschema yaml pydantic hashlib difflib tomllib unicodedata urllib.parse shutil tempfile
orderlint.report.excerpt orderlint.report.sarif
"""
FRESH = f"""
import sys
from orderlint.findings import Ledger, Result
from orderlint.report.context import Context
from orderlint.report.formats import FORMATS
FORMATS['text'].render(Result('1', (), Ledger(), ()), Context())
print(sorted(set({HEAVY.split()}) & set(sys.modules)))
"""


def test_a_clean_text_report_loads_nothing_heavy() -> None:
    path = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        [sys.executable, "-S", "-c", FRESH],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
