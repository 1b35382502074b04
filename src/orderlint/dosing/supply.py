"""What is dispensed against what is taken: 30 tablets for 30 days are not two a day.

Quantity is written per fill; days are in practice per fill or for all fills, so either reading that
fits is accepted. Without days of supply, the whole course is what it has to last for. Only a plain
difference is said: packs are rounded up, and of what is taken as needed, or of a range, less may do.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderlint.dosing import units
from orderlint.dosing.model import Contradiction, Course, Instruction, Supply
from orderlint.dosing.number import spell
from orderlint.dosing.product import Measure, Target, measure
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

_SHORT = Fraction(6, 5)  # needed against supplied, from which it is said
_LONG = Fraction(3, 2)  # supplied against needed, for what is counted out; bottles come in sizes
_COUNTED = frozenset(("solid", "piece"))
_BARE = (None, "1", "{each}")
_UNITS = frozenset(("U", "[iU]", "[USP'U]"))  # orders and labels of insulin write one for the other


class _Kind(NamedTuple):
    """``counted``: the pharmacy can dispense any number of it. ``exact``: no less of it may be taken."""

    counted: bool
    exact: bool


def disagreement(
    supply: Supply, course: Course, target: Target, lines: Sequence[Instruction] = ()
) -> Contradiction | None:
    """Why quantity and days don't fit the mean daily dose of ``course``; None where they may.

    ``lines`` are the instructions of the course: a range in one of them leaves open how little is taken.
    """
    days = supply.days
    if any(step.as_needed or step.mean is None for step in course.steps):
        return None
    if course.end == "unknown" or not course.steps or (days is not None and days <= 0):
        return None
    length = _length(course)
    for_days = Fraction(length) if days is None and length is not None else days
    if for_days is None:
        return None
    exact = not any(_ranges(line) for line in lines)
    return _quantity(supply, course, target, for_days, exact)


def _quantity(
    supply: Supply, course: Course, target: Target, days: Fraction, exact: bool
) -> Contradiction | None:
    quantity = supply.quantity
    value = quantity.high if quantity is not None and not quantity.problem else None
    if quantity is None or value is None or value <= 0:
        return None
    if supply.days is None and quantity.unit in _BARE:
        return None  # "1" may well be one pack
    result = _filled(target) if quantity.unit == "{syringe}" else None
    result = result or measure(quantity.unit, target)
    if isinstance(result, str) or result.rate:
        return None
    supplied = value * result.factor
    needed = _needed(course, days, result.unit)
    if needed is None:
        return None
    counted = units.family(quantity.unit or "1") in _COUNTED or quantity.unit in _BARE
    # A course without days of supply may get more than it takes: a pack is a pack.
    kind = _Kind(counted and supply.days is not None, exact)
    fills = 1 + max(0, supply.repeats or 0)
    if not _off(supplied, needed, kind):
        return None
    total = supplied * fills
    one_too_many = fills > 1 and total - supplied >= needed  # then the days are not those of all fills
    if not _off(total, needed, kind) and not one_too_many:
        return None
    if supply.days is None:
        text = f"{spell(value)} {_word(quantity.unit)} are {spell(supplied)} {result.unit}, "
        text += f"its course of {spell(days)} days takes {spell(needed)} {result.unit}"
        return Contradiction(text, supply.pointer)
    text = (
        f"{spell(value)} {_word(quantity.unit)} for {spell(days)} days are "
        f"{spell(supplied / days)} {result.unit} a day, its dose is "
        f"{spell(needed / days)} {result.unit} a day"
    )
    return Contradiction(text, supply.pointer)


def _filled(target: Target) -> Measure | str | None:
    """What a filled syringe holds: "10 mg/0.2 mL" is one of 0.2 mL, while "10 mg/mL" says no size."""
    volumes = {s.per.high for s in target.product.strengths if s.per.unit == "mL" and not s.per.problem}
    volume = volumes.pop() if len(volumes) == 1 else None
    if not volume or volume == 1:
        return None
    held = measure("mL", target)
    return held if isinstance(held, str) else held._replace(factor=held.factor * volume)


def _length(course: Course) -> int | None:
    """The days of a course whose end is known."""
    lasts = [step.last_day for step in course.steps]
    if course.end != "known" or None in lasts:
        return None
    return max(last for last in lasts if last is not None) - min(s.first_day for s in course.steps) + 1


def _ranges(line: Instruction) -> bool:
    """Whether an instruction leaves open how much, or how often, at least."""
    if any(each.dose is not None and each.dose.low != each.dose.high for each in line.doses):
        return True
    if line.max_per_period or line.timing is None:
        return bool(line.max_per_period)
    repeat = line.timing.repeat
    return repeat is not None and not (
        repeat.frequency_max is None and repeat.period_max is None and repeat.count_max is None
    )


def _off(total: Fraction, needed: Fraction, kind: _Kind) -> bool:
    return (kind.exact and needed >= total * _SHORT) or (kind.counted and total >= needed * _LONG)


def _needed(course: Course, days: Fraction, unit: str) -> Fraction | None:
    """What the course takes in its first ``days``, in ``unit``; None if it is over before, or in another."""
    total, end = Fraction(0), Fraction(0)
    for step in course.steps:
        if step.mean is None or not _same_unit(step.mean.unit.removesuffix("/d"), unit):
            return None
        last = days if step.last_day is None else min(days, Fraction(step.last_day + 1))
        if last > step.first_day:
            total += step.mean.value * (last - step.first_day)
            end = max(end, last)
    return total if end >= days and total > 0 else None


def _same_unit(one: str, other: str) -> bool:
    return one == other or {one, other} <= _UNITS


def _word(unit: str | None) -> str:
    return "units" if unit in _BARE else f"{unit}".strip("{}")
