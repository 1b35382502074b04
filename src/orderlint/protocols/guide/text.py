"""A page for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import wrap

from orderlint.protocols.examples.as_fhir import written
from orderlint.protocols.guide.page import Page, Shown, advice, drugs_words
from orderlint.protocols.guide.snippet import snippet
from orderlint.protocols.model import Clause, ProtocolSet
from orderlint.report.sanitize import visible


def render(page: Page, audience: str | None = None, width: int = 100) -> str:
    """The whole page; ends in a newline."""
    lines = [
        page.rule.name,
        *_wrapped(page.rule.title, width, "  "),
        "",
        *_wrapped(page.rule.why, width, "  "),
    ]
    if page.severities:
        lines += ["", f"Severity  {', '.join(page.severities)}", f"Watches   {visible(drugs_words(page))}"]
    if page.statements:
        lines += ["", "What the protocols say", *_clauses(page.statements, width)]
    if page.notes:
        lines += ["", "Noted beside it, with corrections", *_clauses(page.notes, width)]
    if page.limits:
        lines += ["", "Limits", *_limits(page)]
    if page.figures:
        lines += ["", "Figures", *_clauses(page.figures, width)]
    if page.fires or page.clear:
        lines += [
            "",
            "Examples",
            *_example("fires", page.fires, width),
            *_example("clear", page.clear, width),
        ]
    lines += ["", "How to satisfy it", *_wrapped(advice(page, audience or "pharmacist"), width, "  ")]
    if page.statements or page.rule.suppress:
        lines += ["", "When to suppress it", *_wrapped(page.suppress, width, "  "), ""]
        lines += [f"    {line}" for line in snippet(page.rule.name).split("\n")]
    if page.pending:
        lines += ["", f"Pending human review: {visible(', '.join(page.pending))}"]
    return "\n".join(lines) + "\n"


def listing(protocols: ProtocolSet) -> str:
    """The list of all rules: name, severities, title."""
    severities: dict[str, dict[str, None]] = {}
    for instance in protocols.instances:
        severities.setdefault(instance.rule, {})[instance.severity] = None
    stated = [[n, "/".join(severities[n]), r.title] for n, r in protocols.rules.items() if n in severities]
    others = [[n, "", r.title] for n, r in protocols.rules.items() if n not in severities]
    lines = [
        *_table(stated),
        "",
        "About the input itself:",
        *_table(others),
        "",
        "orderlint rules RULE says more of one.",
    ]
    return "\n".join(lines) + "\n"


def _clauses(clauses: Iterable[Clause], width: int) -> list[str]:
    lines = []
    for clause in clauses:
        lines += _wrapped(
            f"{clause.id} ({clause.protocol}, {clause.section}): {clause.statement}", width, "  "
        )
        lines += _wrapped(f"Source: {clause.source}", width, "    ")
        if clause.correction:
            lines += _wrapped(f"Correction: {clause.correction}", width, "    ")
    return lines


def _limits(page: Page) -> list[str]:
    drugs = any(names for names, _, _ in page.limits)
    return _table(
        [
            ([names] if drugs else []) + [row.who or "anyone", row.what, row.figure, clause]
            for names, clause, row in page.limits
        ]
    )


def _table(cells: Sequence[Sequence[str]]) -> list[str]:
    if not cells:
        return []
    widths = [max(len(visible(row[i])) for row in cells) for i in range(len(cells[0]))]
    return [
        "  " + "  ".join(visible(c).ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _example(label: str, shown: Shown | None, width: int) -> list[str]:
    if shown is None:
        return []
    severity = f" ({shown.severity})" if shown.severity else ""
    lines = _wrapped(f"{label}{severity}: {shown.order} [{shown.clause}]", width, "  ")
    lines += _wrapped(shown.says, width, "    ") if shown.says else []
    if shown.fhir:
        indent = " " * 6
        lines += [
            f"{indent}{visible(line)}"
            for line in written(shown.fhir, max(width, 40) - len(indent)).split("\n")
        ]
    return lines


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return wrap(
        visible(" ".join(text.split())), max(width, 40), initial_indent=indent, subsequent_indent=indent
    )
