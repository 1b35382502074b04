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
    from typing import Self

GZIP = b"\x1f\x8b"
_CHUNK = 1 * MIB
_BUFFER = 1 << 16  # bytes


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
    """An open input, read forwards once. What can't even be opened is :class:`Unreadable`.

    Where it can't be read on, it ends, and ``fault`` says why. ``line`` (from 1) and ``byte`` (from 0) are
    where stands what was not given yet; ``line`` only as long as lines were asked for.
    """

    def __init__(self, source: Input, limits: Limits) -> None:
        self._limits = limits
        self.fault: Unreadable | None = None
        self.line: int | None = 1
        self.byte = 0
        try:
            self._file = _open(source)
            self._forward = source.opened is not None
            if self._file.peek(2)[:2] == GZIP:
                from orderlint.fhir.source.unpack import Unpacked  # noqa: PLC0415 - most inputs are plain

                self._file = io.BufferedReader(Unpacked(self._file, limits), _BUFFER)
                self._forward = True
        except (OSError, ValueError) as error:
            raise Unreadable(why(error)) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def lines(self) -> Iterator[Line]:
        """All whole lines. One beyond the limit of a document is passed over, and says so."""
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
            if self.fault is not None and not part.endswith(b"\n"):
                return
            self.line, self.byte = number + 1, byte + size
            if size > limit:
                yield Line(number, byte, b"", too_long(limit))
            else:
                yield Line(number, byte, parts[0] if len(parts) == 1 else b"".join(parts))
            byte += size

    def chunks(self) -> Iterator[bytes]:
        """What is left, in pieces of some size."""
        self.line = None
        while part := self._checked(self._file.read1):
            self.byte += len(part)
            yield part

    def skip(self, byte: int) -> None:
        """Go on at ``byte`` of the unpacked input."""
        if not self._forward:
            self._file.seek(byte)
            return
        while byte and (part := self._file.read(min(byte, _CHUNK))):
            byte -= len(part)

    def _part(self) -> bytes:
        """A line, or the next piece of a long one; empty at the end."""
        return self._checked(self._file.readline)

    def _checked(self, read: Callable[[int], bytes]) -> bytes:
        if self.fault is None:
            try:
                return read(_CHUNK)
            except Unreadable as error:
                self.fault = error
            except (OSError, ValueError) as error:
                self.fault = Unreadable(why(error))
        return b""


def _open(source: Input) -> io.BufferedReader:
    if source.opened is not None:
        return io.BufferedReader(source.opened(), _BUFFER)
    if source.path is not None:
        return regular(source.path)
    return io.BufferedReader(cast("io.RawIOBase", io.BytesIO(source.data or b"")))


def regular(path: str) -> io.BufferedReader:
    """A regular file, opened so that a pipe put in its place meanwhile can't block."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise Unreadable("not a regular file")
    return os.fdopen(descriptor, "rb")
