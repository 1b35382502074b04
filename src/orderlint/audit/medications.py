"""Which Medications an export has, and where: 25 bytes each, whatever they say."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable

# Not in this run; of no drug that terminology knows; has to be read; of drugs that it knows, none covered.
UNKNOWN, PLAIN, FULL, KNOWN = 0, 1, 2, 3

Row = tuple[int, int, int, int, int]  # key, state, source, byte and line in it


class Medications:
    """Sorted arrays; several rows of one key are copies, and then have to be read."""

    def __init__(self, rows: Iterable[Row]) -> None:
        ordered = sorted(rows)
        self._keys = array("Q", (r[0] for r in ordered))
        self._states = array("B", (r[1] for r in ordered))
        self._sources = array("I", (r[2] for r in ordered))
        self._bytes = array("Q", (r[3] for r in ordered))
        self._lines = array("I", (r[4] for r in ordered))

    def state(self, key: int) -> int:
        """UNKNOWN, PLAIN, KNOWN or FULL."""
        at = bisect_left(self._keys, key)
        if at == len(self._keys) or self._keys[at] != key:
            return UNKNOWN
        several = at + 1 < len(self._keys) and self._keys[at + 1] == key
        return FULL if several else self._states[at]

    def places(self, key: int) -> list[tuple[int, int, int]]:
        """Where all copies are: source, byte, line."""
        found: list[tuple[int, int, int]] = []
        at = bisect_left(self._keys, key)
        while at < len(self._keys) and self._keys[at] == key:
            found.append((self._sources[at], self._bytes[at], self._lines[at]))
            at += 1
        return found
