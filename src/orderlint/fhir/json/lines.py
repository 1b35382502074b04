"""Offsets of a text as lines and columns.

Both count from 1; columns count characters (Unicode code points, as SARIF's ``unicodeCodePoints``),
a tab being one. A line ends at a line feed, so CRLF works as well.
"""

from __future__ import annotations

from collections.abc import Iterable


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of the character at ``offset`` (counted from 0)."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def lines_columns(text: str, offsets: Iterable[int]) -> dict[int, tuple[int, int]]:
    """The same for many offsets, counting the lines only once."""
    places: dict[int, tuple[int, int]] = {}
    line, done = 1, 0
    for offset in sorted(set(offsets)):
        line += text.count("\n", done, offset)
        done = offset
        places[offset] = (line, offset - text.rfind("\n", 0, offset))
    return places
