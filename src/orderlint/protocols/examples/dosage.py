"""The dosage instructions of an example's order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.dosing import units
from orderlint.dosing.model import Amount, DoseAndRate, Instruction, Rate, Repeat, Timing
from orderlint.exact import Fraction

_KEYS = ("dose", "times", "days", "steps", "text", "wear", "prn", "cap")


def instructions(said: Mapping[str, Any]) -> tuple[Instruction, ...]:
    """One, or one a step, in sequence; none where the sketch says nothing of a dosage."""
    if not any(key in said for key in _KEYS):
        return ()
    steps = said.get("steps")
    if steps is None:
        return (_instruction(said, said, 0, None),)
    return tuple(_instruction(step, said, n, n + 1) for n, step in enumerate(steps))


def _instruction(
    step: Mapping[str, Any], order: Mapping[str, Any], nth: int, sequence: int | None
) -> Instruction:
    pointer = f"/dosageInstruction/{nth}"
    doses: tuple[DoseAndRate, ...] = ()
    if "dose" in step:
        amount = _amount(step["dose"], f"{pointer}/doseAndRate/0/doseQuantity")
        doses = (DoseAndRate(None, amount, None, f"{pointer}/doseAndRate/0"),)
    return Instruction(
        pointer,
        sequence,
        text=order.get("text") if nth == 0 else None,
        timing=_timing(step, order, pointer),
        as_needed=bool(order.get("prn", False)),
        doses=doses,
        max_per_period=(_cap(order["cap"], pointer),) if "cap" in order else (),
    )


def _amount(text: str, pointer: str) -> Amount:
    """ "20 mg", "1-2 {patch}", "2 tablets"; a bare number has no unit."""
    number, _, written = text.partition(" ")
    low, _, high = number.partition("-")
    unit = _unit(written) if written else None
    return Amount(Fraction(low), Fraction(high or low), unit, pointer)


def _unit(written: str) -> str:
    unit = units.canonical(written)
    if unit is None:
        raise ValueError(f"no unit is called '{written}'")
    return unit


def _timing(step: Mapping[str, Any], order: Mapping[str, Any], pointer: str) -> Timing | None:
    repeat = Repeat(pointer=f"{pointer}/timing/repeat")
    times = step.get("times")
    if isinstance(times, str):
        count, _, period, unit = times.split(" ")
        repeat = repeat._replace(frequency=Fraction(count), period=Fraction(period), period_unit=unit)
    elif isinstance(times, list):
        repeat = repeat._replace(when=tuple(times))
    elif times is not None:
        repeat = repeat._replace(frequency=Fraction(str(times)), period=Fraction(1), period_unit="d")
    if "days" in step:
        days = Fraction(step["days"])
        repeat = repeat._replace(bounds_days=(days, days))
    if "wear" in order:
        length, _, unit = order["wear"].partition(" ")
        repeat = repeat._replace(duration=Fraction(length), duration_unit=unit)
    if repeat == Repeat(pointer=repeat.pointer):
        return None
    return Timing(repeat=repeat, pointer=f"{pointer}/timing")


def _cap(text: str, pointer: str) -> Rate:
    """ "60 mg per 1 d"."""
    dose, _, period = text.partition(" per ")
    where = f"{pointer}/maxDosePerPeriod"
    return Rate(_amount(dose, f"{where}/numerator"), _amount(period, f"{where}/denominator"), where)
