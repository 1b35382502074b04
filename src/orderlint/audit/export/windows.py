"""Whole lines of a file, a window at a time, which stays in the processor's cache while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, cast

from orderlint.fhir.source.limits import LIMITS
from orderlint.fhir.source.stream import Unreadable
from orderlint.namedtuple import NamedTuple

if TYPE_CHECKING:
    from orderlint.audit.export.inputs import Source

WINDOW = 1 << 18  # bytes
_PEEK = 1 << 13  # bytes in which the last end of a line is looked for


class Window(NamedTuple):
    """``buffer[:end]`` are whole lines; ``byte`` is where they begin in the (unpacked) file.

    ``over``: the bytes of one line that is beyond the limit of a document. It was passed over, and the
    buffer holds nothing then.
    """

    buffer: bytes | bytearray
    end: int
    byte: int
    over: int = 0


def open_source(source: Source) -> IO[bytes]:
    """The bytes of a source, unpacked. Raises OSError."""
    raw = _open(source.path)
    if not source.packed:
        return raw
    import gzip  # noqa: PLC0415

    return cast("IO[bytes]", gzip.GzipFile(fileobj=raw))


def windows(
    source: Source, first: int, last: int, size: int = WINDOW, limit: int = LIMITS.document_bytes
) -> Iterator[Window]:
    """The lines that begin at bytes ``first`` (included) to ``last`` (excluded).

    A line that begins before ``last`` is given whole, however far it goes; the buffer grows for it, up
    to ``limit``. Raises OSError, and Unreadable for what is no whole gzip file.
    """
    buffer = bytearray(min(size, limit))
    with _Reader(source) as file:
        at, held, done = first, 0, False
        if first:  # a line begins at ``first`` only if the byte before ends one
            at = _next_line(file, first - 1, buffer)
        if file.plain:
            while at < last and (data := _piece(file.file, at, min(at + len(buffer), last))):
                yield Window(data, len(data), at)
                at += len(data)
            file.file.seek(at)
        while at < last and not done:
            if held == len(buffer):
                if held >= limit:
                    over, held = _passed_over(file, buffer)
                    yield Window(buffer, 0, at, over)
                    at += over
                    continue
                buffer = buffer + bytearray(min(len(buffer), limit - len(buffer)))
            got = file.into(buffer, held)
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


def _piece(file: IO[bytes], at: int, stop: int) -> bytes:
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


def _open(path: str) -> IO[bytes]:
    if "://" in path:
        import fsspec  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415

        return cast("IO[bytes]", fsspec.open(path, "rb").open())
    return open(path, "rb", buffering=0)  # noqa: PTH123


class _Reader:
    """An open source. What gzip can't unpack, or unpacks without end, is Unreadable."""

    def __init__(self, source: Source) -> None:
        self._raw = _open(source.path)
        self._packed = source.packed
        self.plain = not source.packed and "://" not in source.path
        self._unpacked = 0
        self.file = self._raw
        if source.packed:
            import gzip  # noqa: PLC0415

            self.file = cast("IO[bytes]", gzip.GzipFile(fileobj=self._raw))

    def __enter__(self) -> _Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self._raw.close()

    def into(self, buffer: bytearray, held: int) -> int:
        """Read into the buffer behind the bytes that it holds; how many they were."""
        with memoryview(buffer) as view:
            if not self._packed:
                return int(self.file.readinto(view[held:]))  # type: ignore[attr-defined]
            import zlib  # noqa: PLC0415

            try:
                got = int(self.file.readinto(view[held:]))  # type: ignore[attr-defined]
            except EOFError:
                raise Unreadable("the gzip data end too early: the file was cut off") from None
            except (zlib.error, OSError):
                raise Unreadable("the gzip data are damaged") from None
        self._unpacked += got
        if self._unpacked > max(LIMITS.gzip_free, LIMITS.gzip_ratio * self._raw.tell()):
            raise Unreadable(f"unpacks to more than {LIMITS.gzip_ratio} times its size, the limit for gzip")
        return got
