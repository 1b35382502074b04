"""Files elsewhere, by URL: listed, looked up and read forwards, with words for whatever goes wrong.

Everything raises Unreadable, and no other exception. No words quote an address: it may hold a secret.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from orderlint.fhir.source.files import SKIPPED_FOLDERS
from orderlint.fhir.source.stream import Unreadable
from orderlint.namedtuple import NamedTuple

NOT_THERE = "no such file or folder"
_HERE = ("file", "local")
_STAMPS = (
    "ETag",
    "etag",
    "mtime",
    "LastModified",
    "last_modified",
    "created",
    "updated",
    "generation",
    "CRC",
)


class Missing(Unreadable):
    """Nothing is there."""


class Member(NamedTuple):
    """One file of a folder elsewhere. ``regular``: no pipe nor device."""

    url: str
    regular: bool


def local_path(url: str) -> str | None:
    """The path of a ``file://`` URL, None of any other. Raises Unreadable."""
    if "::" in url or not url.lower().startswith(tuple(f"{scheme}://" for scheme in _HERE)):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unreadable("no address that can be read") from None
    if parts.netloc not in ("", "localhost") and not os.path.lexists(url.partition("://")[2]):
        raise Unreadable("a file of another machine: a file URL has three slashes")
    asis = url.partition("://")[2]
    plain = unquote(parts.path)
    return asis if os.path.lexists(asis) or not plain else plain


def listed(url: str) -> tuple[list[Member], bool]:
    """The files that a URL names, and whether it names a folder; patterns with ``*`` are followed."""
    system, root = _system(url)
    try:
        if _is_http(system) and not root.endswith("/"):
            system.info(root)
            return [Member(url, True)], False
        try:
            if _is_http(system):
                system.ls(root)
                kind = "directory"
            else:
                kind = system.info(root)["type"]
        except FileNotFoundError:
            matches = [str(m) for m in system.glob(root)] if "*" in root else []
            if not matches:
                raise
            return [m for one in matches for m in listed(_member(url, root, one))[0]], True
        if kind != "directory":
            return [Member(url, kind == "file")], False
        return [Member(_member(url, root, name), ok) for name, ok in _walk(system, root)], True
    except Unreadable:
        raise
    except Exception as error:
        raise _in_words(error) from None


def looked_up(url: str) -> tuple[int, int]:
    """The size of a file (0 where nobody says), and a stamp that changes with it, where there is one."""
    system, inner = _system(url)
    try:
        known = system.info(inner)
    except Exception as error:
        raise _in_words(error) from None
    if known.get("type", "file") != "file":
        raise Unreadable("not a regular file")
    said = repr([known[name] for name in _STAMPS if known.get(name) is not None])
    return int(known.get("size") or 0), int.from_bytes(sha256(said.encode()).digest()[:6], "big")


def opened(url: str) -> io.RawIOBase:
    """A file, to be read forwards once."""
    system, inner = _system(url)
    try:
        # in pieces a server has to know ranges, and many don't
        how = {"block_size": 0} if _is_http(system) else {}
        return _Forward(system.open(inner, "rb", **how), system)
    except Exception as error:
        raise _in_words(error) from None


def beside(url: str, tail: str) -> str:
    """The URL of ``tail`` in the folder of a file; what that is chained to stays."""
    parts = url.split("::")
    at = next((n for n, part in enumerate(parts) if "://" in part), 0)
    own = parts[at].partition("?")[0]
    parts[at] = own.rpartition("/")[0] + "/" + (quote(tail) if own.startswith("http") else tail)
    return "::".join(parts)


def file_name(url: str) -> str:
    """The last part of the path of a URL."""
    own = next((part for part in url.split("::") if "://" in part), url)
    return own.partition("?")[0].rpartition("/")[2]


class _Forward(io.RawIOBase):
    """Fills what it is given, up to the end or a fault; the fault comes with the next piece."""

    def __init__(self, file: Any, system: Any) -> None:
        self._file = file
        self._system = system  # some end with their last name, and the file with them
        self._fault: Unreadable | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview | bytearray, /) -> int:  # type: ignore[override]
        at = 0
        while at < len(buffer) and self._fault is None:
            try:
                part = self._file.read(len(buffer) - at)
            except Exception as error:
                self._fault = _in_words(error)
                break
            if not part:
                break
            buffer[at : at + len(part)] = part
            at += len(part)
        if not at and self._fault is not None:
            raise self._fault
        return at

    def close(self) -> None:
        if not self.closed:
            with suppress(Exception):  # it was only read
                self._file.close()
        super().close()


def _system(url: str) -> tuple[Any, str]:
    """The file system of a URL, and the path in it."""
    try:
        import fsspec  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: PLC0415
    except ImportError:
        raise Unreadable("URLs need fsspec: pip install 'orderlint[audit]'") from None
    for part in url.split("::"):
        scheme, _, path = part.partition("://")
        if scheme in _HERE:
            _no_pipe(path)
    try:
        system, inner = fsspec.url_to_fs(url)
    except ImportError as error:
        raise Unreadable(f"a package is missing for such addresses: {error}") from None
    except ValueError as error:
        if str(error).startswith("Protocol not known"):
            raise Unreadable("no address of a known kind") from None
        raise Unreadable("no address that can be read") from None
    except Exception as error:
        raise _in_words(error) from None
    return system, str(inner)


def _no_pipe(path: str) -> None:
    """What could block for ever is never opened."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise Unreadable("not a regular file")


def _is_http(system: Any) -> bool:
    protocol = system.protocol
    return "http" in ((protocol,) if isinstance(protocol, str) else protocol)


def _walk(system: Any, root: str) -> Iterator[tuple[str, bool]]:
    """All files under a folder but the hidden, each once, and whether they are regular."""
    todo, seen = [root], {root.rstrip("/")}
    while todo:
        for one in system.ls(todo.pop(), detail=True):
            name = str(one["name"])
            last = name.rstrip("/").rpartition("/")[2]
            if name.rstrip("/") in seen or last.startswith("."):
                continue
            seen.add(name.rstrip("/"))
            if one["type"] != "directory":
                yield name, one["type"] == "file"
            elif last not in SKIPPED_FOLDERS:
                todo.append(name)


def _member(url: str, root: str, name: str) -> str:
    """The URL of a file in the folder ``root``, which ``url`` names; what it is chained to stays."""
    parts = url.split("::")
    at = next(n for n, part in enumerate(parts) if "://" in part)
    bare = parts[at].rstrip("/")
    known = root.rstrip("/")
    if known and bare.endswith(known):
        parts[at] = bare[: len(bare) - len(known)] + name
    elif "://" not in name:
        parts[at] = f"{parts[at].partition('://')[0]}://{name}"
    else:
        parts[at] = name
    return "::".join(parts)


def _in_words(error: BaseException) -> Unreadable:
    """What went wrong, without quoting what may hold a secret."""
    if isinstance(error, Unreadable):
        return error
    causes: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and len(causes) < 10:
        causes.append(cause)
        cause = cause.__cause__ or cause.__context__
    for one in causes:
        status = getattr(one, "status", None)
        if status in (404, 410):
            return Missing(NOT_THERE)
        if isinstance(status, int):
            return Unreadable(f"the server answered with status {status}")
    for one in causes:
        if isinstance(one, ConnectionError) or "Connect" in type(one).__name__:
            return Unreadable("the server could not be reached, or broke off")
        if isinstance(one, TimeoutError) or "Timeout" in type(one).__name__:
            return Unreadable("the server did not answer in time")
    if isinstance(error, FileNotFoundError):
        return Missing(NOT_THERE)
    if isinstance(error, PermissionError):
        return Unreadable("no permission to read it")
    return Unreadable(f"cannot be read: {type(error).__name__}")
