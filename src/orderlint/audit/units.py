"""Units of work and their results on disk: whole or not there, so that a killed run can go on.

A result is a marshalled head, then one marshalled block a partition. Nothing in it is code.
"""

from __future__ import annotations

import marshal
import os
from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

_MAGIC = b"orderlint-unit-2"
_INTRO = len(_MAGIC) + 16  # bytes: then the sizes of what comes before the blocks, and of all


def private(path: str, flags: int) -> int:
    """An ``opener``: what is half done holds lines of patients as they are, and is for its owner only."""
    return os.open(path, flags, 0o600)


class Unit(NamedTuple):
    """The lines of a source that begin at bytes ``first`` to ``last``, in one phase.

    Where lines have no places it is all of them, and ``last`` the size, packed perhaps; 0 where nobody says.
    """

    phase: str  # "medications", "orders", "facts"
    source: int
    first: int
    last: int

    @property
    def name(self) -> str:
        """The name of its result."""
        return f"{self.phase}-{self.source:05}-{self.first:015}"


class _Places(NamedTuple):
    """Where the blocks of a result are: sixteen bytes or less for each, as there may be millions."""

    start: int  # in the file
    parts: array[int]  # ascending
    ends: array[int]  # from the start


class Store:
    """Results in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._heads: dict[str, tuple[dict[str, Any], _Places]] = {}

    def has(self, name: str) -> bool:
        """Whether the result is there, and whole: after a power failure a part of it may be lost."""
        try:
            with (self.folder / name).open("rb") as file:
                intro, size = file.read(_INTRO), os.fstat(file.fileno()).st_size
        except FileNotFoundError:
            return False
        return intro.startswith(_MAGIC) and intro[-8:] == size.to_bytes(8, "big")

    def write(self, name: str, head: Mapping[str, Any], blocks: Mapping[int, list[Any]]) -> None:
        """Keep a result, whole or not at all."""
        packed = {part: marshal.dumps(rows) for part, rows in sorted(blocks.items()) if rows}
        parts, ends = array("I", packed), array("Q", accumulate(map(len, packed.values())))
        start = marshal.dumps((dict(head), parts.tobytes(), ends.tobytes()))
        size = _INTRO + len(start) + sum(map(len, packed.values()))
        draft = self.folder / f".{name}.{os.getpid()}"
        with open(draft, "wb", opener=private) as file:
            file.write(_MAGIC + len(start).to_bytes(8, "big") + size.to_bytes(8, "big") + start)
            file.writelines(packed.values())
        draft.replace(self.folder / name)

    def drop(self, pattern: str) -> None:
        """Forget the results with such names."""
        self._heads.clear()
        for path in list(self.folder.glob(pattern)):
            path.unlink()

    def head(self, name: str) -> dict[str, Any]:
        """The head of a result."""
        return self._open(name)[0]

    def take(self, name: str) -> dict[str, Any]:
        """The head of a result, which nobody asks for again."""
        head, places = self._open(name)
        self._heads[name] = {}, places
        return head

    def parts(self, name: str) -> list[int]:
        """The partitions of which a result has rows."""
        return list(self._open(name)[1].parts)

    def rows(self, name: str, part: int) -> list[Any]:
        """The rows of one partition of a result."""
        places = self._open(name)[1]
        number = bisect_left(places.parts, part)
        if number == len(places.parts) or places.parts[number] != part:
            return []
        at = places.ends[number - 1] if number else 0
        with (self.folder / name).open("rb") as file:
            file.seek(places.start + at)
            return list(marshal.loads(file.read(places.ends[number] - at)))  # noqa: S302 -- our own file

    def _open(self, name: str) -> tuple[dict[str, Any], _Places]:
        known = self._heads.get(name)
        if known is None:
            with (self.folder / name).open("rb") as file:
                intro = file.read(_INTRO)
                size = int.from_bytes(intro[len(_MAGIC) : len(_MAGIC) + 8], "big")
                head, parts, ends = marshal.loads(file.read(size))  # noqa: S302 -- our own file
            known = head, _Places(len(intro) + size, array("I", parts), array("Q", ends))
            self._heads[name] = known
        return known


def split(size: int, step: int) -> Iterable[tuple[int, int]]:
    """``size`` bytes in ranges of ``step``; at least one."""
    return [(at, min(at + step, size)) for at in range(0, size, step)] or [(0, 0)]


def bases(found: Iterable[tuple[Unit, Mapping[str, Any]]]) -> dict[str, int]:
    """How many lines of its source stand before each unit of a phase, by the unit's name."""
    before: dict[str, int] = {}
    lines: Counter[int] = Counter()
    for unit, head in sorted(found, key=lambda one: one[0]):
        before[unit.name] = lines[unit.source]
        lines[unit.source] += head["lines"]
    return before
