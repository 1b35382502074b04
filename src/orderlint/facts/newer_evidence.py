"""Evidence of kidney function that is newer than the result: dialysis that was done, an acute kidney injury.

It goes before the result. Where it leaves a doubt, kidney function is anything up to the result, which
decides only what it decides either way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.exact import Fraction
from orderlint.facts import acute
from orderlint.facts.dialysis import dialysed, sessions
from orderlint.facts.kidney import MEASURED, RECKONED, Kidney, Result, first_day, result_of, stage_on
from orderlint.interval import Interval
from orderlint.record import ConditionFact, Facts


def weighed(result: Result | None, facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> Kidney | None:
    """What is left of ``result``, the one that counts for ``day``, beside newer evidence; None: all of it."""
    done = sessions(facts, day)
    injuries = acute.to_settle(facts, (*MEASURED, *RECKONED), day)
    if result is None:
        if done:  # whenever that was: nothing says that it is over
            return Kidney(None, True, f"dialysis on record ({done[0].source})", "")
        return _unmeasured(injuries[0], facts, day) if injuries else None
    if not injuries and not done:
        return None
    later = _later_creatinine(result, facts, day, settings)
    newest = later or result
    dialysis = dialysed(done, first_day(day, settings), newest.on)
    if dialysis is not None and dialysis.surely:
        return Kidney(None, True, dialysis.said, "")
    open_before = [c for c in injuries if not acute.is_settled(c, result.on, day)]
    if later is not None and (open_before or dialysis is not None):  # which may lie between the two
        result = _lower(result, later)
    whys = []
    if dialysis is not None:
        whys.append(f"{dialysis.said} leaves open whether the patient is on it, beside {newest.kidney.fact}")
    for injury in injuries:
        if not acute.is_settled(injury, newest.on, day):
            whys.append(_no_later(newest, injury, day))
            break
    if not whys:
        return result.kidney
    return _up_to(result.k, "; ".join(whys))._replace(perhaps_dialysis=dialysis is not None)


def _unmeasured(injury: ConditionFact, facts: Facts, day: DateSpan) -> Kidney:
    """An injury and no result: at the most what a CKD stage says."""
    stage = stage_on(facts, day)
    why = f"{acute.words_of(injury, day)}, and no result of kidney function since"
    if stage is None or stage.k is None:
        return Kidney(None, False, "", why)
    return _up_to(stage.k, why)


def _no_later(result: Result, injury: ConditionFact, day: DateSpan) -> str:
    """That a result does not settle an injury."""
    words = acute.words_of(injury, day)
    if result.on.last > day.last:
        return f"{words} had no result of kidney function by the day of the order"
    if acute.said_on(injury, day) is None:
        return f"{result.kidney.fact} may be earlier than {words}"
    return f"{result.kidney.fact} is not later than {words}"


def _up_to(k: Interval, why: str) -> Kidney:
    """Kidney function that was ``k``, and may be less."""
    return Kidney(Interval(Fraction(0), k.high, True, k.high_closed), False, why, why)


def _later_creatinine(
    result: Result, facts: Facts, day: DateSpan, settings: Mapping[str, Any]
) -> Result | None:
    """What creatinine of a later day than a measured result says, by the day of the order."""
    found = result_of(RECKONED, facts, day, settings)
    later = found is not None and result.on.last < found.on.first and found.on.last <= day.last
    return found if later else None


def _lower(one: Result, later: Result) -> Result:
    """The lower of two results, each of which may be a range: the later one lifts nothing."""
    k = _least(one.k, later.k)
    if k == one.k:
        return one
    fact = f"{later.kidney.fact}, after {one.kidney.fact}"
    why = "" if k.low == k.high else fact  # two points have but one lower
    return later._replace(kidney=Kidney(k, False, fact, why), k=k)


def _least(one: Interval, other: Interval) -> Interval:
    """Where the lower of two numbers lies, one of each."""
    low, low_closed = min((x.low or Fraction(0), not x.low_closed) for x in (one, other))
    highs = [(x.high, x.high_closed) for x in (one, other) if x.high is not None]
    high, high_closed = min(highs, default=(None, False))
    return Interval(low, high, not low_closed, high_closed)
