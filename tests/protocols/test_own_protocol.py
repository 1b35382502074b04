"""docs/own-protocol.md does what it says: its file, its line of configuration, its commands and its table."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orderlint.cli.main import cli

DOC = Path(__file__).parents[2] / "docs" / "own-protocol.md"


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", DOC.read_text("utf-8"), re.DOTALL)
    assert len(found) == 1
    return str(found[0])


@pytest.fixture
def hospital(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "protocols").mkdir()
    (tmp_path / "protocols" / "our-hospital.yaml").write_text(block("yaml"))
    (tmp_path / "orderlint.toml").write_text(block("toml"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def order(milligrams: int, written: str) -> str:
    return json.dumps(
        {
            "resourceType": "MedicationRequest",
            "id": "m",
            "status": "active",
            "intent": "order",
            "subject": {"reference": "Patient/1"},
            "authoredOn": written,
            "medicationCodeableConcept": {"text": "baclofen"},
            "dosageInstruction": [
                {
                    "route": {"text": "oral"},
                    "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
                    "doseAndRate": [{"doseQuantity": {"value": milligrams // 3, "unit": "mg"}}],
                }
            ],
        }
    )


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_the_commands(hospital: Path) -> None:
    said = re.findall(r"^\$ orderlint (.+)\n((?:(?!\$|`).+\n)+)", block("console"), re.MULTILINE)
    assert len(said) == 2
    for command, output in said:
        result = run(*command.split())
        assert result.output == output
        assert result.exit_code == 0


def test_the_table(hospital: Path) -> None:
    rows = re.findall(
        r"^\| (\d+) mg a day, written on (\S+) \| (.+) \|$", DOC.read_text("utf-8"), re.MULTILINE
    )
    assert len(rows) == 4
    for dose, written, finding in rows:
        (hospital / "o.json").write_text(order(int(dose), written))
        report = json.loads(run("check", "--format", "json", "--as-of", "2026-06-01", "o.json").output)
        found = [f for f in report["findings"] if f["rule"] == "baclofen-max-daily-dose"]
        if finding == "none":
            assert found == []
            continue
        assert len(found) == 1
        assert found[0]["severity"] == "error"
        assert found[0]["clause"] == "OUR-001"
        assert found[0]["protocol"] == "our-hospital"
        assert found[0]["limit"] == {"value": 60, "unit": "mg/d"}
        assert ("AKA-004" in {c["clause"] for c in found[0]["citations"]}) == ("AKA-004" in finding)


def test_the_gate(hospital: Path) -> None:
    (hospital / "o.json").write_text(order(60, "2026-03-02"))
    refused = run("check", "--require-approved", "--fail-on", "never", "o.json")
    assert refused.exit_code == 2
    assert "aka-spasm (under-review)" in refused.output
    assert "our-hospital" not in refused.output.split("not approved:")[1]
    passed = run("check", "--require-approved", "--protocol", "our-hospital", "--fail-on", "never", "o.json")
    assert passed.exit_code == 0


def test_the_gate_does_not_open_for_an_approval_that_has_run_out(hospital: Path) -> None:
    path = hospital / "protocols" / "our-hospital.yaml"
    path.write_text(path.read_text().replace("2026-02-15", "2020-02-15").replace("2027-02-15", "2021-02-15"))
    (hospital / "o.json").write_text(order(60, "2026-03-02"))
    options = ("check", "--protocol", "our-hospital", "--fail-on", "never", "o.json")
    assert run(*options).exit_code == 0
    refused = run(*options, "--require-approved")
    assert refused.exit_code == 2
    assert "our-hospital (approved, but its review was due on 2021-02-15)" in refused.output


def test_an_expired_review_is_said(hospital: Path) -> None:
    path = hospital / "protocols" / "our-hospital.yaml"
    path.write_text(path.read_text().replace("2026-02-15", "2020-02-15").replace("2027-02-15", "2021-02-15"))
    (hospital / "o.json").write_text(order(60, "2026-03-02"))
    result = run("check", "--format", "json", "--fail-on", "never", "o.json")
    (found,) = [f for f in json.loads(result.output)["findings"] if f["rule"] == "protocol-review-expired"]
    assert found["severity"] == "warning"
    assert found["file"] == "protocols/our-hospital.yaml"
    assert found["line"] == path.read_text().split("\n").index("  next_review: 2021-02-15") + 1
