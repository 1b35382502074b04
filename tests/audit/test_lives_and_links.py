"""An audit knows of deaths, statements and links what a check knows, and never prints the day of a death."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.sift.scanner import available
from tests.audit.running import ORDERS, about_orders, audited, checked

UNIT = {"system": "http://unitsofmeasure.org"}
DIED = "2026-05-23"


def request(name: str, who: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    repeat: dict[str, Any] = {"frequency": 3, "period": 1, "periodUnit": "d"}
    if end is not None:
        repeat["boundsPeriod"] = {"start": "2026-03-01", "end": end}
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "subject": {"reference": f"Patient/{who}"},
        "authoredOn": "2026-03-01",
        "medicationCodeableConcept": {"text": "baclofen 20 mg oral tablet"},
        "dosageInstruction": [
            {
                "timing": {"repeat": repeat},
                "doseAndRate": [{"doseQuantity": {"value": 20, "code": "mg", **UNIT}}],
            }
        ],
        **more,
    }


def export(folder: Path) -> None:
    def prior(name: str) -> dict[str, Any]:
        return {"priorPrescription": {"reference": f"MedicationRequest/{name}"}}

    people: list[dict[str, Any]] = [
        {"id": "died", "deceasedDateTime": DIED},
        {"id": "dead", "deceasedBoolean": True},
        {"id": "lives"},
        {"id": "linked"},
    ]
    requests = [
        request("d1", "died", "2026-05-30"),
        request("d2", "died", "2026-05-10"),
        request("e1", "dead", "2026-05-10"),
        request("l1", "lives", "2026-05-10"),
        request("k0", "linked", status="cancelled"),
        request("k1", "linked", **prior("k0")),
        request("k2", "linked", **prior("elsewhere")),
        request("k3", "linked", **prior("l1")),
        request("k5", "linked", medicationCodeableConcept={"text": "metoprolol 50 mg tablet"}),
        request("k6", "linked", **prior("k5")),
        request("k7", "linked", medicationCodeableConcept={"text": "no drug that anyone knows"}),
        request("k8", "linked", **prior("k7")),
        request("k9", "linked", dispenseRequest={
            "numberOfRepeatsAllowed": 3,
            "expectedSupplyDuration": {"value": 14, "code": "d", **UNIT},
        }),
    ]  # fmt: skip
    still = {
        "resourceType": "MedicationStatement",
        "id": "s",
        "status": "active",
        "subject": {"reference": "Patient/lives"},
        "medicationCodeableConcept": {"text": "baclofen"},
        "effectivePeriod": {"start": "2026-01-01"},
    }
    every = {
        "Patient": [{"resourceType": "Patient", "birthDate": "1980-01-01", **one} for one in people],
        "MedicationRequest": requests,
        "MedicationStatement": [still],
    }
    for name, lines in every.items():
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.ndjson").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("parse_all", [False, True])
def test_audit_is_check(tmp_path: Path, parse_all: bool) -> None:
    export(tmp_path)
    ledger, findings = audited(tmp_path, parse_all=parse_all or not available())
    wanted, expected = checked(tmp_path)
    assert sorted(about_orders(findings)) == sorted(about_orders(expected))
    assert {k: ledger[k] for k in ORDERS} == {k: wanted[k] for k in ORDERS}
    said = [json.loads(f) for f in findings]
    stops = {f["resource"] for f in said if f["rule"] == "baclofen-abrupt-stop"}
    assert not stops, "one died, one perhaps, and one is said to take it on"
    open_ = {f["resource"] for f in said if "goes on from an order" in f["message"]}
    assert open_ == {f"MedicationRequest/{k}" for k in ("k1", "k2", "k3", "k8")}
    assert not any(DIED in f for f in findings)
