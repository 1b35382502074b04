"""What a check says of one order: fires, clear, or undecided and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order
from orderlint.tri import Need, Tri

Said = TypeVar("Said")


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


def resting_on(applies: Tri, outcome: Outcome) -> Outcome:
    """The outcome with the facts and notes of the condition under which it holds, which come first."""
    state, message, severity, measured, limit, pointer, needs, facts, notes, figures, rank, beside = outcome
    facts, notes = each_once(applies.facts, facts), each_once(applies.notes, notes)
    return Outcome(
        state, message, severity, measured, limit, pointer, needs, facts, notes, figures, rank, beside
    )


def each_once(first: tuple[Said, ...], then: tuple[Said, ...]) -> tuple[Said, ...]:
    """Both, in this order, nothing twice."""
    if len(first) + len(then) < 2:
        return first or then
    return tuple(dict.fromkeys((*first, *then)))


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


def first_that_fires(outcomes: Sequence[Outcome]) -> Outcome:
    """Several limits of one clause: the first that is exceeded; else what is missing for any of them."""
    for outcome in outcomes:
        if outcome.state == "fires":
            return outcome
    needs = [n for o in outcomes for n in o.needs]
    return undecided(*needs) if needs else CLEAR


def combine(cases: Sequence[tuple[Tri, Outcome]], template: bool) -> Outcome:
    """Decide over cases of which one holds: whether each does (yes or maybe), and what it says.

    For a patient the rule fires only if it fires in every case that may hold. Of a definition anyone may
    get the order: it fires if it fires in any. What fires rests on the facts of its case.
    """
    if len(cases) == 1 and cases[0][0].state == "yes":
        return resting_on(*cases[0])
    fired = [case for case in cases if case[1].state == "fires"]
    if fired:
        certain = fired if template else [case for case in fired if case[0].state == "yes"]
        if certain:
            return resting_on(*max(certain, key=_strictness_of_case))
        if len(fired) == len(cases):
            return resting_on(*min(fired, key=_strictness_of_case))  # certain only of the mildest
    facts = dict.fromkeys([f for applies, o in cases for f in (*applies.facts, *o.facts)])
    notes = dict.fromkeys([n for applies, o in cases for n in (*applies.notes, *o.notes)])
    if not fired and not any(o.state == "undecided" for _, o in cases):
        return Outcome("clear", facts=tuple(facts), notes=tuple(notes))
    needs = dict.fromkeys([n for applies, o in cases for n in (*applies.needs, *o.needs)])
    return Outcome("undecided", needs=tuple(needs), facts=tuple(facts), notes=tuple(notes))


def _strictness_of_case(case: tuple[Tri, Outcome]) -> tuple[int, float]:
    return strictness(case[1])


def strictness(outcome: Outcome) -> tuple[int, float]:
    """Sort key: errors above warnings above infos, then by rank."""
    return strictness_at(outcome.severity, outcome)


def strictness_at(severity: str | None, outcome: Outcome) -> tuple[int, float]:
    """The same of an outcome that is of ``severity``."""
    return _SEVERITIES[severity], outcome.rank


_SEVERITIES = {"error": 2, "warning": 1, "info": 0, None: 2}
