"""Doses read from words: they never alone make a verdict clear where a limit is near."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.checks.view import View
from orderlint.dosing.model import Step
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need

_AT_A_TIME = frozenset(("dose",))
_A_DAY = frozenset(("dose", "times"))


def too_near(view: View, steps: Iterable[Step], value: Fraction, limit: Measure) -> Need | None:
    """What is missing where ``value`` rests on words and lies nearer to ``limit`` than the settings trust.

    ``settings.text.clear_up_to`` is the share of a limit up to which words are enough. An amount at one time
    rests on them where the dose was read from a text, an amount a day where the dose or how often was; either
    where it would be above the limit without a cap that only a text has.
    """
    worded = [step for step in steps if step.words]
    if not worded:
        return None
    share = figure(view.settings["text"]["clear_up_to"])
    if value <= limit.value * share:
        return None
    what = f"{spell(value)} {limit.unit} was"
    if not any(step.words & (_A_DAY if limit.unit.endswith("/d") else _AT_A_TIME) for step in worded):
        if _without_caps(worded, value, limit.unit) <= limit.value:
            return None
        what = f"the most of {spell(value)} {limit.unit} was"
    return Need(
        DOSE,
        f"{what} read from the text of the instruction, too near to the limit of "
        f"{spell(limit.value)} {limit.unit} to rest on words alone",
    )


def _without_caps(steps: Iterable[Step], value: Fraction, unit: str) -> Fraction:
    """What ``value`` would be without the caps that only texts have."""
    for step in steps:
        if unit.endswith("/d"):
            capped, free = step.daily, step.uncapped
        else:
            capped, free = step.per_dose, step.uncapped_single
        if capped is not None and free is not None and capped.unit == free.unit == unit:
            value += free.value - capped.value
    return value
