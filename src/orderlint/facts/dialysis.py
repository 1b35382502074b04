"""Dialysis by the procedures on record, beside results of kidney function."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from orderlint.dosing.model import DateSpan
from orderlint.namedtuple import NamedTuple
from orderlint.record import Facts, ProcedureFact
from orderlint.terminology import conditions as terminology

_DONE = frozenset(("completed", "in-progress"))
_PLANNED = frozenset(("preparation", "on-hold", "suspended"))


class Dialysed(NamedTuple):
    """Dialysis that counts on a day. ``surely``: the patient is on it; else perhaps. ``said``: in words."""

    surely: bool
    said: str


def sessions(facts: Facts, day: DateSpan) -> tuple[ProcedureFact, ...]:
    """The dialysis procedures that had begun by ``day``, or have no date."""
    if not facts.procedures:
        return ()
    return tuple(
        p
        for p in facts.procedures
        if (p.on is None or p.on.first <= day.last) and any(map(terminology.is_dialysis, p.groups))
    )


def dialysed(procedures: Iterable[ProcedureFact], back: date, result: DateSpan) -> Dialysed | None:
    """What ``procedures`` say beside the newest ``result`` of kidney function; None: nothing.

    Dialysis that was done on or after the day of the result, or goes on, is the newer word. One before it,
    from ``back`` on, may have been the last or not; so may one without a date, or of which nobody knows
    whether it was done.
    """
    surely: list[ProcedureFact] = []
    perhaps: list[ProcedureFact] = []
    for one in procedures:
        if one.status in _PLANNED:
            continue
        if one.status in _DONE and _newer(one, result):
            surely.append(one)
        elif one.on is None or one.on.last >= back:
            perhaps.append(one)
    found = surely or perhaps
    if not found:
        return None
    last = max(found, key=lambda p: (p.on.last if p.on else date.min, p.source))
    return Dialysed(bool(surely), _words(last))


def _newer(procedure: ProcedureFact, result: DateSpan) -> bool:
    if procedure.goes_on or (procedure.on is None and procedure.status == "in-progress"):
        return True
    return procedure.on is not None and procedure.on.last >= result.last


def _words(procedure: ProcedureFact) -> str:
    on, source = procedure.on, procedure.source
    if on is None:
        return f"dialysis without a date ({source})"
    if procedure.goes_on:
        return f"dialysis since {on.first.isoformat()} ({source})"
    return f"dialysis on {on.last.isoformat()} ({source})"
