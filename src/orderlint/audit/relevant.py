"""Which patients have an order that may be covered: a bit each, in as many bytes as there is room for.

Two patients may share a bit. Then the facts of one are joined for nothing, and dropped with whatever
else has no order; no patient with an order is ever missed.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Collection, Iterable, Sequence
from zlib import compress, decompress

from orderlint.audit.budget import MEMORY, budget

_NEAR = 1 << 17  # bytes of the small map, which stays in the processor's cache
_SOME = re.compile(rb"[^\0]+")


class Relevant:
    """``in`` asks for a ``keys.key32``.

    ``near`` has a byte for many bits: none of those that come to the same place is set where it is zero.
    """

    __slots__ = ("bits", "mask", "near")

    def __init__(self, bits: bytes | bytearray) -> None:
        self.bits = bits
        self.mask = 8 * len(bits) - 1
        if self.mask & (self.mask + 1):
            raise ValueError("the number of bits has to be a power of two")
        self.near = bytearray(min(_NEAR, self.mask + 1))
        few = len(self.near) - 1
        for some in _SOME.finditer(bits):
            for at in range(some.start(), some.end()):
                for bit in range(8):
                    if bits[at] >> bit & 1:
                        self.near[8 * at + bit & few] = 1

    @classmethod
    def of(cls, packed: Iterable[bytes], size: int = budget(MEMORY).bits) -> Relevant:
        """From ``head()["relevant"]`` of all units; ``size`` in bytes."""
        bits = bytearray(size)
        mask = 8 * size - 1
        for some in packed:
            for key in unpacked(some):
                place = key & mask
                bits[place >> 3] |= 1 << (place & 7)
        return cls(bits)

    def __contains__(self, key: int) -> int:
        place = key & self.mask
        return self.bits[place >> 3] >> (place & 7) & 1

    def __reduce__(self) -> tuple[object, tuple[bytes]]:
        return _again, (compress(self.bits, 1),)


def numbers_in(relevant: Relevant | Collection[int], keys: Sequence[int | None]) -> list[int]:
    """The numbers of the keys that are in ``relevant``, and of those that are None."""
    if not isinstance(relevant, Relevant):
        return [n for n, key in enumerate(keys) if key is None or key in relevant]
    near = relevant.near
    few = len(near) - 1
    maybe = [n for n, key in enumerate(keys) if key is None or near[key & few]]
    return [n for n in maybe if (key := keys[n]) is None or key in relevant]


def _again(squeezed: bytes) -> Relevant:
    return Relevant(decompress(squeezed))


def packed(keys: Iterable[int]) -> bytes:
    """Keys of patients, four bytes each, in order."""
    return array("I", sorted(keys)).tobytes()


def unpacked(some: bytes) -> Iterable[int]:
    """What ``packed`` packed, in this process or in another of this machine."""
    keys = array("I")
    keys.frombytes(some)
    return keys
