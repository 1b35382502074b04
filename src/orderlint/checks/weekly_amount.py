"""``weekly-amount``: what a week adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.view import View
from orderlint.dosing import units
from orderlint.dosing.number import spell
from orderlint.findings import Measure
from orderlint.timeline import (
    Placed,
    Stretch,
    alternatives,
    same_order_again,
    same_use,
    taken_once,
    times_taken,
)
from orderlint.tri import DOSE, Need

WEEK = 7


def weekly_amount(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where the fullest week of the order, with the drug beside it, is outside ``from`` to ``to``.

    Params: ``from`` and ``to``, Measures in mass per week (``20 g/wk``), at least one; the figures
    themselves are allowed. A course shorter than a week counts as it is. Undecided where an amount can't be
    computed as a mass, unless what is known is too much already. Alike for patients and definitions.
    """
    low: Measure | None = params.get("from")
    high: Measure | None = params.get("to")
    shown = (high or low or Measure(Fraction(0), "g/wk")).unit
    mine = view.placed_here(params["routes"])
    if mine is None or not mine.stretches:
        course = view.course
        why = course.why_unknown if course is not None else "the order holds no dose of it"
        return undecided(Need(DOSE, why)) if why else CLEAR
    stretches = _all(view, mine, params["routes"])
    total, parts, unknown = _fullest(mine, stretches)
    scale = units.factor("mg", shown.removesuffix("/wk"))
    if scale is None:
        return undecided(Need(DOSE, f"the limit's unit {shown} is no mass per week"))
    amount = total * scale
    if high is not None and amount > high.value:
        return _fires(view, amount, high, low, high, params, parts)
    often = next((s.order.resource for s in stretches if s.order.repeated), None)
    if unknown is None and often is not None:
        unknown = f"{often} may be chosen any number of times"
    if unknown is not None:
        return undecided(Need(DOSE, unknown))
    if low is not None and amount < low.value:
        return _fires(view, amount, low, low, high, params, parts)
    return CLEAR


def _all(view: View, mine: Placed, routes: frozenset[str]) -> list[Stretch]:
    found = list(mine.stretches)
    for other in view.placed(routes):
        own = same_use(other.order, view.order)
        if (
            not own
            and not same_order_again(view.order, other.order)
            and not alternatives(view.order, other.order)
        ):
            found.extend(other.stretches)
    return found


def _fullest(mine: Placed, stretches: Sequence[Stretch]) -> tuple[Fraction, tuple[Stretch, ...], str | None]:
    """The most in milligrams of seven days that begin or end with a step, what adds up to it, and why a part
    of it is unknown."""
    starts = {s.first for s in stretches} | {s.last - WEEK + 1 for s in stretches if s.last is not None}
    best, unknown = Fraction(0), None
    parts: tuple[Stretch, ...] = ()
    for start in sorted(starts):
        week = [s for s in stretches if s.first < start + WEEK and (s.last is None or s.last >= start)]
        if not any(same_use(s.order, mine.order) for s in week):
            continue
        for stretch in week:
            if _mass(stretch) is None:
                unknown = unknown or stretch.step.problem or "the amount is not known as a mass"
        kept = taken_once(week, partial(_in_week, start=start))
        amount = sum((_in_week(s, start) for s in kept), Fraction(0))
        if amount > best:
            best, parts = amount, tuple(kept)
    return best, parts, unknown


def _mass(stretch: Stretch) -> Fraction | None:
    mean = stretch.step.mean or stretch.step.daily
    return mean.value if mean is not None and mean.unit == "mg/d" else None


def _in_week(stretch: Stretch, start: int) -> Fraction:
    end = start + WEEK - 1
    last = end if stretch.last is None else min(end, stretch.last)
    days = last - max(start, stretch.first) + 1
    return (_mass(stretch) or Fraction(0)) * days * times_taken(stretch.order)


def _fires(
    view: View,
    amount: Fraction,
    limit: Measure,
    low: Measure | None,
    high: Measure | None,
    params: Mapping[str, Any],
    parts: Sequence[Stretch],
) -> Outcome:
    span = " to ".join(spell(x.value) for x in (low, high) if x is not None)
    return Outcome(
        "fires",
        message=(
            f"{view.drug.ingredient} {spell(amount)} {limit.unit}{added_up(view, parts)}; "
            f"{span} {limit.unit} is described"
        ),
        measured=Measure(amount, limit.unit),
        limit=limit,
        pointer=view.order.pointer("dosage"),
        figures=tuple(params.get("figures", ())),
        beside=others_of(view, parts),
    )
