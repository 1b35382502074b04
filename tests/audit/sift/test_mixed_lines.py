"""Lines of several types: each is read in the phase of its own, and counted once."""

from __future__ import annotations

from pathlib import Path

from orderlint.audit.job import PHASES
from tests.audit.exports import BACLOFEN
from tests.audit.sift.lines import OTHER, lab, needs_both, order, sent, sift, text
from tests.audit.sift.test_parsed_lines import GROUP

pytestmark = needs_both
LINES = (
    lab("98979-8"),
    {"resourceType": "Medication", "id": "m", "code": OTHER},
    order(medicationCodeableConcept={"coding": [BACLOFEN]}),
    GROUP,
    {"resourceType": "patient", "id": "a"},
    {"resourceType": "Patient", "id": "a"},
    {"resourceType": "Encounter", "id": "e"},
    b"",
    lab("8867-4", contained=[{"resourceType": "Practitioner", "id": "p"}, 5]),
)


def test_every_line_is_read_in_its_phase(tmp_path: Path) -> None:
    found = {phase: sift(tmp_path, text(*LINES), phase) for phase in PHASES}
    assert {phase: sent(work) for phase, work in found.items()} == {
        "medications": [],
        "orders": [3, 4, 5],
        "facts": [1, 6, 9],
    }
    assert len(found["medications"].medications) == 1
    assert len(found["medications"].named) == 2


def test_a_line_counts_once_in_whichever_phases_it_is_parsed(tmp_path: Path) -> None:
    for parse_all in (False, True):
        found = []
        for phase in PHASES:
            job = sift(tmp_path, text(*LINES), phase).job
            settings = job.settings._replace(parse_all=parse_all)
            found.append(sift(tmp_path, text(*LINES), phase, settings=settings))
        assert sum(work.resources for work in found) == -1  # blank, no type, one contained
        assert sum(work.parsed for work in found) == (8 if parse_all else 3)
