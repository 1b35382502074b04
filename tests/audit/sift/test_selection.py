"""Of a part of the patients, every order is counted on its side: judged, not covered, skipped, or outside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.keys import key64
from orderlint.audit.patient_list import PatientList
from tests.audit.plain import order, patient, write
from tests.audit.running import audited

SIDES = ("assessed", "unverifiable", "not_covered", "skipped", "outside")


def orders_of(who: str) -> list[dict[str, Any]]:
    """Two that are judged, three of another drug, one that was cancelled, one that is told oddly."""
    odd = order(f"x{who}", who, "lisinopril", contained=[{"resourceType": "Practitioner", "id": "p"}])
    return [
        *(order(f"b{who}{n}", who) for n in range(2)),
        *(order(f"l{who}{n}", who, "lisinopril") for n in range(3)),
        order(f"c{who}", who, "lisinopril", status="cancelled"),
        odd,
    ]


def sides(folder: Path, *listed: str, **more: Any) -> list[int]:
    ledger, _ = audited(folder, patients=PatientList(key64(f"Patient/{who}") for who in listed), **more)
    return [ledger["assessed"] + ledger["unverifiable"], *(ledger[side] for side in SIDES[2:])]


@pytest.mark.parametrize("parse_all", [False, True])
def test_orders_of_lines(tmp_path: Path, parse_all: bool) -> None:
    write(tmp_path, *(patient(p) for p in "abc"), *(one for p in "abc" for one in orders_of(p)))
    assert sides(tmp_path, "a", parse_all=parse_all) == [2, 4, 1, 14]
    assert sides(tmp_path, "a", "c", parse_all=parse_all) == [4, 8, 2, 7]
    assert sides(tmp_path, "nobody", parse_all=parse_all) == [0, 0, 0, 21]


def test_orders_of_containers(tmp_path: Path) -> None:
    entry = [{"resource": one} for p in "abc" for one in (patient(p), *orders_of(p))]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entry}
    (tmp_path / "bundle.json").write_text(json.dumps(bundle))
    assert sides(tmp_path, "a") == [2, 4, 1, 14]
    _, findings = audited(tmp_path, patients=PatientList([key64("Patient/a")]))
    assert findings
    assert {json.loads(text)["patient"] for text in findings} <= {"Patient/a", None}


def test_an_order_within_another_is_of_its_own_patient(tmp_path: Path) -> None:
    within = order("i", "b", mg=30)
    write(tmp_path, patient("a"), patient("b"), order("o", "a", mg=30, contained=[within]))
    assert sides(tmp_path, "a") == [1, 0, 0, 1]
    assert sides(tmp_path, "b") == [1, 0, 0, 1]
    assert sides(tmp_path, "a", "b") == [2, 0, 0, 0]
    assert sides(tmp_path, "c") == [0, 0, 0, 2]


def test_a_share_of_the_patients_and_the_rest_are_all(tmp_path: Path) -> None:
    people = [f"p{n}" for n in range(30)]
    write(tmp_path, *map(patient, people), *(one for p in people for one in orders_of(p)))
    ledger, _ = audited(tmp_path, sample=0.5)
    whole = [sum(ledger[side] for side in SIDES[:2]), *(ledger[side] for side in SIDES[2:4])]
    assert whole == [2 * whole[2], 4 * whole[2], whole[2]], (
        "each patient is in with all orders, or not at all"
    )
    assert ledger["outside"] == 7 * (30 - whole[2]) > 0
