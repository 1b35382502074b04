"""What is dispensed against what is taken: 30 tablets for 30 days are not two a day.

Quantity is written per fill; days are in practice per fill or for all fills, so either reading that
fits is accepted. Only a plain difference is said: packs are rounded up, and doses as needed need not
be taken.
"""

from __future__ import annotations

from fractions import Fraction

from orderlint.dosing import units
from orderlint.dosing.model import Contradiction, Course, Supply
from orderlint.dosing.number import spell
from orderlint.dosing.product import Target, measure

_SHORT = Fraction(3, 2)  # needed against supplied, from which it is said
_LONG = Fraction(2)  # supplied against needed, for what is counted out; bottles come in sizes
_COUNTED = frozenset(("solid", "piece"))


def disagreement(supply: Supply, course: Course, target: Target) -> Contradiction | None:
    """Why quantity and days don't fit the mean daily dose of ``course``; None where they may."""
    quantity, days = supply.quantity, supply.days
    if quantity is None or quantity.problem or days is None or days <= 0:
        return None
    value = quantity.high
    if value is None or value <= 0 or any(step.as_needed or step.mean is None for step in course.steps):
        return None
    result = measure(quantity.unit, target)
    if isinstance(result, str) or result.rate or course.end == "unknown" or not course.steps:
        return None
    fills = 1 + max(0, supply.repeats or 0)
    supplied = value * result.factor
    verdicts: list[tuple[Fraction, Fraction]] = []
    for total in {supplied, supplied * fills}:
        needed = _needed(course, days, result.unit)
        if needed is None:
            return None
        verdicts.append((total, needed))
    counted = units.family(quantity.unit or "1") in _COUNTED or quantity.unit in (None, "1", "{each}")
    if any(not _off(total, needed, counted) for total, needed in verdicts):
        return None
    text = (
        f"{spell(value)} {_word(quantity.unit)} for {spell(days)} days are "
        f"{spell(supplied / days)} {result.unit} a day, its dose is "
        f"{spell(verdicts[0][1] / days)} {result.unit} a day"
    )
    return Contradiction(text, supply.pointer)


def _off(total: Fraction, needed: Fraction, counted: bool) -> bool:
    return needed >= total * _SHORT or (counted and total >= needed * _LONG)


def _needed(course: Course, days: Fraction, unit: str) -> Fraction | None:
    """What the course takes in its first ``days``, in ``unit``; None if it is over before, or in another."""
    total, end = Fraction(0), Fraction(0)
    for step in course.steps:
        if step.mean is None or step.mean.unit != unit + "/d":
            return None
        last = days if step.last_day is None else min(days, Fraction(step.last_day + 1))
        if last > step.first_day:
            total += step.mean.value * (last - step.first_day)
            end = max(end, last)
    return total if end >= days and total > 0 else None


def _word(unit: str | None) -> str:
    return "units" if unit in (None, "1", "{each}") else f"{unit}".strip("{}")
