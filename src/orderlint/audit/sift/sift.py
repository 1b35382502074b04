"""The lines of one source in one phase: which of them anyone needs, and which are counted and left.

Whatever is not as plain as can be is parsed and judged by the same readers as ever, so that the quick
ways only ever save time. What is needed goes, as raw bytes, to the partition of its patient; there it is
parsed (again) and built.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from orderlint.audit.budget import budget
from orderlint.audit.export.inputs import Source
from orderlint.audit.export.windows import WINDOW, windows
from orderlint.audit.job import Job, phase_of, phase_of_source, types_that_matter
from orderlint.audit.sift.parsed_lines import ParsedLines
from orderlint.audit.sift.scanner import available, decoding
from orderlint.audit.sift.sifted import Sifted, Spill
from orderlint.audit.units import Unit
from orderlint.fhir.source.stream import Unreadable


class Lines(Protocol):
    """How lines are read."""

    def block(self, data: bytes, byte: int) -> None:
        """Whole lines, which follow those before."""


class Sift(Sifted):
    """A sift at work, fed by ``block``, or by ``run`` with the lines of a unit, or of the whole source.

    ``spill`` is given what goes to the partitions as soon as it is more than a worker may hold; the rest
    stands in ``sent`` at the end. A source that is ``packed`` can't be read again: lines with Medications
    stand in ``kept`` then.
    """

    def __init__(self, job: Job, of: Unit | Source, phase: str = "", *, spill: Spill | None = None) -> None:
        self.unit = of if isinstance(of, Unit) else Unit(phase, of.number, 0, 1 << 62)
        super().__init__(job, job.sources[of.source] if isinstance(of, Unit) else of, self.unit.phase, spill)
        self._parsed = ParsedLines(job, self, tells=self.phase == phase_of_source(self.source))
        self._way: Lines | None = None

    def block(self, buffer: bytes | bytearray, end: int, byte: int) -> None:
        """The whole lines ``buffer[:end]``, which follow those before; the first begins at ``byte``."""
        self._feed(buffer, end, byte)
        self.bytes += end

    def whole(self, data: bytes) -> None:
        """All bytes of a source that is no NDJSON."""
        self._parsed.documents(data)
        self.bytes += len(data)

    def run(self) -> Iterator[int]:
        """Everything in the unit, or in the whole source; yields how many bytes are done, now and then."""
        if not self.source.scannable:
            self._parsed.documents()
            yield self.source.size
            return
        size = min(budget(self.job.settings.memory, self.job.settings.jobs).window, WINDOW)
        byte = self.unit.first
        try:
            for window in windows(self.source, self.unit.first, self.unit.last, size):
                if window.over:
                    self.lines += 1
                    self.bytes += window.over
                    self._parsed.over(self.lines, window.byte)
                self.block(window.buffer, window.end, window.byte)
                byte = window.byte + window.end + window.over
                yield window.took
        except Unreadable as error:
            self._parsed.unreadable(str(error), byte)

    def _feed(self, buffer: bytes | bytearray, end: int, byte: int) -> None:
        if end:
            if self._way is None:
                self._way = self._chosen()
            if isinstance(buffer, bytes) and end == len(buffer):
                data = buffer
            else:
                with memoryview(buffer) as view:
                    data = bytes(view[:end])
            self._way.block(data, byte)

    def _chosen(self) -> Lines:
        """How the lines are read."""
        own, job = self.source.type, self.job
        if job.settings.parse_all or not decoding():
            return self._parsed
        if own is None:
            from orderlint.audit.sift.mixed_lines import MixedLines  # noqa: PLC0415

            return MixedLines(job, self, self._parsed)
        if phase_of(own) != self.phase:
            return self._parsed
        if self.phase == "medications":
            from orderlint.audit.sift.medication_lines import MedicationLines  # noqa: PLC0415

            return MedicationLines(job, self, self._parsed)
        if self.phase == "orders":
            if own != "MedicationRequest":
                return self._parsed
            from orderlint.audit.sift.order_lines import OrderLines  # noqa: PLC0415

            return OrderLines(job, self, self._parsed)
        few = own == "Observation" or own not in types_that_matter(job)
        if few and own not in job.about | job.wanted_types and available():
            from orderlint.audit.sift.scanned_lines import ScannedLines  # noqa: PLC0415

            return ScannedLines(job, self, self._parsed)
        from orderlint.audit.sift.fact_lines import FactLines  # noqa: PLC0415

        return FactLines(job, self, self._parsed)
