"""``taper``: does an exposure that ends step down slowly enough (rules.md, "Taper")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from orderlint.checks.exposure import Exposure, Level, assumed, at_least, exposure_of, exposures
from orderlint.checks.outcome import CLEAR, Outcome, strictness, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.timeline import same_use
from orderlint.tri import COURSE, DOSE, Need


def taper(view: View, params: Mapping[str, Any]) -> Outcome:
    """The verdict on the order with which an exposure ends; every other order of it is clear.

    Params, all from the protocol: ``max_gap_days``, ``dose_window_days``, ``free_dose`` (Measure: at or
    below it nobody need taper), ``min_exposure_days``, and, where given, ``exposure_above_free_dose`` (only
    days above that dose are exposure), ``error_below_days``, ``warning_below_days``, ``max_cut`` (a share of
    the dose before), ``max_last_step`` (Measure), ``max_fall`` (Measure: the most that the dose falls from
    one step to the next, the end included), ``unknown_stop_fires`` (a stop of which nobody knows when or
    after how long fires; else nobody can say).

    Clear where the patient died before the exposure ended or on its last day. Undecided instead of firing
    where nobody knows when the patient died, where a statement says that the drug was taken on, and where it
    depends on when an order before the last ended, and nobody knows that.
    """
    routes, gap = params["routes"], int(params["max_gap_days"])
    if (loose := view.adrift(routes)) is not None:
        return undecided(loose)
    exposure = exposure_of(view.order, view.exposures(routes, gap))
    if exposure is None or exposure.end == "open":
        # Words that nobody could read may well say when it ends ("taper as directed").
        unread = view.course.why_unknown if view.course is not None else None
        return undecided(Need(DOSE, unread)) if unread is not None else CLEAR
    if not same_use(exposure.final.order, view.order):
        return CLEAR
    judged = _unknown_end if exposure.end == "unknown" else _known
    outcome = judged(view, exposure, params)
    if outcome.state != "fires" and not view.facts.dead:
        return outcome
    from orderlint.checks.end_in_doubt import by_what_is_known  # noqa: PLC0415 -- seldom needed

    return by_what_is_known(view, exposure, outcome, routes, gap)


def _known(view: View, exposure: Exposure, params: Mapping[str, Any]) -> Outcome:
    """As :func:`_known_end`, whenever those orders before the last one ended of which nobody knows it."""
    doubtful = assumed(exposure.placed)
    if not doubtful:
        return _known_end(view, exposure, params)
    placed = at_least(view.placed_beside(params["routes"]))
    least = exposure_of(view.order, exposures(placed, int(params["max_gap_days"])))
    if least is None or least.last is None:
        return _known_end(view, exposure, params)
    days = f"{least.last - least.first + 1} days or more"
    both = [_known_end(view, one, params, days) for one in (exposure, least)]
    missing = [need for one in both for need in one.needs]
    if missing:
        return undecided(*missing)
    if both[0].state != both[1].state:
        name = view.drug.ingredient
        why = f"when {doubtful[-1].order.resource} ended is not known, so neither is how {name} was taken"
        return undecided(Need(COURSE, f"{why} before its end"))
    return min(both, key=strictness)  # certain only of the milder


def _unknown_end(view: View, exposure: Exposure, params: Mapping[str, Any]) -> Outcome:
    """Nobody knows when it ended. A stopped order above the free dose may fire; else nobody can say."""
    free: Measure = params["free_dose"]
    top, why = _top(exposure.levels, free.unit)
    order = exposure.final.order
    lasts = [s.last for p in exposure.placed for s in p.stretches]
    most = max((x for x in lasts if x is not None), default=None)
    planned = most is not None and None not in lasts and all(p.dated for p in exposure.placed)
    # However early it was stopped, it can't have lasted longer than it was meant to.
    if planned and sum(_exposed(exposure, (most or 0), params)) < int(params["min_exposure_days"]):
        return CLEAR
    if top is not None and top.daily is not None and top.daily <= free.value and why is None:
        return CLEAR
    stopped = order.status == "stopped" and bool(params.get("unknown_stop_fires"))
    if stopped and top is not None and top.daily is not None and top.daily > free.value:
        return Outcome(
            "fires",
            message=(
                f"{view.drug.ingredient} at {spell(top.daily)} {free.unit} was stopped; no taper and no "
                "later order is on record, and the length of the course can't be known"
            ),
            measured=Measure(top.daily, free.unit),
            limit=free,
            pointer=order.pointer("status"),
            figures=tuple(params.get("figures", ())),
            rank=1.0,
        )
    if why is not None and (top is None or order.status == "stopped"):
        return undecided(Need(DOSE, why))
    return undecided(Need(COURSE, "when the course ends can't be known, so its taper can't be judged"))


def _known_end(view: View, exposure: Exposure, params: Mapping[str, Any], lasted: str = "") -> Outcome:
    """``lasted``: how long, in words, where that is not plain."""
    assert exposure.last is not None  # noqa: S101 - what "known" means
    free: Measure = params["free_dose"]
    window = exposure.last - int(params["dose_window_days"]) + 1
    lasted = lasted or f"{exposure.last - exposure.first + 1} days"
    recent = [x for x in exposure.levels if x.last is None or x.last >= window]
    top, why = _top(recent, free.unit)
    exposed, perhaps = _exposed(exposure, exposure.last, params)
    if exposed + perhaps < int(params["min_exposure_days"]):
        return CLEAR
    if exposed < int(params["min_exposure_days"]):
        why = why or _top(exposure.levels, free.unit)[1]
    if why is not None:
        return undecided(Need(DOSE, why))
    if top is None or top.daily is None or top.daily <= free.value:
        return CLEAR
    last_at_top = max(x.last if x.last is not None else exposure.last for x in recent if x.daily == top.daily)
    days = exposure.last - last_at_top
    fault = _fault(recent, top, last_at_top, days, params)
    if fault is None:
        return Outcome("clear", facts=(f"tapered from {spell(top.daily)} {free.unit} over {days} days",))
    severity, words, measured, limit, at = fault
    return Outcome(
        "fires",
        severity=severity,
        message=(
            f"{view.drug.ingredient} ends after {lasted}, {spell(top.daily)} {free.unit} at the last: {words}"
        ),
        measured=measured,
        limit=limit,
        pointer=instruction_of(at.pointers) or view.order.pointer("dosage"),
        facts=(f"highest dose of the last {params['dose_window_days']} days {spell(top.daily)} {free.unit}",),
        figures=tuple(params.get("figures", ())),
        rank=float(-days),
    )


def _exposed(exposure: Exposure, last: int, params: Mapping[str, Any]) -> tuple[int, int]:
    """How many days up to ``last`` surely count as exposure, and how many more perhaps."""
    if not params.get("exposure_above_free_dose"):
        return last - exposure.first + 1, 0
    free: Measure = params["free_dose"]
    surely = perhaps = 0
    for level in exposure.levels:
        days = (last if level.last is None else min(level.last, last)) - level.first + 1
        if level.daily is None or level.unit != free.unit:
            perhaps += days
        elif level.daily > free.value:
            surely += days
    return surely, perhaps


Fault = tuple[str | None, str, Measure, Measure, Level]  # None: the clause's own severity


def _fault(
    recent: Sequence[Level], top: Level, last_at_top: int, days: int, params: Mapping[str, Any]
) -> Fault | None:
    steps = [top, *(x for x in recent if x.first > last_at_top)]
    error, warning = int(params.get("error_below_days", 0)), int(params.get("warning_below_days", 0))
    took = "there is no taper" if days <= 0 else f"the taper lasts {days} day{'' if days == 1 else 's'}"
    if days < error:
        words = f"{took}; at least {error} days are needed"
        return "error", words, Measure(Fraction(days), "d"), Measure(Fraction(error), "d"), steps[-1]
    if days < warning:
        words = f"{took}; {warning} days or more are advised"
        return "warning", words, Measure(Fraction(days), "d"), Measure(Fraction(warning), "d"), steps[-1]
    share = figure(params.get("max_cut", 1))  # no step cuts more than all of it
    for before, after in pairwise(steps):
        if before.daily and after.daily is not None and (before.daily - after.daily) / before.daily > share:
            cut = (before.daily - after.daily) / before.daily * 100
            words = (
                f"the step from {spell(before.daily)} to {spell(after.daily)} mg/d cuts more than "
                f"{spell(share * 100)} %"
            )
            return "warning", words, Measure(cut, "%"), Measure(share * 100, "%"), after
    low: Measure | None = params.get("max_last_step")
    if low is not None and steps[-1].daily is not None and steps[-1].daily > low.value:
        words = (
            f"the last step is {spell(steps[-1].daily)} {low.unit}; "
            f"it should be {spell(low.value)} {low.unit} or less"
        )
        return "warning", words, Measure(steps[-1].daily, low.unit), low, steps[-1]
    return _fall(steps, params.get("max_fall"))


def _fall(steps: Sequence[Level], most: Measure | None) -> Fault | None:
    """The first fall from a step to the next, and from the last to nothing, that is more than ``most``."""
    doses = [(x.daily, x) for x in steps if x.daily is not None]
    for (before, last), (after, step) in pairwise([*doses, (Fraction(0), None)]) if most is not None else ():
        fall = before - after
        if most is not None and fall > most.value:
            to = f"to {spell(after)} {most.unit}" if step is not None else "to nothing"
            words = (
                f"the dose falls from {spell(before)} {to} at once; "
                f"by {spell(most.value)} {most.unit} at the most is advised"
            )
            return None, words, Measure(fall, most.unit), most, step or last or steps[-1]
    return None


def _top(levels: Sequence[Level], unit: str) -> tuple[Level | None, str | None]:
    """The level of the highest dose, and why some level's dose is unknown."""
    best: Level | None = None
    why: str | None = None
    for level in levels:
        if level.daily is None or level.unit != unit:
            why = why or level.why or f"the dose is known only in {level.unit}, not in {unit}"
        elif best is None or best.daily is None or level.daily > best.daily:
            best = level
    return best, why
