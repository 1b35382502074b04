"""The manifest of a bulk export: which files belong to it, and what its server could not export.

A manifest is the answer of a FHIR Bulk Data server: ``{"transactionTime": …, "output": [{"type", "url"}]}``.
Whoever downloads an export keeps the file names of the URLs, usually beside the manifest.
"""

from __future__ import annotations

from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

from orderlint.audit.export.inputs import unread
from orderlint.audit.export.names import name_of
from orderlint.fhir.source.stream import Unreadable
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Place
from orderlint.report.summary import count

LARGEST = 32 << 20  # bytes of a manifest
HEAD = 1 << 12  # bytes in which a resource says that it is one
_BUCKETS = frozenset(
    ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "wasb", "wasbs", "hdfs", "oss", "cos")
)
_DEEPEST = 40  # folders of a URL that are looked for


class Folder(Protocol):
    """Where a manifest lies."""

    def find(self, tail: str) -> str | None:
        """The path or URL of a file in it, None where there is none."""
        ...

    def name(self, tail: str) -> str:
        """The file as reports show it, whether it is there or not."""
        ...


class Listed(NamedTuple):
    """What a manifest lists. ``faults`` are about files that can't be read, ``said`` about what is missing
    though all of them can. ``counts``: resources that a file is to hold."""

    files: tuple[str, ...]
    faults: tuple[InputFault, ...]
    said: tuple[InputFault, ...]
    counts: dict[str, int]
    deleted: tuple[str, ...]


def may_be_manifest(name: str, head: bytes) -> bool:
    """Whether it is worth while to parse a file for it."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start == b"{" and (b'"resourceType"' not in head or "manifest" in name.lower())


def parsed(data: bytes) -> dict[str, Any] | None:
    """The manifest in a file, None where it is something else."""
    from orderlint.fhir.json.strict import JsonProblem, parse  # noqa: PLC0415

    if b"transactionTime" not in data:
        return None
    try:
        value = parse(data)
    except JsonProblem:
        return None
    if not isinstance(value, dict) or "resourceType" in value or "transactionTime" not in value:
        return None
    return value if "output" in value else None


def listed(manifest: dict[str, Any], name: str, folder: Folder) -> Listed:
    """Everything that a manifest says. ``name``: its own, as reports show it."""
    short = name.rpartition("/")[2]
    faults: list[InputFault] = []
    met: dict[str, str] = {}  # by file: the URL that led to it
    counts: dict[str, int] = {}
    output = manifest["output"]
    if not isinstance(output, list):
        faults.append(unread(name, "the manifest's output is no list of files"))
        output = []
    for number, item in enumerate(output):
        url = item.get("url") if isinstance(item, dict) else None
        if not isinstance(url, str) or not url:
            faults.append(unread(name, f"item {number} of the manifest's output has no url"))
            continue
        try:
            place = _place(url, folder)
        except Unreadable as error:
            at = _shown(url, folder) or name
            faults.append(unread(at, f"the manifest {short} lists this file, {error}"))
            continue
        if met.setdefault(place, url) != url:
            words = f"the manifest {short} lists several files that come to this one: the others are missing"
            faults.append(unread(name_of(place), words))
        number_of = item.get("count") if isinstance(item, dict) else None
        if isinstance(number_of, int) and not isinstance(number_of, bool):
            counts[place] = number_of
    return Listed(
        tuple(met), tuple(dict.fromkeys(faults)), tuple(_said(manifest, name)), counts,
        tuple(_there(manifest.get("deleted"), folder)),
    )  # fmt: skip


def warning(name: str, words: str) -> InputFault:
    """Something that makes an export less than it seems."""
    return InputFault("invalid-resource", "warning", words, Place(name, ""))


def _said(manifest: dict[str, Any], name: str) -> list[InputFault]:
    said = []
    errors = _items(manifest.get("error"))
    if errors:
        words = (
            f"the manifest lists {count(len(errors), 'file')} of errors: what they are about may be missing"
        )
        said.append(warning(name, f"{words} in this export"))
    links = [link for link in _items(manifest.get("link")) if _is_next(link)]
    if links:
        said.append(
            warning(name, "the manifest goes on in another one ('link' to the next), which was not read")
        )
    return said


def _is_next(link: object) -> bool:
    return not isinstance(link, dict) or link.get("relation") in ("next", None)


def _there(deleted: object, folder: Folder) -> list[str]:
    """The files of deletions: paths, or "" for one that isn't there."""
    found = []
    for item in _items(deleted):
        url = item.get("url") if isinstance(item, dict) else None
        try:
            found.append(_place(url, folder) if isinstance(url, str) else "")
        except Unreadable:
            found.append("")
    return found


def _items(value: object) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value in (None, "", {}) else [value]


def _place(url: str, folder: Folder) -> str:
    """The file that a URL comes to: in the folder by as much of its path as can be, else in a bucket."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise Unreadable("and that is no address") from None
    relative = not parts.scheme and not parts.netloc and not parts.path.startswith("/")
    for path in dict.fromkeys((unquote(parts.path), parts.path)):
        segments = [segment for segment in path.split("/") if segment not in ("", ".")]
        if ".." in segments:
            raise Unreadable("which is outside of its folder: it is not read")
        for start in range(1 if relative else len(segments)):
            tail = "/".join(segments[start:])
            if start < len(segments) - _DEEPEST or not tail:
                continue
            fits = [place for place in (folder.find(tail), folder.find(f"{tail}.gz")) if place is not None]
            if len(fits) > 1:
                raise Unreadable("and two files fit: one of them packed, one not")
            if fits:
                return fits[0]
    if parts.scheme in _BUCKETS and parts.netloc and "::" not in url:
        return url
    if not relative and parts.scheme in ("", "file", "local"):
        raise Unreadable("which is not in its folder: it is not read")
    raise Unreadable("and it is not there")


def _shown(url: str, folder: Folder) -> str | None:
    """The file that a URL would come to, as reports show it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    path = unquote(parts.path)
    relative = not parts.scheme and not parts.netloc and not path.startswith("/")
    tail = path if relative else path.rpartition("/")[2]
    return folder.name(tail) if tail not in ("", ".", "..") else None
