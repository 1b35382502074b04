"""The folder of a run that is not finished: what its results were made of, and one run in it at a time.

Results without a whole ``audit.json`` belong to nobody knows what: they are never used, always cleared away.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from errno import EACCES, EAGAIN, ELOOP
from pathlib import Path

from orderlint.audit.units import private
from orderlint.namedtuple import NamedTuple

_FILE, _LOCK = "audit.json", "lock"
_PATIENCE = 2.0  # seconds: the workers of a run that was killed end within one


class Busy(Exception):
    """Another run is at work in the folder."""


class Begun(NamedTuple):
    """What the results in the folder were made of.

    ``parts``: everything that they depend on, by its name, as digests. ``mixed``: numbers of sources that
    hold several types. ``today`` and ``as_of`` are those of the day it was begun.
    """

    parts: Mapping[str, str]
    mixed: frozenset[int]
    today: date
    as_of: date
    figures: bool  # whether the results hold what the charts of the page are made of


class Unfinished:
    """The folder, which holds lines of patients as they are: for its owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None

    def open(self) -> None:
        """Make the folder and keep others out of it. Raises Busy, OSError."""
        if self._folder.is_symlink():  # what it leads to is not ours to clear away
            raise OSError(ELOOP, "it is a link", str(self._folder))
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        if self._lock is None:
            self._lock = _locked(self._folder / _LOCK)

    def begun(self) -> Begun | None:
        """What is in the folder; None where that is not known."""
        try:
            said = json.loads((self._folder / _FILE).read_bytes())
            return Begun(
                {str(name): str(value) for name, value in said["parts"].items()},
                frozenset(map(int, said["mixed"])),
                date.fromisoformat(said["today"]),
                date.fromisoformat(said["as_of"]),
                said["figures"] is True,
            )
        except (FileNotFoundError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def note(self, begun: Begun) -> None:
        """Say what the results are made of, whole or not at all."""
        said = begun._asdict() | {"parts": dict(begun.parts), "mixed": sorted(begun.mixed)}
        draft = self._folder / f".{_FILE}"
        with open(draft, "w", encoding="utf-8", opener=private) as file:
            json.dump(said, file, default=str)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._folder / _FILE)

    def clear(self) -> None:
        """Take everything away; what the results were made of goes last."""
        for path in sorted(self._folder.iterdir(), key=lambda path: path.name == _FILE):
            if path.name == _LOCK:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def remove(self) -> None:
        """The folder too; another run may begin."""
        with suppress(OSError):
            self.clear()
            (self._folder / _LOCK).unlink(missing_ok=True)
            self._folder.rmdir()
        self.close()

    def close(self) -> None:
        """Another run may begin; everything stays."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def __del__(self) -> None:
        self.close()


def _locked(path: Path) -> int | None:
    """The lock, held until it is closed; None where there are no such locks. Raises Busy, OSError."""
    try:
        import fcntl  # noqa: PLC0415
    except ImportError:
        return None
    until = time.monotonic() + _PATIENCE
    while True:
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            free = True
        except OSError as error:
            free = error.errno not in (EAGAIN, EACCES)  # a file system that locks nothing
        if free and _is_at(path, lock):
            return lock
        os.close(lock)  # held by another, or taken away by one that has finished
        if time.monotonic() > until:
            raise Busy
        time.sleep(0.1)


def _is_at(path: Path, file: int) -> bool:
    """Whether an open file is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False
