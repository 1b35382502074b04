"""One instruction for one ingredient: how much at a time, on the busiest day, and on average.

``times`` below is the number of administrations on the busiest day; amounts are in ``unit`` (``mg``
where it can be), so ``daily`` is in ``unit`` per day.
"""

from __future__ import annotations

from math import floor

from orderlint.dosing import units
from orderlint.dosing.cap import Caps, caps, lowest
from orderlint.dosing.model import (
    Amount,
    Contradiction,
    DoseAndRate,
    Instruction,
    Rate,
)
from orderlint.dosing.number import spell
from orderlint.dosing.product import Measure, Target, measure
from orderlint.dosing.timing import NO_TIMING, Schedule
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

ONE = Fraction(1)
NO_DOSE = "it does not say how much is given"
_ROUNDED = Fraction(1, 10)  # a dose worked out from a weight is rounded to what can be given
_DAY = ONE


class Regimen(NamedTuple):
    """``problem``: why there are no numbers. ``unmet``: why they are not in the unit limits have.

    ``least`` is the smallest dose at one time; a range makes it differ from ``per_dose``.
    """

    unit: str = "mg"
    per_dose: Fraction | None = None
    least: Fraction | None = None
    daily: Fraction | None = None
    mean: Fraction | None = None
    times: Fraction | None = None
    by_body: bool = False
    problem: str | None = None
    unmet: str | None = None
    contradictions: tuple[Contradiction, ...] = ()
    pointers: tuple[str, ...] = ()


def regimen(instruction: Instruction, when: Schedule, target: Target) -> Regimen:
    """What ``instruction``, given as ``when`` says, comes to for ``target``."""
    if instruction.problem:
        return Regimen(problem=instruction.problem)
    said = [each for each in (_one(dose, when, target) for dose in instruction.doses) if each is not None]
    if not said:
        return _capped_only(instruction, when, target)
    whole = said[0] if len(said) == 1 else _same_said_twice(said, instruction)
    if whole.problem:
        if when.times is None and instruction.as_needed and whole.problem in (when.problem, NO_TIMING):
            return _as_needed(instruction, whole, when, target)
        return whole
    if not (instruction.max_per_period or instruction.max_per_administration or instruction.max_per_lifetime):
        return whole
    return _capped(whole, caps(instruction, whole.unit, target), instruction)


# ---------------------------------------------------------------- one doseAndRate


def _one(dose: DoseAndRate, when: Schedule, target: Target) -> Regimen | None:
    if dose.dose is None:
        return None if dose.rate is None else _running(dose.rate, when, target)
    amount = dose.dose
    high, fault = _high(amount)
    if high is None:
        return Regimen(problem=fault)
    result = measure(amount.unit, target)
    if isinstance(result, str):
        return Regimen(problem=result)
    if result.rate:  # "10 mg/h" where an amount should stand
        return _run(high, result, when, amount.pointer)
    clashes = [Contradiction(result.clash, amount.pointer)] if result.clash else []
    if amount.low is not None and amount.low > high:
        clashes.append(Contradiction("the low of its dose range is above the high", amount.pointer))
        high = amount.low
    per_dose = high * result.factor
    least = amount.low * result.factor if amount.low is not None and amount.low < high else per_dose
    if dose.rate is not None:
        told = _speed(dose.rate, per_dose, result, when, target)
        if told is not None:
            return told._replace(contradictions=told.contradictions + tuple(clashes))
    if when.times is None or when.mean is None:
        return Regimen(
            result.unit,
            per_dose,
            least,
            by_body=result.by_body,
            problem=when.problem or NO_TIMING,
            unmet=result.unmet,
            contradictions=tuple(clashes),
            pointers=(amount.pointer,),
        )
    return Regimen(
        result.unit,
        per_dose,
        least,
        per_dose * when.times,
        per_dose * when.mean,
        when.times,
        result.by_body,
        None,
        result.unmet,
        tuple(clashes),
        (amount.pointer,),
    )


def _high(amount: Amount) -> tuple[Fraction | None, str | None]:
    """The most an amount may be, or why it can't be told."""
    if amount.problem:
        return None, amount.problem
    if amount.high is None:
        return None, "its dose range has no high" if amount.low is not None else NO_DOSE
    if amount.high <= 0 or (amount.low is not None and amount.low < 0):
        return None, "its dose is not more than nothing"
    return amount.high, None


# ---------------------------------------------------------------- rates


class _Flow(NamedTuple):
    """An amount per day of running, from a rate written over ``over`` days."""

    per_day: Fraction
    over: Fraction
    result: Measure


def _flow(rate: Amount | Rate, target: Target) -> _Flow | str:
    if isinstance(rate, Rate):
        top, fault = _high(rate.numerator)
        below, fault_below = _high(rate.denominator)
        if top is None or below is None:
            return fault or fault_below or "its rate has no value"
        over = units.days(below, rate.denominator.unit or "")
        if not over:
            return "its rate is not per a time"
        result = measure(rate.numerator.unit, target)
        if isinstance(result, str):
            return result
        if result.rate:
            return "its rate is per time twice over"
        return _Flow(top * result.factor / over, over, result)
    top, fault = _high(rate)
    if top is None:
        return fault or "its rate has no value"
    time = units.split(rate.unit).time if rate.unit else None
    if time is None:
        return "its rate is not per a time"
    result = measure(rate.unit, target)
    if isinstance(result, str):
        return result
    return _Flow(top * result.factor, units.days(ONE, time) or ONE, result)


def _running(rate: Amount | Rate, when: Schedule, target: Target) -> Regimen:
    """A rate alone: it runs for ``duration``, else all day."""
    flow = _flow(rate, target)
    if isinstance(flow, str):
        return Regimen(problem=flow)
    return _run(flow.per_day, flow.result._replace(factor=ONE), when, rate.pointer)


def _run(value: Fraction, result: Measure, when: Schedule, pointer: str) -> Regimen:
    per_day = value * result.factor
    # A rate without a rhythm is one infusion; a rhythm that could not be read may be any.
    silent = when.times is None and when.problem in (None, NO_TIMING)
    share = mean_share = ONE
    per_dose: Fraction | None = None
    if when.run is not None and (when.times is not None or silent):
        times, mean = (ONE, ONE) if when.times is None or when.mean is None else (when.times, when.mean)
        share, mean_share = min(ONE, when.run * times), min(ONE, when.run * mean)
        per_dose = per_day * when.run
    elif when.times is not None and when.mean is not None:
        per_dose = per_day / when.times
        mean_share = min(ONE, when.mean / when.times) if when.step is None or when.step > 1 else ONE
    daily = per_day * share
    return Regimen(
        result.unit,
        per_dose,
        per_dose,
        daily,
        per_day * mean_share,
        when.times,
        result.by_body,
        None,
        result.unmet,
        (Contradiction(result.clash, pointer),) if result.clash else (),
        (pointer,),
    )


def _speed(
    rate: Amount | Rate, per_dose: Fraction, result: Measure, when: Schedule, target: Target
) -> Regimen | None:
    """A rate beside a dose. None where it changes nothing: the dose is what is given, the rate how fast.

    Written over a whole day or more it is the amount of that day said again (as in Japan); written
    over less, it is the most that can run.
    """
    flow = _flow(rate, target)
    if isinstance(flow, str) or flow.result.unit != result.unit:
        over = _over(rate)
        if over is not None and over < _DAY and when.step == over:
            text = (
                "its dose is timed by the period of its own rate, as an infusion is whose dose is what the "
                "bag holds, and the rate can't be turned into the unit of the dose"
            )
            return Regimen(problem=text)
        return None
    daily = None if when.times is None else per_dose * when.times
    mean = None if when.mean is None else per_dose * when.mean
    given = Regimen(result.unit, per_dose, per_dose, daily, mean, when.times, result.by_body)
    given = given._replace(unmet=result.unmet, pointers=(rate.pointer,))
    per_day = f"{spell(flow.per_day)} {result.unit} a day"
    if flow.over >= _DAY:
        if daily is None or mean is None:
            times = flow.per_day / per_dose
            return given._replace(daily=flow.per_day, mean=flow.per_day, times=times)
        if daily == flow.per_day or (flow.over > _DAY and flow.per_day <= daily):
            return None
        text = f"its dose and timing come to {spell(daily)} {result.unit} a day, its rate to {per_day}"
        more = max(daily, flow.per_day)
        clash = (Contradiction(text, rate.pointer),)
        return given._replace(daily=more, mean=max(mean, min(more, flow.per_day)), contradictions=clash)
    if daily is None or mean is None:
        return None
    most = flow.per_day
    if daily <= most:
        return None
    text = f"its dose and timing come to {spell(daily)} {result.unit} a day, but its rate lets in only "
    clash = (Contradiction(f"{text}{spell(most)} {result.unit}", rate.pointer),)
    return given._replace(daily=most, mean=min(mean, most), contradictions=clash)


def _over(rate: Amount | Rate) -> Fraction | None:
    """The time a rate is written over, in days."""
    if isinstance(rate, Rate):
        value = rate.denominator.high
        return units.days(value, rate.denominator.unit or "") if value else None
    time = units.split(rate.unit).time if rate.unit else None
    return units.days(ONE, time) if time else None


# ---------------------------------------------------------------- several doseAndRate


def _same_said_twice(said: list[Regimen], instruction: Instruction) -> Regimen:
    """Ordered and calculated are one dose: the largest counts, and a difference is said."""
    # One of them in a usable unit will do: "0.1 mg/kg" without a weight beside "5 mg" is 5 mg.
    usable = [each for each in said if each.daily is not None and each.unmet is None]
    usable = usable or [each for each in said if each.daily is not None]
    usable = usable or [each for each in said if each.per_dose is not None] or said
    best = usable[0]
    clashes = [clash for each in said for clash in each.contradictions]
    clashes += _exchanged(instruction)
    for each in usable[1:]:
        if each.unit != best.unit:
            text = f"its doses are in {best.unit} and in {each.unit}, and can't be compared"
            bare = best._replace(daily=None, mean=None, per_dose=None, problem=best.problem or text)
            return bare._replace(contradictions=tuple(clashes))
        if _differ(best, each):
            text = f"it says {_amount(best)} and {_amount(each)} for one dose"
            clashes.append(Contradiction(text, instruction.pointer + "/doseAndRate"))
        if (each.daily or 0, each.per_dose or 0) > (best.daily or 0, best.per_dose or 0):
            best = each
    return best._replace(contradictions=tuple(clashes))


def _exchanged(instruction: Instruction) -> list[Contradiction]:
    """A calculated dose per kg or m² beside an ordered one that isn't: they can't be one dose."""
    by_body: dict[str, Amount] = {}
    plain: dict[str, Amount] = {}
    for kind, dose, _, _ in instruction.doses:
        if kind is not None and dose is not None and dose.unit is not None and dose.problem is None:
            (by_body if units.split(dose.unit).body else plain)[kind.lower()] = dose
    if "calculated" not in by_body or "ordered" not in plain or "ordered" in by_body:
        return []
    text = (
        f"its doseAndRate has a calculated dose in {by_body['calculated'].unit} and an ordered one in "
        f"{plain['ordered'].unit}: a dose is ordered by the body and calculated from it"
    )
    return [Contradiction(text, instruction.pointer + "/doseAndRate")]


def _differ(one: Regimen, other: Regimen) -> bool:
    for mine, theirs in ((one.per_dose, other.per_dose), (one.daily, other.daily)):
        if mine is None or theirs is None or mine == theirs:
            continue
        rounding = _ROUNDED if one.by_body != other.by_body else 0
        if abs(mine - theirs) > rounding * max(mine, theirs):
            return True
    return False


def _amount(one: Regimen) -> str:
    if one.per_dose is not None:
        return f"{spell(one.per_dose)} {one.unit}"
    return f"{spell(one.daily)} {one.unit} a day" if one.daily is not None else "nothing"


# ---------------------------------------------------------------- caps


def _capped(whole: Regimen, limit: Caps, instruction: Instruction) -> Regimen:
    per_dose, daily, mean, times = whole.per_dose, whole.daily, whole.mean, whole.times
    least = whole.least
    clashes = list(whole.contradictions) + list(limit.contradictions)
    if daily is None or mean is None:
        return whole._replace(contradictions=tuple(clashes))
    if limit.single is not None and per_dose is not None and limit.single < per_dose:
        if least is not None and limit.single < least and not whole.by_body:
            clashes.append(_below(limit.single, least, whole.unit, instruction))
        daily, mean = daily * limit.single / per_dose, mean * limit.single / per_dose
        per_dose = limit.single
        least = min(least, per_dose) if least is not None else None
    if limit.times is not None and per_dose is not None:
        daily = min(daily, limit.times * per_dose)
        times = min(times, limit.times) if times is not None else None
    if limit.mean_times is not None and per_dose is not None:
        mean = min(mean, limit.mean_times * per_dose)
    if limit.daily is not None:
        if least is not None and limit.daily < least and not whole.by_body:
            clashes.append(_below(limit.daily, least, whole.unit, instruction))
        if least and times is not None:
            times = min(times, Fraction(max(1, floor(limit.daily / least))))
        daily = min(daily, limit.daily)
        per_dose = min(per_dose, limit.daily) if per_dose is not None else None
    if limit.mean is not None:
        mean = min(mean, limit.mean)
    return whole._replace(
        per_dose=per_dose,
        least=least,
        daily=daily,
        mean=min(mean, daily),
        times=times,
        contradictions=tuple(clashes),
        pointers=whole.pointers + _cap_pointers(instruction),
    )


def _below(cap: Fraction, dose: Fraction, unit: str, instruction: Instruction) -> Contradiction:
    text = f"its cap of {spell(cap)} {unit} is below one dose of {spell(dose)} {unit}"
    return Contradiction(text, next(iter(_cap_pointers(instruction)), instruction.pointer))


def _cap_pointers(instruction: Instruction) -> tuple[str, ...]:
    found = [rate.pointer for rate in instruction.max_per_period]
    others = (instruction.max_per_administration, instruction.max_per_lifetime)
    return (*found, *(amount.pointer for amount in others if amount is not None))


def _as_needed(instruction: Instruction, whole: Regimen, when: Schedule, target: Target) -> Regimen:
    """As needed, a dose known, how often not: its cap is all that bounds a day."""
    per_dose = whole.per_dose
    limit = caps(instruction, whole.unit, target)
    by_number = limit.times * per_dose if limit.times is not None and per_dose is not None else None
    bounds = [bound for bound in (limit.daily, by_number) if bound is not None]
    if not bounds:
        return whole._replace(contradictions=whole.contradictions + limit.contradictions)
    daily = min(bounds)
    times = limit.times
    if times is None and whole.least:
        times = Fraction(max(1, floor(daily / whole.least)))
    means = [limit.mean, limit.mean_times * per_dose if limit.mean_times and per_dose else None, daily]
    free = whole._replace(daily=daily, mean=min(m for m in means if m is not None), times=times, problem=None)
    return _capped(free, limit, instruction)


def _capped_only(instruction: Instruction, when: Schedule, target: Target) -> Regimen:
    """No dose at all: for an order as needed a cap still says the most of a day."""
    known = lowest(instruction, target) if instruction.as_needed else None
    if known is None:
        return Regimen(problem=NO_DOSE)
    daily, mean, unit = known
    times = when.times
    result = Regimen(unit, None, None, daily, mean, times, pointers=_cap_pointers(instruction))
    return result._replace(contradictions=caps(instruction, unit, target).contradictions)
