"""``Sift`` over the blocks that Spark brings."""

from __future__ import annotations

from orderlint.audit.job import Job, types_that_matter
from orderlint.audit.patterns import patterns
from orderlint.audit.scanner import Scanner
from orderlint.audit.sift import Sift
from orderlint.audit.units import Unit
from orderlint.fhir.source.documents import read_documents
from orderlint.fhir.source.files import Input
from orderlint.record import InputFault


class Sieve(Sift):
    """One split of a source, or all of it."""

    def __init__(self, job: Job, source: int, phase: str) -> None:
        super().__init__(job, Unit(phase, source, 0, 0))
        self.handed_on = 0  # how many of the Medications the caller has taken
        self._scanner = None
        own = self.source.type
        if self.source.scannable and own is not None and not job.settings.parse_all:
            matter = types_that_matter(job)
            self._scanner = Scanner(patterns(own, matter))
            self._every = own in matter and own != "Observation"
        # every line with Medications is kept: a worker can't go back to the file
        self.source = self.source._replace(packed=True)

    def block(self, buffer: bytearray, byte: int) -> None:
        """Whole lines that begin at ``byte``."""
        end = len(buffer)
        if self._scanner is None:
            self._each(buffer, end, byte)
        else:
            with memoryview(buffer) as view:
                found = self._scanner.matches(view)
            self._scanned(buffer, end, byte, found, self._every)
        self.bytes += end

    def whole(self, data: bytes) -> None:
        """All bytes of a source that is not scanned by lines."""
        for part in read_documents(Input(self.source.name, None, data)):
            if not isinstance(part, InputFault):
                self.parsed += 1
                self._document(part)
            elif self.unit.phase == "orders":
                self._fault(
                    part.rule, part.line or part.place.line, part.column, part.place.byte, part.message
                )
        self.bytes += len(data)
