"""``patch-wear``: how many patches, how often, and for how long."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from orderlint.checks.amounts import in_words, steps_of
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.model import Dose, Step
from orderlint.dosing.number import spell
from orderlint.findings import Measure
from orderlint.record import Order
from orderlint.timeline import Stretch, taken_once
from orderlint.tri import DOSE, Need

PATCH = "{patch}"
HOURS = 24


def patch_wear(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where more patches are worn at once, for longer, or more often than allowed.

    Params, at least one of: ``max_at_once`` (patches; orders of the drug that run on the same day add up),
    ``max_per_day`` (times a day) and ``max_hours`` of ``within_hours`` (how long one is worn, times how
    often). Undecided where the number, how often, or when it comes off is not said and nothing else
    fires. Clear where the order says that it is no patch. Alike for patients and templates.
    """
    steps, missing = steps_of(view)
    patch = _is_patch(view.order, steps)
    if patch is False:
        return CLEAR
    if missing is not None or patch is None:
        return undecided(Need(DOSE, missing or "whether it is a patch is not known"))
    outcomes = []
    for step in steps:
        if "max_at_once" in params:
            outcomes.append(_at_once(view, step, Fraction(str(params["max_at_once"])), params))
        if "max_per_day" in params:
            outcomes.append(_per_day(view, step, Fraction(str(params["max_per_day"])), params))
        if "max_hours" in params:
            outcomes.append(_hours(view, step, Fraction(str(params["max_hours"])), params))
    fired = [o for o in outcomes if o.state == "fires"]
    if fired:
        return fired[0]
    needs = tuple(n for o in outcomes for n in o.needs)
    return undecided(*needs) if needs else CLEAR


def _is_patch(order: Order, steps: Sequence[Step]) -> bool | None:
    """Whether the product is a patch, by its form, else by the unit of the dose; None: nothing says."""
    if order.dose_form is not None:
        return order.dose_form == PATCH
    dosed = {s.per_dose.unit for s in steps if s.per_dose is not None}
    if PATCH in dosed or any(s.per.unit == PATCH for s in order.strengths):
        return True
    return False if dosed or order.strengths else None


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
    total, others = patches(step.per_dose, view.order, view.drug.ingredient), ""
    if total is None:
        return undecided(Need(DOSE, step.problem or "the number of patches is not known"))
    mine = view.placed_here(params["routes"])
    day = next((s.first for s in mine.stretches if s.step is step), None) if mine is not None else None
    if day is not None:
        beside = _beside(view, day, params)
        more = [patches(s.step.per_dose, s.order, view.drug.ingredient) for s in beside]
        total += sum((m for m in more if m is not None), Fraction(0))
        if beside:
            others = f" together with {', '.join(sorted({s.order.resource for s in beside}))}"
    if total > limit:
        said = f"{spell(total)} patches at once{others}; at most {spell(limit)} are"
        return _fires(view, step, said, total, limit, PATCH, params)
    return CLEAR


def _beside(view: View, day: int, params: Mapping[str, Any]) -> list[Stretch]:
    """What else of the drug runs on a day with this order."""
    running = [
        s
        for p in view.placed(params["routes"])
        for s in p.stretches
        if s.first <= day and (s.last is None or s.last >= day)
    ]
    mine = [s for s in running if s.order.key == view.order.key]
    kept = taken_once([*running])
    if not any(s.order.key == view.order.key for s in kept):
        return []
    return [s for s in kept if s not in mine]


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
