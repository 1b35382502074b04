"""What standard output can show: colour or none, and how wide it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import IO, Any


def use_color(stream: IO[Any] | None, environ: Mapping[str, str]) -> bool:
    """NO_COLOR, then FORCE_COLOR, then TERM=dumb, then whether it is a terminal at all."""
    if environ.get("NO_COLOR"):
        return False
    forced = environ.get("FORCE_COLOR", "")
    if forced:
        return forced != "0"
    return environ.get("TERM") != "dumb" and stream is not None and stream.isatty()


def width(stream: IO[Any] | None, environ: Mapping[str, str], default: int = 100) -> int:
    """Cells in a row: COLUMNS, else the terminal's, else ``default``; kept between 40 and 160."""
    wanted = environ.get("COLUMNS", "")
    columns = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0
    if not columns:
        try:
            columns = os.get_terminal_size(stream.fileno()).columns if stream is not None else 0
        except (OSError, ValueError):
            columns = 0
    return min(max(columns or default, 40), 160)
