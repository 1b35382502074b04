"""From the paths of a command line to the inputs of a run.

Folders are walked; files named outright are read whatever they are called. Nothing is opened here.
What can't be an input (no such file, no permission, a pipe) is an :class:`InputFault` in its place,
so that a run can report it beside the findings of all the others.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Place

if TYPE_CHECKING:
    import io

STDIN = "-"
SUFFIXES = (".json", ".ndjson", ".jsonl", ".json.gz", ".ndjson.gz", ".jsonl.gz")
SKIPPED_FOLDERS = frozenset({"node_modules", "__pycache__", "venv"})


class Input(NamedTuple):
    """One thing to read: a file, the bytes of stdin (``path`` is None), or what ``opened`` opens.

    That is read forwards once; both opening and reading may be Unreadable.
    """

    name: str  # as reports show it: the path as given, with "/", always encodable as UTF-8
    path: str | None
    data: bytes | None = None
    opened: Callable[[], io.RawIOBase] | None = None


def find_inputs(
    paths: Iterable[str], stdin: bytes | None = None, passed: set[str] | None = None
) -> list[Input | InputFault]:
    """The inputs that ``paths`` name, each file once, sorted by name whatever the order of ``paths``.

    In folders every ``.json``, ``.ndjson`` and ``.jsonl`` (and their ``.gz``) counts; what is hidden
    (``.git``, ``.venv``) and ``node_modules`` is passed over. Links are followed, but every real
    folder is visited once, and a link to a folder around a given one is a loop. ``passed`` is given the real
    paths of files in folders that are not read because of their names, except those that are hidden.
    """
    return _Search(stdin, passed).run(paths)


def unreadable(name: str, message: str) -> InputFault:
    """An input that could not be read at all."""
    return InputFault("invalid-json", "error", message, Place(shown(name), ""))


def shown(path: str) -> str:
    """A path as reports show it; bytes that are no UTF-8 become ``\\xff``."""
    posix = path.replace(os.sep, "/")
    parts = "/".join(part for part in posix.split("/") if part not in ("", "."))
    name = f"/{parts}" if posix.startswith("/") else parts or (posix and ".")
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def why(error: OSError | ValueError) -> str:
    """An error of the operating system in words, without the path, which stands beside it anyway."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if not isinstance(error, OSError):  # each release of Python has its own words for it
        return "cannot be read: no file can have this name"
    return f"cannot be read: {error.strerror or 'unknown error'}"


class _Search:
    def __init__(self, stdin: bytes | None, passed: set[str] | None) -> None:
        self.stdin = stdin
        self.passed = passed
        self.found: dict[str, Input | InputFault] = {}  # by real path (or what was given), so each once
        self.visited: set[str] = set()
        self.roots: list[str] = []
        self.links: list[tuple[str, bool]] = []  # links met on the walk, and whether to folders

    def run(self, paths: Iterable[str]) -> list[Input | InputFault]:
        given = sorted(set(paths))
        folders: list[str] = []
        for path in given:
            if path == STDIN:
                self.found[STDIN] = Input(STDIN, None, self.stdin or b"")
            elif self.is_folder(path):
                folders.append(path)
        self.roots = [os.path.realpath(folder) for folder in folders]
        for folder in folders:
            self.walk(folder)
        # Links come last: a file that has a name of its own keeps it.
        while self.links:
            links, self.links = sorted(self.links), []
            for path, to_folder in links:
                if not to_folder:
                    self.file(path)
                elif not self.leads_up(os.path.realpath(path)):
                    self.walk(path)
        return sorted(self.found.values(), key=_name)

    def is_folder(self, path: str) -> bool:
        """Whether a path of the command line is a folder; if it is not, it is dealt with here."""
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116 - as given: Path drops a trailing slash
        except (OSError, ValueError) as error:
            self.found[path] = unreadable(path, why(error))
            return False
        if stat.S_ISDIR(mode):
            return True
        self.file(path)
        return False

    def leads_up(self, target: str) -> bool:
        return any(f"{root}{os.sep}".startswith(target.rstrip(os.sep) + os.sep) for root in self.roots)

    def walk(self, top: str) -> None:
        todo = [top]
        while todo:
            folder = todo.pop()
            real = os.path.realpath(folder)
            if real in self.visited:
                continue
            self.visited.add(real)
            try:
                with os.scandir(folder) as entries:
                    todo.extend(self.entries(entries, real))
            except OSError as error:
                self.found.setdefault(real, unreadable(folder, why(error)))

    def entries(self, entries: Iterable[os.DirEntry[str]], folder: str) -> Iterator[str]:
        """Take the files of ``folder`` (its real path), put the links by, and give the folders in it."""
        for entry in entries:
            if entry.name.startswith("."):
                continue
            is_folder = os.path.isdir(entry) if entry.is_symlink() else entry.is_dir()  # noqa: PTH112
            if is_folder and entry.name in SKIPPED_FOLDERS:
                continue
            if entry.is_symlink():
                if is_folder or entry.name.lower().endswith(SUFFIXES):
                    self.links.append((entry.path, is_folder))
            elif is_folder:
                yield entry.path
            elif entry.name.lower().endswith(SUFFIXES):
                real = os.path.join(folder, entry.name)  # noqa: PTH118 - many of them
                if not entry.is_file():
                    self.file(entry.path)
                elif real not in self.found:
                    self.found[real] = Input(shown(entry.path), entry.path)
            elif self.passed is not None and entry.is_file():
                real = os.path.join(folder, entry.name)  # noqa: PTH118
                if real not in self.found:
                    self.passed.add(real)

    def file(self, path: str) -> None:
        """Note a file under its real path; anything that could block for ever is a fault."""
        real = os.path.realpath(path)
        if real in self.found:
            return
        try:
            mode = os.stat(path).st_mode  # noqa: PTH116
        except (OSError, ValueError) as error:
            self.found[real] = unreadable(path, why(error))
            return
        if stat.S_ISREG(mode):
            self.found[real] = Input(shown(path), path)
        else:
            hint = "; use - for standard input" if stat.S_ISFIFO(mode) or stat.S_ISCHR(mode) else ""
            self.found[real] = unreadable(path, f"not a regular file{hint}")


def _name(item: Input | InputFault) -> str:
    return item.name if isinstance(item, Input) else item.place.file
