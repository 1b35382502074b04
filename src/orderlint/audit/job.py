"""What one audit is about: shared by all of its workers, before they part."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from orderlint.audit.budget import MEMORY
from orderlint.audit.export.inputs import Source
from orderlint.audit.keys import key32, key64
from orderlint.audit.medications import Medications
from orderlint.audit.patient_list import PatientList
from orderlint.audit.relevant import Relevant
from orderlint.config import Config
from orderlint.fhir.build.facts import FACT_TYPES
from orderlint.fhir.build.records import DEFINING
from orderlint.fhir.build.services import REQUEST
from orderlint.protocols.model import ProtocolSet

PHASES = ("medications", "orders", "facts")
# Statuses of orders that are plainly to be judged.
GOING = frozenset(("active", "on-hold", "completed", "ended", "stopped", "draft", "unknown"))
_FIRST = frozenset(("Medication", "Substance"))
FACTS = FACT_TYPES | frozenset((REQUEST,))  # what lines say of a patient beside the orders
_SECOND = frozenset(("MedicationRequest", "Bundle")) | DEFINING
WITH_ACTIONS = frozenset(
    ("PlanDefinition", "RequestGroup", "RequestOrchestration")
)  # their actions may name orders

WHOLE, LINE, PARSED = 0, 1, 2  # what goes to a partition: no NDJSON; a line; a line that was parsed before


class Settings(NamedTuple):
    """How to run. ``parse_all``: every line is parsed; nothing depends on the scan then."""

    as_of: date
    today: date
    rules: frozenset[str] = frozenset()
    conformance: bool = True
    parse_all: bool = False
    jobs: int = 1
    since: date | None = None
    patients: PatientList | None = None  # those selected
    sample: float | None = None  # share of the patients
    secret: bytes | None = None  # replaces resource ids by keyed hashes
    figures: bool = False  # count what the charts of the page are made of
    memory: int = MEMORY  # bytes, for all workers together


class Job(NamedTuple):
    """Everything a worker needs; the last ones grow from phase to phase."""

    sources: tuple[Source, ...]
    protocols: ProtocolSet
    config: Config
    settings: Settings
    parts: int  # partitions of patients; one more holds what has no patient
    medications: Medications
    relevant: Relevant | frozenset[int] = frozenset()  # key32 of patients with an order that may be covered
    about: frozenset[str] = frozenset(("Patient",))  # types of what orders are for
    wanted: Mapping[int, tuple[int, ...]] = {}  # other resources that orders name: partitions that need them
    wanted_types: frozenset[str] = frozenset()
    named: Mapping[int, tuple[int, ...]] = {}  # orders that actions name: partitions of those that do
    by_line: frozenset[int] = frozenset()  # sources read the way of ``check`` that turned out to be NDJSON
    baseline: ProtocolSet | None = None  # another version, whose verdicts are to be compared

    def covers(self, ingredient: str) -> bool:
        """Whether a rule watches this ingredient, of the run or of what it is compared with."""
        before = self.baseline
        return self.protocols.names_drug(ingredient) or (before is not None and before.names_drug(ingredient))

    def part(self, key: str | None) -> int:
        """The partition of what is about ``key``."""
        return self.parts if key is None else self.part_of(key32(key))

    def part_of(self, key: int) -> int:
        """The partition of what is about somebody with this ``key32``."""
        return key % self.parts

    def selected(self, key: str | None) -> bool:
        """Whether this patient's orders are to be judged."""
        chosen = self.settings.patients
        if key is None:
            return chosen is None and self.settings.sample is None
        if chosen is not None and key64(key) not in chosen:
            return False
        share = self.settings.sample
        return share is None or key64(f"sample\0{key}") < share * 2**64


def phase_of(kind: str) -> str:
    """The phase in which lines of a type are read."""
    return "medications" if kind in _FIRST else "orders" if kind in _SECOND else "facts"


def phase_of_source(source: Source) -> str:
    """The phase in which lines of a source are counted, and in which it is told what is wrong with them."""
    return phase_of(source.type) if source.type is not None else "orders"


def types_that_matter(job: Job) -> frozenset[str]:
    """Types of which at least one line may have to be read."""
    return _FIRST | _SECOND | FACTS | job.about | job.wanted_types
