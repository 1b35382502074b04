"""Hypothesis strategies for orders that have one plain meaning, so that two programs must agree on it.

What the contract leaves open is not built: a sequence beside none, steps without a length that another
step follows, a mass of a product with several ingredients, a frequency beside a mix of meals and hours.
Instructions on different weekdays, and on different dates, have strategies of their own.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import NamedTuple

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from orderlint.dosing.model import (
    Amount,
    Body,
    DateSpan,
    DoseAndRate,
    Instruction,
    Product,
    Rate,
    Repeat,
    Strength,
    Timing,
)

MAIN, OTHER = "baclofen", "paracetamol"
FIRST = date(2026, 3, 2)  # a Monday
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTICULAR = ("MORN", "MORN.early", "NOON", "AFT", "EVE", "NIGHT", "HS", "WAKE", "ACM", "PCD", "CV", "PHS")
MEALS = ("C", "AC", "PC")
CODES: tuple[tuple[int, str, str], ...] = (  # what BID, QOD, Q6H ... stand for: times, period, unit
    (1, "1", "d"),
    (2, "1", "d"),
    (3, "1", "d"),
    (4, "1", "d"),
    (1, "2", "d"),
    (1, "4", "h"),
    (1, "6", "h"),
    (1, "1", "wk"),
)


class Case(NamedTuple):
    """One order, as the engine and the calendar are given it."""

    instructions: tuple[Instruction, ...]
    product: Product
    start: date
    body: Body = Body()

    @property
    def span(self) -> DateSpan:
        return DateSpan(self.start, self.start)


def amount(high: int | str | Fraction, unit: str | None, low: int | str | Fraction | None = None) -> Amount:
    most = Fraction(high)
    return Amount(most if low is None else Fraction(low), most, unit, "/dose")


def _strength(ingredient: str, value: int | str, unit: str, per: int | str, form: str) -> Strength:
    return Strength(ingredient, amount(value, unit), amount(per, form), "Medication.ingredient")


NAMELESS = Product(MAIN)
TABLET = Product(MAIN, (_strength(MAIN, 10, "mg", 1, "{tablet}"),), "{tablet}")
MICRO = Product(MAIN, (_strength(MAIN, 75, "ug", 1, "{tablet}"),), "{tablet}")
CAPSULE = Product(MAIN, (_strength(MAIN, "12.5", "mg", 1, "{capsule}"),), "{capsule}")
SYRUP = Product(MAIN, (_strength(MAIN, 250, "mg", 5, "mL"),), "mL")
VIAL = Product(MAIN, (_strength(MAIN, "0.5", "g", 50, "mL"),), "mL")
BOTH = Product(
    None,
    (_strength(MAIN, 30, "mg", 1, "{tablet}"), _strength(OTHER, 500, "mg", 1, "{tablet}")),
    "{tablet}",
)
MASS = ("mg", "g", "ug")
UNITS: tuple[tuple[Product, tuple[str | None, ...]], ...] = (
    (NAMELESS, ("mg", "g", "ug", "mg/kg")),
    (TABLET, ("mg", "{tablet}", None)),
    (MICRO, ("ug", "mg", "{tablet}", None)),
    (CAPSULE, ("mg", "{capsule}", None)),
    (SYRUP, ("mg", "g", "mL")),
    (VIAL, ("mg", "mL")),
    (BOTH, ("{tablet}", None)),
)
SIZES: dict[str | None, tuple[str, ...]] = {
    "mg": ("0.5", "5", "10", "12.5", "20", "100"),
    "g": ("0.01", "0.5", "1"),
    "ug": ("25", "100", "1500"),
    "mg/kg": ("0.1", "1", "2.5"),
    "mL": ("0.5", "1", "2.5", "5", "15"),
    "{tablet}": ("0.25", "0.5", "1", "1.5", "2", "3"),
    "{capsule}": ("1", "2", "4"),
    None: ("0.5", "1", "2"),
}


# -------------------------------------------------------------------------------------- timings


@st.composite
def plain(draw: DrawFn) -> Repeat:
    """ "f times in p": whole and broken periods of all units, with the ranges of both."""
    unit = draw(st.sampled_from(("d", "d", "d", "h", "h", "wk", "mo", "min")))
    period = Fraction(
        draw(
            st.sampled_from(
                {
                    "d": ("1", "1", "1", "2", "3", "0.5", "1.5", "7", "14"),
                    "h": ("4", "5", "6", "8", "12", "24", "36", "48", "72"),
                    "wk": ("1", "2"),
                    "mo": ("1",),
                    "min": ("30", "240"),
                }[unit]
            )
        )
    )
    times = draw(st.integers(1, 6)) if unit in ("d", "wk", "mo") else 1
    least: Fraction | None = Fraction(times)
    most: Fraction | None = None
    longest: Fraction | None = None
    match draw(st.integers(0, 7)):
        case 0:
            most = Fraction(times + draw(st.integers(0, 3)))
        case 1:
            least, most = None, Fraction(times)
        case 2:
            longest = period + draw(st.sampled_from((1, 2)))
        case _:
            pass
    return Repeat(frequency=least, frequency_max=most, period=period, period_max=longest, period_unit=unit)


@st.composite
def slotted(draw: DrawFn) -> Repeat:
    """Times of the day, events of the day, meals: alone, or with a frequency that says the same or not."""
    kind = draw(st.sampled_from(("clock", "events", "meals", "mixed")))
    times = Fraction(draw(st.integers(1, 4)))
    repeat = Repeat()
    if kind == "clock":
        hours = draw(st.lists(st.integers(0, 23), min_size=1, max_size=4, unique=True))
        repeat = repeat._replace(time_of_day=tuple(f"{hour:02}:30:00" for hour in hours))
    elif kind == "meals":
        meals = draw(st.lists(st.sampled_from(MEALS), min_size=1, max_size=2, unique=True))
        repeat = repeat._replace(when=tuple(meals))
    else:
        found = draw(st.lists(st.sampled_from(PARTICULAR), min_size=1, max_size=4, unique=True))
        meal = [draw(st.sampled_from(MEALS))] if kind == "mixed" else []
        repeat = repeat._replace(when=tuple(found + meal))
    if bool(repeat.when) and draw(st.booleans()):
        repeat = repeat._replace(offset_minutes=30)
    match draw(st.integers(0, 3)):
        case 0 if kind != "mixed":
            return repeat._replace(frequency=times, period=Fraction(1), period_unit="d")
        case 1 if kind != "mixed":
            days = Fraction(draw(st.sampled_from((2, 3, 7))))
            return repeat._replace(frequency=Fraction(1), period=days, period_unit="d")
        case _:
            return repeat


@st.composite
def weekly(draw: DrawFn) -> Repeat:
    """On certain days of the week: so often a day, at certain times, or so often a week."""
    days = tuple(draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=5, unique=True)))
    times = Fraction(draw(st.integers(1, 4)))
    match draw(st.integers(0, 2)):
        case 0:
            repeat = Repeat(frequency=times, period=Fraction(1), period_unit="d")
        case 1:
            repeat = Repeat(when=("MORN", "HS"))
        case _:
            repeat = Repeat(frequency=Fraction(len(days)), period=Fraction(1), period_unit="wk")
    return repeat._replace(day_of_week=days)


def coded() -> SearchStrategy[Repeat]:
    return st.sampled_from(CODES).map(
        lambda code: Repeat(frequency=Fraction(code[0]), period=Fraction(code[1]), period_unit=code[2])
    )


def bounded(repeat: Repeat, length: int, begins: date | None) -> Repeat:
    """``repeat`` for so many days: from a date to a date, or only so long."""
    if begins is None:
        return repeat._replace(bounds_days=(Fraction(length), Fraction(length)))
    ends = begins + timedelta(length - 1)
    return repeat._replace(bounds_start=DateSpan(begins, begins), bounds_end=DateSpan(ends, ends))


# ---------------------------------------------------------------------------------------- doses


@st.composite
def dose(draw: DrawFn, units: tuple[str | None, ...]) -> Amount:
    unit = draw(st.sampled_from(units))
    sizes = SIZES[unit]
    high = Fraction(draw(st.sampled_from(sizes)))
    low = high / 2 if draw(st.integers(0, 3)) == 0 else None
    return amount(high, unit, low)


@st.composite
def cap(draw: DrawFn, units: tuple[str | None, ...], per_dose: Amount) -> Rate:
    """No more than so much in so long: of the drug, or so many doses."""
    number = draw(st.sampled_from(("1", "2", "3", "5", "8")))
    window = draw(st.sampled_from(((24, "h"), (1, "d"), (1, "d"), (12, "h"), (6, "h"), (1, "wk"), (2, "d"))))
    unit = draw(st.sampled_from((*(u for u in units if u not in (None, "mg/kg")), "{dose}")))
    if unit == "{dose}":
        much = Fraction(number)
    else:
        much = Fraction(number) * Fraction(draw(st.sampled_from(SIZES[unit])))
    return Rate(amount(much, unit), amount(window[0], window[1]), "/maxDosePerPeriod")


@st.composite
def infusion(draw: DrawFn) -> Instruction:
    """A rate: all day, or for a duration some times a day."""
    unit = draw(st.sampled_from(("mg", "ug")))
    time = draw(st.sampled_from(((1, "h"), (1, "min"), (12, "h"), (1, "d"))))
    rate = Rate(amount(draw(st.sampled_from(("0.5", "2", "25"))), unit), amount(time[0], time[1]), "/rate")
    timing = None
    if draw(st.booleans()):
        lasts, lasts_unit = draw(st.sampled_from((("30", "min"), ("2", "h"), ("4", "h"))))
        repeat = Repeat(
            frequency=Fraction(draw(st.integers(1, 4))),
            period=Fraction(1),
            period_unit="d",
            duration=Fraction(lasts),
            duration_unit=lasts_unit,
        )
        timing = Timing(repeat=repeat, pointer="/timing")
    doses = (DoseAndRate("ordered", None, rate, "/rate"),)
    return Instruction("/dosageInstruction", timing=timing, doses=doses)


@st.composite
def instruction(draw: DrawFn, units: tuple[str | None, ...], caps: bool = True) -> Instruction:
    """One instruction without bounds."""
    if "mg" in units and None not in units and draw(st.integers(0, 9)) == 0:
        return draw(infusion())
    kind = draw(st.sampled_from(("plain", "plain", "plain", "slotted", "weekly", "coded")))
    build = {"plain": plain, "slotted": slotted, "weekly": weekly, "coded": coded}[kind]
    repeat = draw(build())
    said = [draw(dose(units))]
    if draw(st.integers(0, 7)) == 0:
        said.append(draw(dose(units)))
    timing = Timing(pointer="/timing")
    timing = timing._replace(code=repeat) if kind == "coded" else timing._replace(repeat=repeat)
    made = Instruction(
        "/dosageInstruction",
        timing=timing,
        as_needed=draw(st.integers(0, 3)) == 0,
        doses=tuple(DoseAndRate(None, one, None, "/doseAndRate") for one in said),
    )
    if kind != "coded" and draw(st.integers(0, 5)) == 0:  # how long a dose takes changes nothing
        repeat = repeat._replace(duration=Fraction(30), duration_unit="min")
        made = made._replace(timing=Timing(repeat=repeat, pointer="/timing"))
    if caps and draw(st.integers(0, 2)) == 0:
        made = made._replace(
            max_per_period=tuple(draw(st.lists(cap(units, said[0]), min_size=1, max_size=2))),
        )
    if caps and draw(st.integers(0, 5)) == 0:
        most = draw(dose(units))
        made = made._replace(max_per_administration=most._replace(low=most.high))
    return made


def with_repeat(made: Instruction, **fields: object) -> Instruction:
    """``made`` with fields of its repeat replaced; a schedule known by its code becomes a repeat."""
    timing = made.timing or Timing(pointer="/timing")
    repeat = (timing.repeat or timing.code or Repeat())._replace(**fields)  # type: ignore[arg-type]
    return made._replace(timing=timing._replace(repeat=repeat, code=None))


def _on(made: Instruction) -> tuple[str, ...]:
    return made.timing.repeat.day_of_week if made.timing and made.timing.repeat else ()


@st.composite
def lines(draw: DrawFn, units: tuple[str | None, ...], most: int, caps: bool = True) -> list[Instruction]:
    """Instructions for one step; those on certain weekdays are all on the same ones."""
    made = draw(st.lists(instruction(units, caps), min_size=1, max_size=most))
    days = next((_on(one) for one in made if _on(one)), ())
    return [_moved(one, days) if _on(one) else one for one in made]


def _moved(made: Instruction, days: tuple[str, ...]) -> Instruction:
    """``made`` on other weekdays; so often a week goes with as many days."""
    repeat = made.timing.repeat if made.timing else None
    if repeat is not None and repeat.period_unit == "wk":
        return with_repeat(made, day_of_week=days, frequency=Fraction(len(days)))
    return with_repeat(made, day_of_week=days)


# --------------------------------------------------------------------------------------- orders


Of = tuple[Product, tuple[str | None, ...], Body]  # what is ordered, its units of dose, and for whom


@st.composite
def products(draw: DrawFn, among: tuple[tuple[Product, tuple[str | None, ...]], ...] = UNITS) -> Of:
    product, units = draw(st.sampled_from(among))
    return product, units, Body(weight_kg=Fraction(draw(st.sampled_from(("12.5", "70")))), weight_source="w")


@st.composite
def together(draw: DrawFn, caps: bool = True, of: SearchStrategy[Of] | None = None) -> Case:
    """One to three instructions that run together, each as long as it likes, or for so many doses."""
    product, units, body = draw(products() if of is None else of)
    made = []
    written = draw(lines(units, 3, caps))
    weekly_too = any(_on(one) for one in written)
    for one in written:
        match draw(st.integers(0, 5)):
            case 0 | 1:
                # lines on weekdays begin with the others, so that they share all days of a week
                later = draw(st.integers(0, 10)) if draw(st.booleans()) and not weekly_too else None
                begins = None if later is None else FIRST + timedelta(later)
                length = draw(st.integers(7, 40))
                repeat = bounded(Repeat(), length, begins)
                one = with_repeat(
                    one,
                    bounds_days=repeat.bounds_days,
                    bounds_start=repeat.bounds_start,
                    bounds_end=repeat.bounds_end,
                )
            case 2 if not (one.as_needed or weekly_too) and one.timing is not None and one.doses[0].dose:
                one = with_repeat(one, count=draw(st.integers(1, 12)))
            case _:
                pass
        made.append(one)
    if draw(st.booleans()):
        made = [one._replace(sequence=1) for one in made]
    return Case(tuple(_numbered(made)), product, FIRST, body)


@st.composite
def dated(draw: DrawFn) -> Case:
    """Doses on given dates, several of them on one date perhaps."""
    product, units, body = draw(products())
    made = []
    for one in draw(st.lists(instruction(units), min_size=1, max_size=2)):
        if one.doses[0].dose is None:
            continue
        offsets = draw(st.lists(st.integers(0, 12), min_size=1, max_size=6))
        events = tuple(DateSpan(day, day) for day in (FIRST + timedelta(n) for n in sorted(offsets)))
        made.append(one._replace(timing=Timing(events=events, pointer="/timing")))
    if not made:
        return draw(together())
    begins = min(span.first for one in made if one.timing for span in one.timing.events)
    return Case(tuple(_numbered(made)), product, begins, body)


def combinations() -> SearchStrategy[Case]:
    """Orders of a product with two ingredients."""
    return together(of=products(UNITS[-1:]))


def _least(repeat: Repeat) -> Repeat:
    return repeat._replace(frequency_max=None, period_max=None)


@st.composite
def steady(draw: DrawFn) -> Case:
    """One instruction that goes on: f times in p, on all days or on some days of the week."""
    product, units, body = draw(products())
    repeat = draw(plain().filter(lambda r: r.frequency is not None and r == _least(r)))
    if repeat.period == 1 and repeat.period_unit == "d" and draw(st.booleans()):
        days = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=6, unique=True))
        repeat = repeat._replace(day_of_week=tuple(days))
    said = draw(dose(units).filter(lambda a: a.low == a.high))
    made = Instruction(
        "/dosageInstruction/0",
        timing=Timing(repeat=repeat, pointer="/timing"),
        doses=(DoseAndRate(None, said, None, "/doseAndRate"),),
    )
    return Case((made,), product, FIRST, body)


@st.composite
def stepped(draw: DrawFn) -> Case:
    """Two to four steps one after another: by length, or by dates, with holes; the last may be open."""
    product, units, body = draw(products())
    number = draw(st.integers(2, 4))
    by_date = draw(st.booleans())
    begins, sequence = FIRST, 0
    made: list[Instruction] = []
    for step in range(number):
        sequence += draw(st.integers(1, 3))
        length = draw(st.integers(7, 28))
        begins += timedelta(draw(st.sampled_from((0, 0, 0, 2, 5)))) if by_date and step else timedelta(0)
        open_end = step == number - 1 and draw(st.booleans())
        for one in draw(lines(units, 2)):
            for_days = draw(st.integers(7, length)) if made and not by_date else length
            repeat = bounded(Repeat(), for_days, begins if by_date else None)
            ends = None if open_end else repeat.bounds_end
            days = None if open_end else repeat.bounds_days
            fitted = with_repeat(one, bounds_days=days, bounds_start=repeat.bounds_start, bounds_end=ends)
            made.append(fitted._replace(sequence=sequence))
        begins += timedelta(length)
    return Case(tuple(_numbered(draw(st.permutations(made)))), product, FIRST, body)


@st.composite
def weekdays(draw: DrawFn) -> Case:
    """Two or three instructions, each on weekdays of its own: 5 mg on Mondays, 2.5 mg on the others."""
    product, units, body = draw(products())
    made = []
    for one in draw(st.lists(dose(units), min_size=2, max_size=3)):
        timing = Timing(repeat=draw(weekly()), pointer="/timing")
        made.append(Instruction("/", timing=timing, doses=(DoseAndRate(None, one, None, "/doseAndRate"),)))
    return Case(tuple(_numbered(made)), product, FIRST, body)


def orders() -> SearchStrategy[Case]:
    return st.one_of(together(), together(), stepped(), stepped(), dated())


def _numbered(made: list[Instruction]) -> list[Instruction]:
    return [one._replace(pointer=f"/dosageInstruction/{n}") for n, one in enumerate(made)]
