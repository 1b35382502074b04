"""How much memory an audit may use, and what each part of it gets.

Nothing that decides a result depends on how many workers share it: a run begun with two can go on with eight.
"""

from __future__ import annotations

import re

from orderlint.namedtuple import NamedTuple

MEMORY = 512 << 20  # bytes, where nobody says otherwise
LEAST = 64 << 20
_UNITS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_LEAST_PARTS, _MOST_PARTS = 16, 4096


class Budget(NamedTuple):
    """Shares in bytes. ``bits`` is a power of two."""

    bits: int  # of the map of patients, which all workers share
    window: int  # read at a time, by each worker
    held: int  # lines that a worker keeps before they have to go to disk
    part: int  # of the export, for each partition of patients


def budget(memory: int = MEMORY, jobs: int = 1) -> Budget:
    """What each part gets of ``memory`` bytes."""
    each = memory // max(jobs, 1)
    return Budget(
        bits=1 << min(max((memory // 64).bit_length() - 1, 20), 28),
        window=min(max(each // 64, 1 << 16), 1 << 20),
        held=max(each // 8, 1 << 20),
        part=max(memory // 8, 1 << 20),
    )


def partitions(size: int, memory: int = MEMORY) -> int:
    """Partitions of patients for an export of ``size`` bytes."""
    return min(max(size // budget(memory).part, _LEAST_PARTS), _MOST_PARTS)


def read_size(text: str) -> int:
    """``512MB``, ``2GiB``, ``800m`` in bytes. Raises ValueError, with words for people."""
    found = re.fullmatch(r"\s*([0-9]{1,6}(?:\.[0-9]{1,6})?)\s*([kmgt]?)(i?)b?\s*", text, re.IGNORECASE)
    if found is None or (found[3] and not found[2]):
        raise ValueError("write a size such as 512MB or 2GB")
    step = 1024 if found[3] else 1000
    size = int(float(found[1]) * step ** _UNITS[found[2].lower()])
    if size < LEAST:
        raise ValueError(f"less than {LEAST >> 20} MiB is not enough")
    return size
