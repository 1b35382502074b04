"""Lines decoded for what it takes to tell whether they matter. Whatever is not plain is parsed whole.

Each reader has ``block``, for whole lines, and ``line``, for one with its end. Needs msgspec; imported late.
A decoder doesn't say that a key occurs twice. That the keys which decide occur once is seen in a whole block
at once; only where that is not sure, line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TypeVar

from orderlint.audit.job import Job
from orderlint.audit.sift.decoders import Problems, keys_are_told_once
from orderlint.audit.sift.odd import Odd, Subjects, Tally
from orderlint.audit.sift.parsed_lines import ParsedLines
from orderlint.audit.sift.sifted import Sifted

SUBJECT = b'"subject"'
_FIRST = 1000  # lines after which we see whether most are plain


class DecodedLines:
    """Walks the lines of a block; those in which anything odd stands are parsed."""

    keys: tuple[bytes, ...] = ()  # a line that nobody needs has each of them, and must not have it twice

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        self._job = job
        self._found = found
        self._parsed = parsed.line
        self._odd = Odd()
        self._tallies = [Subjects() if key == SUBJECT else Tally(key) for key in self.keys]
        self._plain = True  # so many lines are as plain as can be that it pays to look at many at once
        self._odds = -_FIRST

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        """Whether nobody needs a line, if its keys occur once. Deals with it otherwise."""
        raise NotImplementedError

    def _left(self, lines: int) -> None:
        """So many lines are needed by nobody."""

    def line(self, whole: bytes, line: int, byte: int) -> None:
        """One line with its end."""
        if self._open(whole, line, byte):
            self._counted(whole, line, byte)

    def block(self, data: bytes, byte: int) -> None:
        """Whole lines, which follow those before."""
        at = 0
        for start, stop in self._odd.lines(data):
            if at < start:
                self._even(data[at:start], byte + at)
            self._found.lines += 1
            self._parsed(data[start:stop], self._found.lines, byte + start)
            at = stop
        if at < len(data):
            self._even(data[at:] if at else data, byte + at)

    def _even(self, data: bytes, byte: int) -> None:
        """Whole lines with nothing odd in them."""
        found = self._found
        for whole in BytesIO(data):
            found.lines += 1
            self.line(whole, found.lines, byte)
            byte += len(whole)

    def _note(self, lines: int, looked_at: int) -> None:
        """Of so many lines that many had to be looked at each by itself."""
        self._odds += 2 * looked_at - lines
        self._plain = self._odds <= 0

    def _are_told_once(self, data: bytes, lines: int, others: list[bytes]) -> bool:
        """Whether the keys occur once in each of so many lines that have them, the ``others`` left aside."""
        return all(
            tally.surely_once(data) or tally(data) == lines + sum(whole.count(key) for whole in others)
            for key, tally in zip(self.keys, self._tallies, strict=True)
        )

    def _counted(self, whole: bytes, line: int, byte: int) -> None:
        """A line that nobody needs, if its keys occur once."""
        if self._once(whole):
            self._left(1)
        else:
            self._parsed(whole, line, byte)

    def _once(self, whole: bytes) -> bool:
        return all(whole.count(key) == 1 for key in self.keys) or told_once(whole)


def told_once(whole: bytes) -> bool:
    """Whether every key of a line with its end occurs once, for sure."""
    return keys_are_told_once(whole.rstrip(b"\r\n"))


Line = TypeVar("Line")


def decoded(decode: Callable[[bytes], Line], lines: list[bytes], nothing: Line) -> list[Line]:
    """All lines; ``nothing`` for one that can't be decoded."""
    found: list[Line] = []
    todo = map(decode, lines)
    while True:
        try:
            found.extend(todo)  # what was decoded before a problem stays
        except Problems:
            found.append(nothing)
        else:
            return found
