"""Exact numbers are the same with quicktions and without."""

from __future__ import annotations

import fractions
import subprocess
import sys
from pathlib import Path

import pytest

from orderlint.exact import Fraction

ROOT = Path(__file__).parents[1]


def test_there_is_one_kind_of_fraction() -> None:
    """Two kinds are equal, but a sum has the kind of its first part, and ``type(x) is`` tells them apart."""
    strays = [
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if path.name != "exact.py" and "from fractions" in path.read_text("utf-8")
    ]
    assert not strays


def test_it_is_equal_to_that_of_the_standard_library() -> None:
    assert Fraction(1, 3) == fractions.Fraction(1, 3)
    assert hash(Fraction(7, 3)) == hash(fractions.Fraction(7, 3))
    assert repr(Fraction("0.25")) == repr(fractions.Fraction("0.25")) == "Fraction(1, 4)"


def test_findings_are_the_same_without_quicktions() -> None:
    pytest.importorskip("quicktions", reason="there is only one kind here")
    without = "import sys; sys.modules['quicktions'] = None; "
    run = "from orderlint.cli.main import main; sys.argv = ['orderlint'] + sys.argv[1:]; main()"
    said = [
        subprocess.run(
            [
                sys.executable,
                "-c",
                begin + run,
                "check",
                "fixtures/examples",
                "--no-config",
                "--format",
                "json",
            ],
            cwd=ROOT,
            capture_output=True,
            check=False,
        )
        for begin in ("import sys; ", without)
    ]
    assert said[0].returncode == said[1].returncode == 1, said[1].stderr
    assert said[0].stdout == said[1].stdout
