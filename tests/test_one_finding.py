"""One finding per rule and order, and never one less: ids repeat, products hold several drugs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from orderlint.cli.main import cli

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def order(dose: float, times: int, subject: str, code: str = "1292", **more: Any) -> dict[str, Any]:
    quantity = {"value": dose, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    return {
        "resourceType": "MedicationRequest",
        "id": "o",
        "status": "active",
        "intent": "order",
        "subject": {"reference": subject},
        "authoredOn": "2026-03-01",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": code}]},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": quantity}],
            }
        ],
        **more,
    }


def found(tmp_path: Path, *resources: dict[str, Any]) -> dict[str, Any]:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}
    file = tmp_path / "in.json"
    file.write_text(json.dumps(bundle))
    result = CliRunner().invoke(cli, ["check", str(file), "--format", "json", "--as-of", "2026-03-02"])
    return dict(json.loads(result.stdout))


def group(name: str, patient: str) -> dict[str, Any]:
    return {
        "resourceType": "RequestGroup",
        "id": name,
        "status": "active",
        "intent": "order",
        "subject": {"reference": patient},
        "contained": [order(40, 3, patient)],
        "action": [{"resource": {"reference": "#o"}}],
    }


def test_contained_orders_of_one_id_are_two_orders(tmp_path: Path) -> None:
    report = found(tmp_path, group("g", "Patient/1"), group("h", "Patient/2"))
    assert report["ledger"]["orders"] == 2
    tops = [f for f in report["findings"] if f["rule"] == "baclofen-max-daily-dose"]
    assert sorted(f["patient"] for f in tops) == ["Patient/1", "Patient/2"]
    assert len({f["fingerprint"] for f in tops}) == 2


def test_a_product_of_two_drugs_has_one_finding_per_rule(tmp_path: Path) -> None:
    mg = {"system": "http://unitsofmeasure.org", "code": "mg", "unit": "mg"}
    tablet = {"numerator": {"value": 200, **mg}, "denominator": {"value": 1, "unit": "tablet"}}
    medication = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [
            {"itemCodeableConcept": {"coding": [{"system": RXNORM, "code": code}]}, "strength": tablet}
            for code in ("6845", "7715")
        ],
    }
    both = order(1, 3, "Patient/1")
    del both["medicationCodeableConcept"]
    both["medicationReference"] = {"reference": "Medication/m"}
    both["dosageInstruction"][0]["doseAndRate"] = [{"doseQuantity": {"value": 1, "unit": "tablet"}}]
    old = {"resourceType": "Patient", "id": "1", "birthDate": "1940-01-01"}
    report = found(tmp_path, old, medication, both)
    elderly = [f for f in report["findings"] if f["rule"] == "muscle-relaxant-elderly"]
    assert len(elderly) == 1
    assert "methocarbamol" in elderly[0]["message"]
    assert "orphenadrine" in elderly[0]["message"]
    rules = [f["rule"] for f in report["findings"] if f["basis"]]
    assert len(rules) == len(set(rules))


def test_steps_whose_length_stands_in_duration_follow_one_another(tmp_path: Path) -> None:
    steps = order(10, 3, "Patient/1")
    first = steps["dosageInstruction"][0]
    first["sequence"] = 1
    first["timing"]["repeat"] |= {"duration": 7, "durationUnit": "d"}
    second = json.loads(json.dumps(first))
    second["sequence"] = 2
    second["doseAndRate"][0]["doseQuantity"]["value"] = 20
    steps["dosageInstruction"].append(second)
    report = found(tmp_path, steps)
    assert "baclofen-max-daily-dose" not in {f["rule"] for f in report["findings"]}
    assert any("duration" in f["message"] for f in report["findings"] if f["rule"] == "dose-contradiction")


def test_an_order_stopped_early_can_not_have_lasted_longer_than_planned(tmp_path: Path) -> None:
    length = {"value": 5, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    for days, fires in ((5, False), (30, True)):
        short = order(10, 3, "Patient/1", status="stopped")
        short["dosageInstruction"][0]["timing"]["repeat"]["boundsDuration"] = {**length, "value": days}
        rules = {f["rule"] for f in found(tmp_path, short)["findings"]}
        assert ("baclofen-abrupt-stop" in rules) == fires


def test_a_draft_does_not_run(tmp_path: Path) -> None:
    for status, fires in (("draft", False), ("active", True)):
        long_ago = order(5, 3, "Patient/1", code="21949", status=status, authoredOn="2025-01-01")
        rules = {f["rule"] for f in found(tmp_path, long_ago)["findings"]}
        assert ("muscle-relaxant-duration" in rules) == fires


def test_what_is_no_json_says_where_in_its_message(tmp_path: Path) -> None:
    file = tmp_path / "bad.json"
    file.write_text('{"a": NaN}')
    result = CliRunner().invoke(cli, ["check", str(file), "--format", "json"])
    assert result.exit_code == 2
    assert "line 1, column 7" in json.loads(result.stdout)["findings"][0]["message"]
