"""One pass over bytes for all patterns at once, by Hyperscan. Compiled patterns are kept in the cache."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from orderlint.audit.sift.patterns import Pattern
from orderlint.digest import digest


@cache
def available() -> bool:
    """Whether Hyperscan can be used here."""
    try:
        import hyperscan  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


@cache
def decoding() -> bool:
    """Whether msgspec can be used here."""
    try:
        import msgspec  # noqa: F401, PLC0415
    except ImportError:
        return False
    return True


def missing() -> list[str]:
    """The libraries that would make an audit faster, and are not here."""
    return [name for name, here in (("hyperscan", available()), ("msgspec", decoding())) if not here]


@lru_cache(32)
def scanner(patterns: tuple[Pattern, ...]) -> Scanner:
    """The scanner of these patterns; one for a process, as even its copy in the cache takes time to load."""
    return Scanner(patterns)


class Scanner:
    """Finds patterns in bytes. ``matches`` gives (end of match << 2 | what it asks for), in their order."""

    def __init__(self, patterns: Sequence[Pattern]) -> None:
        self._asks = [p.asks for p in patterns]
        self._database = _database(patterns)

    def matches(self, data: bytes | memoryview) -> list[int]:
        """All matches in ``data``."""
        found: list[int] = []
        add, asks = found.append, self._asks

        def seen(pattern: int, _start: int, end: int, _flags: int, _context: object) -> None:
            add(end << 2 | asks[pattern])

        self._database.scan(data, match_event_handler=seen)
        if len(found) > 1:
            found.sort()
        return found

    def count(self, data: bytes) -> int:
        """How many matches there are."""
        found = 0

        def seen(_pattern: int, _start: int, _end: int, _flags: int, _context: object) -> None:
            nonlocal found
            found += 1

        self._database.scan(data, match_event_handler=seen)
        return found


def _database(patterns: Sequence[Pattern]) -> Any:
    import hyperscan as hs  # noqa: PLC0415

    expressions = [p.expression.encode("latin-1") for p in patterns]
    database = hs.Database(mode=hs.HS_MODE_BLOCK)
    kept = _file(digest(getattr(hs, "__version__", "").encode(), repr([tuple(p) for p in patterns]).encode()))
    if kept is not None:
        try:
            data = kept.read_bytes()
            check, body = data[:64], data[64:]
            if check == digest(body).encode()[:64]:
                loaded = hs.loadb(body, mode=hs.HS_MODE_BLOCK)
                loaded.scratch = hs.Scratch(loaded)
                return loaded
        except Exception:  # noqa: S110 -- the cache costs time only
            pass
    database.compile(
        expressions=expressions,
        ids=list(range(len(patterns))),
        elements=len(patterns),
        flags=[0] * len(patterns),
    )
    if kept is not None:
        try:
            body = hs.dumpb(database)
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = kept.with_name(f".{kept.name}.{os.getpid()}")
            draft.write_bytes(digest(body).encode()[:64] + body)
            draft.replace(kept)
        except Exception:  # noqa: S110 -- as above
            pass
    return database


def _file(key: str) -> Path | None:
    from orderlint.cache_folder import folder  # noqa: PLC0415

    home = folder(os.environ)
    return None if home is None else Path(home) / "patterns" / f"{key}.hs"
