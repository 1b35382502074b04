"""What the units of one machine sent to a partition, read back from its disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import IO

from orderlint.audit.export.windows import open_source
from orderlint.audit.job import Job
from orderlint.audit.join.join import Row
from orderlint.audit.units import Store

_MOST_OPEN = 50


def beside(job: Job) -> int:
    """The block in which a unit keeps lines with Medications: behind those of the partitions."""
    return job.parts + 1


def spilled(unit: str, number: int) -> str:
    """The name of what a unit put on disk before its end, because it was much."""
    return f"{unit}+{number:04}"


def pieces(store: Store, unit: str) -> list[str]:
    """The names of all results of a unit."""
    return [*(spilled(unit, n) for n in range(store.head(unit)["spills"])), unit]


class Kept:
    """The rows of partitions, and the lines of Medications, for ``Join``."""

    def __init__(self, store: Store, job: Job, units: Sequence[str], bases: Mapping[str, int]) -> None:
        self.store = store
        self.job = job
        self.units = units
        self.bases = bases
        self._files: dict[int, IO[bytes]] = {}  # open, to be read again
        self._unpacked: dict[int, dict[int, bytes]] = {}

    def rows(self, part: int) -> Iterator[Row]:
        """Everything sent to a partition."""
        relevant = self.job.relevant
        for unit in self.units:
            base = self.bases[unit]
            for name in pieces(self.store, unit):
                for source, line, byte, raw, how in self.store.rows(name, part):
                    known = raw
                    if not isinstance(raw, bytes):  # a patient, beside whose other orders this one counts
                        known = self._line(source, byte) if raw in relevant else b""
                    yield source, line + base, byte, known, how

    def medication(self, source: int, byte: int) -> bytes:
        """The bytes of the Medication that begins there."""
        where = self.job.sources[source]
        if not where.placed:
            return self._of(source).get(byte, b"")
        return self._line(source, byte)

    def _line(self, source: int, byte: int) -> bytes:
        file = self._files.get(source)
        if file is None:
            if len(self._files) >= _MOST_OPEN:
                self.close()
            where = self.job.sources[source]
            file = open_source(where) if "://" in where.path else open(where.path, "rb")  # noqa: PTH123, SIM115
            self._files[source] = file
        file.seek(byte)
        return file.readline().rstrip(b"\r\n")

    def close(self) -> None:
        """Close the files that were read again."""
        for file in self._files.values():
            file.close()
        self._files.clear()

    def _of(self, source: int) -> dict[int, bytes]:
        known = self._unpacked.get(source)
        if known is None:
            known = self._unpacked[source] = {}
            for unit in self.store.folder.glob(f"medications-{source:05}-*"):
                for _, byte, raw in self.store.rows(unit.name, beside(self.job)):
                    known[byte] = raw
        return known
