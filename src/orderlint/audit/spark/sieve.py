"""``Sift`` over the blocks that Spark brings."""

from __future__ import annotations

from orderlint.audit.job import Job
from orderlint.audit.sift.sift import Sift
from orderlint.audit.spark.rows import Rows
from orderlint.fhir.source.limits import LIMITS


class Sieve(Sift):
    """One split of a source, or all of it. What it lets through goes to ``rows`` after each block."""

    def __init__(self, job: Job, source: int, phase: str, first: int, rows: Rows) -> None:
        # every line with Medications is kept, as where a source is packed: nobody goes back to the file
        super().__init__(job, job.sources[source]._replace(packed=True), phase)
        self._first = first
        self._rows = rows
        self._told = 0  # Medications that were handed on; they stay in the head too

    def lines_at(self, lines: bytearray, byte: int) -> None:
        """Whole lines that begin at ``byte``: many, or one that is long."""
        if len(lines) > LIMITS.document_bytes:
            self.lines += 1
            self.bytes += len(lines)
            self._parsed.over(self.lines, byte)
        else:
            self.block(lines, len(lines), byte)
        self._hand_on()

    def whole(self, data: bytes) -> None:
        """All bytes of a source that is no NDJSON."""
        super().whole(data)
        self._hand_on()

    def end(self) -> None:
        """There is no more."""
        self._rows.head(self.source.number, self._first, self.head())

    def _hand_on(self) -> None:
        self._rows.sent(self._first, self.sent)
        self.sent.clear()
        named = self.medications[self._told :]
        self._told = len(self.medications)
        self._rows.medications(self.source.number, self._first, self.kept, named)
        self.kept.clear()
