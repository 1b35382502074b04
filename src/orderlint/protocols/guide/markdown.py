"""A page as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderlint.protocols.examples.as_fhir import written
from orderlint.protocols.guide.page import Page, Shown, advice, drugs_words
from orderlint.protocols.guide.snippet import snippet
from orderlint.protocols.model import Clause

WIDTH = 110  # columns of an order as JSON


def render(page: Page, audience: str | None = None) -> str:
    """The whole page; ends in a newline. Without an ``audience`` it has both's advice."""
    lines = [f"# {page.rule.name}", "", f"**{page.rule.title}.** {page.rule.why}", ""]
    if page.severities:
        lines += [f"Severity: {', '.join(page.severities)}. Watches: {drugs_words(page)}.", ""]
    if page.statements:
        lines += ["## What the protocols say", "", *_clauses(page.statements), ""]
    if page.notes:
        lines += ["## Noted beside it, with corrections", "", *_clauses(page.notes), ""]
    if page.limits:
        lines += ["## Limits", "", *_limits(page), ""]
    if page.figures:
        lines += ["Figures:", "", *_clauses(page.figures), ""]
    if page.fires or page.clear:
        lines += ["## Examples", "", *_example("Fires", page.fires), *_example("Clear", page.clear)]
    lines += ["## How to satisfy it", "", *_advice(page, audience), ""]
    if page.statements or page.rule.suppress:
        lines += [
            "## When to suppress it",
            "",
            page.suppress,
            "",
            "```toml",
            *snippet(page.rule.name).split("\n"),
            "```",
            "",
        ]
    if page.pending:
        lines += [f"Pending human review: {', '.join(page.pending)}.", ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def index(pages: Iterable[Page]) -> str:
    """The list of all rules, with links to their pages."""
    every = list(pages)
    lines = [
        "# The rules",
        "",
        "Also on the command line: `orderlint rules`, and `orderlint rules RULE`.",
        "",
    ]
    lines += ["| rule | severity | what it finds |", "|---|---|---|"]
    lines += [_entry(page) for page in every if page.statements]
    lines += ["", "What the linter says about its own input:", "", "| rule | what it finds |", "|---|---|"]
    lines += [
        f"| [`{p.rule.name}`]({p.rule.name}.md) | {_cell(p.rule.title)} |" for p in every if not p.statements
    ]
    return "\n".join(lines) + "\n"


def _entry(page: Page) -> str:
    name = page.rule.name
    return f"| [`{name}`]({name}.md) | {', '.join(page.severities)} | {_cell(page.rule.title)} |"


def _clauses(clauses: Iterable[Clause]) -> list[str]:
    return [
        f"- **{c.id}** ({c.protocol}, {_flat(c.section)}): {_flat(c.statement)} *Source: {_flat(c.source)}*"
        + (f" *Correction: {_flat(c.correction)}*" if c.correction else "")
        for c in clauses
    ]


def _limits(page: Page) -> list[str]:
    drugs = any(names for names, _, _ in page.limits)
    head = (["drug"] if drugs else []) + ["who", "what", "limit", "clause", "figures from"]
    body = [
        ([names] if drugs else [])
        + [row.who or "anyone", row.what, row.figure, clause, ", ".join(row.sources)]
        for names, clause, row in page.limits
    ]
    return [_row(head), _row(["---"] * len(head)), *(_row(cells) for cells in body)]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(_cell(c) for c in cells)} |"


def _example(label: str, shown: Shown | None) -> list[str]:
    if shown is None:
        return []
    says = f" — {_flat(shown.says)}" if shown.says else ""
    severity = f" ({shown.severity})" if shown.severity else ""
    lines = [f"{label}{severity}: {_flat(shown.order)}.{says} [{shown.clause}]", ""]
    return [*lines, "```json", *written(shown.fhir, WIDTH).split("\n"), "```", ""] if shown.fhir else lines


def _advice(page: Page, audience: str | None) -> list[str]:
    if audience is not None or not page.rule.advice_engineer:
        return [advice(page, audience or "pharmacist")]
    return [
        f"- For pharmacists: {page.rule.advice}",
        f"- For whoever builds the order set: {page.rule.advice_engineer}",
    ]


def _flat(text: str) -> str:
    return " ".join(text.split()).replace("<", "&lt;")


def _cell(text: str) -> str:
    return _flat(text).replace("|", "\\|")
