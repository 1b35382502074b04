"""Medications, and the orders that refer to them."""

from __future__ import annotations

from pathlib import Path

from orderlint.audit import medications as states
from orderlint.audit.medications import FULL, PLAIN, Medications
from tests.audit.exports import BACLOFEN
from tests.audit.sift.lines import BESIDE, OTHER, needs_both, order, sent, sift, text

pytestmark = needs_both


def test_reference_before_and_after_its_medication(tmp_path: Path) -> None:
    lines = text(
        {"resourceType": "Medication", "id": "m", "code": {"coding": [BACLOFEN]}},
        {"resourceType": "Medication", "id": "n", "code": OTHER},
        {"resourceType": "Medication", "id": "k", "code": BESIDE},
    )
    rows = sift(tmp_path, lines, "medications").medications
    assert [row[1] for row in rows] == [FULL, PLAIN, states.KNOWN]
    known = Medications(rows)
    pointing = [{"reference": f"Medication/{name}"} for name in "mnx"]
    pointing += [{"reference": "Medication/n", "display": d} for d in ("baclofen", "Examplinum")]
    pointing.append({"reference": "Medication/k"})
    orders = [order(medicationReference=one) for one in pointing]
    for one in orders:
        del one["medicationCodeableConcept"]
    work = sift(tmp_path, text(*orders), "orders", medications=known)
    assert sent(work) == [1, 3, 4, 6]
