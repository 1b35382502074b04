"""On which days: the instructions of one order, side by side and one after another.

Equal ``sequence`` numbers, or none, run together; rising ones follow each other. Days count from the
order's day 0.
"""

from __future__ import annotations

from itertools import pairwise

from orderlint.dosing.model import Contradiction, DateSpan
from orderlint.dosing.timing import Schedule
from orderlint.namedtuple import NamedTuple


class Line(NamedTuple):
    """One instruction as far as its days go."""

    sequence: int | None
    when: Schedule
    pointer: str


class Piece(NamedTuple):
    """A stretch of days, both ends included (``last`` None: open), on which the same lines run."""

    first: int
    last: int | None
    lines: tuple[int, ...]


class Gap(NamedTuple):
    """Days without any dose between two pieces; ``after`` is the index of the piece before them."""

    first: int
    days: int
    after: int


class Layout(NamedTuple):
    """``end`` is "known", "open" or "unknown", as :class:`orderlint.dosing.model.Course` has it."""

    pieces: tuple[Piece, ...]
    start: DateSpan | None
    end: str
    sequential: bool
    gaps: tuple[Gap, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()


class _Span(NamedTuple):
    first: int
    last: int | None


def lay_out(lines: list[Line], start: DateSpan | None) -> Layout:
    """The days of ``lines``, for an order that starts on ``start`` (None in a template)."""
    groups = sorted({line.sequence for line in lines if line.sequence is not None})
    if len(lines) == 1 or len(groups) < 2:
        return _together(lines, start, ())
    lines, notes = _lengths_said_as_duration(lines)
    members = [[i for i, line in enumerate(lines) if line.sequence == group] for group in groups]
    always = [i for i, line in enumerate(lines) if line.sequence is None]
    lengths = [all(_ends(lines[i]) for i in group) for group in members]
    dated = [any(lines[i].when.start is not None for i in group) for group in members]
    if not any(lengths) and not any(dated[1:]):
        text = (
            f"its {len(groups)} sequence numbers can't be steps, as none has a length: "
            "its instructions are read as running together"
        )
        return _together(lines, start, (Contradiction(text, lines[0].pointer),))
    layout = _steps(lines, members, always, start)
    return layout._replace(contradictions=(*layout.contradictions, *notes))


def _lengths_said_as_duration(lines: list[Line]) -> tuple[list[Line], list[Contradiction]]:
    """Steps that follow one another, with days in ``duration`` and no bounds: that is how long they last.

    Elsewhere ``duration`` is the length of one administration; that of a step of several days can't be.
    """
    found, notes = [], []
    for line in lines:
        run = line.when.run
        if line.sequence is None or _ends(line) or run is None or run < 1:
            found.append(line)
            continue
        text = "its duration, which is the length of one administration, is read as the length of the step"
        notes.append(Contradiction(text, line.pointer))
        found.append(line._replace(when=line.when._replace(length=-int(-run // 1))))
    return found, notes


def _ends(line: Line) -> bool:
    return line.when.length is not None or line.when.end is not None


def _zero(lines: list[Line], first: list[int], start: DateSpan | None) -> DateSpan | None:
    """The date of day 0: the first that is written, or the order's own start if a line begins with it."""
    dated = [line.when.start for line in lines if line.when.start is not None]
    if not dated:
        return start
    earliest = min(dated)
    if start is not None and start < earliest and any(lines[i].when.start is None for i in first):
        return start
    return earliest


def _span(line: Line, at: int, zero: DateSpan | None) -> _Span:
    when = line.when
    day0 = zero.first.toordinal() if zero is not None else 0
    first = when.start.first.toordinal() - day0 if when.start is not None and zero is not None else at
    last = first + when.length - 1 if when.length is not None else None
    if when.end is not None and zero is not None:
        end = max(first, when.end.last.toordinal() - day0)
        last = end if last is None else min(last, end)
    return _Span(first, last)


def _together(lines: list[Line], start: DateSpan | None, notes: tuple[Contradiction, ...]) -> Layout:
    zero = _zero(lines, list(range(len(lines))), start)
    spans = {i: _span(line, 0, zero) for i, line in enumerate(lines)}
    pieces = _pieces(spans)
    return Layout(pieces, zero, _end(spans, lines), False, _gaps(pieces), notes)


def _steps(lines: list[Line], members: list[list[int]], always: list[int], start: DateSpan | None) -> Layout:
    zero = _zero(lines, members[0] + always, start)
    spans: dict[int, _Span] = {}
    notes: list[Contradiction] = []
    cursor: int | None = 0  # the day on which the next step begins; None once that can't be known
    unknown_from: int | None = None
    before: list[int] = []
    for number, group in enumerate(members):
        fixed = [_span(lines[i], 0, zero).first for i in group if lines[i].when.start is not None]
        if fixed:
            at = min(fixed)
            _close(spans, before, at)
        elif cursor is not None:
            at = cursor
        else:
            # The earliest day on which it may begin: after what is known of the step before.
            known = [span.last for span in (spans[i] for i in before) if span.last is not None]
            at = max([min(spans[i].first for i in before), *known]) + 1
            unknown_from = number - 1 if unknown_from is None else unknown_from
        for i in group:
            spans[i] = _span(lines[i], at, zero)
        if fixed and before:
            note = _overlap(spans, before, group, lines[group[0]].pointer)
            notes.extend(note)
        lasts = [spans[i].last for i in group]
        cursor = None if None in lasts else max(last for last in lasts if last is not None) + 1
        before = group
    if unknown_from is None:
        spans.update((i, _span(lines[i], 0, zero)) for i in always)
        pieces = _pieces(spans)
        return Layout(pieces, zero, _end(spans, lines), True, _gaps(pieces), tuple(notes))
    # Steps whose days can't be known are alternatives on any one day: they must not add up.
    pieces = ()
    for group in members:
        alone = {i: spans[i] for i in group}
        first = min(span.first for span in alone.values())
        alone.update((i, _Span(first, None)) for i in always)
        pieces += _pieces(alone)
    return Layout(pieces, zero, "unknown", True, (), tuple(notes))


def _close(spans: dict[int, _Span], before: list[int], at: int) -> None:
    """A dated step ends those before it that have no end; and takes over a last day they share."""
    for i in before:
        first, last = spans[i]
        if (last is None or last == at) and first < at:
            spans[i] = _Span(first, at - 1)


def _overlap(
    spans: dict[int, _Span], before: list[int], group: list[int], pointer: str
) -> list[Contradiction]:
    """What to say where two steps share days; the single day on which one takes over is gone by now."""
    first = max(min(spans[i].first for i in before), min(spans[i].first for i in group))
    lasts = [[spans[i].last for i in side] for side in (before, group)]
    ends = [max(last for last in side if last is not None) for side in lasts if None not in side]
    if ends and min(ends) < first:
        return []
    days = min(ends) - first + 1 if ends else None
    shared = "days without end" if days is None else f"{days} day{'s' if days > 1 else ''}"
    return [Contradiction(f"two of its steps share {shared}, and add up there", pointer)]


def _pieces(spans: dict[int, _Span]) -> tuple[Piece, ...]:
    """Stretches with the same lines, from where each line begins and ends."""
    if len(spans) == 1:
        ((i, span),) = spans.items()
        return (Piece(span.first, span.last, (i,)),)
    turns = {span.first for span in spans.values()}
    turns |= {span.last + 1 for span in spans.values() if span.last is not None}
    days = sorted(turns)
    pieces: list[Piece] = []
    for place, day in enumerate(days):
        running = tuple(i for i, s in spans.items() if s.first <= day and (s.last is None or s.last >= day))
        if running:
            pieces.append(Piece(day, days[place + 1] - 1 if place + 1 < len(days) else None, running))
    return tuple(pieces)


def _gaps(pieces: tuple[Piece, ...]) -> tuple[Gap, ...]:
    found: list[Gap] = []
    for place, (one, other) in enumerate(pairwise(pieces)):
        if one.last is not None and other.first > one.last + 1:
            found.append(Gap(one.last + 1, other.first - one.last - 1, place))
    return tuple(found)


def _end(spans: dict[int, _Span], lines: list[Line]) -> str:
    ends = [i for i, span in spans.items() if span.last is None]
    if not ends:
        return "known"
    # A count without a rhythm, or a bound that could not be read: it ends, nobody says on which day.
    return "unknown" if all(lines[i].when.ends for i in ends) else "open"
