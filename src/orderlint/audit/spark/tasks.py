"""What runs in Spark's workers: generators from Arrow batches to Arrow batches.

They need this package, pyarrow and pandas in the workers' Python. Nothing that they raise quotes data.
"""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from orderlint import __version__
from orderlint.audit import keys
from orderlint.audit.job import Job
from orderlint.audit.join.join import Join, Row
from orderlint.audit.join.memory import Memory
from orderlint.audit.spark.blocks import blocks
from orderlint.audit.spark.failures import TaskFailed, guarded
from orderlint.audit.spark.places import BOM, same_uri
from orderlint.audit.spark.rows import MEDICATION, Rows, signed
from orderlint.audit.spark.sieve import Sieve
from orderlint.namedtuple import NamedTuple

Spot = tuple[str, int, int]  # phase, source, where Spark says that the block begins


class ToSift(NamedTuple):
    """What a task needs in order to sift; shipped once to every worker.

    ``begins`` says where in its source the first line of a block begins, where that is known beforehand.
    """

    version: str
    job: Job
    phase: str
    sources: Mapping[str, int]  # by URI
    marked: frozenset[int]  # sources with a byte order mark
    begins: Mapping[tuple[int, int], int]


class ToJoin(NamedTuple):
    """What a task needs in order to judge: lines and bytes to add to those of the rows of a block."""

    version: str
    job: Job
    shifts: Mapping[Spot, tuple[int, int]]
    medications: Mapping[tuple[int, int], bytes] | None  # by source and byte; None: they come with the rows
    groups: list[list[int]]  # the partitions of each group


def sift_lines(shared: Any, batches: Iterable[Any]) -> Iterator[Any]:
    """Batches of (uri, first, line with its newline) → ``rows.SCHEMA``."""
    return guarded(lambda given: _lines(_value(shared), given), batches)


def sift_whole(shared: Any, batches: Iterable[Any]) -> Iterator[Any]:
    """Batches of (uri, first, all bytes of a file) → ``rows.SCHEMA``."""
    return guarded(lambda given: _whole(_value(shared), given), batches)


def names_medications(batches: Iterable[Any]) -> Iterator[Any]:
    """Batches of (group, raw) → (key, group): which Medications a line may need."""
    return guarded(_names, batches)


def join_group(shared: Any, table: Any) -> Any:
    """All rows of a group → its number and its result, marshalled."""
    return next(guarded(lambda given: _joined(_value(shared), given), table))


def _value(shared: Any) -> Any:
    value = shared.value
    if value.version != __version__:
        raise TaskFailed(f"the workers have orderlint {__version__}, not {value.version}")
    return value


def assumed(first: int) -> int:
    """Where the first line of a block is taken to begin where nobody has counted.

    It begins behind the first newline at or after ``first``, so these numbers never meet those of
    another block.
    """
    return first + 1 if first else 0


def _lines(shared: ToSift, batches: Iterable[Any]) -> Iterator[Any]:
    rows = Rows()
    now: tuple[str, int] | None = None
    sieve: Sieve | None = None
    byte = 0
    for block in blocks(batches):
        lines = block.lines
        if sieve is None or (block.uri, block.first) != now:
            if sieve is not None:
                sieve.end()
            now = block.uri, block.first
            number = shared.sources[same_uri(block.uri)]
            sieve = Sieve(shared.job, number, shared.phase, block.first, rows)
            byte = shared.begins.get((number, block.first), assumed(block.first))
            if not block.first and number in shared.marked:
                lines[:0] = BOM
        sieve.lines_at(lines, byte)
        byte += len(lines)
        yield from rows.full()
    if sieve is not None:
        sieve.end()
    yield from rows.rest()


def _whole(shared: ToSift, batches: Iterable[Any]) -> Iterator[Any]:
    rows = Rows()
    for batch in batches:
        for uri, first, data in zip(*batch.columns, strict=True):
            number = shared.sources[same_uri(uri.as_py())]
            sieve = Sieve(shared.job, number, shared.phase, first.as_py(), rows)
            sieve.whole(data.as_py())
            sieve.end()
            yield from rows.full()
    yield from rows.rest()


def _names(batches: Iterable[Any]) -> Iterator[Any]:
    import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    for batch in batches:
        found = {
            (signed(keys.key64(tail)), group.as_py())
            for group, raw in zip(*batch.columns, strict=True)
            for tail in _tails(raw.as_py())
        }
        columns = [
            pa.array([one[n] for one in sorted(found)], kind)
            for n, kind in enumerate((pa.int64(), pa.int32()))
        ]
        yield pa.RecordBatch.from_arrays(columns, names=["key", "grp"])


def _tails(raw: bytes) -> set[str]:
    """What ``Join`` may look up for a line; more than it will is no harm."""
    tails = {keys.tail(r) for r in keys.references(raw)}
    return {t for t in tails if t.startswith(("Medication/", "Substance/", "urn:"))}


class _Group:
    """The rows of one group, for ``Join``."""

    def __init__(self, rows: list[Row], medications: Mapping[tuple[int, int], bytes]) -> None:
        self._rows = rows
        self._medications = medications

    def rows(self, part: int) -> list[Row]:
        """All of the group, at whichever part is asked for first."""
        found, self._rows = self._rows, []
        return found

    def medication(self, source: int, byte: int) -> bytes:
        """The line at that byte."""
        return self._medications.get((source, byte), b"")


def judged(
    job: Job, parts: Iterable[int], rows: list[Row], medications: Mapping[tuple[int, int], bytes]
) -> bytes:
    """The head and the sorted rows of a group of partitions, marshalled."""
    return marshal.dumps(Join(job, _Group(rows, medications), _memory()).run(parts))


@cache
def _memory() -> Memory:
    """One of a worker process, which goes on with it from group to group."""
    return Memory()


def _joined(shared: ToJoin, table: Any) -> Iterator[Any]:
    import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    rows: list[Row] = []
    medications: dict[tuple[int, int], bytes] = {}
    for batch in table.to_batches():
        columns = (column.to_pylist() for column in batch.columns)
        for _, phase, kind, source, first, line, byte, raw, how in zip(*columns, strict=True):
            lines, further = shared.shifts[phase, source, first]
            if kind == MEDICATION:
                medications[source, byte + further] = raw
            else:
                rows.append((source, line + lines, byte + further, raw, how))
    known = medications if shared.medications is None else shared.medications
    group = table.column(0)[0].as_py()
    data = judged(shared.job, shared.groups[group], rows, known)
    yield pa.table({"grp": pa.array([group], pa.int32()), "data": pa.array([data], pa.binary())})
