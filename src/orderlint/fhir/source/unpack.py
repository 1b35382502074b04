"""Gzip unpacked piece by piece: all that is whole comes out, and what is wrong is said behind it."""

from __future__ import annotations

import io
import zlib
from typing import IO

from orderlint.fhir.source.files import why
from orderlint.fhir.source.limits import Limits
from orderlint.fhir.source.stream import Unreadable

_PACKED = 1 << 16  # bytes read at a time
_PIECE = 1 << 17  # bytes unpacked at a time
_PADDING = bytes(2)  # not b"\0", of which a process has one: a faulty extension can write into that
_CUT = "the gzip data end too early: the file was cut off"
_DAMAGED = "the gzip data are damaged"


class Unpacked(io.RawIOBase):
    """What ``file`` holds, of one member or several, read forwards once.

    Zeros behind the last member are padding, as for ``gzip -d``; whatever else stands there is damage.
    Where the data can't be unpacked on, everything before is given first; then reading is Unreadable.
    """

    def __init__(self, file: IO[bytes] | io.RawIOBase, limits: Limits) -> None:
        self.taken = 0  # packed bytes that what was unpacked so far took
        self._file = file
        self._limits = limits
        self._given = 0
        self._input = b""
        self._over = False  # whether the file ended
        self._member: zlib._Decompress | None = None
        self._begun = False
        self._ready = b""
        self._fault: Unreadable | None = None

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        """Fewer bytes than fit are no sign of the end; none are."""
        if not self._ready and self._fault is None:
            try:
                self._ready = self._piece()
            except Unreadable as error:
                self._fault = error
        if not self._ready and self._fault is not None:
            raise self._fault
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _piece(self) -> bytes:
        """The next bytes; none at the end."""
        while True:
            if not self._input and not self._over:
                self._fill()
            if self._member is None:
                if self._begun:
                    padded = len(self._input)
                    self._input = self._input.lstrip(_PADDING)
                    self.taken += padded - len(self._input)
                if not self._input:
                    if self._over:
                        return b""
                    continue
                self._member = zlib.decompressobj(31)
                self._begun = True
            piece = self._unpack(self._member)
            if piece:
                self._given += len(piece)
                ratio = self._limits.gzip_ratio
                if self._given > max(self._limits.gzip_free, ratio * self.taken):
                    raise Unreadable(f"unpacks to more than {ratio} times its size, the limit for gzip")
                return piece
            if self._member is not None and self._over and not self._input:
                raise Unreadable(_CUT)

    def _unpack(self, member: zlib._Decompress) -> bytes:
        given, before = self._input, member.copy()
        try:
            piece = member.decompress(given, _PIECE)
        except zlib.error:
            self._fault = Unreadable(_DAMAGED)
            return self._before_fault(before, given)
        self._input = member.unused_data if member.eof else member.unconsumed_tail
        if member.eof:
            self._member = None
        self.taken += len(given) - len(self._input)
        return piece

    def _before_fault(self, member: zlib._Decompress, given: bytes) -> bytes:
        """What zlib unpacks, and keeps to itself, before it comes upon a fault."""
        found = []
        with memoryview(given) as view:
            for number in range(len(given)):
                try:
                    found.append(member.decompress(view[number : number + 1]))
                except zlib.error:
                    break
        self.taken += len(given)
        if not any(found) and self._fault is not None:
            raise self._fault
        return b"".join(found)

    def _fill(self) -> None:
        try:
            self._input = self._file.read(_PACKED) or b""
        except (OSError, ValueError) as error:
            raise Unreadable(why(error)) from None
        self._over = not self._input
