"""The report for people: each finding with its lines, what it measured, and on whose authority."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from orderlint.findings import Citation, Finding, Result
from orderlint.report.context import Context
from orderlint.report.figures import measure_text
from orderlint.report.ordering import in_order
from orderlint.report.sanitize import clipped, visible
from orderlint.report.summary import summary_lines

_STYLES: dict[str, dict[str, object]] = {
    "error": {"fg": "red", "bold": True},
    "warning": {"fg": "yellow", "bold": True},
    "info": {"fg": "cyan", "bold": True},
    "strong": {"bold": True},
    "gutter": {"fg": "blue", "bold": True},
    "dim": {"dim": True},
    "plain": {},
}


def render(result: Result, context: Context) -> str:
    """The whole report; ends in a newline."""
    lines: list[str] = []
    if result.findings:
        from orderlint.report.excerpt import Excerpts  # noqa: PLC0415 -- a clean run needs none

        excerpts = Excerpts(context.lines)
        for finding in in_order(result.findings):
            frame = excerpts.frame(finding, context.width, _frame_paint(finding, context))
            lines += [*_finding(finding, context, frame), ""]
    if context.show_suppressed and result.suppressed:
        lines += [*_suppressed(result.suppressed, context), ""]
    lines += summary_lines(result, lambda text, role: _paint(text, role, context))
    return "\n".join(lines) + "\n"


def _paint(text: str, role: str, context: Context) -> str:
    if not context.color or not text:
        return text
    import click  # noqa: PLC0415 -- loaded by the command line anyway

    return click.style(text, **_STYLES.get(role, {}))  # type: ignore[arg-type]


def _frame_paint(finding: Finding, context: Context) -> Callable[[str, str], str]:
    """Marks take the colour of the severity."""
    return lambda text, part: _paint(text, finding.severity if part == "mark" else part, context)


def location(finding: Finding) -> str:
    """``orders.json:12:7``, as much of it as is known."""
    parts = ["<stdin>" if finding.place.file == "-" else visible(finding.place.file)]
    if finding.line is not None:
        parts.append(str(finding.line))
        if finding.column is not None:
            parts.append(str(finding.column))
    return ":".join(parts)


def _finding(finding: Finding, context: Context, frame: list[str]) -> list[str]:
    head = _paint(f"{finding.severity}[{visible(finding.rule)}]", finding.severity, context)
    # The gutter of the frame says how wide the column of line numbers is.
    indent = len(str(max(finding.line or 0, finding.end_line or 0) + 1)) if frame else 2
    pad = " " * indent
    lines = [
        head + _paint(f": {clipped(finding.message)}", "strong", context),
        f"{pad}{_paint('-->', 'gutter', context)} {location(finding)}",
        *frame,
    ]
    for label, text, wrap in _details(finding, bool(frame)):
        sign = _paint("=", "gutter", context)
        lead = f"{pad} {sign} {_paint(label + ':', 'strong', context)} "
        if not wrap:
            lines.append(lead + text)
            continue
        taken = indent + 3 + len(label) + 2
        rows = _wrap(text, max(30, context.width - taken))
        lines.append(lead + rows[0])
        lines += [" " * taken + row for row in rows[1:]]
    return lines


def _details(finding: Finding, framed: bool) -> Iterator[tuple[str, str, bool]]:
    """(label, safe text, whether it may be wrapped) of each line below the excerpt."""
    if not framed and (finding.expression or finding.place.pointer):
        yield "at", clipped(finding.expression or finding.place.pointer), False
    if finding.measured or finding.limit:
        parts = []
        if finding.measured:
            parts.append(f"measured {visible(measure_text(finding.measured))}")
        if finding.limit:
            parts.append(f"limit {visible(measure_text(finding.limit))}")
        yield "dose" if finding.drug else "figure", ", ".join(parts), True
    who = []
    if finding.resource:
        who.append(visible(finding.resource))
    if finding.patient:
        who.append(visible(finding.patient))
    if finding.drug:
        who.append(visible(finding.drug))
    if who:
        yield "order" if finding.basis else "resource", ", ".join(who), True
    if finding.basis == "template":
        yield "basis", "template: no patient is known, so anyone may get this order", True
    for fact in finding.facts:
        yield "because", clipped(fact), True
    if not finding.citations and finding.clause:
        yield "source", visible(f"{finding.protocol or ''} {finding.clause}".strip()), True
    yield from _sources(finding)
    if finding.advice:
        yield "help", clipped(finding.advice), True


def _sources(finding: Finding) -> Iterator[tuple[str, str, bool]]:
    """In full the leading clause and those that supply figures; of the others only what they are called."""
    shown = [c for n, c in enumerate(finding.citations) if n == 0 or c.clause in finding.figures]
    for citation in shown:
        yield "source", _citation(citation), True
    others = dict.fromkeys(c.clause for c in finding.citations if c not in shown)
    if others:
        names = visible(", ".join(others))
        yield "also", f"{names}; `orderlint rules {visible(finding.rule)}` shows them", True


def _citation(citation: Citation) -> str:
    text = f"{citation.protocol} {citation.clause}".strip()
    if citation.section:
        text += f" ({citation.section})"
    if citation.statement:
        text += f' "{citation.statement}"'
    if citation.source:
        text += f" — {citation.source}"
    return clipped(text)


def _suppressed(findings: tuple[Finding, ...], context: Context) -> list[str]:
    out = []
    for finding in in_order(findings):
        head = _paint(f"suppressed[{visible(finding.rule)}]", "dim", context)
        out.append(f"{head}: {location(finding)} {visible(finding.resource or '')}".rstrip())
        out.append(f"  = reason: {clipped(finding.suppressed or 'none given')}")
    return out


def _wrap(text: str, room: int) -> list[str]:
    """Words of ``text`` in rows of at most ``room`` cells; a longer word keeps its row to itself."""
    from orderlint.report.excerpt import cells  # noqa: PLC0415 -- findings have loaded it

    rows: list[str] = []
    row, used = "", 0
    for word in text.strip().split(" "):
        size = cells(word)
        if row and used + 1 + size > room:
            rows.append(row)
            row, used = word, size
        else:
            row, used = (f"{row} {word}", used + 1 + size) if row else (word, size)
    return [*rows, row]
