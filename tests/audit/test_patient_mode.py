"""All orders of an audit are somebody's: one without a subject is no template, and can't be decided."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.audit.plain import order, write
from tests.audit.test_options import run

PLAIN = order("m", "a", "cyclobenzaprine", mg=5)
PLAN = {
    "resourceType": "PlanDefinition",
    "id": "p",
    "status": "active",
    "action": [{"definitionCanonical": "#a"}],
    "contained": [
        {
            "resourceType": "ActivityDefinition",
            "id": "a",
            "status": "active",
            "kind": "MedicationRequest",
            "productCodeableConcept": PLAIN["medicationCodeableConcept"],
        }
    ],
}


@pytest.mark.parametrize("more", [(), ("--parse-all",)])
def test_an_order_without_a_subject_is_of_nobody_known(tmp_path: Path, more: tuple[str, ...]) -> None:
    export = write(tmp_path / "e", {k: v for k, v in PLAIN.items() if k != "subject"})
    ran = run(tmp_path / "o", export, *more)
    said = {f["rule"]: (f["basis"], f["severity"]) for f in ran.findings}
    assert said["age-unknown"] == ("patient", "warning")
    assert said["invalid-resource"][1] == "error", "a patient's order has to say whose it is"
    assert "cyclobenzaprine-elderly" not in said
    assert ran.report["ledger"]["unverifiable"] == 1


def test_a_definition_stays_one(tmp_path: Path) -> None:
    ran = run(tmp_path / "o", write(tmp_path / "e", PLAN))
    (found,) = [f for f in ran.findings if f["rule"] == "cyclobenzaprine-elderly"]
    assert found["basis"] == "template"


def test_since_judges_all_of_one_name_if_one_is_late(tmp_path: Path) -> None:
    """Two orders of one id: the late one is judged, whatever the early one is."""
    early: dict[str, Any] = {"authoredOn": "2019-01-01"}
    export = write(tmp_path / "e", order("1", "a", mg=40, **early), order("1", "a", mg=40))
    ran = run(tmp_path / "o", export, "--since", "2025-01-01")
    assert "baclofen-max-daily-dose" in {f["rule"] for f in ran.findings}
    assert ran.report["ledger"]["outside"] == 0
