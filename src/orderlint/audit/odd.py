"""What a decoder lets pass though strict JSON, or a reader, does not: looked for in a whole block at once.

Hyperscan is much faster at one pattern than at two: each is searched for by itself.
"""

from __future__ import annotations

import re

from orderlint.audit.patterns import ESCAPE, PARSE, TWICE, Pattern
from orderlint.audit.scanner import Scanner, available

_ESCAPE = re.compile(ESCAPE.encode())
_TYPE = b'"resourceType"'


class Odd:
    """Asks for whole lines; the places that it gives are the last bytes of what is odd in them."""

    def __init__(self) -> None:
        odd = (ESCAPE, TWICE) if available() else ()
        self._scanners = [Scanner((Pattern(one, PARSE),)) for one in odd]

    def places(self, data: bytes) -> list[int]:
        """Offsets in ``data``, the first one last: escapes that could hide a word, halves of surrogate
        pairs, a second ``resourceType`` in a line, bytes that are no UTF-8."""
        if self._scanners:
            found = [(match >> 2) - 1 for scanner in self._scanners for match in scanner.matches(data)]
        else:
            found = [m.end() - 1 for m in _ESCAPE.finditer(data)] if b"\\u" in data else []
            found += _second_types(data)
        if not data.isascii():
            found += _not_utf8(data)
        found.sort(reverse=True)
        return found


class Tally:
    """How often a word stands in a block."""

    def __init__(self, word: bytes) -> None:
        self._word = word
        self._scanner = Scanner((Pattern(word.decode(), PARSE),)) if available() else None

    def __call__(self, data: bytes) -> int:
        return len(self._scanner.matches(data)) if self._scanner is not None else data.count(self._word)


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
