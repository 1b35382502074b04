"""``duration``: how long a treatment is planned to run or has been running."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil
from typing import Any

from orderlint.checks.exposure import Exposure, exposure_of
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.view import View
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.tri import COURSE, DOSE, Need


def duration(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires at the order with which an exposure ends (or that goes on) when it is longer than ``max_days``.

    Params: ``max_days``, ``max_gap_days`` (what is still one exposure). A planned end counts in full, past
    or to come; what has no end counts up to the day of the run, and no shorter than the days of one supply.
    A definition has no such day: what has no end there, nor days of supply, is clear. Clear where all that
    is known of an order that is over is not longer; undecided where one that goes on ends, but nobody says
    when, or has neither an end nor a date. The message never says to stop.
    """
    placed = view.placed_beside(params["routes"])
    mine = next((p for p in placed if p.order.key == view.order.key), None)
    if mine is None or not mine.stretches:
        course = view.course
        why = course.why_unknown if course is not None else None
        return undecided(Need(DOSE, why)) if why and not view.order.over else CLEAR
    exposure = exposure_of(view.order, view.exposures(params["routes"], int(params["max_gap_days"])))
    if exposure is None or exposure.final.order.key != view.order.key:
        return CLEAR
    return _judge(view, exposure, params)


def _judge(view: View, exposure: Exposure, params: Mapping[str, Any]) -> Outcome:
    limit = int(params["max_days"])
    length = _certain_last(view, exposure) - exposure.first + 1
    if length > limit:
        runs = "runs" if exposure.end == "known" else "runs already" if not view.template else "is to run"
        if length > _certain_last(view, exposure, supply=False) - exposure.first + 1:
            runs = "is supplied for"
        return Outcome(
            "fires",
            message=(
                f"{view.drug.ingredient} {runs} {length} days, longer than {limit}: "
                "review whether it is still needed"
            ),
            measured=Measure(Fraction(length), "d"),
            limit=Measure(Fraction(limit), "d"),
            pointer=view.order.pointer("dosage"),
            figures=tuple(params.get("figures", ())),
            rank=float(-limit),
        )
    if exposure.end == "unknown" and not exposure.final.order.over:
        return undecided(Need(COURSE, f"when {exposure.final.order.resource} ends can't be known"))
    undated = next((p.order.resource for p in exposure.placed if not p.dated), None)
    if undated is not None and _running(view, exposure):
        return undecided(
            Need(COURSE, f"{undated} has no date, so how long it has been running can't be known")
        )
    return CLEAR


def _certain_last(view: View, exposure: Exposure, supply: bool = True) -> int:
    """The last day on which it surely runs: what is planned or supplied, and for what goes on the day of the
    run."""
    if exposure.last is not None:
        return exposure.last
    stretches = [s for p in exposure.placed for s in p.stretches]
    planned = [s.last for s in stretches if s.last is not None] + [s.first for s in stretches]
    if supply:
        planned += [
            p.first + ceil(p.course.supplied) - 1
            for p in exposure.placed
            if p.end == "open" and p.course.supplied is not None
        ]
    if _running(view, exposure):
        planned.append(view.record.as_of.toordinal())
    return max(planned)


def _running(view: View, exposure: Exposure) -> bool:
    """Whether a patient's exposure goes on, on the day of the run."""
    return exposure.end == "open" and not view.template and view.order.status not in ("draft", "on-hold")
