"""The table of findings, which the page's script sorts and filters, and the controls for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orderlint.findings import SEVERITIES
from orderlint.report.audit_html.picked import Picked
from orderlint.report.audit_html.words import MINUS, anchor, measure, words

COLUMNS = (  # name in the address, words, class
    ("severity", "Severity", ""),
    ("rule", "Rule", ""),
    ("drug", "Drug", ""),
    ("measured", "Measured", "n"),
    ("limit", "Limit", "n"),
    ("order", "Order", "id"),
    ("patient", "Patient", "id p"),
)


def controls(picked: Picked) -> str:
    """A field to search in, and one choice each of severity, rule and drug. Shown where the script runs."""
    rules = sorted({str(f["rule"]) for f in picked.shown})
    drugs = sorted({str(f["drug"]) for f in picked.shown if f["drug"]})
    severities = [s for s in SEVERITIES if any(f["severity"] == s for f in picked.shown)]
    return (
        '<form id="filter" class="needs-script" role="search" aria-label="Findings">'
        '<label>Search <input type="search" name="filter" autocomplete="off" spellcheck="false"></label>'
        + _choice("severity", "Severity", severities)
        + _choice("rule", "Rule", rules)
        + _choice("drug", "Drug", drugs)
        + '<button type="reset">Show all</button><output id="count" role="status"></output></form>\n'
    )


def _choice(name: str, label: str, values: Iterable[str]) -> str:
    options = "".join(f'<option value="{words(v, 100)}">{words(v, 100)}</option>' for v in values)
    return f'<label>{label} <select name="{name}"><option value="">all</option>{options}</select></label>'


def rows(picked: Picked) -> Iterator[str]:
    """The table, a line at a time. Every row leads to its finding."""
    head = "".join(
        f'<th scope="col" data-name="{name}" data-said="{said}" class="{kind}">{said}</th>'
        for name, said, kind in COLUMNS
    )
    yield '<div class="scroll tall" tabindex="0" role="group" aria-label="Table of findings">'
    yield '<table id="table"><caption class="away">Findings</caption>'
    yield f"<thead><tr>{head}</tr></thead><tbody>\n"
    for finding in picked.shown:
        yield _row(finding)
    yield "</tbody></table></div>\n"


def _row(finding: Mapping[str, Any]) -> str:
    severity = finding["severity"]
    return (
        f'<tr><td data-v="{SEVERITIES.index(severity)}"><b class="tag {severity}">{severity}</b></td>'
        f'<td><a href="#{anchor("f", finding["fingerprint"])}">{words(finding["rule"], 100)}</a></td>'
        f"<td>{words(finding['drug'] or MINUS, 100)}</td>"
        f"{_measured(finding['measured'])}{_measured(finding['limit'])}"
        f'<td class="id">{_id(finding["resource"])}</td>'
        f'<td class="id p">{_id(finding["patient"])}</td></tr>\n'
    )


def _measured(said: object) -> str:
    value = said.get("value") if isinstance(said, Mapping) else None
    return f'<td class="n" data-v="{words(value) if value is not None else ""}">{measure(said)}</td>'


def _id(name: object) -> str:
    """The id alone: the column says of what type it is."""
    text = str(name or MINUS)
    kind, slash, rest = text.partition("/")
    return words(rest if slash and kind.isalnum() and rest else text, 100)
