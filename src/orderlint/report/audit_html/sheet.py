"""A finding in full: what was found, where, what it rests on, what to do, and the clauses it cites."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.report.audit_html.words import anchor, measure, words


def sheet(
    finding: Mapping[str, Any], versions: Mapping[str, str], chart: str = "", title: str | None = None
) -> str:
    """One section of the page, with its own address.

    ``versions`` are those of the protocols, each with its status; ``title`` says what the rule is about.
    """
    severity = finding["severity"]
    rows = [
        ("Drug", words(finding["drug"] or "")),
        ("Measured", measure(finding["measured"]) if finding["measured"] else ""),
        ("Limit", measure(finding["limit"]) if finding["limit"] else ""),
        ("Order", words(finding["resource"] or "")),
        ("Patient", words(finding["patient"] or "")),
        ("Where", _place(finding)),
        ("Basis", "anyone may get this order" if finding["basis"] == "template" else ""),
        ("Rests on", _list(finding.get("facts") or ())),
        ("What to do", words(finding.get("advice") or "")),
    ]
    said = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in rows if value)
    cited = "".join(_citation(c, versions) for c in finding["citations"])
    name = anchor("f", finding["fingerprint"])
    said_of = f" <small>{words(title, 200)}</small>" if title else ""
    return (
        f'<article id="{name}" tabindex="-1"><h3><b class="tag {severity}">{severity}</b> '
        f"{words(finding['rule'], 100)}{said_of}</h3><p>{words(finding['message'])}</p>"
        f"<dl>{said}</dl>{cited}{chart}"
        '<p class="back"><a href="#findings">Back to the table</a></p></article>\n'
    )


def _place(finding: Mapping[str, Any]) -> str:
    place = words(finding["file"])
    if finding["line"]:
        place += f", line {finding['line']}" + (f", column {finding['column']}" if finding["column"] else "")
    path = finding["expression"] or finding["pointer"]
    return f"{place}<br><code>{words(path)}</code>" if path else place


def _list(values: Any) -> str:
    items = "".join(f"<li>{words(v)}</li>" for v in values)
    return f"<ul>{items}</ul>" if items else ""


def _citation(said: Mapping[str, Any], versions: Mapping[str, str]) -> str:
    version = versions.get(said["protocol"], "")
    where = ", ".join(x for x in (said["clause"], said["section"]) if x)
    source = f"<footer>Source: {words(said['source'])}</footer>" if said["source"] else ""
    return (
        f"<blockquote><cite>{words(said['protocol'])} {words(version)}, {words(where)}</cite>"
        f"<p>{words(said['statement'])}</p>{source}</blockquote>"
    )
