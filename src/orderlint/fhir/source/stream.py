"""The lines of an input, unpacked where it is gzip, with a guard against what would fill the memory."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, cast

from orderlint.fhir.source.files import Input, why
from orderlint.fhir.source.limits import MIB, Limits
from orderlint.namedtuple import NamedTuple

if TYPE_CHECKING:
    from typing import IO, Self

_GZIP = b"\x1f\x8b"
_CHUNK = 1 * MIB


class Unreadable(Exception):
    """The input can't be read on, for the reason given."""


def too_long(limit: int) -> str:
    """What to say of a document beyond ``Limits.document_bytes``."""
    return f"longer than {limit} bytes, the limit of one document"


class Line(NamedTuple):
    """A line with its end. ``number`` counts from 1, ``byte`` from 0, both in the unpacked input."""

    number: int
    byte: int
    raw: bytes
    problem: str | None = None  # why ``raw`` is empty: the line is beyond a limit

    @property
    def blank(self) -> bool:
        return not self.problem and not self.raw.strip(b" \t\r\n")


class Stream:
    """An open input, read forwards once. Everything that goes wrong is :class:`Unreadable`."""

    def __init__(self, source: Input, limits: Limits) -> None:
        self._limits = limits
        self._packed: _Counted | None = None
        self._unpacked = 0
        try:
            file = _open_file(source.path) if source.path is not None else io.BytesIO(source.data or b"")
            self._file: IO[bytes] = file
            if file.read(2) == _GZIP:
                import gzip  # noqa: PLC0415 - most inputs are plain

                file.seek(0)
                self._packed = _Counted(file)
                self._file = cast("IO[bytes]", gzip.GzipFile(fileobj=self._packed))
            else:
                file.seek(0)
        except (OSError, ValueError) as error:
            raise Unreadable(why(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if self._packed is not None:
            self._packed.file.close()

    def lines(self) -> Iterator[Line]:
        """All lines. One beyond the limit of a document is passed over, and says so."""
        number = byte = 0
        limit = self._limits.document_bytes
        while part := self._part():
            number += 1
            size = len(part)
            parts = [part]
            while not part.endswith(b"\n") and (part := self._part()):
                size += len(part)
                if size <= limit:
                    parts.append(part)
                else:
                    parts.clear()
            if size > limit:
                yield Line(number, byte, b"", too_long(limit))
            else:
                yield Line(number, byte, parts[0] if len(parts) == 1 else b"".join(parts))
            byte += size

    def chunks(self) -> Iterator[bytes]:
        """What is left, in pieces of some size."""
        while part := self._checked(self._file.read):
            yield part

    def skip(self, byte: int) -> None:
        """Go on at ``byte`` of the unpacked input."""
        try:
            self._file.seek(byte)
        except Exception as error:
            raise _unreadable(error) from None

    def _part(self) -> bytes:
        """A line, or the next piece of a long one; empty at the end."""
        return self._checked(self._file.readline)

    def _checked(self, read: Callable[[int], bytes]) -> bytes:
        try:
            part = read(_CHUNK)
        except Exception as error:
            raise _unreadable(error) from None
        if self._packed is not None:
            self._unpacked += len(part)
            ratio = self._limits.gzip_ratio
            if self._unpacked > max(self._limits.gzip_free, ratio * self._packed.count):
                raise Unreadable(f"unpacks to more than {ratio} times its size, the limit for gzip")
        return part


class _Counted:
    """A file that counts the bytes read from it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self.count = 0

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(size)
        self.count += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)


def _open_file(path: str) -> IO[bytes]:
    """A regular file, opened so that a pipe put in its place meanwhile can't block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("not a regular file")
    return os.fdopen(descriptor, "rb")


def _unreadable(error: Exception) -> Unreadable:
    import zlib  # noqa: PLC0415

    if isinstance(error, EOFError):
        return Unreadable("the gzip data end too early: the file was cut off")
    if isinstance(error, zlib.error) or type(error).__name__ == "BadGzipFile":
        return Unreadable("the gzip data are damaged")
    if isinstance(error, (OSError, ValueError)):
        return Unreadable(why(error))
    raise error
