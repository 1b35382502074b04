"""The source lines of a finding, with the place marked: one line underlined, or several with a bar.

Columns of findings count characters from 1, and an end column is the first one after the element.
Long lines (a whole Bundle on one line, NDJSON) are shown through a window around the column.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Callable

from orderlint.findings import Finding
from orderlint.namedtuple import NamedTuple
from orderlint.report.context import Lines
from orderlint.report.mask import Span, hidden_spans
from orderlint.report.sanitize import visible

Paint = Callable[[str, str], str]
"""``paint(text, role)`` with role "gutter" or "mark"."""

_LOOK_BACK = 40  # lines above, read for the keys that say what must be hidden, not shown
_WHOLE = 8  # a block of up to so many lines is shown whole
_HEAD = 3  # of a longer one so many, and its last line
_FAR = 400  # a block longer than this ends in its fold
_MOST = 8_000_000  # characters that are worth looking at for an excerpt
_TAB = "    "


_Line = tuple[str, list[Span]]  # a source line and what must be hidden of it


class _Glyph(NamedTuple):
    """What is printed for one character (or one hidden stretch) of a source line."""

    text: str
    start: int  # columns from 0, end not included
    end: int
    cells: int


class Excerpts:
    """Excerpts of one report. Keeps the last piece of a file: findings come sorted."""

    def __init__(self, lines: Lines | None) -> None:
        self._lines = lines
        self._key: tuple[str, int, int] | None = None
        self._piece: list[_Line] = []

    def frame(self, finding: Finding, width: int, paint: Paint) -> list[str]:
        """The lines to print below the location; none where the source can't be had."""
        first = finding.line
        if self._lines is None or first is None or first < 1:
            return []
        last = max(first, finding.end_line or first)
        top = max(1, finding.place.line, first - _LOOK_BACK) if finding.place.line <= first else first
        far = last - first >= _FAR
        piece = self._read(finding.place.file, top, first + _HEAD if far else last + 1)
        if first - top >= len(piece):
            return []
        return _Frame(finding, piece, top, width, paint).lines(far)

    def _read(self, file: str, top: int, bottom: int) -> list[_Line]:
        key = (file, top, bottom)
        if key != self._key:
            assert self._lines is not None  # noqa: S101 -- for mypy; frame() has looked
            try:
                raw = self._lines(file, top, bottom)
            except (OSError, ValueError, LookupError):
                raw = []
            texts = [line.rstrip("\r\n").replace("\n", "\r") for line in raw]
            self._key = key
            self._piece = _spans_by_line(texts) if sum(map(len, texts)) <= _MOST else []
        return self._piece


def _spans_by_line(texts: list[str]) -> list[_Line]:
    """Each line with the stretches to hide, found over all of the lines together."""
    out: list[_Line] = [(text, []) for text in texts]
    offset = row = 0
    for start, end in hidden_spans("\n".join(texts)):  # no span crosses a line
        while start > offset + len(texts[row]):
            offset += len(texts[row]) + 1
            row += 1
        out[row][1].append((start - offset, end - offset))
    return out


class _Frame:
    """One excerpt while it is drawn."""

    def __init__(self, finding: Finding, piece: list[_Line], top: int, width: int, paint: Paint) -> None:
        self.finding, self.piece, self.top, self.paint = finding, piece, top, paint
        self.first = first = finding.line or 1
        self.last = last = max(first, finding.end_line or first)
        self.digits = len(str(last + 1))
        self.bar = last > first
        self.room = max(20, width - self.digits - 3 - (2 if self.bar else 0))

    def lines(self, far: bool) -> list[str]:
        if self.bar:
            return [self._gutter(), *self._block(far), self._gutter()]
        return [self._gutter(), *self._single(), self._gutter()]

    def _gutter(self, number: int | None = None) -> str:
        label = "" if number is None else str(number)
        return self.paint(f"{label:>{self.digits}} |", "gutter")

    def _line(self, number: int) -> _Line | None:
        index = number - self.top
        return self.piece[index] if 0 <= index < len(self.piece) else None

    def _plain(self, number: int, side: str) -> list[str]:
        """A line of context or of a block, cut at the right."""
        line = self._line(number)
        if line is None:
            return []
        body = "".join(glyph.text for glyph in _window(_glyphs(*line, 0, 2 * self.room), 0, self.room))
        return [f"{self._gutter(number)} {side}{body}".rstrip()]

    def _single(self) -> list[str]:
        line = self._line(self.first)
        assert line is not None  # noqa: S101 -- frame() has looked
        text, spans = line
        start = min(max((self.finding.column or 1) - 1, 0), len(text))
        end = start + 1
        if self.finding.column is None:
            start, end = len(text) - len(text.lstrip()), len(text.rstrip())
        elif self.finding.end_line == self.first and self.finding.end_column is not None:
            end = max(end, min(self.finding.end_column - 1, len(text)))
        near = max(0, start - 2 * self.room), start + 2 * self.room
        glyphs = _glyphs(text, spans, *near)
        windowed = near[0] > 0 or near[1] < len(text) or sum(g.cells for g in glyphs) > self.room
        shown = _window(glyphs, start, self.room, near[0] > 0, near[1] < len(text))
        before = sum(g.cells for g in shown if g.end <= start)
        under = sum(g.cells for g in shown if g.end > start and g.start < end)
        mark = " " * before + self.paint("^" * max(1, under), "mark")
        # The neighbours of a document that is one line are other documents (NDJSON).
        alone = windowed or (
            self.first == self.finding.place.line
            and text[:1] in ("{", "[")
            and text.rstrip()[-1:] in ("}", "]")
        )
        return [
            *([] if alone else self._context(self.first - 1)),
            f"{self._gutter(self.first)} {''.join(g.text for g in shown)}".rstrip(),
            f"{self._gutter()} {mark}",
            *([] if alone else self._context(self.last + 1)),
        ]

    def _context(self, number: int) -> list[str]:
        if number < max(1, self.finding.place.line):
            return []
        line = self._line(number)
        return self._plain(number, "") if line is not None and line[0].strip() else []

    def _block(self, far: bool) -> list[str]:
        bar = self.paint("|", "mark") + " "
        out = self._plain(self.first, self.paint("/", "mark") + " ")
        middle = list(range(self.first + 1, self.last + 1))
        folded = 0
        if len(middle) + 1 > _WHOLE:
            folded = len(middle) - _HEAD + (1 if far else 0)
            middle = middle[: _HEAD - 1]
        for number in middle:
            out += self._plain(number, bar)
        if folded:
            out.append(f"{self._gutter()} {bar}… {folded} more lines")
            if not far:
                out += self._plain(self.last, bar)
        return [*out, f"{self._gutter()} {self.paint('|' + '_' * self._before_end() + '^', 'mark')}"]

    def _before_end(self) -> int:
        """Cells from the bar to the block's last character, where that is on the screen."""
        line = self._line(self.last)
        if line is None or not self.finding.end_column:
            return 1
        before = sum(glyph.cells for glyph in _glyphs(*line, 0, min(self.finding.end_column - 2, self.room)))
        return 1 + before if before < self.room else 1


def _cells(char: str) -> int:
    """How many cells of a terminal a printable character takes."""
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def cells(text: str) -> int:
    """The same for a text."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def _glyphs(text: str, spans: list[Span], low: int, high: int) -> list[_Glyph]:
    """Columns ``low`` to ``high`` as they are printed: hidden, escaped, tabs as four blanks."""
    out: list[_Glyph] = []
    at = bisect_right(spans, (low, len(text))) - 1
    nth = max(at, 0)
    column = spans[at][0] if at >= 0 and spans[at][1] > low else low
    high = min(high, len(text))
    while column < high:
        while nth < len(spans) and spans[nth][1] <= column:
            nth += 1
        if nth < len(spans) and spans[nth][0] <= column:
            out.append(_Glyph("…", column, spans[nth][1], 1))
            column = spans[nth][1]
            continue
        char = text[column]
        if char != "#" and " " <= char <= "~":
            out.append(_Glyph(char, column, column + 1, 1))
            column += 1
            continue
        shown = _TAB if char == "\t" else visible(char)
        if text.startswith("##[", column):  # a command for a CI log
            shown = "\\x23"
        out.append(_Glyph(shown, column, column + 1, cells(shown)))
        column += 1
    return out


def _window(
    glyphs: list[_Glyph], start: int, room: int, cut_left: bool = False, cut_right: bool = False
) -> list[_Glyph]:
    """As many glyphs around column ``start`` as fit in ``room`` cells, "…" where something was cut."""
    if not glyphs or (not cut_left and not cut_right and sum(g.cells for g in glyphs) <= room):
        return glyphs
    at = next((n for n, g in enumerate(glyphs) if g.end > start), len(glyphs) - 1)
    left = at
    used = 1
    while left > 0 and used + glyphs[left - 1].cells <= room // 3:
        left -= 1
        used += glyphs[left].cells
    if left > 0 or cut_left:
        used += 1
    right = at
    while right < len(glyphs) and used + glyphs[right].cells <= room:
        used += glyphs[right].cells
        right += 1
    shown = glyphs[left:right]
    if left > 0 or cut_left:
        shown.insert(0, _Glyph("…", -1, -1, 1))
    if right < len(glyphs) or cut_right:
        end = shown[-1].end
        shown.append(_Glyph("…", end + len(glyphs), end + len(glyphs), 1))
    return shown
