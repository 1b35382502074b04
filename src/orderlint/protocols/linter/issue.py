"""One thing wrong with a protocol file, at its place."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.namedtuple import NamedTuple


class Issue(NamedTuple):
    """``severity``: "error" (the file can't be relied on) or "warning". Lines and columns count from 1."""

    file: str
    line: int
    column: int
    severity: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity}: {self.message}"


def in_order(issues: Iterable[Issue]) -> list[Issue]:
    """Each once, by file and place."""
    return sorted(dict.fromkeys(issues), key=lambda i: (i.file, i.line, i.column, i.message))
