"""Orders as short as one can write them: makers of the dose engine's input for tests."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from orderlint.dosing.course import plan
from orderlint.dosing.model import (
    Amount,
    Body,
    Course,
    DateSpan,
    DoseAndRate,
    Instruction,
    Plan,
    Product,
    Rate,
    Repeat,
    Strength,
    Timing,
)
from orderlint.dosing.number import spell

NAMELESS = Product(None)


def number(value: int | str | Fraction | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def amount(
    value: int | str | Fraction | None, unit: str | None = "mg", low: int | str | None = None
) -> Amount:
    high = number(value)
    return Amount(high if low is None else number(low), high, unit, "/dose")


def per(value: int | str, unit: str | None, of: int | str, time: str) -> Rate:
    return Rate(amount(value, unit), amount(of, time), "/rate")


def day(text: str) -> DateSpan:
    return DateSpan(date.fromisoformat(text), date.fromisoformat(text))


_NUMBERS = ("frequency", "frequency_max", "period", "period_max", "duration", "duration_max")


def repeat(**fields: Any) -> Repeat:
    """A Repeat: numbers as ints, ``days`` for a boundsDuration, ``start`` and ``end`` as ISO dates."""
    for name in _NUMBERS:
        if name in fields:
            fields[name] = number(fields[name])
    if "days" in fields:
        most = number(fields.pop("days"))
        fields["bounds_days"] = (most, most)
    for side in ("start", "end"):
        if side in fields:
            fields["bounds_" + side] = day(fields.pop(side))
    return Repeat(pointer="/timing/repeat", **fields)


def daily(times: int | str = 1, **more: Any) -> Timing:
    return Timing(repeat=repeat(frequency=times, period=1, period_unit="d", **more), pointer="/timing")


def timing(**fields: Any) -> Timing:
    return Timing(repeat=repeat(**fields), pointer="/timing")


def line(
    dose: Amount | int | str | None = None,
    when: Timing | None = None,
    rate: Amount | Rate | None = None,
    **more: Any,
) -> Instruction:
    """One instruction: ``line(10, daily(3))`` is 10 mg three times a day."""
    said = dose if isinstance(dose, Amount) or dose is None else amount(dose)
    doses = () if said is None and rate is None else (DoseAndRate(None, said, rate, "/doseAndRate/0"),)
    return Instruction("/dosageInstruction/0", timing=when, doses=more.pop("doses", doses), **more)


def strength(
    value: int | str, unit: str = "mg", of: int | str = 1, form: str = "{tablet}", ingredient: str = "drug"
) -> Strength:
    return Strength(ingredient, amount(value, unit), amount(of, form), "Medication.ingredient")


def tablets(value: int | str, *others: Strength) -> Product:
    return Product("drug", (strength(value), *others))


def planned(*lines: Instruction, product: Product = NAMELESS, start: str | None = None, **more: Any) -> Plan:
    return plan(lines, product, start=day(start) if start else None, **more)


def only(*lines: Instruction, **more: Any) -> Course:
    found = planned(*lines, **more).courses
    assert len(found) == 1
    return found[0]


def peak(*lines: Instruction, **more: Any) -> str | None:
    """ "30 mg/d", or None where there is no number."""
    best = only(*lines, **more).peak
    return f"{spell(best.value)} {best.unit}" if best is not None else None


def steps(course: Course) -> list[tuple[int, int | None, str]]:
    return [(s.first_day, s.last_day, spell(s.daily.value) if s.daily else "?") for s in course.steps]


def said(found: Plan) -> str:
    return "; ".join(note.text for note in found.contradictions)


BODY = Body(Fraction(70), "Observation/w", Fraction(170), "Observation/h")
