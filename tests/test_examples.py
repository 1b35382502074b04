"""What the first command of the README shows: the examples give exactly the expected findings.

``ORDERLINT_GOLDEN=write pytest tests/test_examples.py`` writes ``fixtures/examples.golden.json`` anew.
"""

from __future__ import annotations

import json
import os
from contextlib import chdir
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from orderlint.cli.check import command
from orderlint.config import Config
from orderlint.engine import Options, check
from orderlint.protocols.loader import load

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "fixtures" / "examples"
GOLDEN = ROOT / "fixtures" / "examples.golden.json"
AS_OF = date(2026, 6, 1)
NAMES = [
    "Quillfeather",
    "Bramblewood",
    "Osmotherley",
    "Kowari,",
    "Kestrel",
    "Tansley",
    "Marrow",
    "Fenwick",
    "Harrowgate",
    "E-1001",
    "BULK-",
]
KEYS = [
    "rule",
    "severity",
    "basis",
    "file",
    "pointer",
    "resource",
    "patient",
    "drug",
    "measured",
    "limit",
    "protocol",
    "clause",
]


def lint(*paths: str, format_: str = "json") -> Result:
    args = [*paths, "--as-of", AS_OF.isoformat(), "--format", format_, "--no-config"]
    with chdir(ROOT):
        return CliRunner().invoke(command, args)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    result = lint("fixtures/examples")
    assert result.exit_code == 1, result.output
    read: dict[str, Any] = json.loads(result.output)
    return read


def test_findings(report: dict[str, Any]) -> None:
    shown = {
        "ledger": report["ledger"],
        "summary": report["summary"],
        "findings": [{key: finding[key] for key in KEYS} for finding in report["findings"]],
    }
    if os.environ.get("ORDERLINT_GOLDEN") == "write":
        GOLDEN.write_text(json.dumps(shown, indent=1) + "\n", encoding="utf-8")
    assert shown == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_ledger_adds_up(report: dict[str, Any]) -> None:
    ledger = report["ledger"]
    assert ledger["inputs"] == sum(1 for p in EXAMPLES.rglob("*") if p.is_file())
    assert ledger["unreadable"] == ledger["invalid"] == 0, "the examples are valid FHIR"
    fates = (ledger[key] for key in ("assessed", "not_covered", "skipped", "unverifiable"))
    assert ledger["orders"] == sum(fates)
    assert all(ledger[key] for key in ("assessed", "not_covered", "skipped", "unverifiable"))


MAX, STOP = "baclofen-max-daily-dose", "baclofen-abrupt-stop"
RENAL, ELDERLY = "baclofen-renal-adjustment", "cyclobenzaprine-elderly"
HISTORY = "MedicationRequest/5f0e6c1a-3b7d-4e52-9a41-0000000000"
BY_HAND = {  # worked out from the rules, not from a run
    (MAX, "ActivityDefinition/clinic-baclofen-scheduled"),  # 60 mg beside 40 mg as needed
    (MAX, "ActivityDefinition/clinic-baclofen-rescue"),
    (STOP, "ActivityDefinition/clinic-baclofen-scheduled"),  # 28 days, then nothing
    (RENAL, "ActivityDefinition/clinic-baclofen-scheduled"),  # no guard
    (RENAL, "ActivityDefinition/clinic-baclofen-rescue"),
    (ELDERLY, "ActivityDefinition/clinic-cyclobenzaprine"),  # "18 or older" lets the elderly in
    (MAX, "ActivityDefinition/cramps-baclofen-2019"),  # 60 mg for cramps in cirrhosis: 30 is the limit
    (RENAL, "ActivityDefinition/cramps-baclofen-2019"),
    (ELDERLY, "MedicationRequest/bulk-1-cyclobenzaprine"),  # 82 years
    (RENAL, "MedicationRequest/bulk-1-baclofen"),  # 82 years, eGFR 52
    (RENAL, "MedicationRequest/bulk-2-baclofen"),  # dialysis
    (MAX, "MedicationRequest/bulk-3-baclofen-ward"),  # cirrhosis: 30 and 10 mg at the same time
    (MAX, "MedicationRequest/bulk-3-baclofen-clinic"),
    (MAX, "MedicationRequest/ehr-rx-1"),  # 20 mg five times a day, said twice
    (STOP, "MedicationRequest/kowari-baclofen"),  # 50 mg for three weeks, then nothing
    (ELDERLY, f"{HISTORY}08"),  # 68 years
    (RENAL, f"{HISTORY}21"),  # 75 years, creatinine 148 umol/L
}


def test_the_four_rules_by_hand(report: dict[str, Any]) -> None:
    found = [
        (f["rule"], f["resource"]) for f in report["findings"] if f["rule"] in (MAX, STOP, RENAL, ELDERLY)
    ]
    assert sorted(found) == sorted(BY_HAND)
    assert {f["severity"] for f in report["findings"] if (f["rule"], f["resource"]) in BY_HAND} == {"error"}


GOOD = ("order-sets/aka-spasm.json", "order-sets/cirrhosis-cramps.json", "definitions")


@pytest.mark.parametrize("name", GOOD)
def test_the_good_ones_have_no_error(name: str) -> None:
    path = str(EXAMPLES / name)
    result = check([path], load(), Config(), Options(AS_OF, AS_OF)).result
    assert not [f.message for f in result.findings if f.severity == "error"]
    assert result.ledger.assessed == result.ledger.orders


@pytest.mark.parametrize("format_", ["json", "text", "sarif"])
def test_two_runs_give_the_same_bytes(format_: str) -> None:
    one, other = (lint("fixtures/examples", format_=format_) for _ in range(2))
    assert one.exit_code == other.exit_code == 1
    assert one.stdout_bytes == other.stdout_bytes


def test_order_of_paths_changes_nothing() -> None:
    parts = sorted(f"fixtures/examples/{p.name}" for p in EXAMPLES.iterdir())
    assert len(parts) > 2
    orders = (parts, parts[::-1], [*parts[1:], parts[0]], ["fixtures/examples"])
    runs = {lint(*order).stdout_bytes for order in orders}
    assert len(runs) == 1


@pytest.mark.parametrize("format_", ["json", "text", "sarif"])
def test_no_patient_is_named(format_: str) -> None:
    output = lint("fixtures/examples", format_=format_).output
    assert not [name for name in NAMES if name in output]
    births = {b for p in EXAMPLES.rglob("*.*json") for b in _births(p)}
    assert births
    assert not [birth for birth in births if birth in output]


def _births(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    return [part.split('"')[1] for part in text.replace(": ", ":").split('"birthDate":')[1:]]
