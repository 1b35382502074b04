"""Rows between tasks: what a sieve lets through, as Arrow."""

from __future__ import annotations

import marshal
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from orderlint.audit.job import LINE, WHOLE

HEAD, ROW, MEDICATION, NAMED = 0, 1, 2, 3  # kinds: a head; a line; a line of Medications; a Medication in it

# ``first`` is where the block begins that a line was read from, ``byte`` and ``line`` count from what the
# sieve took for its first line; ``part`` is the partition, or the key of a Medication (as signed 64 bits)
SCHEMA = "kind tinyint, source int, first long, part long, line long, byte long, raw binary, how tinyint"
_ENOUGH = 8 << 20  # bytes of a batch

_NAMES = ("kind", "source", "first", "part", "line", "byte", "raw", "how")


def signed(key: int) -> int:
    """A key of 64 bits as Spark's ``long``."""
    return key - (1 << 64) if key >> 63 else key


class Rows:
    """Gathers rows and gives them as batches."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._bytes = 0

    def head(self, source: int, first: int, head: Mapping[str, Any]) -> None:
        """The head of a block."""
        self._add(HEAD, source, first, 0, 0, 0, marshal.dumps(dict(head)), WHOLE)

    def sent(self, first: int, blocks: Mapping[int, Iterable[tuple[int, int, int, bytes, int]]]) -> None:
        """Lines sent to partitions."""
        for part, lines in blocks.items():
            for source, line, byte, raw, how in lines:
                self._add(ROW, source, first, part, line, byte, raw, how)

    def medications(
        self,
        source: int,
        first: int,
        kept: Iterable[tuple[int, int, bytes]],
        named: Iterable[tuple[Any, ...]],
    ) -> None:
        """Lines that hold Medications (line, byte, raw), and which these are (key, …, byte, line)."""
        for line, byte, raw in kept:
            self._add(MEDICATION, source, first, 0, line, byte, raw, LINE)
        for key, _, _, byte, line in named:
            self._add(NAMED, source, first, signed(key), line, byte, b"", LINE)

    def full(self) -> Iterator[Any]:
        """A batch, where there is enough for one."""
        if self._bytes >= _ENOUGH:
            yield from self.rest()

    def rest(self) -> Iterator[Any]:
        """Whatever there is."""
        if not self._rows:
            return
        import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

        types = (
            pa.int8(),
            pa.int32(),
            pa.int64(),
            pa.int64(),
            pa.int64(),
            pa.int64(),
            pa.binary(),
            pa.int8(),
        )
        columns = [
            pa.array(column, kind) for column, kind in zip(zip(*self._rows, strict=True), types, strict=True)
        ]
        self._rows, self._bytes = [], 0
        yield pa.RecordBatch.from_arrays(columns, names=list(_NAMES))

    def _add(self, *row: Any) -> None:
        self._rows.append(row)
        self._bytes += len(row[6]) + 64
