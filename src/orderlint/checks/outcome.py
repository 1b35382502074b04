"""What a check says of one order: fires, clear, or undecided and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from orderlint.findings import Measure
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order
from orderlint.tri import Need


class Outcome(NamedTuple):
    """``rank`` says how strict what fired is, higher is stricter; it chooses among clauses of one rule."""

    state: str  # "fires", "clear", "undecided"
    message: str = ""
    severity: str | None = None  # other than the clause's own
    measured: Measure | None = None
    limit: Measure | None = None
    pointer: str = ""  # relative to the order
    needs: tuple[Need, ...] = ()
    facts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()  # ids of the clauses that gave the figure
    rank: float = 0.0
    beside: tuple[Order, ...] = ()  # the other orders that it rests on


CLEAR = Outcome("clear")


def above(
    value: Fraction,
    limit: Measure,
    message: str,
    pointer: str,
    params: Mapping[str, Any],
    *,
    facts: tuple[str, ...] = (),
    beside: tuple[Order, ...] = (),
) -> Outcome:
    """Fires: ``value``, in the unit of ``limit``, exceeds it. The lower limit is the stricter one."""
    return Outcome(
        "fires",
        message=message,
        measured=Measure(value, limit.unit),
        limit=limit,
        pointer=pointer,
        facts=facts,
        figures=tuple(params.get("figures", ())),
        rank=-float(limit.value),
        beside=beside,
    )


def undecided(*needs: Need, facts: tuple[str, ...] = ()) -> Outcome:
    """Nobody can say, for want of ``needs``."""
    return Outcome("undecided", needs=tuple(dict.fromkeys(needs)), facts=facts)


def combine(parts: Sequence[tuple[str, Outcome]], template: bool) -> Outcome:
    """Decide over cases of which one holds: pairs of ("yes" | "maybe", outcome).

    For a patient the rule fires only if it fires in every case that may hold. Of a definition anyone may
    get the order: it fires if it fires in any.
    """
    outcomes = [outcome for _, outcome in parts]
    fired = [o for o in outcomes if o.state == "fires"]
    if template and fired:
        return max(fired, key=strictness)
    certain = [o for state, o in parts if state == "yes" and o.state == "fires"]
    if certain:
        return max(certain, key=strictness)
    if fired and len(fired) == len(outcomes):
        return min(fired, key=strictness)  # certain only of the mildest
    open_needs = tuple(dict.fromkeys(n for o in outcomes for n in o.needs))
    facts = tuple(dict.fromkeys(f for o in outcomes for f in o.facts))
    notes = tuple(dict.fromkeys(n for o in outcomes for n in o.notes))
    if fired or any(o.state == "undecided" for o in outcomes):
        return Outcome("undecided", needs=open_needs, facts=facts, notes=notes)
    return Outcome("clear", facts=facts, notes=notes)


def strictness(outcome: Outcome) -> tuple[int, float]:
    """Sort key: errors above warnings above infos, then by rank."""
    order = {"error": 2, "warning": 1, "info": 0, None: 2}
    return order[outcome.severity], outcome.rank
