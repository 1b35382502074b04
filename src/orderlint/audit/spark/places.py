"""Where the sources of an audit are, as Spark names them, and which of them it reads as we would.

A path without a scheme is a file on this machine, which all workers have to see under the same path;
a URL is listed by Hadoop's file systems, as Spark does.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Iterator
from typing import Any

from orderlint.audit.export.inputs import Source, apart, find_sources, looked_at, unread
from orderlint.audit.export.names import name_of
from orderlint.audit.export.windows import open_source
from orderlint.audit.spark.failures import in_words
from orderlint.fhir.source.files import SUFFIXES
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault

LINES, WHOLE, DRIVER = "lines", "whole", "driver"  # how a source is read: by lines, as one file, not by Spark

_HEAD = 1 << 18  # bytes looked at to tell what a file holds
_WHOLE = 256 << 20  # bytes; what is larger and can't be split goes through the driver, which streams it
_GLOB = re.compile(r"([\[\]{}*?\\])")
BOM = b"\xef\xbb\xbf"


class Place(NamedTuple):
    """One source as Spark sees it."""

    how: str
    path: str  # for Spark's readers, nothing in it means a pattern
    uri: str  # as rows name the file they come from
    marked: bool  # begins with a byte order mark, which Spark's reader takes away


class Found(NamedTuple):
    """What paths and URLs lead to."""

    sources: list[Source]
    faults: list[InputFault]
    places: list[Place]  # one a source


def same_uri(uri: str) -> str:
    """A URI in the one form in which it is compared: ``file:/a`` and ``file:///a`` are one."""
    return re.sub(r"^file:/+", "file:/", uri)


def find(session: Any, paths: list[str]) -> Found:
    """The sources in the order of their names."""
    hadoop = _Hadoop(session)
    local, faults = find_sources([p for p in paths if "://" not in p])
    met = [(source, _local(hadoop, source)) for source in local]
    for url in paths:
        if "://" in url:
            try:
                listed = [hadoop.source(one) for one in hadoop.listed(url)]
            except Exception as error:
                words = in_words(error)
                if words is None:
                    raise
                words = words.replace(url, "it")  # there may be a password in it
                faults.append(unread(_name(url), f"cannot be listed: {words}"))
                continue
            if not listed:
                faults.append(unread(_name(url), "no such file or folder"))
            met += listed
    once = {place.uri or source.path: (source, place) for source, place in reversed(met)}
    met = sorted(once.values(), key=lambda one: (one[0].name, one[0].path))
    faults.sort(key=lambda fault: fault.place.file)
    return Found(apart(source for source, _ in met), faults, [place for _, place in met])


def brought_here(session: Any, source: Source, folder: str) -> Source:
    """The source as a file of this machine."""
    if "://" not in source.path:
        return source
    target = f"{folder}/{source.number}"
    _Hadoop(session).copy(source.path, target)
    return source._replace(path=target)


def _name(path: str) -> str:
    """A URL, or a path as Hadoop spells it, as reports show it: a file of this machine by its path."""
    return name_of(re.sub(r"^file:/+", "/", path))


def _local(hadoop: _Hadoop, source: Source) -> Place:
    path = "file://" + os.path.abspath(source.path)  # noqa: PTH100 -- links stay as they are
    try:
        path.encode()
    except UnicodeEncodeError:
        return Place(DRIVER, path, "", False)
    marked = False
    if source.scannable:
        with open_source(source) as file:
            marked = file.read(3) == BOM
    return hadoop.place(source, path, marked)


class _Hadoop:
    """File systems, by way of the JVM that Spark runs in."""

    def __init__(self, session: Any) -> None:
        self._jvm = session._jvm
        self._conf = session._jsc.hadoopConfiguration()
        self._codecs = self._jvm.org.apache.hadoop.io.compress.CompressionCodecFactory(self._conf)

    def place(self, source: Source, path: str, marked: bool) -> Place:
        """How Spark is to read a source."""
        where = self._jvm.org.apache.hadoop.fs.Path(path)
        codec = self._codecs.getCodec(where)
        kind = codec.getClass().getSimpleName() if codec is not None else ""
        strange = (
            source.size == 0  # or it can't be opened: the driver says why
            or where.getName().startswith(("_", "."))  # Spark passes over such files
            or ":" in path.partition(":")[2]
            or any(ord(letter) < 32 for letter in path)
            or not where.getFileSystem(self._conf).exists(where)  # a name that the JVM can't spell
        )
        if source.scannable:
            how = LINES if not strange and kind == ("GzipCodec" if source.packed else "") else DRIVER
        else:
            how = WHOLE if not strange and source.size <= _WHOLE else DRIVER
        return Place(how, _GLOB.sub(r"\\\1", path), same_uri(str(where.toUri().toString())), marked)

    def listed(self, url: str) -> Iterator[Any]:
        """The statuses of the files that a URL names; patterns are allowed, as in Spark."""
        path = self._jvm.org.apache.hadoop.fs.Path(url)
        system = path.getFileSystem(self._conf)
        for root in system.globStatus(path) or ():
            if root.isFile():
                yield root
                continue
            files = system.listFiles(root.getPath(), True)
            while files.hasNext():
                status = files.next()
                if str(status.getPath().getName()).lower().endswith(SUFFIXES):
                    yield status

    def source(self, status: Any) -> tuple[Source, Place]:
        """A file that was listed."""
        where = status.getPath()
        path = str(where.toString())
        head = self._head(where, int(status.getLen()))
        packed = head[:2] == b"\x1f\x8b"
        if packed:
            head = _unpacked(head)
        bare = Source(0, _name(path), path, int(status.getLen()), int(status.getModificationTime()), packed,
                      False, None)  # fmt: skip
        source = looked_at(bare, head)
        return source, self.place(source, path, head.startswith(BOM))

    def copy(self, path: str, target: str) -> None:
        """Bring a file here."""
        where = self._jvm.org.apache.hadoop.fs.Path(path)
        local = self._jvm.org.apache.hadoop.fs.Path(f"file://{target}")
        where.getFileSystem(self._conf).copyToLocalFile(False, where, local, True)

    def _head(self, where: Any, size: int) -> bytes:
        stream = where.getFileSystem(self._conf).open(where)
        try:
            return bytes(self._jvm.org.apache.commons.io.IOUtils.toByteArray(stream, min(size, _HEAD)))
        finally:
            stream.close()


def _unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(31).decompress(head, _HEAD)
    except zlib.error:
        return b""
