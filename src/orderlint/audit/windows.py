"""Whole lines of a file, a window at a time, over one buffer that is used again and again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, NamedTuple, cast

if TYPE_CHECKING:
    from orderlint.audit.inputs import Source

WINDOW = 1 << 20  # bytes


class Window(NamedTuple):
    """``buffer[:end]`` are whole lines; ``byte`` is where they begin in the (unpacked) file."""

    buffer: bytearray
    end: int
    byte: int


def open_source(source: Source) -> IO[bytes]:
    """The bytes of a source, unpacked. Raises OSError."""
    if "://" in source.path:
        import fsspec  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

        raw: IO[bytes] = fsspec.open(source.path, "rb").open()
    else:
        raw = open(source.path, "rb", buffering=0)  # noqa: PTH123, SIM115
    if not source.packed:
        return raw
    import gzip  # noqa: PLC0415

    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))


def windows(source: Source, first: int, last: int, size: int = WINDOW) -> Iterator[Window]:
    """The lines that begin at bytes ``first`` (included) to ``last`` (excluded).

    A line that begins before ``last`` is given whole, however far it goes; the buffer grows for it.
    """
    buffer = bytearray(size)
    with open_source(source) as file:
        at, held, done = first, 0, False
        if first:  # a line begins at ``first`` only if the byte before ends one
            at = _next_line(file, first - 1, buffer)
        while at < last and not done:
            if held == len(buffer):
                buffer = buffer + bytearray(len(buffer))
            got = _read(file, buffer, held)
            done = got == 0
            held += got
            end = held if done else buffer.rfind(b"\n", 0, held) + 1
            if not end:
                if done:
                    return
                continue
            if at + end > last:  # the last line to give is the one that spans ``last - 1``
                stop = buffer.find(b"\n", max(last - at - 1, 0), end)
                end = stop + 1 if stop >= 0 else end
                done = True
            yield Window(buffer, end, at)
            at += end
            rest = held - end
            if rest:
                buffer[:rest] = buffer[end:held]
            held = rest


def _next_line(file: IO[bytes], at: int, buffer: bytearray) -> int:
    file.seek(at)
    while True:
        got = _read(file, buffer, 0)
        found = buffer.find(b"\n", 0, got)
        if found >= 0 or not got:
            start = at + (found + 1 if found >= 0 else got)
            file.seek(start)
            return start
        at += got


def _read(file: IO[bytes], buffer: bytearray, held: int) -> int:
    with memoryview(buffer) as view:
        return int(file.readinto(view[held:]))  # type: ignore[attr-defined]
