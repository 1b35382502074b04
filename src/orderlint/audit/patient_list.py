"""The patients of ``--select-patients``: ids in any form that a reference may have, a CSV, or NDJSON.

Eight bytes are kept for each. Nothing of the file is quoted: there may be names in it.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import chain, groupby
from pathlib import Path
from typing import IO

from orderlint.audit import keys
from orderlint.fhir.source.limits import LIMITS

_AT_ONCE = 100_000  # keys that are sorted at once
_LONGEST = 1 << 16  # bytes of a line that is no JSON
_NOBODY = "it holds no id of a patient"
_BOM = b"\xef\xbb\xbf"
_NAMES = frozenset(
    ("id", "ids", "patient", "patients", "patientid", "patientids", "patientreference", "subject",
     "subjectid", "reference", "fhirid", "resourceid", "logicalid")
)  # fmt: skip


class NoPatients(ValueError):
    """A file that is no list of patients, and why."""


class PatientList:
    """Keys of patients, each once."""

    def __init__(self, found: Iterable[int]) -> None:
        runs: list[array[int]] = []
        some: array[int] = array("Q")
        for key in found:
            some.append(key)
            if len(some) == _AT_ONCE:
                runs.append(array("Q", sorted(some)))
                some = array("Q")
        runs.append(array("Q", sorted(some)))
        self._keys = array("Q", (key for key, _ in groupby(merge(*runs))))

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, key: int) -> bool:
        at = bisect_left(self._keys, key)
        return at < len(self._keys) and self._keys[at] == key

    def tobytes(self) -> bytes:
        """All keys, in their order."""
        return self._keys.tobytes()

    def among(self, heads: Iterable[bytes]) -> int:
        """How many stand in these, each some keys as bytes."""
        seen = bytearray(len(self._keys))
        for head in heads:
            for key in array("Q", head):
                at = bisect_left(self._keys, key)
                if at < len(seen) and self._keys[at] == key:
                    seen[at] = 1
        return seen.count(1)


def packed(found: Iterable[int]) -> bytes:
    """Keys for ``among``."""
    return array("Q", found).tobytes()


def read(path: Path) -> PatientList:
    """The list in a file. Raises NoPatients, OSError."""
    with path.open("rb") as file:
        lines = _lines(file)
        first = next(lines, None)
        if first is None:
            raise NoPatients(_NOBODY)
        named = _of_json if first[1].startswith("{") else _of_table
        found = PatientList(keys.key64(_name(n, said)) for n, said in named(chain((first,), lines)))
    if not len(found):
        raise NoPatients(_NOBODY)
    return found


def _lines(file: IO[bytes]) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, without those that are empty or comments."""
    number, longest = 0, LIMITS.document_bytes
    while data := file.readline(longest + 1):
        number += 1
        if len(data) > longest:
            raise NoPatients(f"line {number} is too long")
        try:
            line = data.removeprefix(_BOM if number == 1 else b"").decode().strip()
        except UnicodeDecodeError:
            raise NoPatients(f"line {number} is no UTF-8 text") from None
        if "\0" in line:
            raise NoPatients(f"line {number} holds a NUL: it is no UTF-8 text")
        if line and not line.startswith("#"):
            longest = longest if line.startswith("{") else _LONGEST
            yield number, line


def _of_json(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Patients, one a line."""
    from orderlint.fhir.json.strict import JsonProblem, parse  # noqa: PLC0415

    for number, line in lines:
        try:
            value = parse(line.encode())
        except JsonProblem:
            raise NoPatients(f"line {number} is no JSON") from None
        if not isinstance(value, dict) or value.get("resourceType") != "Patient":
            raise NoPatients(f"line {number} is no Patient")
        ident = value.get("id")
        if not isinstance(ident, str):
            raise NoPatients(f"the Patient in line {number} has no id")
        yield number, ident


def _of_table(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """A list of ids, or a CSV with a header that says which column holds them."""
    import csv  # noqa: PLC0415

    number, first = next(iter(lines))
    delimiter = next((one for one in "\t;," if one in first), ",")
    column: int | None = None

    def text() -> Iterator[str]:
        nonlocal number
        yield first
        for number, line in lines:  # noqa: B007 -- the rows are numbered by it
            yield line

    try:
        for row in csv.reader(text(), delimiter=delimiter, strict=True):
            if column is None:
                column, header = _column(row)
                if header:
                    continue
            if len(row) <= column:
                raise NoPatients(f"line {number} has too few columns")
            yield number, row[column]
    except csv.Error:
        raise NoPatients(f"line {number} is no line of a CSV") from None


def _column(row: list[str]) -> tuple[int, bool]:
    """The column that holds ids, and whether the first row is a header."""
    named = [n for n, cell in enumerate(row) if re.sub(r"[\s_.-]", "", cell.lower()) in _NAMES]
    if len(named) > 1:
        raise NoPatients("several of its columns may hold the ids")
    if len(row) > 1 and not named:
        raise NoPatients("it has several columns, and no header that says which of them holds the ids")
    return (named[0], True) if named else (0, False)


def _name(number: int, said: str) -> str:
    """``Patient/1`` for every form in which an order may refer to it, and for the id alone."""
    said = said.strip()
    tail = keys.tail(said)
    if not tail.strip("/"):
        raise NoPatients(f"line {number} holds no id")
    return tail if "/" in tail or tail.startswith("urn:") else f"Patient/{tail}"
