"""An audit adds up what a check does: orders that hand over by the clock, lack a date, or come from one."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.audit.sift.scanner import available
from tests.audit.running import ORDERS, about_orders, audited, checked

UNIT = {"system": "http://unitsofmeasure.org", "code": "mg"}
DRUGS = ("baclofen", "baclofen", "baclofen", "tizanidine", "metoprolol")


def when(d: random.Random, day: int) -> str:
    hour = d.choice((None, 8, 10, 14))
    zone = d.choice(("Z", "Z", "Z", "+02:00", "-05:00"))
    return f"2026-05-{day:02}" + ("" if hour is None else f"T{hour:02}:00:00{zone}")


def request(d: random.Random, number: int, of: int) -> dict[str, Any]:
    first = d.randint(1, 4)
    repeat: dict[str, Any] = {"frequency": d.choice((1, 3, 3)), "period": 1, "periodUnit": "d"}
    if d.random() < 0.7:
        repeat["boundsPeriod"] = {"start": when(d, first), "end": when(d, first + d.randint(1, 3))}
    made: dict[str, Any] = {
        "resourceType": "MedicationRequest",
        "id": f"r{number}",
        "status": d.choice(("active", "active", "completed", "stopped")),
        "intent": d.choice(("order", "order", "plan", "instance-order")),
        "subject": {"reference": f"Patient/{d.choice('pq')}"},
        "medicationCodeableConcept": {"text": d.choice(DRUGS)},
        "dosageInstruction": [
            {
                "timing": {"repeat": repeat},
                "doseAndRate": [{"doseQuantity": {"value": d.choice((5, 10, 20)), **UNIT}}],
            }
        ],
    }
    if d.random() < 0.8:
        made["authoredOn"] = when(d, first)
    if made["status"] == "stopped":
        made["statusChanged"] = when(d, first + d.randint(0, 2))
    if d.random() < 0.4:
        made["basedOn"] = [{"reference": f"MedicationRequest/r{d.randrange(of)}"}]
    return made


def export(folder: Path, seed: int) -> None:
    d = random.Random(seed)
    count = d.randint(2, 6)
    requests = [request(d, n, count) for n in range(count)]
    people = [{"resourceType": "Patient", "id": who, "birthDate": "1980-01-01"} for who in "pq"]
    for name, lines in (("MedicationRequest", requests), ("Patient", people)):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        (folder / f"{name}.ndjson").write_text(text, encoding="utf-8")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**9))
def test_audit_is_check(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("export")
    export(folder, seed)
    ledger, findings = audited(folder, parse_all=not available())
    wanted, expected = checked(folder)
    assert about_orders(findings) == about_orders(expected)
    assert {k: ledger[k] for k in ORDERS} == {k: wanted[k] for k in ORDERS}
