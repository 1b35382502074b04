# ruff: noqa: PTH103, PTH105, PTH106, PTH108, PTH116, PTH118, PTH120, PTH123
# (pathlib costs a clean start more than this whole room)
"""What was found before, by content: hashes and complaints in the user's cache folder, never patient data.

One file an input, named by a hash of its bytes; beside it, for inputs of many resources, one file
with a hash for each resource, so that a changed line costs one resource. Whatever is wrong with the
cache (unwritable, corrupt, hostile) costs time only: it is then as if there were none.

    <folder>/conformance/<stamp>/<2 hex>/<64 hex>.json
"""

import json
import os
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from orderlint.cache_folder import folder
from orderlint.digest import digest
from orderlint.fhir.conformance.stamp import stamp
from orderlint.namedtuple import NamedTuple

_LARGEST = 16 * 2**20  # bytes of one file of the cache
_MOST_BYTES = 64 * 2**20  # of all files together
_KEPT = 30 * 86400  # seconds since the last use
_DAY = 86400
_HEX = frozenset("0123456789abcdef")
_SEVERITIES = ("error", "warning")
_LONGEST = 2000  # characters of a pointer or message


class Line(NamedTuple):
    """A complaint as it is remembered. ``pointer`` is relative to its resource."""

    pointer: str
    severity: str
    message: str


Found = tuple[list[tuple[int, Line]], int]


class Cache:
    """The cache in one folder, for one set of versions. Makes nothing before there is something to keep."""

    def __init__(self, folder: str, versions: str) -> None:
        """``folder`` is made if need be; ``versions`` is whatever the verdicts depend on."""
        self.folder = folder
        self._stamp = digest(versions.encode("utf-8", "surrogateescape"))[:16]

    @classmethod
    def open(cls, environ: Mapping[str, str] | None = None) -> "Cache | None":
        """The user's cache; None where there is no home for it or no version to keep it by.

        ``ORDERLINT_CACHE_DIR``, else ``XDG_CACHE_HOME``, ``LOCALAPPDATA``, ``HOME``/.cache.
        """
        home = folder(os.environ if environ is None else environ)
        versions = stamp() if home is not None else None
        return None if home is None or versions is None else cls(home, versions)

    def key(self, content: Iterable[bytes], releases: str) -> str:
        """The name for ``content``, read as of ``releases``."""
        return digest(*content, releases.encode("utf-8", "replace"))

    def pack_key(self, file: str) -> str:
        """The name for the resources of the input ``file``."""
        return digest(b"pack", file.encode("utf-8", "surrogatepass"))

    def recall(self, key: str, resources: int) -> Found | None:
        """What was kept for ``key``: (index of resource, line) and the number of invalid resources."""
        data = self._read(key)
        if not isinstance(data, dict) or data.get("resources") != resources:
            return None
        invalid, rows = data.get("invalid"), data.get("lines")
        if type(invalid) is not int or not 0 <= invalid <= resources or not isinstance(rows, list):
            return None
        lines = []
        for row in rows:
            if not isinstance(row, list) or len(row) != 4 or type(row[0]) is not int:
                return None
            line = _line(row[1:])
            if line is None or not 0 <= row[0] < resources:
                return None
            lines.append((row[0], line))
        return lines, invalid

    def keep(self, key: str, resources: int, lines: list[tuple[int, Line]], invalid: int) -> None:
        """Keep what was found for ``key``."""
        rows = [[index, *line] for index, line in lines]
        self._write(key, {"resources": resources, "invalid": invalid, "lines": rows})

    def recall_pack(self, key: str) -> dict[str, list[Line]]:
        """Complaints by hash of the resource; none where nothing was kept."""
        data = self._read(key)
        pack: dict[str, list[Line]] = {}
        for name, rows in data.items() if isinstance(data, dict) else ():
            lines = [_line(row) for row in rows] if isinstance(rows, list) else [None]
            if all(line is not None for line in lines):
                pack[name] = [line for line in lines if line is not None]
        return pack

    def keep_pack(self, key: str, pack: Mapping[str, list[Line]]) -> None:
        """Keep the complaints about each resource of an input, instead of those kept before."""
        self._write(key, {name: [list(line) for line in lines] for name, lines in pack.items()})

    def _path(self, key: str) -> str:
        return os.path.join(self.folder, "conformance", self._stamp, key[:2], key + ".json")

    def _read(self, key: str) -> Any:
        path = self._path(key)
        try:
            with open(path, "rb") as file:
                used = os.fstat(file.fileno()).st_mtime
                data = file.read(_LARGEST + 1)
            if len(data) > _LARGEST:
                return None
            content = json.loads(data)
        except (OSError, ValueError, RecursionError):
            return None
        if time.time() - used > _DAY:
            with suppress(OSError):  # a cache that may only be read is one all the same
                os.utime(path)  # what is in use is not pruned
        return content

    def _write(self, key: str, content: Any) -> None:
        data = json.dumps(content, separators=(",", ":")).encode("ascii")
        if len(data) > _LARGEST:
            return
        path = self._path(key)
        passing = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
        with suppress(OSError):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            handle = os.open(passing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with open(handle, "wb") as file:
                    file.write(data)
                os.replace(passing, path)
            except OSError:
                os.unlink(passing)
                raise
            self._prune()

    def _prune(self) -> None:
        """Once a day: drop what was not used for a month, then the oldest until the rest is small enough."""
        root = os.path.join(self.folder, "conformance")
        marker = os.path.join(root, "pruned")
        now = time.time()
        with suppress(OSError):
            if now - os.stat(marker).st_mtime < _DAY:
                return
        with open(marker, "wb"):
            os.utime(marker)
        kept = []
        for path, used, size in _files(root):
            if now - used > (3600 if path.endswith(".tmp") else _KEPT):
                _drop(path)
            else:
                kept.append((used, size, path))
        total = sum(size for _, size, _ in kept)
        for _, size, path in sorted(kept):
            if total <= _MOST_BYTES:
                break
            _drop(path)
            total -= size


def _line(row: object) -> Line | None:
    """A row of the cache, if it is one that this room can have written."""
    if not isinstance(row, list) or len(row) != 3 or not all(isinstance(part, str) for part in row):
        return None
    pointer, severity, message = row
    if severity not in _SEVERITIES or len(pointer) > _LONGEST or len(message) > _LONGEST:
        return None
    if not (message + pointer).isprintable() or (pointer and not pointer.startswith("/")):
        return None
    return Line(pointer, severity, message)


def _files(root: str) -> list[tuple[str, float, int]]:
    """(path, last use, bytes) of the files of the cache, and of nothing else that may be there."""
    found = []
    for version in _folders(root, 16):
        for shelf in _folders(version, 2):
            with os.scandir(shelf) as entries:
                for entry in entries:
                    name = entry.name[:64]
                    ours = (
                        len(name) == 64 and _HEX.issuperset(name) and entry.name.endswith((".json", ".tmp"))
                    )
                    if ours and entry.is_file(follow_symlinks=False):
                        info = entry.stat(follow_symlinks=False)
                        found.append((entry.path, info.st_mtime, info.st_size))
    return found


def _folders(root: str, length: int) -> list[str]:
    with os.scandir(root) as entries:
        return [
            entry.path
            for entry in entries
            if len(entry.name) == length
            and _HEX.issuperset(entry.name)
            and entry.is_dir(follow_symlinks=False)
        ]


def _drop(path: str) -> None:
    """Remove a file, and the folders that it leaves empty."""
    with suppress(OSError):
        os.unlink(path)
        os.rmdir(os.path.dirname(path))
        os.rmdir(os.path.dirname(os.path.dirname(path)))
