"""Caps: ``maxDosePerPeriod``, ``maxDosePerAdministration``, ``maxDosePerLifetime``.

A cap lowers a dose or leaves it; it never raises it. One that can't be read leaves the uncapped dose,
which is an upper bound still, and says so.
"""

from __future__ import annotations

from math import ceil

from orderlint.dosing import units
from orderlint.dosing.model import Amount, Contradiction, Instruction, Rate
from orderlint.dosing.product import Target, measure
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

ONE = Fraction(1)


class Caps(NamedTuple):
    """The lowest caps of one instruction for one ingredient, in the unit of its dose.

    ``daily`` and ``mean`` bound the busiest and the average day, ``single`` one administration, all as
    amounts; ``times`` and ``mean_times`` bound the number of administrations ("6 doses a day").
    """

    daily: Fraction | None = None
    mean: Fraction | None = None
    single: Fraction | None = None
    times: Fraction | None = None
    mean_times: Fraction | None = None
    contradictions: tuple[Contradiction, ...] = ()


NO_CAPS = Caps()


def caps(instruction: Instruction, unit: str | None, target: Target) -> Caps:
    """The caps on a dose whose result is in ``unit``; with ``unit`` None, in the first cap's own."""
    if not (instruction.max_per_period or instruction.max_per_administration or instruction.max_per_lifetime):
        return NO_CAPS
    found = NO_CAPS
    notes: list[Contradiction] = []
    for rate in instruction.max_per_period:
        days, fault = _days(rate)
        if days is None:
            notes.append(_unread("maxDosePerPeriod", fault, rate.pointer))
            continue
        windows = Fraction(ceil(ONE / days))  # how often it may be used up on one day
        if rate.numerator.unit == "{dose}":
            number = _most(rate.numerator)
            if number is None:
                notes.append(_unread("maxDosePerPeriod", "it has no value", rate.pointer))
                continue
            found = found._replace(
                times=_least(found.times, number * windows),
                mean_times=_least(found.mean_times, number / days),
            )
            continue
        amount, fault = _amount(rate.numerator, unit, target)
        if amount is None:
            notes.append(_unread("maxDosePerPeriod", fault, rate.pointer))
            continue
        found = found._replace(
            daily=_least(found.daily, amount * windows), mean=_least(found.mean, amount / days)
        )
    for name, limit in (
        ("maxDosePerAdministration", instruction.max_per_administration),
        ("maxDosePerLifetime", instruction.max_per_lifetime),
    ):
        if limit is None:
            continue
        amount, fault = _amount(limit, unit, target)
        if amount is None:
            notes.append(_unread(name, fault, limit.pointer))
        elif name == "maxDosePerAdministration":
            found = found._replace(single=amount)
        else:
            found = found._replace(daily=_least(found.daily, amount))
    return found._replace(contradictions=tuple(notes))


def lowest(instruction: Instruction, target: Target) -> tuple[Fraction, Fraction, str] | None:
    """A cap as the only thing known of a dose: most on a day, mean, and their unit; None without one."""
    for rate in instruction.max_per_period:
        result = measure(rate.numerator.unit, target) if rate.numerator.unit != "{dose}" else "no amount"
        if isinstance(result, str) or result.rate:
            continue
        found = caps(instruction, result.unit, target)
        if found.daily is not None and found.mean is not None:
            return found.daily, min(found.mean, found.daily), result.unit
    return None


def _amount(amount: Amount, unit: str | None, target: Target) -> tuple[Fraction | None, str]:
    value = _most(amount)
    if value is None:
        return None, amount.problem or "it has no value"
    result = measure(amount.unit, target)
    if isinstance(result, str):
        return None, result
    if result.rate or result.unit != unit:
        return None, f"a cap in {amount.unit or 'no unit'} can't be compared with a dose in {unit}"
    return value * result.factor, ""


def _days(rate: Rate) -> tuple[Fraction | None, str]:
    value, unit = _most(rate.denominator), rate.denominator.unit
    if value is None or value <= 0 or unit is None:
        return None, rate.denominator.problem or "its period is not known"
    days = units.days(value, unit)
    return (days, "") if days else (None, "its period is not a time")


def _most(amount: Amount) -> Fraction | None:
    value = amount.high if amount.high is not None else amount.low
    return value if value is not None and value > 0 and not amount.problem else None


def _least(one: Fraction | None, other: Fraction) -> Fraction:
    return other if one is None or other < one else one


def _unread(name: str, fault: str, pointer: str) -> Contradiction:
    return Contradiction(f"{name} is left out: {fault}", pointer)
