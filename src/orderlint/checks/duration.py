"""``duration``: how long a treatment is planned to run or has been running."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import ceil
from typing import Any

from orderlint.checks.exposure import Exposure, exposure_of
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.view import View
from orderlint.dosing.model import Course
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.timeline import same_use
from orderlint.tri import COURSE, DOSE, Need


def duration(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires at the order with which an exposure ends (or that goes on) when it is longer than ``max_days``.

    Params: ``max_days``, ``max_gap_days`` (what is still one exposure). A planned end counts in full, past
    or to come; what has no end counts up to the day of the run or of the patient's death, and no shorter than
    the days of one supply. A definition has no such day: what has no end there, nor days of supply, is clear.
    Clear where all that is known of an order that is over is not longer; undecided where one that goes on
    ends, but nobody says when, or has neither an end nor a date, or where only refills that need not be
    fetched, or a death of which nobody knows the day, make it longer or not. The message never says to stop.
    """
    placed = view.placed_beside(params["routes"])
    mine = next((p for p in placed if same_use(p.order, view.order)), None)
    if mine is None or not mine.stretches:
        course = view.course
        why = course.why_unknown if course is not None else None
        return undecided(Need(DOSE, why)) if why and not view.order.over else CLEAR
    if (loose := view.adrift(params["routes"])) is not None:
        return undecided(loose)
    exposure = exposure_of(view.order, view.exposures(params["routes"], int(params["max_gap_days"])))
    if exposure is None or not same_use(exposure.final.order, view.order):
        return CLEAR
    return _judge(view, exposure, params)


def _judge(view: View, exposure: Exposure, params: Mapping[str, Any]) -> Outcome:
    limit = int(params["max_days"])
    lived, perhaps = _lived(view)
    length = _last(view, exposure, lived, _supplied) - exposure.first + 1
    if length > limit:
        dead = exposure.last is None and view.facts.dead
        runs = "runs" if exposure.end == "known" else "runs already" if not view.template else "is to run"
        if length > _last(view, exposure, lived) - exposure.first + 1:
            runs = "is supplied for"
        # how long it ran would say when the patient died
        lasts = f"ran longer than {limit} days" if dead else f"{runs} {length} days, longer than {limit}"
        needed = "was" if dead else "is still"
        return Outcome(
            "fires",
            message=f"{view.drug.ingredient} {lasts}: review whether it {needed} needed",
            measured=None if dead else Measure(Fraction(length), "d"),
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
    if _last(view, exposure, perhaps, _supplied) - exposure.first + 1 > limit:
        return undecided(Need(COURSE, "when the patient died is not known, so neither is how long it ran"))
    if _last(view, exposure, perhaps, _refilled) - exposure.first + 1 > limit:
        why = "its supply, with every refill that is allowed, may last longer"
        return undecided(Need(COURSE, f"{why} than {limit} days, and no end is ordered"))
    return CLEAR


def _supplied(course: Course) -> Fraction | None:
    """The days that the supply lasts at the least: its days may be for one fill or for all."""
    return course.supplied


def _refilled(course: Course) -> Fraction | None:
    """The days that the supply lasts at the most."""
    return course.refilled


def _last(
    view: View, exposure: Exposure, lived: int, supply: Callable[[Course], Fraction | None] | None = None
) -> int:
    """The last day on which it runs: what is planned, what ``supply`` gives, and for what goes on the day of
    the run; both no longer than the patient ``lived``."""
    if exposure.last is not None:
        return exposure.last
    stretches = [s for p in exposure.placed for s in p.stretches]
    planned = [s.last for s in stretches if s.last is not None] + [s.first for s in stretches]
    for one in exposure.placed:
        days = supply(one.course) if supply is not None and one.end == "open" else None
        if days is not None:
            last = one.first + ceil(days) - 1
            planned.append(min(last, lived) if view.facts.dead else last)
    if _running(view, exposure):
        planned.append(lived)
    return max(planned)


def _lived(view: View) -> tuple[int, int]:
    """Until which day the patient surely and perhaps lived, the day of the run at the latest."""
    today = view.record.as_of.toordinal()
    if not view.facts.dead:
        return today, today
    from orderlint.facts.death import last_days  # noqa: PLC0415 -- seldom needed

    return last_days(view.facts, view.record.as_of)


def _running(view: View, exposure: Exposure) -> bool:
    """Whether a patient's exposure goes on, on the day of the run."""
    return exposure.end == "open" and not view.template and view.order.status not in ("draft", "on-hold")
