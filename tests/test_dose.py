"""``orderlint dose``: the shape of its JSON, what people read, and what it says where there is no number."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from orderlint.cli.dose import command
from orderlint.resources import schema_path

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"
MG = {"system": "http://unitsofmeasure.org", "code": "mg", "unit": "mg"}


def bounded(days: int, frequency: int) -> dict[str, Any]:
    length = {"value": days, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"}
    return {"repeat": {"frequency": frequency, "period": 1, "periodUnit": "d", "boundsDuration": length}}


def order(*instructions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": "1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "authoredOn": "2026-01-01",
        "medicationCodeableConcept": {"text": "Zorvexil 10 mg tablet"},
        "dosageInstruction": list(instructions),
        **more,
    }


def mg(value: float) -> list[dict[str, Any]]:
    return [{"doseQuantity": {"value": value, **MG}}]


TAPER = order(
    {"sequence": 1, "timing": bounded(7, 3), "doseAndRate": mg(10)},
    {"sequence": 2, "timing": bounded(7, 2), "doseAndRate": mg(10)},
    {"sequence": 3, "timing": bounded(14, 1), "doseAndRate": mg(10)},
)


def run(tmp_path: Path, resource: Any, *options: str) -> tuple[int, str]:
    file = tmp_path / "o.json"
    file.write_text(json.dumps(resource))
    result = CliRunner().invoke(command, [str(file), *options])
    return result.exit_code, result.output


def as_json(tmp_path: Path, resource: Any) -> list[dict[str, Any]]:
    code, output = run(tmp_path, resource, "--format", "json")
    assert code == 0
    whole = json.loads(output)
    jsonschema.validate(whole, json.loads(schema_path("dose.schema.json").read_text()))
    return list(whole["orders"])


def test_the_contract_s_own_shape(tmp_path: Path) -> None:
    (found,) = as_json(tmp_path, TAPER)
    assert found["resource"] == "MedicationRequest/1"
    assert found["prn"] is False
    assert found["peak"] == {"value": 30, "unit": "mg/d"}
    assert found["mean"] == {"value": 17.5, "unit": "mg/d"}
    assert found["days"] == 28
    assert found["unknown"] is None
    assert [(s["from"], s["days"], s["daily"]["value"]) for s in found["steps"]] == [
        ("2026-01-01", 7, 30),
        ("2026-01-08", 7, 20),
        ("2026-01-15", 14, 10),
    ]
    assert "/dosageInstruction/0/timing/repeat" in found["steps"][0]["because"]


def test_any_drug_and_its_own_unit_where_no_strength_is_known(tmp_path: Path) -> None:
    drops = order(
        {"timing": bounded(5, 2), "doseAndRate": [{"doseQuantity": {"value": 3, "unit": "drops"}}]},
        medicationCodeableConcept={"text": "Something for the eyes"},
    )
    (found,) = as_json(tmp_path, drops)
    assert found["peak"] == {"value": 6, "unit": "[drp]/d"}


def test_no_number_has_a_reason_and_no_peak(tmp_path: Path) -> None:
    (found,) = as_json(tmp_path, order({"doseAndRate": mg(10)}))
    assert found["peak"] is None
    assert found["unknown"]


def test_a_contradiction_is_named(tmp_path: Path) -> None:
    (found,) = as_json(
        tmp_path, order({"text": "10 mg twice a day", "timing": bounded(7, 3), "doseAndRate": mg(10)})
    )
    assert found["contradictions"]
    assert found["peak"] == {"value": 30, "unit": "mg/d"}


def test_a_dose_per_kg_takes_the_weight_on_record(tmp_path: Path) -> None:
    weight = {
        "resourceType": "Observation",
        "id": "w",
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
        "subject": {"reference": "Patient/1"},
        "effectiveDateTime": "2025-12-30",
        "valueQuantity": {"value": 20, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    }
    per_kg = {"value": 0.5, "unit": "mg/kg", "system": "http://unitsofmeasure.org", "code": "mg/kg"}
    dosed = order({"timing": bounded(7, 2), "doseAndRate": [{"doseQuantity": per_kg}]})
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": dosed}, {"resource": weight}],
    }
    (found,) = as_json(tmp_path, bundle)
    assert found["peak"] == {"value": 20, "unit": "mg/d"}
    (alone,) = as_json(tmp_path, dosed)
    assert alone["peak"] is None or alone["peak"]["unit"] == "mg/kg/d"


def test_people_see_steps_days_and_why(tmp_path: Path) -> None:
    code, output = run(tmp_path, TAPER)
    assert code == 0
    assert "2026-01-08 to 2026-01-14" in output
    assert "peak 30 mg/d, mean 17.5 mg/d, 28 days" in output
    lines = [line for line in output.splitlines() if "█" in line]
    assert [line.count("█") for line in lines] == [30, 20, 10]
    assert "/dosageInstruction/2/doseAndRate/0/doseQuantity" in output


def test_daily_has_a_row_for_each_day(tmp_path: Path) -> None:
    _, output = run(tmp_path, TAPER, "--daily")
    assert sum("█" in line for line in output.splitlines()) == 28


def test_hostile_names_are_shown_harmless(tmp_path: Path) -> None:
    named = order({"doseAndRate": mg(1)}, medicationCodeableConcept={"text": "\x1b[2J<script>\u202eevil"})
    for options in ((), ("--format", "json")):
        _, output = run(tmp_path, named, *options)
        assert "\x1b" not in output
        assert "\u202e" not in output


@pytest.mark.parametrize("content", ["", "{", "[1, 2", '{"a": 1, "a": 2}'])
def test_what_can_not_be_read_is_status_2(tmp_path: Path, content: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(content)
    for options in ([], ["--format", "json"]):
        result = CliRunner().invoke(command, [str(file), *options])
        assert result.exit_code == 2
        assert "Traceback" not in result.output


@pytest.mark.skipif(not CORPUS.exists(), reason="the public corpus is not beside this checkout")
def test_the_whole_corpus_has_the_shape() -> None:
    result = CliRunner().invoke(command, [str(CORPUS), "--format", "json"])
    assert result.exit_code == 2  # it holds malformed files on purpose
    whole = json.loads(result.stdout)
    jsonschema.validate(whole, json.loads(schema_path("dose.schema.json").read_text()))
    assert len(whole["orders"]) > 2000
    for found in whole["orders"]:
        assert (found["peak"] is None) == (found["unknown"] is not None)
