"""Times of the day and days of the week: "at bedtime", "8am and 2pm", "Mon/Wed/Fri", "1-0-1"."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_SAME = {
    "MORN": ("CM", "ACM", "PCM", "WAKE"),
    "NOON": ("CD", "ACD", "PCD"),
    "EVE": ("CV", "ACV", "PCV"),
    "NIGHT": ("HS",),
}
_LINKS = ("comma", "and", "slash")
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SLOTS = ("MORN", "NOON", "EVE", "NIGHT")
_SCHEDULE_MOST = 4  # units of dose form in one slot of "1-0-1"; above, it may be milligrams


class Moments(NamedTuple):
    """Codes of ``EventTiming`` for one time of day each, codes for every meal, and clock times."""

    particular: tuple[str, ...]
    general: tuple[str, ...]
    clocks: tuple[str, ...]


def refines(first: Moments, second: Moments) -> bool:
    """ "in the morning" and, with no "and", "before breakfast": one time of day said twice."""
    if first.general or first.clocks or second.general or second.clocks or len(second.particular) != 1:
        return False
    return len(first.particular) == 1 and second.particular[0] in _SAME.get(first.particular[0], ())


def moments(c: Cursor) -> Moments | None:
    """A list of times of the day, or None with nothing taken."""
    if not _moment_at(c, 0):
        return None
    particular: list[str] = []
    general: list[str] = []
    clocks: list[str] = []
    while True:
        at = c.accept("at") is not None
        lexeme = c.expect("when", "general", "clock")
        if lexeme.role == "clock":
            if lexeme.meaning.startswith("~") and not (at or clocks):
                raise Unread("'8 am' may be eight in the morning")
            clocks.append(lexeme.meaning.removeprefix("~"))
        else:
            (particular if lexeme.role == "when" else general).append(lexeme.meaning)
        skip = 0
        while skip < 2 and c.peek(skip).role in _LINKS:
            skip += 1
        if not skip or not _moment_at(c, skip):
            break
        c.at += skip
    for codes in (particular, general, clocks):
        if len(set(codes)) != len(codes):
            raise Unread("a time of day twice")
    if particular and clocks:
        raise Unread("times of day both by name and by clock")
    return Moments(tuple(particular), tuple(general), tuple(clocks))


def _moment_at(c: Cursor, ahead: int) -> bool:
    if c.peek(ahead).role == "at":
        ahead += 1
    return c.peek(ahead).role in ("when", "general", "clock")


def weekdays(c: Cursor) -> tuple[str, ...] | None:
    """Days of the week, Monday first, or None with nothing taken."""
    skip = 0
    while c.peek(skip).role in ("on", "every") and skip < 2:
        skip += 1
    if c.peek(skip).role != "day":
        return None
    c.at += skip
    days = c.expect("day").meaning.split()
    if len(days) == 1 and c.peek().role in ("dash", "to") and c.peek(1).role == "day":
        first, last = _WEEK.index(days[0]), -1
        c.at += 1
        until = c.expect("day").meaning
        last = _WEEK.index(until) if until in _WEEK else -1
        if last <= first:
            raise Unread("days of the week from and to what?")
        return _WEEK[first : last + 1]
    while True:
        skip = 0
        while skip < 2 and c.peek(skip).role in (*_LINKS, "dash", "on"):
            skip += 1
        if c.peek(skip).role != "day":
            break
        if any(c.peek(ahead).role == "dash" for ahead in range(skip)):
            raise Unread("a range inside a list of days")
        c.at += skip
        days += c.expect("day").meaning.split()
    if len(set(days)) != len(days):
        raise Unread("a day of the week twice")
    return tuple(sorted(days, key=_WEEK.index))


def schedule(c: Cursor) -> tuple[Fraction, ...] | None:
    """ "1-0-1-0": what is taken in the morning, at noon, in the evening and at night, without spaces."""
    counts: list[Fraction] = []
    ahead = 0
    while True:
        lexeme = c.peek(ahead)
        if lexeme.role != "number" or lexeme.value is None or (ahead and not lexeme.tight):
            break
        counts.append(lexeme.value)
        if c.peek(ahead + 1).role != "dash" or not c.peek(ahead + 1).tight or len(counts) > len(SLOTS):
            break
        ahead += 2
    if len(counts) < 3:
        return None
    if len(counts) > len(SLOTS) or not any(counts) or max(counts) > _SCHEDULE_MOST:
        raise Unread("numbers with dashes that are no schedule of a day")
    if all(counts) and len(set(counts)) > 1:
        raise Unread("a day's schedule, or steps of a taper?")
    c.at += 2 * len(counts) - 1
    return tuple(counts)
