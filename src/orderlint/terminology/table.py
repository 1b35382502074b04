"""Reading the tables in ``data/``: whole, or one row without parsing the others."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_DATA = Path(__file__).with_name("data")


def rows(name: str) -> list[list[str]]:
    """All rows of ``data/<name>.csv`` but the header."""
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
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


@cache
def _whole(name: str) -> bytes:
    return (_DATA / f"{name}.csv").read_bytes()
