"""What stands around every chart: its title, a sentence, a key in words, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.report.audit_html.words import words


def frame(
    name: str, title: str, said: str, drawn: str, key: str = "", numbers: str = "", *, wide: bool = False
) -> str:
    """A figure. ``drawn``, ``key`` and ``numbers`` are HTML, the others plain text."""
    more = f"<details><summary>The numbers as a table</summary>{numbers}</details>" if numbers else ""
    return (
        f'<figure id="{name}" class="chart{" wide" if wide else ""}"><figcaption><h3>{words(title)}</h3>'
        f"<p>{words(said)}</p></figcaption>"
        f'<div class="scroll" tabindex="0" role="group" aria-label="{words(title)}">{drawn}</div>'
        f"{key}{more}</figure>\n"
    )


def swatches(entries: Iterable[tuple[str, str]], lead: str = "") -> str:
    """A key of colours: (class of the swatch, what it stands for)."""
    items = "".join(f'<li><i class="{shade}"></i>{words(said)}</li>' for shade, said in entries)
    first = f"<li>{words(lead)}</li>" if lead else ""
    return f'<ul class="key">{first}{items}</ul>'
