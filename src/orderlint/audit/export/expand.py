"""From what the command line names to files and URLs: folders elsewhere listed, manifests followed."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from orderlint.audit.executor import Found
from orderlint.audit.export import manifest, remote
from orderlint.audit.export.inputs import unread
from orderlint.audit.export.names import is_url, name_of, url_name
from orderlint.audit.job import Job, phase_of_source
from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import SUFFIXES, Input, find_inputs, shown
from orderlint.fhir.source.stream import Unreadable, regular
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault
from orderlint.report.summary import count

_KINDS = 8  # kinds of files by name, in a note


class Export(NamedTuple):
    """``paths`` are files and folders here, and URLs. ``said``: warnings about what is missing.
    ``notes``: the rest that a reader should know. ``counts``: how many resources a file is to hold."""

    paths: list[str]
    faults: list[InputFault]
    said: list[InputFault]
    notes: list[str]
    counts: dict[str, int]


def expand(paths: Iterable[str], *, elsewhere: bool = True) -> Export:
    """What ``paths`` come to. The files that a manifest lists are read in its place, or beside the others of
    its folder. Without ``elsewhere`` URLs stay as they are: others list them."""
    return _Expanding(elsewhere).run(paths)


def miscounted(counts: Mapping[str, int], job: Job, found: Mapping[str, Found]) -> list[InputFault]:
    """Warnings about files that hold more or fewer resources than their manifest says, after all phases."""
    held: Counter[int] = Counter()
    for phase, units in found.items():
        for unit, head in units:
            source = job.sources[unit.source]
            if phase == phase_of_source(source):
                held[source.number] += head["lines" if source.scannable else "documents"]
    said = []
    for source in job.sources:
        number = counts.get(_same(source.path)) if counts else None
        if number is not None and number != held[source.number]:
            lines = count(held[source.number], "line")
            words = f"by the manifest {count(number, 'resource')} should be in this file, which has {lines}"
            said.append(manifest.warning(source.name, words))
    return said


class _Here:
    """A folder of this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def find(self, tail: str) -> str | None:
        place = str(self._path / tail)
        return place if os.path.isfile(place) else None  # noqa: PTH113 -- no name is too long for it

    def name(self, tail: str) -> str:
        return shown(str(self._path / tail))


class _Elsewhere:
    """The folder of a file with a URL."""

    def __init__(self, url: str) -> None:
        self._url = url

    def find(self, tail: str) -> str | None:
        place = remote.beside(self._url, tail)
        try:
            remote.looked_up(place)
        except remote.Missing:
            return None
        except Unreadable:
            pass  # it says why when it is read
        return place

    def name(self, tail: str) -> str:
        return url_name(remote.beside(self._url, tail))


class _Expanding:
    def __init__(self, elsewhere: bool) -> None:
        self.elsewhere = elsewhere
        self.export = Export([], [], [], [], {})
        self.passed: set[str] = set()
        self.listed: set[str] = set()  # by manifests

    def run(self, paths: Iterable[str]) -> Export:
        for path in dict.fromkeys(paths):
            if not is_url(path):
                self.here(path, path)
                continue
            try:
                local = remote.local_path(path)
                if local is not None:
                    self.here(local, local if self.elsewhere else path)
                elif self.elsewhere:
                    self.there(path)
                else:
                    self.export.paths.append(path)
            except Unreadable as error:
                self.export.faults.append(unread(url_name(path), str(error)))
        note = _passed_over(self.passed - self.listed)
        known = self.export
        return Export(
            list(dict.fromkeys(known.paths)),
            list(dict.fromkeys(known.faults)),
            list(dict.fromkeys(known.said)),
            [*([note] if note else []), *dict.fromkeys(fault.message for fault in known.said)],
            known.counts,
        )

    def here(self, path: str, given: str) -> None:
        """A path of this machine, which goes on as ``given`` where it isn't a manifest."""
        if os.path.isdir(path):  # noqa: PTH112 -- as given
            self.export.paths.append(given)
            inputs = [i for i in find_inputs([path], None, self.passed) if isinstance(i, Input)]
            read = {_same(i.path or "") for i in inputs}
            for one in inputs:
                for place in self.followed(one.path or "") or ():
                    if _same(place) not in read:
                        self.export.paths.append(place)
            return
        files = self.followed(path)
        self.export.paths.extend([given] if files is None else files)

    def followed(self, path: str) -> list[str] | None:
        """The files of a manifest here; None where a file is none."""
        found = _manifest_here(path)
        return None if found is None else self.taken(found, path, _Here(Path(path).parent))

    def there(self, url: str) -> None:
        """A file or folder elsewhere. Raises Unreadable."""
        members, folder = remote.listed(url)
        chosen = [m for m in members if not folder or remote.file_name(m.url).lower().endswith(SUFFIXES)]
        if not chosen:
            raise Unreadable(
                "no file in it is of a kind that is read (.json, .ndjson, .jsonl, or these with .gz)"
            )
        self.passed |= {m.url for m in members} - {m.url for m in chosen}
        for member in chosen:
            if not member.regular:
                self.export.faults.append(unread(url_name(member.url), "not a regular file"))
                continue
            found = _manifest_there(member.url)
            if found is None or folder:
                self.export.paths.append(member.url)
            if found is not None:
                self.export.paths.extend(self.taken(found, member.url, _Elsewhere(member.url)))

    def taken(self, found: dict[str, Any], path: str, folder: manifest.Folder) -> list[str]:
        """What a manifest lists; whatever else it says is noted."""
        name = name_of(path)
        listed = manifest.listed(found, name, folder)
        self.export.faults.extend(listed.faults)
        self.export.said.extend(listed.said)
        if listed.deleted:
            self.export.said.append(manifest.warning(name, _deletions(listed.deleted)))
        self.export.counts.update({_same(place): number for place, number in listed.counts.items()})
        self.listed |= {_same(place) for place in listed.files}
        return list(listed.files)


def _same(path: str) -> str:
    """The one name of a file, whatever leads to it."""
    return path if is_url(path) else os.path.realpath(path)


def _manifest_here(path: str) -> dict[str, Any] | None:
    if not path.lower().endswith(".json"):
        return None
    try:
        with regular(path) as file:
            head = file.read(manifest.HEAD)
            if not manifest.may_be_manifest(path, head):
                return None
            data = head + file.read(manifest.LARGEST)
    except (OSError, ValueError, Unreadable):
        return None
    return manifest.parsed(data)


def _manifest_there(url: str) -> dict[str, Any] | None:
    name = remote.file_name(url)
    if not name.lower().endswith(".json"):
        return None
    try:
        with remote.opened(url) as file:
            head = file.read(manifest.HEAD) or b""
            if not manifest.may_be_manifest(name, head):
                return None
            data = head
            while len(data) < manifest.LARGEST and (part := file.read(1 << 20)):
                data += part
    except Unreadable:
        return None
    return manifest.parsed(data)


def _deletions(places: Iterable[str]) -> str:
    """What to say of the files of deletions."""
    known = [place for place in places if place]
    missing = sum(not place for place in places)
    number = sum(map(_deleted, known))
    said = count(number, "deletion") if known else ""
    if missing:
        files = f"{count(missing, 'file')} of deletions that {'is' if missing == 1 else 'are'} not there"
        said = f"{said}, and {files}" if said else files
    return f"the manifest lists {said}: none was applied, so what was deleted is judged as if it were not"


def _deleted(place: str) -> int:
    """How many resources a file says are deleted."""
    source = Input("", None, opened=lambda: remote.opened(place)) if is_url(place) else Input("", place)
    number = 0
    for part in read_documents(source):
        entries = (
            part.value.get("entry") if isinstance(part, Document) and isinstance(part.value, dict) else None
        )
        for entry in entries if isinstance(entries, list) else ():
            request = entry.get("request") if isinstance(entry, dict) else None
            number += isinstance(request, dict) and request.get("method") == "DELETE"
    return number


def _passed_over(paths: Iterable[str]) -> str | None:
    """What to say of files in folders that were not read because of their names."""
    kinds = Counter(_kind(path) for path in paths)
    if not kinds:
        return None
    named = sorted(kinds.items(), key=lambda one: (-one[1], one[0]))
    said = [f"{number} {kind}" for kind, number in named[:_KINDS]]
    rest = sum(number for _, number in named[_KINDS:])
    if rest:
        said.append(f"{rest} others")
    whole = count(sum(kinds.values()), "file")
    return f"{whole} not read, for the names are of no kind that is: {', '.join(said)}"


def _kind(path: str) -> str:
    name = remote.file_name(path) if is_url(path) else os.path.basename(path)  # noqa: PTH119
    found = re.search(r"[^.](\.[a-z0-9]{1,10})$", name, re.IGNORECASE | re.ASCII)
    return found[1].lower() if found else "without a suffix"
