"""The JSON report against its schema, and the schema against wrong reports."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from typing import Any

import jsonschema
import pytest

from orderlint.findings import Ledger, Measure, Result
from orderlint.report.context import Context
from orderlint.report.json_report import render
from orderlint.resources import schema_path

from .samples import CLEAN, EMPTY, FULL, HOSTILE, MAXIMUM

CONTRACT: dict[str, Any] = {
    "tool": {"name": "orderlint", "version": "…"},
    "protocols": [{"id": "aka-spasm", "version": "2025-09-09", "status": "under-review"}],
    "ledger": {
        "inputs": 3, "unreadable": 0, "resources": 120, "invalid": 1,
        "orders": 40, "assessed": 30, "not_covered": 6, "skipped": 2, "unverifiable": 2,
    },
    "summary": {"error": 5, "warning": 2, "info": 1, "suppressed": 0},
    "findings": [{
        "rule": "baclofen-max-daily-dose", "severity": "error", "message": "…", "basis": "patient",
        "file": "orders.json", "line": 12, "column": 7,
        "pointer": "/entry/3/resource/dosageInstruction/0",
        "expression": "Bundle.entry[3].resource.dosageInstruction[0]",
        "resource": "MedicationRequest/123", "patient": "Patient/1", "drug": "baclofen",
        "measured": {"value": 120, "unit": "mg/d"}, "limit": {"value": 80, "unit": "mg/d"},
        "protocol": "aka-spasm", "clause": "AKA-009",
        "citations": [
            {"protocol": "aka-spasm", "clause": "AKA-009", "section": "s", "statement": "…", "source": "…"},
        ],
        "fingerprint": "…",
    }],
}  # fmt: skip


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(schema_path("report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("result", [FULL, CLEAN, EMPTY, FULL._replace(findings=(HOSTILE,))])
def test_reports_are_valid(validator: jsonschema.Draft202012Validator, result: Result) -> None:
    validator.validate(json.loads(render(result, Context())))


def test_the_contracts_example_is_valid(validator: jsonschema.Draft202012Validator) -> None:
    validator.validate(CONTRACT)


def test_every_key_of_the_contract_is_there_and_null_where_it_does_not_apply() -> None:
    document = json.loads(render(FULL, Context()))
    assert set(CONTRACT) <= set(document)
    for finding in document["findings"]:
        assert set(CONTRACT["findings"][0]) <= set(finding)
    broken = next(f for f in document["findings"] if f["rule"] == "invalid-json")
    for key in ("basis", "resource", "patient", "drug", "measured", "limit", "protocol", "clause"):
        assert broken[key] is None
    assert broken["citations"] == []


WRONG: list[tuple[str, list[str | int], Any]] = [
    ("severity", ["findings", 0, "severity"], "fatal"),
    ("basis", ["findings", 0, "basis"], "none"),
    ("line", ["findings", 0, "line"], 0),
    ("column without line", ["findings", 0, "line"], None),
    ("pointer", ["findings", 0, "pointer"], "entry/3"),
    ("value as text", ["findings", 0, "measured", "value"], "120"),
    ("unknown key", ["findings", 0, "patientName"], "x"),
    ("unknown key at the top", ["extra"], 1),
    ("clause without protocol", ["findings", 0, "protocol"], None),
    ("no fingerprint", ["findings", 0, "fingerprint"], ""),
    ("negative count", ["ledger", "orders"], -1),
    ("fraction of an order", ["ledger", "assessed"], 1.5),
    ("protocol status", ["protocols", 0, "status"], "fine"),
    ("another tool", ["tool", "name"], "x"),
    ("citation", ["findings", 0, "citations", 0, "page"], 3),
]


@pytest.mark.parametrize(("path", "value"), [w[1:] for w in WRONG], ids=[w[0] for w in WRONG])
def test_a_wrong_report_is_refused(
    validator: jsonschema.Draft202012Validator, path: list[Any], value: object
) -> None:
    document: Any = copy.deepcopy(CONTRACT)
    target = document
    for step in path[:-1]:
        target = target[step]
    target[path[-1]] = value
    assert not validator.is_valid(document)


@pytest.mark.parametrize("key", sorted(CONTRACT["findings"][0]))
def test_no_key_of_a_finding_may_be_missing(validator: jsonschema.Draft202012Validator, key: str) -> None:
    document = copy.deepcopy(CONTRACT)
    del document["findings"][0][key]
    assert not validator.is_valid(document)


def test_numbers_are_exact() -> None:
    finding = MAXIMUM._replace(
        measured=Measure(Fraction(804, 10), "mg/d"), limit=Measure(Fraction(2, 3), "mg/d")
    )
    text = render(FULL._replace(findings=(finding,)), Context())
    assert '"value": 80.4,' in text
    assert '"value": 0.666667,' in text


def test_numbers_that_no_reader_holds_are_null() -> None:
    finding = MAXIMUM._replace(
        measured=Measure(Fraction(10**400), "mg"), limit=Measure(Fraction(1, 10**400), "mg")
    )
    found = json.loads(render(FULL._replace(findings=(finding,)), Context()))["findings"][0]
    assert found["measured"] is None
    assert found["limit"] is None


def test_summary_counts_what_is_there() -> None:
    document = json.loads(render(FULL, Context()))
    assert document["summary"] == {"error": 2, "warning": 3, "info": 1, "suppressed": 1}
    assert document["ledger"] == FULL.ledger._asdict() == Ledger(**document["ledger"])._asdict()
    assert [f["reason"] for f in document["suppressed"]] == ["agreed with the ward\x1b[1m, ticket 12"]


def test_findings_are_sorted_by_file_line_rule() -> None:
    findings = json.loads(render(FULL, Context()))["findings"]
    keys = [(f["file"], f["line"] or 0, f["rule"]) for f in findings]
    assert keys == sorted(keys)
