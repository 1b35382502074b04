"""``weekly-amount``: what a week adds up to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import ceil
from typing import Any

from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.view import View
from orderlint.dosing import units
from orderlint.dosing.number import spell
from orderlint.exact import Fraction
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
    """Fires where a week of the order, with the drug beside it, is outside ``from`` to ``to``.

    Params: ``from`` and ``to``, Measures in mass per week (``20 g/wk``), at least one; the figures
    themselves are allowed. ``to`` is held against the most that any week sees, so that 60 g every two weeks
    are 60; ``from`` against the mean of the fullest week. A course shorter than a week counts as it is.
    Undecided where an amount can't be computed as a mass, unless what is known is too much already. Alike
    for patients and definitions.
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
    scale = units.factor("mg", shown.removesuffix("/wk"))
    if scale is None:
        return undecided(Need(DOSE, f"the limit's unit {shown} is no mass per week"))
    most, parts, unknown = _fullest(mine, stretches, _given)
    if high is not None and most * scale > high.value:
        return _fires(view, most * scale, high, low, high, params, parts)
    total, parts, _ = _fullest(mine, stretches, _on_average)
    amount = total * scale
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


def _fullest(
    mine: Placed, stretches: Sequence[Stretch], amount_of: Callable[[Stretch, int, int], Fraction]
) -> tuple[Fraction, tuple[Stretch, ...], str | None]:
    """The most in milligrams of seven days that begin or end with a step, what adds up to it, and why a part
    of it is unknown. ``amount_of`` a stretch: from one day to another, both included."""
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
        in_week = partial(_in_week, start=start, amount_of=amount_of)
        kept = taken_once(week, in_week, one_day=False)
        amount = sum((in_week(s) for s in kept), Fraction(0))
        if amount > best:
            best, parts = amount, tuple(kept)
    return best, parts, unknown


def _mass(stretch: Stretch) -> Fraction | None:
    mean = stretch.step.mean or stretch.step.daily
    return mean.value if mean is not None and mean.unit == "mg/d" else None


def _in_week(stretch: Stretch, start: int, amount_of: Callable[[Stretch, int, int], Fraction]) -> Fraction:
    end = start + WEEK - 1
    last = end if stretch.last is None else min(end, stretch.last)
    return amount_of(stretch, max(start, stretch.first), last) * times_taken(stretch.order)


def _on_average(stretch: Stretch, first: int, last: int) -> Fraction:
    return (_mass(stretch) or Fraction(0)) * (last - first + 1)


def _given(stretch: Stretch, first: int, last: int) -> Fraction:
    """The amounts of the days on which it is given, beginning with the first day of the stretch."""
    step, mean = stretch.step, _mass(stretch)
    if step.daily is None or step.daily.unit != "mg/d" or not mean or mean >= step.daily.value:
        return _on_average(stretch, first, last)
    apart = step.daily.value / mean
    if step.every is not None:
        if step.every < 1:
            return _on_average(stretch, first, last)  # several times a day, not every day alike
        if apart > step.every:  # a cap thins it out
            return max(step.daily.value, _on_average(stretch, first, last))
        apart = step.every  # the mean of a course of some doses counts no days after the last
    before, until = first - stretch.first, last - stretch.first + 1
    return step.daily.value * (ceil(until / apart) - ceil(before / apart))


def _fires(
    view: View,
    amount: Fraction,
    limit: Measure,
    low: Measure | None,
    high: Measure | None,
    params: Mapping[str, Any],
    parts: Sequence[Stretch],
) -> Outcome:
    """The lower ``high``, or the higher ``low``, is the stricter one."""
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
        rank=float(limit.value) if limit is low else -float(limit.value),
        beside=others_of(view, parts),
    )
