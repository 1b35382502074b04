"""SARIF 2.1.0 for code scanning. Written as plain dicts: the libraries for it are unmaintained
(sarif-om, 2019) or would bring pydantic into the start-up, and a handful of keys is all it takes.

Downstream a single result without a location, or a run without ``results``, fails a whole upload, and
GitHub keeps 5,000 results: worst first, and the report says how many were cut.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any
from urllib.parse import quote_from_bytes

from orderlint.findings import SEVERITIES, Finding, Result
from orderlint.report.context import Context, RuleText
from orderlint.report.json_report import measure_json
from orderlint.report.ordering import in_order, worst_first
from orderlint.report.sanitize import json_safe, visible
from orderlint.report.summary import count, tally, unchecked_words

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
MOST_RESULTS = 5000
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_STDIN = ("-", "<stdin>")
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")  # "[words](target)" would become a link
_ABSOLUTE = re.compile(r"/|[A-Za-z]:/")


def render(result: Result, context: Context) -> str:
    """The whole log; ends in a newline."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(result, context)]}
    return json_safe(json.dumps(log, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def _run(result: Result, context: Context) -> dict[str, Any]:
    findings, hidden = in_order(result.findings), in_order(result.suppressed)
    cut = len(findings) + len(hidden) - MOST_RESULTS
    if cut > 0:
        findings = worst_first(findings)[:MOST_RESULTS]
        hidden = worst_first(hidden)[: MOST_RESULTS - len(findings)]
    rules = sorted({finding.rule for finding in (*findings, *hidden)})
    index = {rule: n for n, rule in enumerate(rules)}
    # Either every result has "suppressions" or none: an absent one means "not known".
    results = [_result(finding, index, bool(hidden)) for finding in (*findings, *hidden)]
    return {
        "tool": {
            "driver": {
                "name": "orderlint",
                "version": result.version,
                "rules": [_rule(rule, context.rules.get(rule)) for rule in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": result.ledger.unreadable == 0,
                "toolExecutionNotifications": _notifications(result, max(cut, 0)),
            }
        ],
        "columnKind": "unicodeCodePoints",
        "results": results,
        "properties": {
            "protocols": [protocol._asdict() for protocol in result.protocols],
            "ledger": result.ledger._asdict(),
            "summary": {**tally(result.findings), "suppressed": len(result.suppressed)},
        },
    }


def _text(words: str) -> dict[str, str]:
    return {"text": _LINK.sub(r"\\[", visible(words))}


def _rule(name: str, text: RuleText | None) -> dict[str, Any]:
    text = text or RuleText(name)
    title, body = text.title or name, text.text or text.title or name
    return {
        "id": name,
        "name": name,
        "shortDescription": _text(title),
        "fullDescription": _text(body),
        "help": _text(f"{body} {text.advice}".strip()),
    }


def _result(finding: Finding, index: dict[str, int], with_suppressions: bool) -> dict[str, Any]:
    out: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _level(finding),
        "message": _text(f"{finding.message} {finding.advice}".strip() or finding.rule),
        "locations": [_location(finding)],
    }
    if finding.fingerprint:
        # GitHub matches by the first; without it, it hashes source lines, and JSON often has just one.
        out["partialFingerprints"] = {
            "primaryLocationLineHash": finding.fingerprint,
            "orderlint/v1": finding.fingerprint,
        }
    if with_suppressions:  # no status: accepted is the default, and schemas disagree on the key's name
        out["suppressions"] = (
            []
            if finding.suppressed is None
            else [{"kind": "external", "justification": visible(finding.suppressed)}]
        )
    out["properties"] = {
        "basis": finding.basis,
        "pointer": finding.place.pointer,
        "resource": finding.resource,
        "patient": finding.patient,
        "drug": finding.drug,
        "measured": measure_json(finding.measured),
        "limit": measure_json(finding.limit),
        "protocol": finding.protocol,
        "clause": finding.clause,
        "citations": [citation._asdict() for citation in finding.citations],
        "facts": list(finding.facts),
    }
    return out


def _level(finding: Finding) -> str:
    return _LEVELS.get(finding.severity, _LEVELS[SEVERITIES[0]])


def _location(finding: Finding) -> dict[str, Any]:
    region = {"startLine": max(finding.line or 1, 1)}
    if finding.line is not None and finding.column is not None and finding.column >= 1:
        region["startColumn"] = finding.column
        end = (finding.end_line or 0, finding.end_column or 0)
        if end > (finding.line, finding.column) and end[1] >= 1:
            region["endLine"], region["endColumn"] = end
    out: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": artifact(finding.place.file), "region": region}
    }
    if finding.expression or finding.resource:
        name = finding.expression or finding.resource or ""
        out["logicalLocations"] = [{"fullyQualifiedName": visible(name), "kind": "element"}]
    return out


def artifact(file: str) -> dict[str, Any]:
    """A relative, percent-encoded URI against the root of the sources; "stdin" where there is no file."""
    if file in _STDIN or not file:
        return {"uri": "stdin", "description": {"text": "standard input"}}
    path = file.replace(os.sep, "/")
    while path.startswith("./"):
        path = path[2:].lstrip("/")
    errors = "surrogateescape" if _bytes(path) else "replace"
    encoded = quote_from_bytes(path.encode("utf-8", errors), safe="/~")
    if _ABSOLUTE.match(path):
        return {"uri": "file://" + ("" if path.startswith("/") else "/") + encoded}
    return {"uri": encoded or ".", "uriBaseId": "%SRCROOT%"}


def _bytes(path: str) -> bool:
    """Whether all lone surrogates stand for bytes of a file name that is not UTF-8."""
    return not any("\ud800" <= char <= "\udfff" and not "\udc80" <= char <= "\udcff" for char in path)


def _notifications(result: Result, cut: int) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = [
        {"level": "error", "message": _text(fault.message or fault.rule), "locations": [_location(fault)]}
        for fault in in_order(result.findings)
        if fault.rule == "invalid-json"
    ][:MOST_RESULTS]
    out += [{"level": role, "message": _text(words)} for role, words in unchecked_words(result.ledger)]
    if cut:
        total = cut + MOST_RESULTS
        words = f"{count(cut, 'result')} of {total} left out, the least severe: GitHub keeps {MOST_RESULTS}."
        out.append({"level": "warning", "message": _text(words)})
    out += [{"level": "note", "message": _text(note)} for note in result.notes if note]
    return out
