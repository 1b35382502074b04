"""``max-daily-dose``: the most on any one day, with everything that runs beside it, against a ceiling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.outcome import Outcome, undecided
from orderlint.checks.pointers import own_instruction
from orderlint.checks.view import View
from orderlint.dosing.number import spell
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def max_daily_dose(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires above ``limit`` (a Measure in mass per day) by the clause's routes.

    Undecided where the dose, or that of an order beside it, can't be computed and what can be computed
    does not exceed the limit already.
    """
    limit: Measure = params["limit"]
    day = view.busiest_day(params["routes"])
    mass = day.total if day.total is not None and day.total.unit == limit.unit else None
    pointer = view.order.pointer("dosage")
    if mass is None:
        why = day.unknown or _other_unit(day.total.unit if day.total else "", limit.unit)
        return undecided(Need(DOSE, why))
    parts = sorted({s.order.resource for s in day.parts if s.order.key != view.order.key})
    beside = f" together with {', '.join(parts)}" if parts else ""
    from_text = any(s.step.from_text for s in day.parts)
    read = " (read from the text of the instruction)" if from_text else ""
    facts = (f"{spell(mass.value)} {mass.unit} on the busiest day{beside}{read}",)
    if mass.value > limit.value:
        return Outcome(
            "fires",
            message=(
                f"{view.drug.ingredient} can reach {spell(mass.value)} {mass.unit}{beside}{read}; "
                f"the limit is {spell(limit.value)} {limit.unit}"
            ),
            measured=Measure(mass.value, mass.unit),
            limit=limit,
            pointer=own_instruction(view, day.parts) or pointer,
            facts=facts,
            figures=tuple(params.get("figures", ())),
            rank=-float(limit.value),
        )
    if day.unknown is not None:
        return undecided(Need(DOSE, day.unknown), facts=facts)
    return Outcome("clear", measured=Measure(mass.value, mass.unit), limit=limit, facts=facts)


def _other_unit(unit: str, wanted: str) -> str:
    if unit:
        return f"the dose is known only in {unit}, not in {wanted}: the product's strength is missing"
    return "the dose can't be computed"
