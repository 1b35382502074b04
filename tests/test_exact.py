"""Exact numbers: one kind of them, that harms nothing."""

from __future__ import annotations

from pathlib import Path

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


def test_reading_a_number_leaves_the_bytes_of_the_process_alone() -> None:
    """A faster kind of fraction did not (see ``orderlint.exact``)."""
    zero = b"\0"
    assert [Fraction(digit) for digit in "0123456789"] == list(range(10))
    assert (zero, bytes([7, 0, 7])[1:2]) == (bytes(1), bytes(1))
