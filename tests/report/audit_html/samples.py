"""A small audit for the tests of the page. All invented."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from orderlint.report.audit_html.page import write

SCALE = {
    "drug": "drug a",
    "routes": ["enteral", "oral"],
    "unit": "mg/d",
    "step": 5,
    "steps": 16,
    "renal_step": 5,
    "renal_steps": 12,
    "lines": [
        {"value": 80, "clause": "DEM-001", "severity": "error", "who": ""},
        {"value": 40, "clause": "DEM-002", "severity": "warning", "who": "age from 65"},
        {"value": 30, "clause": "DEM-003", "severity": "warning", "who": "hepatic impairment (impaired)"},
    ],
    "bands": [
        {"low": 0, "high": None, "dialysis": True, "limit": None, "per_k": None, "avoid": True,
         "clause": "DEM-004", "who": ""},
        {"low": 0, "high": 30, "dialysis": False, "limit": None, "per_k": None, "avoid": True,
         "clause": "DEM-004", "who": ""},
        {"low": 30, "high": 60, "dialysis": False, "limit": 40, "per_k": None, "avoid": False,
         "clause": "DEM-004", "who": ""},
        {"low": 60, "high": None, "dialysis": False, "limit": None, "per_k": 2, "avoid": False,
         "clause": "DEM-004", "who": "age from 65"},
    ],
}  # fmt: skip
KEY = "drug a\tenteral oral"
SERIES = {
    "hash": 1,
    "fingerprint": "0" * 32,
    "drug": "drug a",
    "unit": "mg/d",
    "steps": [["2026-03-01", 30], ["2026-03-08", None], ["2026-03-15", 120]],
    "end": "open",
    "begins": "2026-03-01",
    "fault": "2026-03-15",
    "cut": False,
    "severity": "error",
    "limits": [[80, "DEM-001", True]],
}
FIGURES: dict[str, Any] = {
    "months": {"2026-02": [40, 3, 5, 0], "2026-03": [50, 8, 2, 1], "no date": [2, 0, 1, 0]},
    "scales": {KEY: SCALE},
    "doses": {KEY: {"5 3": 30, "7 1": 5, "17 0": 4, "32 0": 1}},
    "unknown": {KEY: 3},
    "kidney": {KEY: {"5 7 1": 3, "8 5 0": 12, "24 5 0": 2, "unknown 17 0": 4, "dialysis 7 1": 1}},
    "series": {"drug-a-max-daily-dose": [SERIES]},
}
CITATION = {
    "protocol": "demo",
    "clause": "DEM-001",
    "section": "Maximum dose",
    "statement": "Do not exceed 80 mg a day of drug A.",
    "source": "Invented protocol, table 1",
}


def finding(number: int, **more: Any) -> dict[str, Any]:
    """One finding of the JSON report."""
    return {
        "rule": "drug-a-max-daily-dose",
        "severity": "error",
        "message": f"drug a can reach {120 + number} mg/d; the limit is 80 mg/d",
        "basis": "patient",
        "file": "MedicationRequest.000.ndjson",
        "line": number + 1,
        "column": 7,
        "end_line": number + 1,
        "end_column": 70,
        "pointer": "/dosageInstruction/0",
        "expression": "MedicationRequest.dosageInstruction[0]",
        "resource": f"MedicationRequest/mr-{number}",
        "patient": f"Patient/p-{number}",
        "drug": "drug a",
        "measured": {"value": 120 + number, "unit": "mg/d"},
        "limit": {"value": 80, "unit": "mg/d"},
        "protocol": "demo",
        "clause": "DEM-001",
        "citations": [CITATION],
        "advice": "lower the dose to 80 mg a day or less",
        "facts": ["eGFR 45 on 2026-02-15 (Observation/gfr)"],
        "fingerprint": f"{number:032x}",
        **more,
    }


UNDECIDED = {
    "rule": "dose-unverifiable",
    "severity": "warning",
    "message": "the dose can't be computed: one tablet, and its strength is not known",
    "measured": None,
    "limit": None,
    "protocol": None,
    "clause": None,
    "citations": [],
    "facts": [],
}
FINDINGS = [
    finding(0),
    finding(1, **UNDECIDED),
    finding(2, severity="info", rule="drug-b-note", drug="drug b"),
]
_VERSION = {"version": "2026-01-01", "status": "under-review", "review": "pending human review"}
BASELINE: dict[str, Any] = {
    "protocols": [
        {"id": "demo", "title": "A protocol that was invented", "now": _VERSION, "differs": "other version",
         "baseline": {"version": "2025-01-01", "status": "approved",
                      "review": "by A, checked by B, 2025-01-02"}},
        {"id": "other", "title": "One that is the same", "now": _VERSION, "baseline": _VERSION,
         "differs": "none"},
    ],
    "same_settings": True,
    "orders": 80,
    "judged": {"drug-a-max-daily-dose": 60, "drug-b-note": 25, "never-changes": 60},
}  # fmt: skip
CHANGES: dict[str, Any] = {
    "orders": 9,
    "changes": [
        {"rule": "drug-a-max-daily-dose", "before": "clear", "after": "error", "orders": 4,
         "shown": [f"MedicationRequest/mr-{n} (drug a)" for n in (0, 7, 8, 9)]},
        {"rule": "drug-a-max-daily-dose", "before": "warning", "after": "error", "orders": 2,
         "shown": ["MedicationRequest/mr-5 (drug a)", "MedicationRequest/Hans Meier (drug a)"]},
        {"rule": "drug-a-max-daily-dose", "before": "error", "after": "undecided", "orders": 1,
         "shown": ["MedicationRequest/mr-6 (drug a)"]},
        {"rule": "drug-b-note", "before": "info", "after": "clear", "orders": 2,
         "shown": ["MedicationRequest/mr-2 (drug b)"]},
    ],
}  # fmt: skip
AUDIT: dict[str, Any] = {
    "tool": {"name": "orderlint", "version": "0.0.0"},
    "protocols": [
        {
            "id": "demo",
            "version": "2026-01-01",
            "status": "under-review",
            "title": "A protocol that was invented",
            "review": "pending human review",
            "disclaimer": "Educational.",
        }
    ],
    "ledger": {
        "inputs": 3, "unreadable": 1, "resources": 1200, "invalid": 2, "orders": 100, "assessed": 80,
        "not_covered": 10, "skipped": 5, "unverifiable": 5, "outside": 7,
    },
    "summary": {"error": 1, "warning": 1, "info": 1, "suppressed": 2},
    "rates": [
        {"rule": "drug-a-max-daily-dose", "by": "all", "of": "all", "findings": 11, "orders": 85},
        {"rule": "drug-a-max-daily-dose", "by": "drug", "of": "drug a", "findings": 11, "orders": 60},
        {"rule": "drug-a-max-daily-dose", "by": "month", "of": "2026-02", "findings": 3, "orders": 40},
        {"rule": "drug-a-max-daily-dose", "by": "month", "of": "2026-03", "findings": 8, "orders": 50},
        {"rule": "dose-unverifiable", "by": "prescriber", "of": "Practitioner/8", "findings": 1,
         "orders": 20},
        {"rule": "drug-a-max-daily-dose", "by": "prescriber", "of": "Practitioner/8", "findings": 4,
         "orders": 20},
        {"rule": "drug-a-max-daily-dose", "by": "prescriber", "of": "Practitioner/9", "findings": 7,
         "orders": 40},
        {"rule": "drug-b-note", "by": "department", "of": "Organization/ward-1", "findings": 2, "orders": 60},
    ],
    "undecided": {"dose-unverifiable": 3, "medication-unidentified": 1},
    "reasons": [
        {"rule": "dose-unverifiable", "why": "it does not say how much is given", "orders": 1},
        {"rule": "dose-unverifiable", "why": "one tablet, and its strength is not known", "orders": 2},
    ],
    "covered": {
        "month": {"2026-02": 40, "2026-03": 50, "no date": 2},
        "prescriber": {"Practitioner/7": 25, "Practitioner/8": 20, "Practitioner/9": 40},
        "department": {"Organization/ward-1": 60},
    },
    "changes": CHANGES,
    "baseline": BASELINE,
    "titles": {"drug-a-max-daily-dose": "Drug A above its maximum daily dose"},
    "figures": FIGURES,
    "findings": FINDINGS,
    "about": [
        ["As of", "2026-06-01, given by --as-of", False],
        ["Orders", "written on 2026-01-01 or later (--since)", True],
    ],
    "notes": ["One rule was left out by the configuration."],
}  # fmt: skip


def undrawn(spec: Mapping[str, Any]) -> str:
    """In place of the drawing, which belongs to the library: its size."""
    size = f'width="{spec["width"]}" height="{spec["height"]}"'
    return f'<svg {size} viewBox="0 0 {spec["width"]} {spec["height"]}"><path id="a" fill="url(#a)"/></svg>'


def page(**more: Any) -> str:
    """The page of the sample."""
    out = io.StringIO()
    write(out, **{**AUDIT, "drawer": undrawn, **more})
    return out.getvalue()
