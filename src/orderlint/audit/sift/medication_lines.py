"""Medications, decoded."""

from __future__ import annotations

from msgspec import UNSET

from orderlint.audit.job import Job
from orderlint.audit.medications import FULL
from orderlint.audit.sift.decoded_lines import DecodedLines, told_once
from orderlint.audit.sift.decoders import Problems, medication_line
from orderlint.audit.sift.memo import TO_MEDICATION, UNCLEAR, elements
from orderlint.audit.sift.parsed_lines import ParsedLines
from orderlint.audit.sift.sifted import Sifted


class MedicationLines(DecodedLines):
    """Medications."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        self._concepts = elements(job).drugs.concept

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            read = medication_line(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        if read.resourceType == "Medication" and read.id and read.code is not UNSET:
            state = self._concepts(bytes(read.code)) if read.status in (None, "active") else UNCLEAR
            if state != UNCLEAR and told_once(whole):
                name, raw = f"Medication/{read.id}", whole.rstrip(b"\r\n")
                self._found.medication(name, TO_MEDICATION.get(state, FULL), raw, line, byte)
                return False
        self._parsed(whole, line, byte)
        return False
