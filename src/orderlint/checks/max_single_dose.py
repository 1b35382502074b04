"""``max-single-dose``: the most of the drug at one time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from orderlint.checks.amounts import in_words, single, steps_of, why_not
from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.from_text import too_near
from orderlint.checks.outcome import CLEAR, Outcome, above, undecided
from orderlint.checks.pointers import instruction_of, own_instruction
from orderlint.checks.titration import handed_over
from orderlint.checks.view import View
from orderlint.dosing.number import spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.timeline import Stretch, alternatives, same_order_again, same_use, taken_once, times_taken
from orderlint.tri import DOSE, Need


def max_single_dose(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where a step of the order gives more than ``limit`` (a Measure, ``mg``) at one time.

    A day's amount given once a day is one dose. What other orders give at the same time of day counts with it
    where both name that time (``when``, ``timeOfDay``); where one doesn't, nobody knows. Undecided where a
    step's dose at one time is not known in the unit of the limit and no other step exceeds it. Alike for
    patients and templates.
    """
    limit: Measure = params["limit"]
    steps, missing = steps_of(view)
    if missing is not None:
        return undecided(Need(DOSE, missing))
    doses = [(single(step, limit.unit), step) for step in steps]
    known = [(value, step) for value, step in doses if value is not None]
    too_much = [(value, step) for value, step in known if value > limit.value]
    if too_much:
        value, step = max(too_much, key=lambda x: x[0])
        return above(
            value,
            limit,
            (
                f"{view.drug.ingredient} {spell(value)} {limit.unit} at a time{in_words((step,))}; "
                f"the limit is {spell(limit.value)} {limit.unit}"
            ),
            instruction_of(step.pointers) or view.order.pointer("dosage"),
            params,
        )
    together = _at_the_same_time(view, limit, params)
    if together is not None:
        return together
    unknown = [step for value, step in doses if value is None]
    if unknown:
        return undecided(Need(DOSE, why_not(unknown[0], limit.unit)))
    nears = [near for value, step in known if (near := too_near(view, (step,), value, limit)) is not None]
    return undecided(*nears) if nears else CLEAR


def _at_the_same_time(view: View, limit: Measure, params: Mapping[str, Any]) -> Outcome | None:
    """The largest sum of several orders at one time of day, where it is above the limit."""
    most: tuple[Fraction, str, list[Stretch]] | None = None
    for slot, running in _slots_of_days(view, limit.unit, params["routes"]):
        kept = taken_once(running, partial(_dose_at, slot=slot))
        total = sum((_dose_at(s, slot) for s in kept), Fraction(0))
        if total > limit.value and (most is None or total > most[0]):
            most = total, slot, kept
    if most is None:
        return None
    total, slot, kept = most
    return above(
        total,
        limit,
        (
            f"{view.drug.ingredient} {spell(total)} {limit.unit} at one time of day ({slot})"
            f"{added_up(view, kept)}{in_words(s.step for s in kept)}; the limit is {spell(limit.value)} "
            f"{limit.unit}"
        ),
        own_instruction(view, kept) or view.order.pointer("dosage"),
        params,
        beside=others_of(view, kept),
    )


def _slots_of_days(view: View, unit: str, routes: frozenset[str]) -> Iterator[tuple[str, list[Stretch]]]:
    """Each time of day that this order names, with all that is given then, day by day as that changes."""
    placed = [p for p in handed_over(list(view.placed(routes))) if p.stretches]
    mine = [s for p in placed if same_use(p.order, view.order) for s in p.stretches if s.step.slots]
    if not mine:
        return
    theirs = [
        s
        for p in placed
        if not same_use(p.order, view.order)
        and not same_order_again(p.order, view.order)
        and not alternatives(p.order, view.order)
        for s in p.stretches
        if s.step.slots
    ]
    stretches = [s for s in (*mine, *theirs) if s.step.per_dose is not None and s.step.per_dose.unit == unit]
    for day in sorted({s.first for s in stretches}):
        running = [s for s in stretches if s.first <= day and (s.last is None or s.last >= day)]
        for slot in {name for s in running if same_use(s.order, view.order) for name, _ in s.step.slots}:
            yield slot, [s for s in running if _dose_at(s, slot)]


def _dose_at(stretch: Stretch, slot: str) -> Fraction:
    return dict(stretch.step.slots).get(slot, Fraction(0)) * times_taken(stretch.order)
