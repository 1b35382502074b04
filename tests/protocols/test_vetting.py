"""A protocol file of one's own that the linter finds a fault in judges no order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orderlint.cli.main import cli
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.loader import load
from tests.protocols.files import line_of, written

ORDER = {
    "resourceType": "MedicationRequest",
    "id": "m",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "metformin"},
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def check(path: Path) -> Result:
    return CliRunner().invoke(
        cli, ["check", "-", "--no-config", "--protocols", str(path)], input=json.dumps(ORDER)
    )


# Each would make orders look clear that nobody judged, or approved by somebody who didn't.
FAULTS = [
    (("{kidney: {from: 60}}", "{kidney: {from: 61}}"), "no band covers"),
    (("drugs: [baclofen]", "drugs: [baclofne]"), "no drug 'baclofne'"),
    (("limit: 60 mg/d", "limit: 60 mL/d"), "doesn't measure"),
    (("checker: B. Checker", "checker: A. Author"), "the same person"),
    (("source: Pharmacy and Therapeutics Committee, 2026-02-15.", "source: none"), "without a source"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_a_fault_stops_the_run_with_its_place(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    path = written(tmp_path, change)
    for _ in range(2):  # what was found wrong once is not kept as sound
        result = check(path)
        assert result.exit_code == 2
        assert words in result.output
        assert f"{path.name}:" in result.output
        assert "Traceback" not in result.output


def test_the_place_is_that_of_the_fault(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError) as raised:
        load([written(tmp_path, ("limit: 60 mg/d", "limit: 60 mL/d"))])
    assert raised.value.line == line_of("limit: 60 mg/d")


def test_missing_examples_and_an_expired_review_stop_nothing(tmp_path: Path) -> None:
    expired = (
        "reviewed: 2026-02-15\n  next_review: 2027-02-15",
        "reviewed: 2020-02-15\n  next_review: 2021-02-15",
    )
    unseen = ("verdict: fires", "verdict: clear")
    result = check(written(tmp_path, expired, unseen))
    assert result.exit_code == 0
    assert "protocol-review-expired" in result.output


def test_two_files_may_name_each_others_clauses(tmp_path: Path) -> None:
    text = written(tmp_path).read_text()
    at = text.index("  - id: OUR-003")
    one, other = tmp_path / "one.yaml", tmp_path / "other.yaml"
    one.write_text(text[:at])
    other.write_text(
        text[: text.index("clauses:")].replace("our-hospital", "our-figures") + "clauses:\n" + text[at:]
    )
    assert {p.id for p in load([one, other]).protocols} >= {"our-hospital", "our-figures"}
    with pytest.raises(ProtocolError, match="no clause 'OUR-003'"):
        load([one])
