"""From the slots of a :class:`Draft` to ``Instruction`` values, with the checks between slots."""

from __future__ import annotations

from orderlint.dosing.model import Amount, DoseAndRate, Instruction, Rate, Repeat, Timing
from orderlint.dosing.text.caps import Cap
from orderlint.dosing.text.cursor import Unread
from orderlint.dosing.text.draft import Draft
from orderlint.dosing.text.figures import Figures
from orderlint.dosing.text.frequency import ONCE_A_DAY, Frequency, is_a_day
from orderlint.dosing.text.lengths import DAYS, Hours, Length
from orderlint.dosing.text.moments import SLOTS
from orderlint.dosing.text.quantity import Quantity
from orderlint.exact import Fraction

_ONE = Fraction(1)
_MEALS = 3
_EYE_OR_DAILY = "od"


def instructions(draft: Draft, sequence: int | None) -> list[Instruction]:
    """The instructions of one regimen: several where a day holds several amounts or kinds of time."""
    if draft.schedule is not None:
        return _of_schedule(draft, sequence)
    often = draft.frequency
    unsolid = draft.dose is None or draft.dose.unit in ("[drp]", None)
    if often is not None and often.word == _EYE_OR_DAILY and unsolid:
        raise Unread("'od' is once daily or the right eye")
    dose, frequency = _divided(draft)
    repeats = _repeats(draft, dose, frequency)
    if len(repeats) > 1 and draft.caps:
        raise Unread("a limit over several times of day")
    timings = [None if repeat == Repeat() else Timing(repeat=repeat) for repeat in repeats]
    return [_instruction(draft, dose, timing, sequence) for timing in timings]


def _instruction(
    draft: Draft, dose: Quantity | None, timing: Timing | None, sequence: int | None
) -> Instruction:
    rates: list[Rate] = []
    at_once: Amount | None = None
    for limit in draft.caps:
        amount = _limit(limit, dose)
        if limit.unit is None:
            if at_once is not None and at_once != amount:
                raise Unread("two limits of one dose")
            at_once = amount
        else:
            rates.append(Rate(amount, Amount(limit.period, limit.period, limit.unit, ""), ""))
        same = dose is not None and dose.per is None and amount.unit == dose.unit
        if same and dose is not None and (amount.high or 0) < (dose.low or 0):
            raise Unread("a limit below one dose")
    doses: tuple[DoseAndRate, ...] = ()
    if dose is not None:
        doses = (_dose_and_rate(dose),)
    return Instruction(
        pointer="",
        sequence=sequence,
        timing=timing,
        as_needed=draft.prn,
        doses=doses,
        max_per_period=tuple(rates),
        max_per_administration=at_once,
        route=draft.route,
    )


def _dose_and_rate(dose: Quantity) -> DoseAndRate:
    if dose.per is None:
        return DoseAndRate(None, dose.amount, None, "")
    per = Amount(dose.per, dose.per, dose.per_unit, "")
    return DoseAndRate(None, None, Rate(dose.amount, per, ""), "")


def _limit(limit: Cap, dose: Quantity | None) -> Amount:
    """The limit as an amount; "4 doses", "3 times" and a bare "8" take the unit of the dose."""
    if limit.amount is not None and limit.amount.kind != "bare" and limit.amount.unit != "{dose}":
        return limit.amount.amount
    if dose is None or dose.per is not None:
        raise Unread("a limit that counts an unknown dose")
    if limit.amount is not None and limit.amount.kind == "bare":
        if dose.kind not in ("form", "bare"):
            raise Unread("a limit without unit")
        return Amount(limit.amount.high, limit.amount.high, dose.unit, "")
    count = limit.times if limit.amount is None else limit.amount.high
    most = (count or 0) * dose.high
    return Amount(most, most, dose.unit, "")


def _divided(draft: Draft) -> tuple[Quantity | None, Frequency | None]:
    """The single dose and its frequency, where the text gives a day's total or a rate."""
    dose, often = draft.dose, draft.frequency
    daily = dose is not None and is_a_day(dose.per, dose.per_unit)
    if draft.divided is False:
        if dose is None or dose.per is None:
            return dose, often
        if daily and not _once_a_day(draft):
            if often is not None and not often.weak:
                raise Unread("an amount a day, so many times a day")
            one_tablet = dose.kind == "form" and dose.high == 1 and dose.low == 1
            if one_tablet:
                return dose._replace(per=None, per_unit=None), ONCE_A_DAY
            return dose, None
        if daily:
            return dose._replace(per=None, per_unit=None), often
        if dose.per_unit not in ("min", "h") and (often or draft.moments or draft.once):
            raise Unread("a rate, so many times a day")
        if (often or draft.moments or draft.once) and draft.over is None and draft.hours is None:
            raise Unread("a rate for how long each time?")
        return dose, often
    if dose is None or draft.once or draft.days or draft.schedule:
        raise Unread("what is divided?")
    return _shares(draft, dose, daily)


def _once_a_day(draft: Draft) -> bool:
    """The text gives one time of day, or "once daily", beside an amount per day."""
    often = draft.frequency
    if often is not None and not often.weak:
        return often.once_a_day and not draft.moments
    if draft.moments is None:
        return False
    if draft.moments.general or len(draft.moments.particular) + len(draft.moments.clocks) != 1:
        raise Unread("an amount a day, at several times")
    return True


def _shares(draft: Draft, dose: Quantity, daily: bool) -> tuple[Quantity, Frequency | None]:
    often = draft.frequency
    if dose.per is not None and not daily:
        raise Unread("a divided rate")
    once_a_day = often is not None and often.once_a_day
    divisor: Fraction | None = None
    if isinstance(draft.divided, Figures):
        if draft.divided.low != draft.divided.high or draft.divided.loose:
            divisor = None
        else:
            divisor = draft.divided.high
        if not daily and not once_a_day:
            raise Unread("divided from what total?")
        if once_a_day and not daily:
            often = None
    elif often is not None and not once_a_day:
        divisor = _times_a_day(often)
    elif once_a_day and not daily:
        often = None
    elif not daily:
        raise Unread("divided from what total?")
    if divisor is not None and often is not None and not once_a_day and _times_a_day(often) != divisor:
        raise Unread("divided in two ways")
    if draft.moments is not None and (draft.moments.particular or draft.moments.clocks):
        raise Unread("divided over times of day")
    if divisor is None or divisor.denominator != 1 or divisor < 2:
        if often is not None and not often.weak and not once_a_day:
            raise Unread("divided into how many?")
        return dose._replace(per=_ONE, per_unit="d"), None
    low = None if dose.low is None else dose.low / divisor
    share = dose._replace(low=low, high=dose.high / divisor, per=None, per_unit=None)
    if isinstance(draft.divided, Figures) or often is None:
        often = Frequency(divisor, divisor, _ONE, None, "d")
    return share, often


def _times_a_day(often: Frequency) -> Fraction:
    if often.low != often.high or often.period_max is not None:
        raise Unread("divided by a range")
    if often.unit == "d" and often.period == 1:
        return often.high
    if often.unit == "h" and often.period > 0:
        return often.high * 24 / often.period
    raise Unread("divided over more than a day")


def _repeats(draft: Draft, dose: Quantity | None, often: Frequency | None) -> list[Repeat]:
    base = _base(draft, dose)
    if draft.once:
        if often or draft.moments or draft.days or draft.bounds or draft.doses:
            raise Unread("once, and more than once")
        return [base._replace(count=1)]
    if draft.doses is not None:
        low, high = draft.doses
        if not (often or draft.moments or low == high == 1):
            raise Unread("a number of doses, and how often?")
        if often or draft.moments or draft.days:
            base = base._replace(count=low, count_max=None if low == high else high)
        else:
            return [base._replace(count=1)]
    if draft.moments is not None:
        repeats = _with_moments(draft, base, often)
    elif often is not None:
        repeats = [_often(base, often)]
    elif draft.days:
        repeats = [base._replace(frequency=_ONE, period=_ONE, period_unit="d")]
    else:
        repeats = [base]
    if draft.doses is not None and len(repeats) > 1:
        raise Unread("a number of doses of several kinds")
    if draft.days:
        for repeat in repeats:
            if repeat.period_unit == "wk" and repeat.period == 1:
                if repeat.frequency != len(draft.days) or repeat.frequency_max:
                    raise Unread("times a week that are not the days named")
            elif repeat.period_unit not in (None, "d") or repeat.period not in (None, 1):
                raise Unread("days of the week in another rhythm")
        repeats = [repeat._replace(day_of_week=draft.days) for repeat in repeats]
    return repeats


def _base(draft: Draft, dose: Quantity | None) -> Repeat:
    """The lengths: of the course in days, of one administration in hours or minutes."""
    bounds: Length | None = draft.bounds
    lasting: Hours | None = draft.over
    if draft.hours is not None:
        by_the_hour = dose is not None and dose.per_unit in ("min", "h")
        if (dose is not None and dose.unit == "{patch}" and draft.hours.high <= 24) or by_the_hour:
            if lasting is not None:
                raise Unread("two lengths of one administration")
            lasting = draft.hours
        else:
            course = draft.hours.days()
            if course is None or bounds is not None or not draft.timed:
                raise Unread("hours of what?")
            bounds = course
    base = Repeat()
    if bounds is not None:
        base = base._replace(bounds_days=(bounds.low, bounds.high))
    if lasting is not None:
        low, high, unit = lasting
        base = base._replace(duration=low, duration_max=None if low == high else high, duration_unit=unit)
    return base


def _often(base: Repeat, often: Frequency) -> Repeat:
    if base.bounds_days is not None and often.unit in DAYS:
        most = base.bounds_days[1]
        if most is not None and often.period * DAYS[often.unit][0] > most:
            raise Unread("for 5 days every month: how often on them?")
    return base._replace(
        frequency=often.low,
        frequency_max=None if often.low == often.high else often.high,
        period=often.period,
        period_max=often.period_max,
        period_unit=often.unit,
    )


def _with_moments(draft: Draft, base: Repeat, often: Frequency | None) -> list[Repeat]:
    """Times of the day, checked against how often."""
    if draft.moments is None:
        return [base]
    particular, general, clocks = draft.moments
    slots = len(particular) + len(clocks)
    if len(general) > 1:
        raise Unread("before and after meals")
    if often is None or often.weak:
        repeats: list[Repeat] = []
        if general:
            repeats.append(base._replace(when=general))
        if slots:
            repeats.append(_slots(base, Fraction(slots), particular, clocks))
        return repeats
    if often.low != often.high and slots:
        raise Unread("a range of times at fixed times of day")
    if general and slots:
        if often.unit != "d" or often.period != 1 or often.high != slots + _MEALS:
            raise Unread("times of day that don't make the frequency")
        return [_often(base, often)]
    if general:
        return [_often(base, often)._replace(when=general)]
    if often.unit == "h" or often.high != slots or often.period_max is not None:
        raise Unread("times of day that don't make the frequency")
    return [_often(base, often)._replace(when=particular, time_of_day=clocks)]


def _slots(base: Repeat, count: Fraction, particular: tuple[str, ...], clocks: tuple[str, ...]) -> Repeat:
    return base._replace(frequency=count, period=_ONE, period_unit="d", when=particular, time_of_day=clocks)


def _of_schedule(draft: Draft, sequence: int | None) -> list[Instruction]:
    """One instruction for each count of "1-0-2": the slots that share it, in the order of the day."""
    if draft.schedule is None or draft.dose or draft.moments or draft.once or draft.doses or draft.divided:
        raise Unread("a schedule of the day, and more")
    if draft.frequency is not None and not (draft.frequency.weak or draft.frequency.unit == "d"):
        raise Unread("a schedule of the day, and a frequency")
    if draft.frequency is not None and not draft.frequency.once_a_day:
        raise Unread("a schedule of the day, and a frequency")
    counts, unit = draft.schedule
    found: list[Instruction] = []
    by_count: dict[Fraction, list[str]] = {}
    for count, slot in zip(counts, SLOTS, strict=False):
        if count:
            by_count.setdefault(count, []).append(slot)
    if draft.caps and len(by_count) > 1:
        raise Unread("a limit over several times of day")
    for count, slots in by_count.items():
        dose = Quantity(count, count, unit, "form" if unit else "bare")
        repeat = _slots(_base(draft, dose), Fraction(len(slots)), tuple(slots), ())
        if draft.days:
            repeat = repeat._replace(day_of_week=draft.days)
        found.append(_instruction(draft, dose, Timing(repeat=repeat), sequence))
    return found
