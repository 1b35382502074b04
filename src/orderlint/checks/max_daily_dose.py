"""``max-daily-dose``: the most on any one day, with everything that runs beside it, against a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.exposure import exposure_of
from orderlint.checks.from_text import too_near
from orderlint.checks.outcome import CLEAR, Outcome, above, undecided
from orderlint.checks.pointers import own_instruction
from orderlint.checks.view import View
from orderlint.dosing.number import spell
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def max_daily_dose(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires above ``limit`` (a Measure in mass per day) by the clause's routes.

    Undecided where the dose, or that of an order beside it, can't be computed and what can be computed
    does not exceed the limit already, and where it would with an order that no date places. ``after_days``:
    only days later than that count, since the drug began without a break. ``product_strength`` (Measure):
    only for products of that strength; undecided above the limit where the strength is not known and the
    doses may be whole or half ones.
    """
    limit: Measure = params["limit"]
    first = None
    if "after_days" in params:
        loose = view.adrift(params["routes"])
        if loose is not None:
            every = {k: v for k, v in params.items() if k != "after_days"}
            return undecided(loose) if max_daily_dose(view, every).state == "fires" else CLEAR
        first = _day_after(view, params)
        if first is None:
            return CLEAR
    if "product_strength" in params:
        of_strength = _is_strength(view, params["product_strength"])
        if of_strength is not True:
            plain = {k: v for k, v in params.items() if k != "product_strength"}
            if of_strength is None and max_daily_dose(view, plain).state == "fires":
                why = f"whether the product is one of {_words(params['product_strength'])} is not known"
                return undecided(Need(DOSE, why))
            return CLEAR
    day = view.busiest_day(params["routes"], first)
    mass = day.total if day.total is not None and day.total.unit == limit.unit else None
    if mass is None:
        why = day.unknown or _other_unit(day.total.unit if day.total else "", limit.unit)
        return undecided(Need(DOSE, why))
    beside = added_up(view, day.parts)
    from_text = any(s.step.from_text for s in day.parts)
    read = " (read from the text of the instruction)" if from_text else ""
    facts = (f"{spell(mass.value)} {mass.unit} on the busiest day{beside}{read}",)
    if mass.value > limit.value:
        return above(
            mass.value,
            limit,
            (
                f"{view.drug.ingredient} can reach {spell(mass.value)} {mass.unit}{beside}{read}; "
                f"the limit is {spell(limit.value)} {limit.unit}"
            ),
            own_instruction(view, day.parts) or view.order.pointer("dosage"),
            params,
            facts=facts,
            beside=others_of(view, day.parts),
        )
    if day.unknown is not None:
        return undecided(Need(DOSE, day.unknown), facts=facts)
    if not all(p.dated for p in view.placed(params["routes"])):
        from orderlint.checks.undated import with_undated  # noqa: PLC0415 -- most orders have a date

        undated = with_undated(view, limit, params["routes"], first)
        if undated is not None:
            return undecided(undated, facts=facts)
    near = too_near(view, (s.step for s in day.parts), mass.value, limit) if from_text else None
    if near is not None:
        return undecided(near, facts=facts)
    return Outcome("clear", measured=Measure(mass.value, mass.unit), limit=limit, facts=facts)


def _day_after(view: View, params: Mapping[str, Any]) -> int | None:
    """The day that begins ``after_days`` after the drug did; None: the order ends before."""
    mine = view.placed_here(params["routes"])
    if mine is None or not mine.stretches:
        return 0  # no days to choose from: the dose is unknown anyhow
    exposure = exposure_of(view.order, view.exposures(params["routes"], 0))
    began = exposure.first if exposure is not None else mine.first
    day = began + int(params["after_days"])
    return day if any(s.last is None or s.last >= day for s in mine.stretches) else None


def _is_strength(view: View, wanted: Measure) -> bool | None:
    """Whether one unit of the product holds ``wanted`` of the drug; None where that can't be known."""
    held = [s.amount for s in view.order.strengths if s.ingredient == view.drug.ingredient]
    if held:
        return any(a.unit == wanted.unit and wanted.value in (a.low, a.high) for a in held)
    course = view.course
    doses = [s.per_dose for s in course.steps if s.per_dose is not None] if course is not None else []
    fits = [d.unit != wanted.unit or (d.value / wanted.value * 2).denominator == 1 for d in doses]
    return None if all(fits) else False


def _words(quantity: Measure) -> str:
    return f"{spell(quantity.value)} {quantity.unit}"


def _other_unit(unit: str, wanted: str) -> str:
    if unit:
        return f"the dose is known only in {unit}, not in {wanted}: the product's strength is missing"
    return "the dose can't be computed"
