"""``patch-wear``: how many patches, how often, and for how long."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.amounts import in_words, steps_of
from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.outcome import CLEAR, Outcome, first_that_fires, undecided
from orderlint.checks.patch import PATCH, UNKNOWN, is_patch
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.model import Dose, Step
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.record import Order
from orderlint.timeline import Stretch, alternatives, relieved, same_order_again, taken_once, times_taken
from orderlint.tri import DOSE, Need

HOURS = 24


def patch_wear(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where more patches are worn at once, for longer, or more often than allowed.

    Params, at least one of: ``max_at_once`` (patches; orders of the drug that run on the same day add up),
    ``max_per_day`` (times a day) and ``max_hours`` of ``within_hours`` (how long one is worn, times how
    often). Undecided where the number, how often, or when it comes off is not said and nothing else
    fires. Clear where the order says that it is no patch. Alike for patients and templates.
    """
    steps, missing = steps_of(view)
    patch = is_patch(view)
    if patch is False:
        return CLEAR
    if missing is not None or patch is None:
        return undecided(Need(DOSE, missing or UNKNOWN))
    outcomes = []
    for step in steps:
        if "max_at_once" in params:
            outcomes.append(_at_once(view, step, figure(params["max_at_once"]), params))
        if "max_per_day" in params:
            outcomes.append(_per_day(view, step, figure(params["max_per_day"]), params))
        if "max_hours" in params:
            outcomes.append(_hours(view, step, figure(params["max_hours"]), params))
    return first_that_fires(outcomes)


def patches(dose: Dose | None, order: Order, ingredient: str) -> Fraction | None:
    """A dose as a number of patches: as written, or by how much one patch holds."""
    if dose is None:
        return None
    if dose.unit == PATCH:
        return dose.value
    for strength in order.strengths:
        amount, per = strength.amount.high, strength.per.high
        if strength.ingredient != ingredient or strength.per.unit != PATCH or not amount or not per:
            continue
        if strength.amount.unit == dose.unit:
            return dose.value * per / amount
    return None


def _at_once(view: View, step: Step, limit: Fraction, params: Mapping[str, Any]) -> Outcome:
    alone = patches(step.per_dose, view.order, view.drug.ingredient)
    if alone is None:
        return undecided(Need(DOSE, step.problem or "the number of patches is not known"))
    mine = view.placed_here(params["routes"])
    own = next((s for s in mine.stretches if s.step is step), None) if mine is not None else None
    worn = [own, *_beside(view, own, params)] if own is not None else []
    total = sum((_worn(view, s) for s in worn), Fraction(0)) if worn else alone
    if total > limit:
        said = f"{spell(total)} patches at once{added_up(view, worn)}; at most {spell(limit)} are"
        fires = _fires(view, step, said, total, limit, PATCH, params)
        return fires._replace(beside=others_of(view, worn))
    often = next((s.order.resource for s in worn if s.order.repeated), None)
    if often is not None:
        return undecided(Need(DOSE, f"{often} may be chosen any number of times"))
    return CLEAR


def _worn(view: View, stretch: Stretch) -> Fraction:
    number = patches(stretch.step.per_dose, stretch.order, view.drug.ingredient)
    return (number or Fraction(0)) * times_taken(stretch.order)


def _beside(view: View, own: Stretch, params: Mapping[str, Any]) -> list[Stretch]:
    """What else of the drug runs when a step of this order begins: the combination with the most patches."""
    day = own.first
    running = [
        s
        for p in view.placed(params["routes"])
        if not (same_order_again(view.order, p.order) or alternatives(view.order, p.order))
        for s in p.stretches
        if s.first <= day and (s.last is None or s.last >= day) and not relieved(s, own)
    ]
    return taken_once(running, lambda s: _worn(view, s))


def _per_day(view: View, step: Step, limit: Fraction, params: Mapping[str, Any]) -> Outcome:
    if step.times_per_day is None:
        return undecided(Need(DOSE, "how often a patch is put on is not known"))
    if step.times_per_day > limit:
        said = f"a patch {spell(step.times_per_day)} times a day; at most {spell(limit)} is"
        return _fires(view, step, said, step.times_per_day, limit, "/d", params)
    return CLEAR


def _hours(view: View, step: Step, limit: Fraction, params: Mapping[str, Any]) -> Outcome:
    if step.run is None:
        return undecided(Need(DOSE, "when the patch comes off is not said"))
    hours = step.run * HOURS * max(step.times_per_day or Fraction(1), Fraction(1))
    if hours > limit:
        within = params.get("within_hours", HOURS)
        said = f"a patch worn {spell(hours)} of {within} hours; at most {spell(limit)} are"
        return _fires(view, step, said, hours, limit, "h", params)
    return CLEAR


def _fires(
    view: View, step: Step, said: str, value: Fraction, limit: Fraction, unit: str, params: Mapping[str, Any]
) -> Outcome:
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient}: {said} allowed{in_words((step,))}",
        measured=Measure(value, unit),
        limit=Measure(limit, unit),
        pointer=instruction_of(step.pointers) or view.order.pointer("dosage"),
        figures=tuple(params.get("figures", ())),
    )
