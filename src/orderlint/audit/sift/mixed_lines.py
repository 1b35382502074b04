"""Lines of several types, decoded."""

from __future__ import annotations

from msgspec import UNSET

from orderlint.audit.job import FACTS, WITH_ACTIONS, Job, phase_of
from orderlint.audit.sift.decoded_lines import DecodedLines
from orderlint.audit.sift.decoders import Problems, head
from orderlint.audit.sift.fact_lines import FactLines
from orderlint.audit.sift.medication_lines import MedicationLines
from orderlint.audit.sift.order_lines import OrderLines
from orderlint.audit.sift.parsed_lines import ParsedLines
from orderlint.audit.sift.sifted import Sifted
from orderlint.fhir.build.records import DEFINING
from orderlint.fhir.source.container import is_type


class MixedLines(DecodedLines):
    """Resources of several types, one a line."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        own = ParsedLines(job, found, tells=True)  # what only the reader of a type sees, is told in its phase
        self._orders = OrderLines(job, found, own)
        self._medications = MedicationLines(job, found, own)
        self._facts = FactLines(job, found, own)
        self._used = FACTS | job.about | job.wanted_types

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            read = head(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        kind, phase = read.resourceType, self._found.phase
        if (
            read.contained is not UNSET
            or kind == "Bundle"
            or not is_type(kind)
            or (phase == "orders" and kind in DEFINING)
            or (phase == "medications" and kind in WITH_ACTIONS)
        ):
            self._parsed(whole, line, byte)
        elif phase == "medications" and phase_of(kind) == phase:
            self._medications.line(whole, line, byte)
        elif phase == "orders" and kind == "MedicationRequest":
            self._orders.line(whole, line, byte)
        elif phase == "facts" and kind in self._used:
            self._facts.line(whole, line, byte)
        return False
