"""``max-times-per-day``: how often on one day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.amounts import steps_of
from orderlint.checks.outcome import CLEAR, Outcome, above, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.number import figure, spell
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def max_times_per_day(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where a step of the order has more than ``limit`` (a number) administrations on its busiest day.

    Undecided where a step does not say how often and no other step exceeds the limit. Alike for patients
    and templates.
    """
    limit = figure(params["limit"])
    steps, missing = steps_of(view)
    if missing is not None:
        return undecided(Need(DOSE, missing))
    most = max((s.times_per_day for s in steps if s.times_per_day is not None), default=None)
    if most is not None and most > limit:
        step = next(s for s in steps if s.times_per_day == most)
        return above(
            most,
            Measure(limit, "/d"),
            f"{view.drug.ingredient} {spell(most)} times a day; the limit is {spell(limit)} times",
            instruction_of(step.pointers) or view.order.pointer("dosage"),
            params,
        )
    if any(s.times_per_day is None for s in steps):
        return undecided(Need(DOSE, "how often it is taken is not known"))
    return CLEAR
