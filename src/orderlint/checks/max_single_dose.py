"""``max-single-dose``: the most of the drug at one time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.amounts import in_words, single, steps_of, why_not
from orderlint.checks.from_text import too_near
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.number import spell
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def max_single_dose(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where a step of the order gives more than ``limit`` (a Measure, ``mg``) at one time.

    A day's amount given once a day is one dose. Undecided where a step's dose at one time is not known in
    the unit of the limit and no other step exceeds it. Alike for patients and templates.
    """
    limit: Measure = params["limit"]
    steps, missing = steps_of(view)
    if missing is not None:
        return undecided(Need(DOSE, missing))
    doses = [(single(step, limit.unit), step) for step in steps]
    known = [(value, step) for value, step in doses if value is not None]
    above = [(value, step) for value, step in known if value > limit.value]
    if above:
        value, step = max(above, key=lambda x: x[0])
        return Outcome(
            "fires",
            message=(
                f"{view.drug.ingredient} {spell(value)} {limit.unit} at a time{in_words((step,))}; "
                f"the limit is {spell(limit.value)} {limit.unit}"
            ),
            measured=Measure(value, limit.unit),
            limit=limit,
            pointer=instruction_of(step.pointers) or view.order.pointer("dosage"),
            figures=tuple(params.get("figures", ())),
            rank=-float(limit.value),
        )
    unknown = [step for value, step in doses if value is None]
    if unknown:
        return undecided(Need(DOSE, why_not(unknown[0], limit.unit)))
    nears = [near for value, step in known if (near := too_near(view, (step,), value, limit)) is not None]
    return undecided(*nears) if nears else CLEAR
