"""Words and numbers as HTML. Everything that comes from outside goes through here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from orderlint.report.sanitize import clipped

MINUS = "\N{EN DASH}"  # where there is nothing to say


def words(value: object, most: int = 2000) -> str:
    """Text with everything hostile shown as a visible escape."""
    return escape(clipped(str(value), most), quote=True)


def count(value: object) -> str:
    """``12,345``."""
    return f"{value:,}" if isinstance(value, int) else words(value)


def figure(value: object) -> str:
    """A number as the report has it, without a needless fraction."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return words(value)
    return f"{value:g}" if abs(value) < 1e6 else f"{value:.3g}"


def measure(value: object) -> str:
    """``120 mg/d``, or a dash."""
    if not isinstance(value, Mapping):
        return MINUS
    return f"{figure(value.get('value'))} {words(value.get('unit') or '', 40)}".strip()


def share(part: int, whole: int) -> str:
    """``12.5 %``, or a dash where there is nothing to divide by."""
    return f"{100 * part / whole:.1f} %" if whole else MINUS


def anchor(kind: str, name: object) -> str:
    """An id for a place on the page."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_-]', '_', str(name))[:80]}"


def table(
    caption: str,
    head: Sequence[str],
    rows: Iterable[Sequence[Any]],
    numbers: frozenset[int] = frozenset(),
    *,
    tall: bool = False,
    wide: bool = False,
) -> str:
    """A plain table; ``numbers`` are the columns of figures. Cells are HTML already.

    ``tall``: it may be longer than a screen, and scrolls in a box of its own, also by keyboard. ``wide``: it
    may be broader than a small screen.
    """
    top = "".join(f'<th scope="col"{_right(n, numbers)}>{h}</th>' for n, h in enumerate(head))
    body = "".join(
        "<tr>"
        + "".join(
            f'<th scope="row">{c}</th>' if n == 0 else f"<td{_right(n, numbers)}>{c}</td>"
            for n, c in enumerate(r)
        )
        + "</tr>\n"
        for r in rows
    )
    box = " rates" if tall else ""
    if tall or wide:
        box += f'" tabindex="0" role="group" aria-label="{caption}'
    return (
        f'<div class="scroll{box}"><table><caption>{caption}</caption><thead><tr>{top}</tr></thead>\n'
        f"<tbody>{body}</tbody></table></div>\n"
    )


def _right(column: int, numbers: frozenset[int]) -> str:
    return ' class="n"' if column in numbers else ""
