"""An audit finds what a check finds, however the export is written, and whether or not lines are skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.audit.sift.scanner import available
from tests.audit import plain
from tests.audit.exports import NO_TYPES, write
from tests.audit.running import ORDERS, audited, checked

needs_scanner = pytest.mark.skipif(not available(), reason="hyperscan is not installed")
FAR_APART = [plain.patient(f"p{n}") for n in range(4)]


def same(folder: Path) -> list[dict[str, Any]]:
    """What all ways find, which has to be the same; the ledger too."""
    wanted, expected = checked(folder)
    for parse_all in (True,) if not available() else (False, True):
        ledger, findings = audited(folder, parse_all=parse_all)
        assert findings == expected
        assert {k: ledger[k] for k in ORDERS} == {k: wanted[k] for k in ORDERS}
        assert ledger["lines_parsed"] <= ledger["lines_scanned"]
    return [json.loads(one) for one in expected]


def told(findings: list[dict[str, Any]], rule: str) -> list[tuple[str, int]]:
    """Files and lines of what a rule found."""
    return [(Path(one["file"]).name, one["line"]) for one in findings if one["rule"] == rule]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_audit_is_check(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("export")
    write(folder, seed)
    same(folder)


@needs_scanner
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_without_conformance_or_with_it_scanning_loses_nothing(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("export")
    write(folder, seed)
    assert audited(folder, conformance=True)[1] == audited(folder, conformance=True, parse_all=True)[1]


def test_two_workers_find_the_same(tmp_path: Path) -> None:
    write(tmp_path, 7)
    assert audited(tmp_path, jobs=2, parse_all=not available()) == audited(
        tmp_path, parse_all=not available()
    )


@pytest.mark.parametrize(
    "kind", ["MedicationRequest", "Observation", "Patient", "Condition", "Medication", "Encounter", "Bundle"]
)
def test_a_line_whose_type_is_none_is_told_in_any_file(tmp_path: Path, kind: str) -> None:
    plain.write(tmp_path, plain.patient("a"), plain.order("o", "a"), plain.egfr("e", "a", 20))
    file = tmp_path / f"{kind}.ndjson"
    own = file.read_bytes().splitlines()[:1] if file.exists() else [b'{"resourceType":"%b"}' % kind.encode()]
    bad = [
        json.dumps(plain.order(f"b{n}", "a", resourceType=kind)).encode() for n, kind in enumerate(NO_TYPES)
    ]
    file.write_bytes(b"\n".join([*own, *bad, *own[:0], b""]))
    found = same(tmp_path)
    assert told(found, "invalid-resource") == [(file.name, n + 2) for n in range(len(bad))]
    assert told(found, "baclofen-renal-adjustment")


@pytest.mark.parametrize("kind", ["ServiceRequest", "Condition", "Medication", "Procedure"])
def test_a_line_without_a_type_has_a_number(tmp_path: Path, kind: str) -> None:
    plain.write(tmp_path, plain.order("o", "a"))
    (tmp_path / f"{kind}.ndjson").write_bytes(b'{"resourceType":"%b"}\n{"id":"b"}\n' % kind.encode())
    assert told(same(tmp_path), "invalid-resource") == [(f"{kind}.ndjson", 2)]


@pytest.mark.parametrize("first", [b"", b"nul", b'{"resourceType":5}', b'{"id":"x"}', b"[1]", b" \t"])
@pytest.mark.parametrize("kind", ["Observation", "Patient", "MedicationRequest"])
def test_no_fact_is_lost_behind_an_odd_first_line(tmp_path: Path, first: bytes, kind: str) -> None:
    plain.write(tmp_path, plain.patient("a"), plain.order("o", "a"))
    plain.write(tmp_path, plain.egfr("e", "a", 20), plain.egfr("f", "a", 20), plain.patient("b"))
    plain.write(tmp_path, plain.order("n", "b", "lisinopril"))
    file = tmp_path / f"{kind}.ndjson"
    file.write_bytes(first + b"\n" + file.read_bytes())
    found = same(tmp_path)
    assert told(found, "baclofen-renal-adjustment")
    assert not told(found, "renal-function-unknown")


@pytest.mark.parametrize("more", [{}, {"status": "cancelled"}, {"doNotPerform": True}])
@pytest.mark.parametrize("whose", ["p0", "p1", None])
@pytest.mark.parametrize("way", ["lines", "bundle", "mixed"])
def test_actions_name_orders_of_any_drug_and_patient(
    tmp_path: Path, more: dict[str, Any], whose: str | None, way: str
) -> None:
    unknown = {"medicationCodeableConcept": {"text": "Examplinum 5 mg"}}
    order = plain.order("u", whose or "", **unknown, **more)
    if whose is None:
        del order["subject"]
    names = ("u", "o", "missing")
    group = {
        "resourceType": "RequestGroup",
        "id": "g",
        "subject": {"reference": "Patient/p0"},
        "action": [{"action": [{"resource": {"reference": f"MedicationRequest/{n}"}} for n in names]}],
    }
    made = [*FAR_APART, plain.order("o", "p0"), order, plain.order("v", "p2", **unknown)]
    if way == "bundle":
        plain.write(tmp_path, *made)
        whole = {"resourceType": "Bundle", "entry": [{"resource": group}]}
        (tmp_path / "group.json").write_text(json.dumps(whole, indent=1))
    else:
        plain.write(tmp_path, *made, group)
    if way == "mixed":
        files = sorted(tmp_path.glob("*.ndjson"))
        everything = b"".join(file.read_bytes() for file in files)
        for file in files:
            file.unlink()
        (tmp_path / "all.ndjson").write_bytes(everything)
    found = same(tmp_path)
    missing = [one["message"] for one in found if "not in this run" in one["message"]]
    assert missing == ["an action names an order that is not in this run"]


def test_what_is_wrong_with_a_shared_medication_is_told_once(tmp_path: Path) -> None:
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "code": {"text": "baclofen", "coding": [{"code": 5}]},
    }
    orders = [
        plain.order(f"o{n}", f"p{n}", medicationReference={"reference": "Medication/m"}) for n in range(4)
    ]
    for order in orders:
        del order["medicationCodeableConcept"]
    plain.write(tmp_path, *FAR_APART, medication, *orders)
    assert told(same(tmp_path), "invalid-resource") == [("Medication.ndjson", 1)]


@pytest.mark.parametrize("own", ["p0", "p1", "p3"])
def test_what_is_wrong_with_a_shared_reason_is_told_once(tmp_path: Path, own: str) -> None:
    reason = {"resourceType": "Condition", "id": "c", "subject": {"reference": f"Patient/{own}"}}
    reason |= {
        "code": {"text": "chronic kidney disease stage 4"},
        "contained": [5],
        "clinicalStatus": "active",
    }
    named = {"reasonReference": [{"reference": "Condition/c"}]}
    plain.write(tmp_path, *FAR_APART, reason, *(plain.order(f"o{n}", f"p{n}", **named) for n in range(3)))
    for conformance in (False, True):
        for parse_all in (True,) if not available() else (False, True):
            _, said = audited(tmp_path, conformance=conformance, parse_all=parse_all)
            found = [json.loads(one) for one in said]
            faults = [one["message"] for one in found if one["rule"] == "invalid-resource"]
            assert "contained resource 0 is a number, not a resource" in faults
            assert len(set(faults)) == len(faults)


@pytest.mark.parametrize("kind", ["Encounter", "Observation", "Medication"])
def test_contained_resources_count(tmp_path: Path, kind: str) -> None:
    held = [{"resourceType": "Practitioner", "id": "x"}, {"resourceType": "practitioner"}]
    plain.write(tmp_path, plain.order("o", "a"), {"resourceType": kind, "id": "h"})
    plain.write(tmp_path, {"resourceType": kind, "id": "i", "contained": held})
    plain.write(
        tmp_path, {"resourceType": kind, "id": "j", "contained": [plain.order("in", "a", "lisinopril")]}
    )
    assert told(same(tmp_path), "invalid-resource") == [(f"{kind}.ndjson", 2)]


def test_what_is_no_ndjson_has_no_lines(tmp_path: Path) -> None:
    plain.write(tmp_path, plain.order("o", "a"))
    whole = {"resourceType": "Bundle", "entry": [{"resource": plain.patient("a")}, {"resource": {"id": "x"}}]}
    (tmp_path / "whole.json").write_text(json.dumps(whole, indent=1))
    (tmp_path / "nothing.json").write_text(
        json.dumps({**whole, "entry": [{"resource": {"id": "x"}}, 5]}, indent=1)
    )
    assert len(told(same(tmp_path), "invalid-resource")) == 3
    ledger, _ = audited(tmp_path, parse_all=not available())
    assert (ledger["lines_scanned"], ledger["read_whole"]) == (1, 2)
