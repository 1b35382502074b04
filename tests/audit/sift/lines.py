"""Lines to be sifted, and a sift of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.export.inputs import find_sources
from orderlint.audit.job import Job, Settings
from orderlint.audit.keys import key32
from orderlint.audit.medications import Medications
from orderlint.audit.sift import scanner
from orderlint.audit.sift.sift import Sift
from orderlint.audit.units import Unit
from orderlint.config import Config
from orderlint.terminology.table import first_cells
from tests.audit.running import DAY, protocols

needs_both = pytest.mark.skipif(
    not (scanner.available() and scanner.decoding()), reason="hyperscan or msgspec is not installed"
)
PROTOCOLS = protocols()
OTHER = {"coding": [{"system": "urn:x", "code": "1"}], "text": "Examplinum 5 mg"}  # nobody knows it
BESIDE = {"text": min(d for d in first_cells("drugs") if not PROTOCOLS.names_drug(d))}  # no rule watches it
KNOWN = frozenset((key32("Patient/a"),))
CONDITION = {"resourceType": "Condition", "code": {"text": "chronic kidney disease stage 4"}}


def order(**more: Any) -> dict[str, Any]:
    """A MedicationRequest of another drug."""
    made = {"resourceType": "MedicationRequest", "status": "active", "subject": {"reference": "Patient/a"}}
    return {**made, "medicationCodeableConcept": OTHER, **more}


def lab(code: Any, **more: Any) -> dict[str, Any]:
    """An Observation of patient a."""
    made = {"resourceType": "Observation", "id": "l", "subject": {"reference": "Patient/a"}}
    return {**made, "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, **more}


def text(*resources: Any) -> bytes:
    """As NDJSON; bytes as they are."""
    return b"".join(
        (r if isinstance(r, bytes) else json.dumps(r, separators=(",", ":")).encode()) + b"\n"
        for r in resources
    )


def sift(folder: Path, data: bytes, phase: str, name: str = "x", **job: Any) -> Sift:
    """Read ``data`` as a file."""
    (folder / f"{name}.ndjson").write_bytes(data)
    sources, _ = find_sources([str(folder)])
    made = Job(tuple(sources), PROTOCOLS, Config(), Settings(DAY, DAY), 16, Medications(()))
    work = Sift(made._replace(relevant=KNOWN)._replace(**job), Unit(phase, 0, 0, 1 << 62))
    assert list(work.run())
    return work


def sent(work: Sift) -> list[int]:
    """The lines that go on."""
    return sorted(row[1] for rows in work.sent.values() for row in rows)
