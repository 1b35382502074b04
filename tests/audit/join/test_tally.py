"""Who prescribed is told by ids only, and under a key not even by these."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from orderlint.audit.join.tally import NO_ID, anonymous
from orderlint.audit.results.pseudonyms import Pseudonyms
from orderlint.cli.audit import command

UUID = "0c3f7e6e-52f5-4b4a-9d19-3f4b2f6f0c11"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """One order of each kind of reference to whoever prescribed it."""
    folder = tmp_path / "export"
    folder.mkdir()
    said = ["Practitioner/p1", f"urn:uuid:{UUID}", "Dr. Hans Meier", "Practitioner/dr_hans meier", None]
    lines = [
        json.dumps(
            {
                "resourceType": "MedicationRequest",
                "id": f"m{n}",
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": {"text": "baclofen 10 mg tablet"},
                "subject": {"reference": "Patient/1"},
                "authoredOn": "2026-01-02",
                **({"requester": {"reference": who}} if who else {}),
            },
            separators=(",", ":"),
        )
        for n, who in enumerate(said)
    ]
    (folder / "MedicationRequest.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


def run(*arguments: object) -> None:
    done = CliRunner().invoke(command, [*map(str, arguments), "--no-config", "--fail-on", "never"])
    assert done.exit_code == 0, done.output


def prescribers(out: Path) -> set[str]:
    report = json.loads((out / "report.json").read_text("utf-8"))
    return {str(rate["of"]) for rate in report["rates"] if rate["by"] == "prescriber"}


def test_no_name_is_shown(export: Path, tmp_path: Path) -> None:
    run(export, "--out", tmp_path / "out")
    assert prescribers(tmp_path / "out") == {"Practitioner/p1", f"urn:uuid:{UUID}", NO_ID}
    assert "Meier" not in "".join(p.read_text("utf-8") for p in (tmp_path / "out").glob("*json"))


def test_under_a_key_no_id_is_shown(export: Path, tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"k" * 32)
    run(export, "--out", tmp_path / "out", "--pseudonymize", tmp_path / "key")
    text = "".join(p.read_text("utf-8") for p in (tmp_path / "out").glob("*json"))
    for told in ("Meier", "Practitioner/p1", UUID, "Patient/1"):
        assert told not in text
    assert len(prescribers(tmp_path / "out")) == 3


@pytest.mark.parametrize("words", ["Patient/a_b", "Patient/ä.b", f"urn:uuid:{UUID}", "urn:oid:1.2.3"])
def test_no_part_of_an_id_is_left(words: str) -> None:
    hidden = Pseudonyms(b"key").text(f"for {words}: high")
    assert hidden.startswith("for ")
    assert hidden.endswith(": high")
    kind = words.rpartition("/")[0] or words.rpartition(":")[0]
    assert len(hidden) == len(f"for {kind}/: high") + 32
    assert Pseudonyms(None).text(words) == words


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("unit 'MARKERNAME' is not known", "unit '…' is not known"),
        ("unit 'O'Brien' isn't known", "unit '…' isn't known"),
        ('unit "O\'Brien" is not known', "unit '…' is not known"),
        ("the patient's age isn't known", "the patient's age isn't known"),
        ("Observation/7 of 2026-01-02 is too old", "Observation of a day is too old"),
        ("MedicationRequest/7: no dose", "no dose"),
        ("x/orders.ndjson:3#/entry/0: no dose", "no dose"),
        ("MedicationStatement/7: no dose", "MedicationStatement: no dose"),
    ],
)
def test_a_reason_is_the_same_for_all_and_names_nobody(words: str, told: str) -> None:
    assert anonymous(words) == told
