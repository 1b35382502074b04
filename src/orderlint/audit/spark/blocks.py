"""Blocks of whole lines out of Arrow batches that hold a line a row, each with its newline.

The rows of one split of a file stand together and in order: so Spark's reader of text gives them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from orderlint.namedtuple import NamedTuple

_PIECE = 1 << 20  # bytes; what a scanner takes at a time


class Block(NamedTuple):
    """Whole lines of the split of ``uri`` that begins at ``first``."""

    uri: str
    first: int
    lines: bytearray


def blocks(batches: Iterable[Any]) -> Iterator[Block]:
    """The lines of batches of (uri, first, line)."""
    for batch in batches:
        uris, firsts, values = batch.columns
        start, count = 0, batch.num_rows
        while start < count:
            uri, first = uris[start].as_py(), firsts[start].as_py()
            beyond = range(start, count)
            stop = start + bisect_left(
                beyond,
                True,
                key=lambda n: firsts[n].as_py() != first or uris[n].as_py() != uri,
            )
            for piece in _pieces(values, start, stop):
                yield Block(uri, first, piece)
            start = stop


def _pieces(values: Any, start: int, stop: int) -> Iterator[bytearray]:
    import pyarrow as pa  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

    _, offsets, data = values.buffers()
    at = memoryview(offsets).cast("q" if pa.types.is_large_binary(values.type) else "i")
    start, stop = start + values.offset, stop + values.offset
    with memoryview(data) as view:
        while start < stop:
            end = max(bisect_right(at, at[start] + _PIECE, start + 1, stop + 1) - 1, start + 1)
            yield bytearray(view[at[start] : at[end]])
            start = end
