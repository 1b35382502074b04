"""Kidney function on a day, from the best evidence that the record holds.

The order of the contract: the latest eGFR or creatinine clearance in the window before the order, else
the earliest in the window after it; else creatinine by the equation of the protocol data; else CKD
stage or dialysis among the active conditions. Windows and coefficients are data
(``settings: kidney`` of a protocol file), not code. What is newer than the result is weighed in
:mod:`orderlint.facts.newer_evidence`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.facts.age import age_on
from orderlint.facts.diagnosis import active_on
from orderlint.interval import Interval, point
from orderlint.namedtuple import NamedTuple
from orderlint.record import Facts, Lab
from orderlint.terminology import conditions as terminology

MEASURED, RECKONED = ("egfr", "crcl"), ("creatinine",)  # kinds of results; the former go first


class Kidney(NamedTuple):
    """``k`` in mL/min (per 1.73 m² for eGFR), None where nothing is known. ``dialysis``: on it.

    ``perhaps_dialysis``: nobody knows whether the patient is; ``k`` then goes down to nothing.
    """

    k: Interval | None
    dialysis: bool
    fact: str
    why: str
    perhaps_dialysis: bool = False


class Result(NamedTuple):
    """What results of a day say of kidney function; ``k`` is ``kidney.k``."""

    kidney: Kidney
    k: Interval
    on: DateSpan


def kidney_on(facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> Kidney:
    """The kidney function that counts for an order of ``day``. ``settings`` is ``settings.kidney``."""
    dialysis = _dialysis(facts, day)
    if dialysis:
        return Kidney(None, True, dialysis, "")
    result = result_of(MEASURED, facts, day, settings) or result_of(RECKONED, facts, day, settings)
    if facts.procedures or any(terminology.acute(g) for c in facts.conditions for g in c.groups):
        from orderlint.facts.newer_evidence import weighed  # noqa: PLC0415 -- few records have any

        found = weighed(result, facts, day, settings)
        if found is not None:
            return found
    if result is not None:
        return result.kidney
    stage = stage_on(facts, day)
    if stage is not None:
        return stage
    from orderlint.facts.unmeasured import why_unmeasured  # noqa: PLC0415 -- only where nothing is known

    return Kidney(None, False, "", why_unmeasured(facts, day, settings))


def result_of(
    kinds: tuple[str, ...], facts: Facts, day: DateSpan, settings: Mapping[str, Any]
) -> Result | None:
    """What results of some kinds say, those of the day that counts; None: nothing."""
    labs = [x for x in facts.labs if x.kind in kinds]
    labs = _window(labs, day, settings) if labs else labs
    found = _from_labs(labs, facts, settings) if labs else None
    if found is None or found.k is None:
        return None
    return Result(found, found.k, DateSpan(min(x.on.first for x in labs), max(x.on.last for x in labs)))


def first_day(day: DateSpan, settings: Mapping[str, Any]) -> date:
    """The first day of the window; an order of "2026-03" may be of its last day."""
    return day.last - timedelta(days=int(settings["lookback_days"]))


def _window(labs: list[Lab], day: DateSpan, settings: Mapping[str, Any]) -> list[Lab]:
    """The labs that count: all of the latest day before the order, else of the earliest day after it."""
    back = first_day(day, settings)
    ahead = day.first + timedelta(days=int(settings["lookahead_days"]))
    before = [x for x in labs if back <= x.on.first and x.on.last <= day.last]
    if before:
        latest = max(x.on.last for x in before)
        return [x for x in before if x.on.last == latest]
    after = [x for x in labs if day.last < x.on.first and x.on.last <= ahead]
    if after:
        earliest = min(x.on.first for x in after)
        return [x for x in after if x.on.first == earliest]
    return []


def _from_labs(labs: list[Lab], facts: Facts, settings: Mapping[str, Any]) -> Kidney | None:
    """Of several results of one day the lowest counts: the safer reading."""
    best: tuple[Fraction, Kidney] | None = None
    for lab in labs:
        found = _one(lab, facts, settings)
        if found is None or found.k is None:
            continue
        low = found.k.low if found.k.low is not None else Fraction(0)
        if best is None or low < best[0]:
            best = (low, found)
    return best[1] if best else None


def _one(lab: Lab, facts: Facts, settings: Mapping[str, Any]) -> Kidney | None:
    when = lab.on.last.isoformat()
    if lab.kind == "creatinine":
        return _from_creatinine(lab, facts, settings)
    name = "eGFR" if lab.kind == "egfr" else "creatinine clearance"
    words = f"{name} {lab.comparator or ''}{spell(lab.value)} on {when} ({lab.source})"
    if lab.comparator in ("<", "<="):
        return Kidney(Interval(Fraction(0), lab.value, True, lab.comparator == "<="), False, words, words)
    if lab.comparator in (">", ">="):
        return Kidney(Interval(lab.value, None, lab.comparator == ">=", False), False, words, words)
    return Kidney(point(lab.value), False, words, "")


def _from_creatinine(lab: Lab, facts: Facts, settings: Mapping[str, Any]) -> Kidney | None:
    """Creatinine in mg/dL by the equation in ``settings``; unknown sex or a partial age widen it."""
    if lab.comparator or lab.value <= 0:
        return None
    equation = settings["equation"]
    age = age_on(facts, lab.on).years
    if age is None or age.low is None or age.high is None or age.low < figure(equation["min_age"]):
        return None
    sexes = [facts.sex] if facts.sex in ("male", "female") else ["male", "female"]
    values = [
        _egfr(float(lab.value), float(years), equation["coefficients"][sex], equation)
        for sex in sexes
        for years in (age.low, age.high)
    ]
    low, high = Fraction(min(values)), Fraction(max(values))
    words = "" if low == high else f" to {spell(_rounded(high))}"
    fact = (
        f"eGFR {spell(_rounded(low))}{words} by {equation['name']} from creatinine {spell(lab.value)} mg/dL"
        f" on {lab.on.last.isoformat()} ({lab.source})"
    )
    why = "" if low == high else f"{fact}: the sex or the exact age is not known"
    return Kidney(Interval(low, high, True, True), False, fact, why)


def _egfr(scr: float, age: float, sex: Mapping[str, Any], equation: Mapping[str, Any]) -> float:
    ratio = scr / float(sex["kappa"])
    return float(
        float(equation["factor"])
        * min(ratio, 1.0) ** float(sex["alpha"])
        * max(ratio, 1.0) ** float(equation["exponent"])
        * float(equation["age_base"]) ** age
        * float(sex["multiplier"])
    )


def _rounded(value: Fraction) -> Fraction:
    return Fraction(round(value * 10), 10)


def _dialysis(facts: Facts, day: DateSpan) -> str:
    for condition in facts.conditions:
        if active_on(condition, day):
            for group in sorted(condition.groups):
                if terminology.is_dialysis(group):
                    return f"on dialysis ({condition.source})"
    return ""


def stage_on(facts: Facts, day: DateSpan) -> Kidney | None:
    """The worst of the active CKD stages."""
    best: tuple[Fraction, Interval, str, str] | None = None
    for condition in facts.conditions:
        if not active_on(condition, day):
            continue
        intervals = [
            Interval(i[0], i[1])
            for i in (terminology.kidney_interval(g) for g in sorted(condition.groups))
            if i is not None
        ]
        if not intervals:
            continue
        meet = intervals[0]
        for interval in intervals[1:]:
            both = meet.meet(interval)
            meet = meet if both.empty else both
        low = meet.low if meet.low is not None else Fraction(0)
        if best is None or low < best[0]:
            best = (low, meet, condition.source, "")
    if best is None:
        return None
    _, interval, source, _ = best
    span = (
        f"{spell(interval.low or Fraction(0))} to below {spell(interval.high)}"
        if interval.high is not None
        else (f"{spell(interval.low or Fraction(0))} or more")
    )
    fact = f"kidney function {span} by the CKD stage on record ({source})"
    return Kidney(interval, False, fact, f"only a CKD stage is on record, kidney function {span} ({source})")
