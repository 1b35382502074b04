"""Doses read from words: they never alone make a verdict clear where a limit is near."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.checks.view import View
from orderlint.dosing.model import Step
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def too_near(view: View, steps: Iterable[Step], value: Fraction, limit: Measure) -> Need | None:
    """What is missing where ``value`` rests on words and lies nearer to ``limit`` than the settings trust.

    ``settings.text.clear_up_to`` is the share of a limit up to which words are enough.
    """
    if not any(step.from_text for step in steps):
        return None
    share = figure(view.settings["text"]["clear_up_to"])
    if value <= limit.value * share:
        return None
    return Need(
        DOSE,
        f"{spell(value)} {limit.unit} was read from the text of the instruction, too near to the limit of "
        f"{spell(limit.value)} {limit.unit} to rest on words alone",
    )
