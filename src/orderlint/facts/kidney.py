"""Kidney function on a day, from the best evidence that the record holds.

The order of the contract: the latest eGFR or creatinine clearance in the window before the order, else
the earliest in the window after it; else creatinine by the equation of the protocol data; else CKD
stage or dialysis among the active conditions. Windows and coefficients are data
(``settings: kidney`` of a protocol file), not code.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
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


class Kidney(NamedTuple):
    """``k`` in mL/min (per 1.73 m² for eGFR), None where nothing is known. ``dialysis``: on it."""

    k: Interval | None
    dialysis: bool
    fact: str
    why: str


def kidney_on(facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> Kidney:
    """The kidney function that counts for an order of ``day``. ``settings`` is ``settings.kidney``."""
    dialysis = _dialysis(facts, day)
    if dialysis:
        return Kidney(None, True, dialysis, "")
    for kinds in (("egfr", "crcl"), ("creatinine",)):
        labs = [x for x in facts.labs if x.kind in kinds]
        found = _from_labs(_window(labs, day, settings), facts, day, settings) if labs else None
        if found is not None:
            return found
    stage = _from_stage(facts, day)
    if stage is not None:
        return stage
    return Kidney(None, False, "", _why_unknown(facts, settings))


def _window(labs: list[Lab], day: DateSpan, settings: Mapping[str, Any]) -> list[Lab]:
    """The labs that count: all of the latest day before the order, else of the earliest day after it."""
    back = day.last - timedelta(
        days=int(settings["lookback_days"])
    )  # an order of "2026-03" may be of its last day
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


def _from_labs(labs: list[Lab], facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> Kidney | None:
    """Of several results of one day the lowest counts: the safer reading."""
    best: tuple[Fraction, Kidney] | None = None
    for lab in labs:
        found = _one(lab, facts, day, settings)
        if found is None or found.k is None:
            continue
        low = found.k.low if found.k.low is not None else Fraction(0)
        if best is None or low < best[0]:
            best = (low, found)
    return best[1] if best else None


def _one(lab: Lab, facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> Kidney | None:
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


def _from_stage(facts: Facts, day: DateSpan) -> Kidney | None:
    """The worst of the active CKD stages; a dialysis procedure on record counts only where no result does."""
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
    for procedure in facts.procedures:
        if procedure.on is not None and procedure.on.first > day.last:
            continue
        if any(terminology.is_dialysis(g) for g in procedure.groups):
            return Kidney(None, True, f"dialysis on record ({procedure.source})", "")
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


def _why_unknown(facts: Facts, settings: Mapping[str, Any]) -> str:
    if any(x.kind in ("egfr", "crcl") for x in facts.labs):
        days = settings["lookback_days"]
        return f"the last eGFR or creatinine clearance is not within {days} days before the order"
    if any(x.kind == "creatinine" for x in facts.labs):
        return "creatinine is on record, but not with an age and a date that allow an eGFR"
    return "no eGFR, creatinine, CKD stage or dialysis on record"
