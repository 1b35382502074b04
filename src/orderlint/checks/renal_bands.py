"""``renal-bands``: what a drug may be given at by kidney function, band by band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.from_text import too_near
from orderlint.checks.outcome import CLEAR, Outcome, above, combine, first_that_fires, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.checks.when import holds, to_interval
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.facts.clearance import clearance_on, lower_of
from orderlint.facts.kidney import Kidney
from orderlint.findings import Measure
from orderlint.guards import passage
from orderlint.interval import Interval
from orderlint.tri import DOSE, RENAL, Need, Tri

COCKCROFT_GAULT = "cockcroft-gault"


def renal_bands(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where the band of the patient forbids the drug or the dose exceeds the band's limits.

    Each band has a ``when`` (kidney, dialysis, age) and one of: ``avoid: true``, ``max_single`` (mass),
    ``max_times`` (per day), ``max_daily`` (mass per day), ``max_daily_per_k`` (mass per day for each mL/min
    of kidney function); none of them means no limit. Bands must cover every kidney function; the protocol
    linter sees to that. A definition without any renal guard fires whatever its dose: anyone may get it.
    ``equation: cockcroft-gault`` also reckons the clearance from creatinine, weight,
    age and sex; the lower of the two counts, and where they fall in different bands the message says so.
    """
    clearance: Kidney | None = None
    measured = view
    if params.get("equation") == COCKCROFT_GAULT and not view.template:
        clearance = clearance_on(view.facts, view.day, view.settings["kidney"])
        view = measured.with_kidney(lower_of(measured.kidney, clearance))
    cases: list[tuple[Tri, Outcome]] = []
    for band in params["bands"]:
        applies = holds(band.get("when"), view)
        if applies.state != "no":
            cases.append((applies, _within(view, band, params)))
        elif applies.notes:
            cases.append((Tri("maybe", notes=applies.notes), CLEAR))
    if not cases:
        return CLEAR
    result = combine(cases, view.template)
    if clearance is not None and result.state == "fires":
        result = result._replace(message=result.message + _discord(measured, clearance, params["bands"]))
    if view.template:
        return _of_anyone(view, result, params)
    return result


def _of_anyone(view: View, result: Outcome, params: Mapping[str, Any]) -> Outcome:
    """What a definition's guards make of ``result``; without one the order itself is at fault."""
    if any(g.fact == RENAL for g in view.order.guards):
        words = "the condition on kidney function lets the wrong patients in"
    else:
        words = "it is ordered for anyone, with no condition on kidney function and no instruction to adjust"
        if result.state != "fires":
            return Outcome(
                "fires",
                message=f"{view.drug.ingredient} is to be dosed by kidney function; {words}",
                pointer=view.order.pointer("medication"),
                figures=tuple(dict.fromkeys(f for band in params["bands"] for f in band.get("figures", ()))),
                rank=float("-inf"),
            )
    if result.state != "fires":
        return result
    return result._replace(message=f"{result.message}; {words}")


def _discord(view: View, clearance: Kidney, bands: Sequence[Mapping[str, Any]]) -> str:
    """What to say where the kidney function of ``view`` and the clearance fall in different bands."""
    if view.kidney.k is None or view.kidney.dialysis:
        return ""
    one, other = (
        [holds(b.get("when"), v).possible for b in bands] for v in (view, view.with_kidney(clearance))
    )
    said = f" ({view.kidney.fact} and {clearance.fact} fall in different bands: the lower counts)"
    return said if one != other else ""


def _within(view: View, band: Mapping[str, Any], params: Mapping[str, Any]) -> Outcome:
    if band.get("avoid"):
        return Outcome(
            "fires",
            message=f"{view.drug.ingredient} {band['says']}",
            pointer=view.order.pointer("medication"),
            figures=tuple(band.get("figures", ())),
            rank=float("inf"),
        )
    outcomes = []
    if "max_daily" in band:
        outcomes.append(_daily(view, band["max_daily"], band, params["routes"]))
    if "max_daily_per_k" in band:
        outcomes.append(_per_k(view, band["max_daily_per_k"], band, params["routes"]))
    if "max_single" in band:
        outcomes.append(_single(view, band["max_single"], band))
    if "max_times" in band:
        outcomes.append(_times(view, figure(band["max_times"]), band))
    return first_that_fires(outcomes)


def _daily(view: View, limit: Measure, band: Mapping[str, Any], routes: frozenset[str]) -> Outcome:
    day = view.busiest_day(routes)
    if day.total is None or day.total.unit != limit.unit:
        return undecided(Need(DOSE, day.unknown or "the dose is not known as a mass per day"))
    if day.total.value > limit.value:
        how = f"a day{added_up(view, day.parts)}"
        beside = others_of(view, day.parts)
        exceeds = _exceeds(view, Measure(day.total.value, day.total.unit), limit, band, how)
        return exceeds._replace(beside=beside) if beside else exceeds
    if day.unknown:
        return undecided(Need(DOSE, day.unknown))
    if not all(p.dated for p in view.placed(routes)):
        from orderlint.checks.undated import with_undated  # noqa: PLC0415 -- most orders have a date

        undated = with_undated(view, limit, routes)
        if undated is not None:
            return undecided(undated)
    near = too_near(view, (s.step for s in day.parts), day.total.value, limit)
    return undecided(near) if near is not None else CLEAR


def _per_k(view: View, figure: Measure, band: Mapping[str, Any], routes: frozenset[str]) -> Outcome:
    """The figure times kidney function, which may be known only as an interval."""
    low, high, why = _k_in(view, band)
    if high is not None:
        outcome = _daily(view, Measure(figure.value * high, figure.unit), band, routes)
        if outcome.state != "clear":
            return outcome
    outcome = _daily(view, Measure(figure.value * low, figure.unit), band, routes)
    if outcome.state != "fires" or (view.template and high is None):
        return outcome
    return undecided(Need(RENAL, why))


def _k_in(view: View, band: Mapping[str, Any]) -> tuple[Fraction, Fraction | None, str]:
    """The least and most kidney function that the order may meet within the band. None: no bound.

    A definition meets the least that its guards let through.
    """
    wanted = (
        to_interval(band["when"]["kidney"]) if "kidney" in band.get("when", {}) else Interval(Fraction(0))
    )
    if view.template:
        past = passage(view.order.guards, "renal").may
        lows = [piece.meet(wanted).low or Fraction(0) for piece in past if not piece.meet(wanted).empty]
        return min(lows, default=Fraction(0)), None, ""
    kidney = view.kidney
    if kidney.k is None:
        return wanted.low or Fraction(0), wanted.high, kidney.why
    within = kidney.k.meet(wanted)
    return within.low or Fraction(0), within.high, kidney.why or kidney.fact


def _single(view: View, limit: Measure, band: Mapping[str, Any]) -> Outcome:
    course = view.course
    steps = course.steps if course is not None else ()
    unknown = (course.why_unknown if course is not None else "the order holds no dose of it") or ""
    for step in steps:
        if (
            step.per_dose is not None
            and step.per_dose.unit == limit.unit
            and step.per_dose.value > limit.value
        ):
            return _exceeds(
                view, Measure(step.per_dose.value, limit.unit), limit, band, "at a time", step.pointers
            )
    for step in steps:
        if step.per_dose is None or step.per_dose.unit != limit.unit:
            unknown = unknown or "the amount taken at one time is not known as a mass"
    if unknown:
        return undecided(Need(DOSE, unknown))
    doses = [(step, step.per_dose.value) for step in steps if step.per_dose is not None]
    nears = [near for step, value in doses if (near := too_near(view, (step,), value, limit)) is not None]
    return undecided(*nears) if nears else CLEAR


def _times(view: View, limit: Fraction, band: Mapping[str, Any]) -> Outcome:
    course = view.course
    steps = course.steps if course is not None else ()
    unknown = (course.why_unknown if course is not None else "the order holds no dose of it") or ""
    measure = Measure(limit, "/d")
    for step in steps:
        if step.times_per_day is not None and step.times_per_day > limit:
            return _exceeds(
                view, Measure(step.times_per_day, "/d"), measure, band, "times a day", step.pointers
            )
    for step in steps:
        if step.times_per_day is None:
            unknown = unknown or "how often it is taken is not known"
    return undecided(Need(DOSE, unknown)) if unknown else CLEAR


def _exceeds(
    view: View,
    measured: Measure,
    limit: Measure,
    band: Mapping[str, Any],
    how: str,
    pointers: tuple[str, ...] = (),
) -> Outcome:
    unit = "" if measured.unit == "/d" else f" {measured.unit.removesuffix('/d')}"
    return above(
        measured.value,
        limit,
        (
            f"{view.drug.ingredient} {spell(measured.value)}{unit} {how} is above {spell(limit.value)}{unit} "
            f"{band['says']}"
        ),
        instruction_of(pointers) or view.order.pointer("dosage"),
        band,
    )
