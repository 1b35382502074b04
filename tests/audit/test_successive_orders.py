"""An audit places the orders of a request group as a check does, whatever drug comes first."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.sift.scanner import available
from tests.audit.running import ORDERS, about_orders, audited, checked

UNIT = {"system": "http://unitsofmeasure.org"}


def request(name: str, drug: str, mg: int, days: int | None) -> dict[str, Any]:
    repeat: dict[str, Any] = {"frequency": 3, "period": 1, "periodUnit": "d"}
    if days is not None:
        repeat["boundsDuration"] = {"value": days, "code": "d", **UNIT}
    dose = {"doseQuantity": {"value": mg, "code": "mg", **UNIT}}
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "authoredOn": "2026-05-01",
        "medicationCodeableConcept": {"text": f"{drug} {mg} mg oral tablet"},
        "dosageInstruction": [{"timing": {"repeat": repeat}, "doseAndRate": [dose]}],
    }


def export(folder: Path, kind: str, first_days: int | None, first_drug: str = "metoprolol") -> None:
    requests = [
        request("a", first_drug, 20, first_days),
        request("b", "baclofen", 20, 28),
        request("c", "baclofen", 10, 7),
        request("d", "baclofen", 5, 7),
    ]
    target = "actionId" if kind == "RequestGroup" else "targetId"
    actions: list[dict[str, Any]] = [
        {"id": r["id"], "resource": {"reference": f"MedicationRequest/{r['id']}"}} for r in requests
    ]
    for n, action in enumerate(actions[1:]):
        action["relatedAction"] = [{target: actions[n]["id"], "relationship": "after-end"}]
    group = {"resourceType": kind, "id": "g", "status": "active", "intent": "order", "action": actions}
    group["subject"] = {"reference": "Patient/p"}
    patient = {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"}
    for name, lines in (("MedicationRequest", requests), (kind, [group]), ("Patient", [patient])):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.ndjson").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("kind", ["RequestGroup", "RequestOrchestration"])
@pytest.mark.parametrize(
    ("first_days", "drug"), [(5, "metoprolol"), (None, "metoprolol"), (None, "baclofen")]
)
def test_audit_is_check(tmp_path: Path, kind: str, first_days: int | None, drug: str) -> None:
    export(tmp_path, kind, first_days, drug)
    ledger, findings = audited(tmp_path, parse_all=not available())
    wanted, expected = checked(tmp_path)
    assert about_orders(findings) == about_orders(expected)
    assert {k: ledger[k] for k in ORDERS} == {k: wanted[k] for k in ORDERS}
    rules = {json.loads(f)["rule"] for f in expected}
    assert ("baclofen-max-daily-dose" in rules) == (drug == "baclofen")
    assert "baclofen-abrupt-stop" in rules or drug == "baclofen"  # 60, 30, 15 and then nothing


def test_two_workers_find_the_same(tmp_path: Path) -> None:
    export(tmp_path, "RequestGroup", 5)
    assert audited(tmp_path, jobs=2, parse_all=not available()) == audited(
        tmp_path, parse_all=not available()
    )
