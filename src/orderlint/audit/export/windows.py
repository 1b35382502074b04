"""Whole lines of a file, a window at a time, which stays in the processor's cache while it is read."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from orderlint.audit.export.names import is_url
from orderlint.fhir.source.files import why
from orderlint.fhir.source.limits import LIMITS
from orderlint.fhir.source.stream import Unreadable
from orderlint.fhir.source.unpack import Unpacked
from orderlint.namedtuple import NamedTuple

if TYPE_CHECKING:
    from orderlint.audit.export.inputs import Source

WINDOW = 1 << 18  # bytes
_PEEK = 1 << 13  # bytes in which the last end of a line is looked for


class Window(NamedTuple):
    """``buffer[:end]`` are whole lines; ``byte`` is where they begin in the (unpacked) file.

    ``over``: the bytes of one line that is beyond the limit of a document. It was passed over, and the
    buffer holds nothing then. ``took``: how many bytes of the source, as it is, were read for it.
    """

    buffer: bytes | bytearray
    end: int
    byte: int
    over: int = 0
    took: int = 0


def open_source(source: Source) -> io.BufferedReader:
    """The bytes of a source, unpacked. Raises OSError and Unreadable, as does reading."""
    raw = opened(source)
    if source.packed:
        raw = Unpacked(raw, LIMITS)
    return io.BufferedReader(raw, WINDOW)


def opened(source: Source) -> io.RawIOBase:
    """The bytes of a source as they are. Raises OSError and Unreadable."""
    if is_url(source.path):
        from orderlint.audit.export import remote  # noqa: PLC0415

        return remote.opened(source.path)
    return open(source.path, "rb", buffering=0)  # noqa: PTH123


def windows(
    source: Source, first: int, last: int, size: int = WINDOW, limit: int = LIMITS.document_bytes
) -> Iterator[Window]:
    """The lines that begin at bytes ``first`` (included) to ``last`` (excluded), or all of them.

    Where lines have no places (``Source.placed``) the range counts for nothing.

    A line that begins before ``last`` is given whole, however far it goes; the buffer grows for it, up
    to ``limit``. Raises Unreadable behind the last whole line that could be read.
    """
    try:
        yield from _windows(source, first, last if source.placed else 1 << 62, size, limit)
    except OSError as error:
        raise Unreadable(why(error)) from None


def _windows(source: Source, first: int, last: int, size: int, limit: int) -> Iterator[Window]:
    buffer = bytearray(min(size, limit))
    with _Reader(source) as file:
        at, held, done = first, 0, False
        if first:  # a line begins at ``first`` only if the byte before ends one
            at = _next_line(file, first - 1, buffer)
        if source.placed:
            while at < last and (data := _piece(file.file, at, min(at + len(buffer), last))):
                yield Window(data, len(data), at, took=len(data))
                at += len(data)
            file.file.seek(at)
        while at < last and not done:
            if held == len(buffer):
                if held >= limit:
                    over, held = _passed_over(file, buffer)
                    if file.fault is not None:
                        break
                    yield Window(buffer, 0, at, over, file.took(over))
                    at += over
                    continue
                buffer = buffer + bytearray(min(len(buffer), limit - len(buffer)))
            got = file.into(buffer, held)
            done = got == 0
            held += got
            end = held if done and file.fault is None else buffer.rfind(b"\n", 0, held) + 1
            if not end:
                if done:
                    break
                continue
            if at + end > last:  # the last line to give is the one that spans ``last - 1``
                stop = buffer.find(b"\n", max(last - at - 1, 0), end)
                end = stop + 1 if stop >= 0 else end
                done = True
            yield Window(buffer, end, at, took=file.took(end))
            at += end
            rest = held - end
            if rest:
                buffer[:rest] = buffer[end:held]
            held = rest
        if file.fault is not None:
            raise file.fault


def _piece(file: io.RawIOBase, at: int, stop: int) -> bytes:
    """The lines from ``at`` on that end before ``stop``, in one piece and never copied. Nothing where that is
    not easy: near the end of the range, where ``stop`` is in a long line."""
    peek = min(_PEEK, stop - at)
    file.seek(stop - peek)
    end = file.read(peek).rfind(b"\n") + 1
    if end <= 0:
        return b""
    file.seek(at)
    data = file.read(stop - peek + end - at)
    return data if data.endswith(b"\n") else b""


def _next_line(file: _Reader, at: int, buffer: bytearray) -> int:
    file.file.seek(at)
    while True:
        got = file.into(buffer, 0)
        found = buffer.find(b"\n", 0, got)
        if found >= 0 or not got:
            start = at + (found + 1 if found >= 0 else got)
            file.file.seek(start)
            return start
        at += got


def _passed_over(file: _Reader, buffer: bytearray) -> tuple[int, int]:
    """The bytes of a line of which the buffer is full, and how many of the next are held then."""
    over = len(buffer)
    while got := file.into(buffer, 0):
        found = buffer.find(b"\n", 0, got)
        if found >= 0:
            rest = got - found - 1
            buffer[:rest] = buffer[found + 1 : got]
            return over + found + 1, rest
        over += got
    return over, 0


class _Reader:
    """An open source. Where it can't be read on, it ends, and ``fault`` says why."""

    def __init__(self, source: Source) -> None:
        self.fault: Unreadable | None = None
        self.file = opened(source)
        self._unpacked = Unpacked(self.file, LIMITS) if source.packed else None
        self._told = 0
        if self._unpacked is not None:
            self.file = self._unpacked

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def into(self, buffer: bytearray, held: int) -> int:
        """Read into the buffer behind the bytes that it holds; how many they were."""
        with memoryview(buffer) as view:
            try:
                return self.file.readinto(view[held:]) or 0
            except Unreadable as error:
                self.fault = error
            except OSError as error:
                self.fault = Unreadable(why(error))
        return 0

    def took(self, size: int) -> int:
        """How much of the source was read since this was asked, if ``size`` bytes came out of it."""
        if self._unpacked is None:
            return size
        before, self._told = self._told, self._unpacked.taken
        return self._told - before
