"""``renal-bands``: what a drug may be given at by kidney function, band by band."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome, combine, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.checks.when import holds
from orderlint.dosing.number import spell
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def renal_bands(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where the band of the patient forbids the drug or the dose exceeds the band's limits.

    Each band has a ``when`` (kidney, dialysis, age) and one of: ``avoid: true``, ``max_single`` (mass),
    ``max_times`` (per day), ``max_daily`` (mass per day); none of them means no limit. Bands must cover
    every kidney function; the protocol linter sees to that.
    """
    cases: list[tuple[str, Outcome]] = []
    for band in params["bands"]:
        applies = holds(band.get("when"), view)
        if not applies.possible:
            if applies.notes:
                cases.append(("maybe", Outcome("clear", notes=applies.notes)))
            continue
        outcome = _within(view, band, params)
        outcome = outcome._replace(facts=(*applies.facts, *outcome.facts), notes=(*applies.notes, *outcome.notes))
        if outcome.state == "fires" and applies.state == "maybe":
            outcome = outcome._replace(needs=applies.needs)
        cases.append((applies.state, outcome._replace(needs=(*applies.needs, *outcome.needs))))
    if not cases:
        return CLEAR
    result = combine(cases, view.template)
    if view.template and result.state == "fires":
        return result._replace(
            message=f"{view.drug.ingredient} is ordered for anyone, with no condition on kidney function "
            f"and no instruction to adjust: {result.message}",
            needs=(),
        )
    return result._replace(needs=()) if result.state == "fires" else result


def _within(view: View, band: Mapping[str, Any], params: Mapping[str, Any]) -> Outcome:
    figures = tuple(band.get("figures", ()))
    if band.get("avoid"):
        return Outcome(
            "fires",
            message=f"{view.drug.ingredient} {band['says']}",
            pointer=view.order.pointer("medication"),
            figures=figures,
            rank=float("inf"),
        )
    outcomes = []
    if "max_daily" in band:
        outcomes.append(_daily(view, band["max_daily"], band, params["routes"]))
    if "max_single" in band:
        outcomes.append(_single(view, band["max_single"], band))
    if "max_times" in band:
        outcomes.append(_times(view, Fraction(str(band["max_times"])), band))
    fired = [o for o in outcomes if o.state == "fires"]
    if fired:
        return fired[0]
    needs = tuple(n for o in outcomes for n in o.needs)
    return undecided(*needs) if needs else Outcome("clear", facts=tuple(f for o in outcomes for f in o.facts))


def _daily(view: View, limit: Measure, band: Mapping[str, Any], routes: frozenset[str]) -> Outcome:
    day = view.busiest_day(routes)
    if day.total is None or day.total.unit != limit.unit:
        return undecided(Need(DOSE, day.unknown or "the dose is not known as a mass per day"))
    if day.total.value > limit.value:
        return _exceeds(view, Measure(day.total.value, day.total.unit), limit, band, "a day")
    return undecided(Need(DOSE, day.unknown)) if day.unknown else CLEAR


def _single(view: View, limit: Measure, band: Mapping[str, Any]) -> Outcome:
    course = view.course
    steps = course.steps if course is not None else ()
    unknown = (course.why_unknown if course is not None else "the order holds no dose of it") or ""
    for step in steps:
        if step.per_dose is not None and step.per_dose.unit == limit.unit and step.per_dose.value > limit.value:
            return _exceeds(view, Measure(step.per_dose.value, limit.unit), limit, band, "at a time", step.pointers)
    for step in steps:
        if step.per_dose is None or step.per_dose.unit != limit.unit:
            unknown = unknown or "the amount taken at one time is not known as a mass"
    return undecided(Need(DOSE, unknown)) if unknown else CLEAR


def _times(view: View, limit: Fraction, band: Mapping[str, Any]) -> Outcome:
    course = view.course
    steps = course.steps if course is not None else ()
    unknown = (course.why_unknown if course is not None else "the order holds no dose of it") or ""
    measure = Measure(limit, "/d")
    for step in steps:
        if step.times_per_day is not None and step.times_per_day > limit:
            return _exceeds(view, Measure(step.times_per_day, "/d"), measure, band, "times a day", step.pointers)
    for step in steps:
        if step.times_per_day is None:
            unknown = unknown or "how often it is taken is not known"
    return undecided(Need(DOSE, unknown)) if unknown else CLEAR


def _exceeds(
    view: View, measured: Measure, limit: Measure, band: Mapping[str, Any], how: str, pointers: tuple[str, ...] = ()
) -> Outcome:
    unit = "" if measured.unit == "/d" else f" {measured.unit.removesuffix('/d')}"
    return Outcome(
        "fires",
        message=(
            f"{view.drug.ingredient} {spell(measured.value)}{unit} {how} is above {spell(limit.value)}{unit} "
            f"{band['says']}"
        ),
        measured=measured,
        limit=limit,
        pointer=instruction_of(pointers) or view.order.pointer("dosage"),
        figures=tuple(band.get("figures", ())),
        rank=-float(limit.value),
    )
