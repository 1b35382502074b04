"""What was audited and how, said at the top: a share of patients must not look like all of them."""

from __future__ import annotations

from collections.abc import Sequence

from orderlint.report.audit_html.words import words

Said = tuple[str, str, bool]
"""What it is of, the words, and whether some orders were not judged because of it."""


def narrowed(about: Sequence[Said], outside: int) -> str:
    """A note where only a part was judged."""
    parts = [f"{name}: {said}" for name, said, narrows in about if narrows]
    if not parts and not outside:
        return ""
    left = f" {outside:,} orders outside the selection were not judged." if outside else ""
    said = f"<b>Only a part was judged.</b> {words('; '.join(parts))}." if parts else ""
    return f'<p class="note">{said}{left}</p>\n'


def audited_section(about: Sequence[Said]) -> str:
    """Everything that was asked for, and what was not."""
    said = "".join(
        f"<div{' class=part' if narrows else ''}><dt>{words(name)}</dt><dd>{words(value)}</dd></div>"
        for name, value, narrows in about
    )
    body = f'<dl class="audited">{said}</dl>' if said else "<p>Not said.</p>"
    return f'<section id="audited"><h2>What was audited</h2>\n{body}</section>\n'
