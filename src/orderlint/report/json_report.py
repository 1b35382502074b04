"""The report for programs: the object of ``report.schema.json``, the same bytes for the same run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from orderlint.findings import Finding, Measure, Result
from orderlint.report.context import Context
from orderlint.report.figures import as_json
from orderlint.report.ordering import in_order
from orderlint.report.sanitize import json_safe
from orderlint.report.summary import tally


def render(result: Result, context: Context) -> str:
    """The whole document; ends in a newline. ``context`` has nothing to say here."""
    document = {
        "tool": {"name": "orderlint", "version": result.version},
        "protocols": [protocol._asdict() for protocol in result.protocols],
        "ledger": result.ledger._asdict(),
        "summary": {**tally(result.findings), "suppressed": len(result.suppressed)},
        "findings": findings_json(result.findings),
        "suppressed": [
            {**_finding(finding), "reason": finding.suppressed or ""}
            for finding in in_order(result.suppressed)
        ],
        "notes": list(result.notes),
    }
    return json_safe(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)) + "\n"


def findings_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """The findings in their order, each as the contract shapes it."""
    return [_finding(finding) for finding in in_order(findings)]


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "message": finding.message,
        "basis": finding.basis,
        "file": finding.place.file,
        "line": finding.line,
        "column": finding.column,
        "end_line": finding.end_line,
        "end_column": finding.end_column,
        "pointer": finding.place.pointer,
        "expression": finding.expression,
        "resource": finding.resource,
        "patient": finding.patient,
        "drug": finding.drug,
        "measured": measure_json(finding.measured),
        "limit": measure_json(finding.limit),
        "protocol": finding.protocol,
        "clause": finding.clause,
        "citations": [citation._asdict() for citation in finding.citations],
        "advice": finding.advice,
        "facts": list(finding.facts),
        "fingerprint": finding.fingerprint,
    }


def measure_json(measure: Measure | None) -> dict[str, Any] | None:
    """``{"value": 120, "unit": "mg/d"}``; None where no JSON reader could hold the number."""
    if measure is None:
        return None
    value = as_json(measure.value)
    return None if value is None else {"value": value, "unit": measure.unit}
