"""Reading the tables in ``data/``: whole, or one row without parsing the others."""

from __future__ import annotations

import csv
import os
from functools import cache


def rows(name: str) -> list[list[str]]:
    """All rows of ``data/<name>.csv`` but the header."""
    with open(_path(name), encoding="utf-8", newline="") as lines:  # noqa: PTH123
        return list(csv.reader(lines))[1:]


def row(name: str, key: str) -> list[str] | None:
    """The row whose first cell is ``key``. Cells must hold no line breaks and ``key`` no quotes."""
    content = _whole(name)
    start = content.find(f"\n{key},".encode())
    if start < 0:
        return None
    end = content.find(b"\n", start + 1)
    line = content[start + 1 : end if end > 0 else None].decode()
    return next(csv.reader([line]))


def first_cells(name: str) -> list[str]:
    """The first cell of every row."""
    return [line.partition(b",")[0].decode() for line in _whole(name).splitlines()[1:]]


def _path(name: str) -> str:
    """The path of a table. Without pathlib, whose import takes longer than reading a table does."""
    return os.path.join(os.path.dirname(__file__), "data", f"{name}.csv")  # noqa: PTH118, PTH120


@cache
def _whole(name: str) -> bytes:
    with open(_path(name), "rb") as file:  # noqa: PTH123
        return file.read()
