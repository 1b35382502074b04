"""Creatinine clearance by Cockcroft and Gault, and what counts where it disagrees with the eGFR.

Only for clauses that ask for it. The coefficients are data (``settings: kidney: clearance``); the weight
is the latest on record by the day of the order.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.facts.age import age_on
from orderlint.facts.kidney import Kidney
from orderlint.interval import Interval
from orderlint.record import Facts, Lab

SEXES = ("female", "male")


def clearance_on(facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> Kidney | None:
    """The clearance in mL/min from the latest creatinine in the window of ``settings`` (``settings.kidney``).

    None where creatinine, weight or age is missing, or a measured result or an acute injury of the kidney is
    more recent. An unknown sex or a partial birth date widen it.
    """
    if not facts.labs:
        return None
    equation = settings.get("clearance")
    back = day.first - timedelta(days=int(settings["lookback_days"]))
    ahead = day.last + timedelta(days=int(settings["lookahead_days"]))
    creatinine = _latest([x for x in facts.labs if x.kind == "creatinine"], back, day, ahead)
    weight = _latest([x for x in facts.labs if x.kind == "weight"], back, day, ahead)
    if equation is None or creatinine is None or weight is None:
        return None
    if _outdated(creatinine, facts, day):
        return None
    age = age_on(facts, creatinine.on).years
    if age is None or age.low is None or age.high is None or age.low < figure(equation["min_age"]):
        return None
    sexes = [facts.sex] if facts.sex in SEXES else list(SEXES)
    values = [
        (figure(equation["age_from"]) - years)
        * weight.value
        / (figure(equation["factor"]) * creatinine.value)
        * figure(equation["multiplier"][sex])
        for sex in sexes
        for years in (age.low, age.high)
    ]
    low, high = max(Fraction(0), min(values)), max(Fraction(0), *values)
    to = "" if low == high else f" to {_short(high)}"
    fact = (
        f"creatinine clearance {_short(low)}{to} by {equation['name']} from creatinine"
        f" {spell(creatinine.value)} mg/dL on {creatinine.on.last.isoformat()} ({creatinine.source})"
        f" and {spell(weight.value)} kg ({weight.source})"
    )
    why = "" if low == high else f"{fact}: the sex or the exact age is not known"
    return Kidney(Interval(low, high, True, True), False, fact, why)


def lower_of(kidney: Kidney, clearance: Kidney | None) -> Kidney:
    """The estimate that counts: the lower one, with both in its words."""
    if clearance is None or clearance.k is None or kidney.dialysis:
        return kidney
    if kidney.k is None:
        return clearance
    mine, theirs = kidney.k.low or Fraction(0), clearance.k.low or Fraction(0)
    lower, other = (clearance, kidney) if theirs < mine else (kidney, clearance)
    return lower._replace(fact=f"{lower.fact}, the lower; {other.fact}")


def _latest(labs: list[Lab], back: Any, day: DateSpan, ahead: Any) -> Lab | None:
    """The latest by the day, else the earliest after it; of one day the highest creatinine, lowest weight."""
    usable = [x for x in labs if not x.comparator and x.value > 0]
    before = [x for x in usable if back <= x.on.first and x.on.last <= day.last]
    after = [x for x in usable if day.last < x.on.first and x.on.last <= ahead]
    pool = before or after
    if not pool:
        return None
    when = max(x.on.last for x in before) if before else min(x.on.last for x in after)
    sign = 1 if pool[0].kind == "creatinine" else -1
    return max((x for x in pool if x.on.last == when), key=lambda x: sign * x.value)


def _outdated(creatinine: Lab, facts: Facts, day: DateSpan) -> bool:
    """True when an eGFR or clearance by the day of the order is of a later day than the creatinine, or an
    acute injury of the kidney is not of an earlier one."""
    if any(
        x.kind in ("egfr", "crcl") and creatinine.on.last < x.on.first and x.on.last <= day.last
        for x in facts.labs
    ):
        return True
    if not facts.conditions:
        return False
    from orderlint.facts.acute import is_settled, to_settle  # noqa: PLC0415 -- few patients have any

    return any(not is_settled(c, creatinine.on, day) for c in to_settle(facts, ("creatinine",), day))


def _short(value: Fraction) -> str:
    return spell(Fraction(round(value * 10), 10))
