"""Lines of a file of which few matter: all bytes are searched, and only lines with a match are read."""

from __future__ import annotations

from orderlint.audit.job import Job, types_that_matter
from orderlint.audit.sift.fact_lines import FactLines
from orderlint.audit.sift.parsed_lines import ParsedLines
from orderlint.audit.sift.patterns import ESCAPE, PARSE, Pattern, ends, patterns
from orderlint.audit.sift.scanner import Scanner, scanner
from orderlint.audit.sift.sifted import Sifted


class ScannedLines:
    """Reads for one sift, whose source is of one type."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        self._job = job
        self._found = found
        self._parsed = parsed
        self._facts = FactLines(job, found, parsed)
        self._scanner: Scanner | None = None
        self._escape = scanner((Pattern(ESCAPE, PARSE),))

    def block(self, data: bytes, byte: int) -> None:
        """Whole lines, which follow those before."""
        found, hits = self._found, self._matches(data)
        looks = [data[start:stop] for start, stop, asks in hits if asks < PARSE]
        known = iter(self._facts.sure_parts(looks) if looks else ())
        lines, counted = found.lines, 0  # lines before the byte up to which they are counted
        for start, stop, asks in hits:
            parts = next(known) if asks < PARSE else None
            if parts is None or parts:
                lines += _lines(data[counted:start])
                counted = start
                if parts is None:
                    self._parsed.line(data[start:stop], lines + 1, byte + start)
                for part in parts or ():
                    found.send(part, data[start:stop].rstrip(b"\r\n"), lines + 1, byte + start)
        found.lines = lines + _lines(data[counted:])

    def _matches(self, data: bytes) -> list[tuple[int, int, int]]:
        """Where the lines with a match begin and end, and what is asked for."""
        if self._scanner is None:
            own, end = self._found.source.type or "", data.find(b"\n")
            crlf = end > 0 and data[end - 1] == 0x0D
            wanted = patterns(own, types_that_matter(self._job))
            self._scanner = scanner((*ends(crlf=crlf), *wanted))
        found: list[tuple[int, int, int]] = []
        start = stop = asked = 0

        def asks(place: int, what: int) -> None:
            nonlocal start, stop, asked
            if place < stop:  # in the same line as the match before
                asked = max(asked, what)
                return
            if asked:
                found.append((start, stop, asked))
            start = data.rfind(b"\n", stop, place) + 1 or stop
            stop = data.find(b"\n", place) + 1 or len(data)
            asked = what

        if not data.startswith(b"{"):
            asks(0, PARSE)
        matches = self._scanner.matches(data)
        if b"\\" in data and (escapes := self._escape.matches(data)):
            matches = sorted(matches + escapes)
        for match in matches:
            asks((match >> 2) - 1, match & 3)
        if not data.endswith((b"}", b"}\n", b"}\r\n")):
            asks(len(data) - 1, PARSE)
        if asked:
            found.append((start, stop, asked))
        return found


def _lines(data: bytes) -> int:
    """How many lines; several times quicker than ``count``, which looks at every byte for itself."""
    return len(data) - len(data.replace(b"\n", b"")) + (data[-1:] not in (b"", b"\n"))
