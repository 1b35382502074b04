"""What a decoder lets pass though strict JSON, or a reader, does not: looked for in a whole block at once.

Hyperscan is much faster at one pattern than at two: each is searched for by itself.
"""

from __future__ import annotations

import re

from orderlint.audit.sift.patterns import ESCAPE, PARSE, REASON, SUBJECT_TWICE, TWICE, Pattern
from orderlint.audit.sift.scanner import available, scanner

_ESCAPE = re.compile(ESCAPE.encode())
_TYPE = b'"resourceType"'


class Odd:
    """Asks for whole lines; the places that it gives stand in them, where something is odd."""

    def __init__(self) -> None:
        self._escape = scanner((Pattern(ESCAPE, PARSE),)) if available() else None
        self._twice = scanner((Pattern(TWICE, PARSE),)) if available() else None

    def places(self, data: bytes) -> list[int]:
        """Offsets in ``data``, the first one last: escapes that could hide a word, halves of surrogate
        pairs, a second ``resourceType`` in a line, bytes that are no UTF-8."""
        escaped = b"\\" in data  # seen at once where there is none; then nobody has to search for more
        if self._escape is not None and self._twice is not None:
            found = self._escape.matches(data) if escaped else []
            found = [(match >> 2) - 1 for match in found + self._twice.matches(data)]
        else:
            found = [m.end() - 1 for m in _ESCAPE.finditer(data)] if escaped else []
            found += _second_types(data)
        if not data.isascii():
            found += _not_utf8(data)
        found.sort(reverse=True)
        return found

    def lines(self, data: bytes) -> list[tuple[int, int]]:
        """Where the lines with any such place begin and end, in their order."""
        found: list[tuple[int, int]] = []
        start = stop = 0
        for place in reversed(self.places(data)):
            if place >= stop:
                start = data.rfind(b"\n", stop, place) + 1 or stop
                stop = data.find(b"\n", place) + 1 or len(data)
                found.append((start, stop))
        return found


class Tally:
    """How often a word stands in a block."""

    def __init__(self, word: bytes) -> None:
        self._word = word
        self._scanner = scanner((Pattern(word.decode(), PARSE),)) if available() else None

    def __call__(self, data: bytes) -> int:
        return self._scanner.count(data) if self._scanner is not None else data.count(self._word)

    def surely_once(self, data: bytes) -> bool:
        """Whether it is seen without counting that no line has the word twice."""
        return False

    def once(self, data: bytes, lines: int) -> bool:
        """Whether no line has the word twice, where ``lines`` of them have it."""
        return self.surely_once(data) or self(data) == lines


class Subjects(Tally):
    """The key ``subject``. That no line has it twice is seen at once, without counting each."""

    def __init__(self) -> None:
        super().__init__(b'"subject"')
        self._twice = scanner((Pattern(SUBJECT_TWICE, PARSE),)) if available() else None

    def surely_once(self, data: bytes) -> bool:
        """As above."""
        return self._twice is not None and not self._twice.matches(data)


class Reasons:
    """Whether a block may name a reason for an order."""

    def __init__(self) -> None:
        self._scanner = scanner((Pattern(REASON, PARSE),)) if available() else None

    def __call__(self, data: bytes) -> bool:
        """Whether the word stands anywhere."""
        return bool(self._scanner.matches(data)) if self._scanner is not None else REASON.encode() in data


def _second_types(data: bytes) -> list[int]:
    found, at = [], 0
    for between in data.split(_TYPE)[:-1]:
        at += len(between) + len(_TYPE)
        if at > len(between) + len(_TYPE) and b"\n" not in between:
            found.append(at - 1)
    return found


def _not_utf8(data: bytes) -> list[int]:
    try:
        data.decode()
    except UnicodeDecodeError:
        found, at = [], 0
        for line in data.split(b"\n"):
            at += len(line) + 1
            try:
                line.decode()
            except UnicodeDecodeError:
                found.append(at - 2)
        return found
    return []
