"""What the dose engine takes and gives.

The engine knows no JSON: ``orderlint.fhir.read.dosage`` turns FHIR elements into the input half of
this module, and rules read the output half. Every number is a ``Fraction``, exact.

Units are canonical unit keys of :mod:`orderlint.dosing.units` (UCUM where UCUM has one: ``mg``,
``mL``, ``h``, ``{tablet}``, ``[drp]``, ``mg/kg`` ...). ``None`` as a unit means that no unit was
written at all, which is not the same as a unit that could not be understood: that is a ``problem``.

All pointers are JSON Pointers relative to the order resource ("/dosageInstruction/0/timing").
"""

from __future__ import annotations

from datetime import date

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple


class DateSpan(NamedTuple):
    """A date as precisely as it was written: ``2026-03`` is 1 to 31 March 2026, both included."""

    first: date
    last: date


# ---------------------------------------------------------------- input: one order as written


class Amount(NamedTuple):
    """A quantity or range as written. A lone value has ``low == high``; an open side is ``None``."""

    low: Fraction | None
    high: Fraction | None
    unit: str | None
    pointer: str
    problem: str | None = None  # why it can't be used, in words ("unit 'blob' is not known")


class Rate(NamedTuple):
    """An amount per another: ``rateRatio``, ``maxDosePerPeriod``, or a rateQuantity already per time."""

    numerator: Amount
    denominator: Amount
    pointer: str


class DoseAndRate(NamedTuple):
    """One ``doseAndRate`` (or STU3's fields on the instruction itself)."""

    kind: str | None  # "ordered", "calculated" or whatever the type says
    dose: Amount | None
    rate: Amount | Rate | None
    pointer: str


class Repeat(NamedTuple):
    """``Timing.repeat`` (or what a timing code stands for). Units of time are UCUM: s min h d wk mo a."""

    frequency: Fraction | None = None
    frequency_max: Fraction | None = None
    period: Fraction | None = None
    period_max: Fraction | None = None
    period_unit: str | None = None
    count: int | None = None  # type: ignore[assignment]  # FHIR's name, over tuple.count
    count_max: int | None = None
    duration: Fraction | None = None
    duration_max: Fraction | None = None
    duration_unit: str | None = None
    bounds_days: tuple[Fraction | None, Fraction | None] | None = None  # least, most (boundsDuration/Range)
    bounds_start: DateSpan | None = None
    bounds_end: DateSpan | None = None
    day_of_week: tuple[str, ...] = ()
    time_of_day: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    offset_minutes: int | None = None
    pointer: str = ""
    problem: str | None = None


class Timing(NamedTuple):
    """When doses are given. ``code`` is the schedule that ``timing.code`` stands for, if it is known."""

    events: tuple[DateSpan, ...] = ()
    repeat: Repeat | None = None
    code: Repeat | None = None
    text: str | None = None
    pointer: str = ""
    problem: str | None = None


class Instruction(NamedTuple):
    """One ``dosageInstruction`` / ``dosage``."""

    pointer: str
    sequence: int | None = None
    text: str | None = None
    patient_instruction: str | None = None
    additional: tuple[str, ...] = ()
    timing: Timing | None = None
    as_needed: bool = False
    doses: tuple[DoseAndRate, ...] = ()
    max_per_period: tuple[Rate, ...] = ()
    max_per_administration: Amount | None = None
    max_per_lifetime: Amount | None = None
    route: str | None = None  # route class of orderlint.terminology.routes, None where not stated
    problem: str | None = None  # a fault of shape that makes the instruction unusable, in words


class Strength(NamedTuple):
    """How much of one ingredient one unit of product holds: 5 mg per 1 mL, 10 mg per 1 {tablet}."""

    ingredient: str  # canonical ingredient name, lower case
    amount: Amount
    per: Amount
    origin: str  # "Medication.ingredient", "RxNorm 197391", "name"


class Product(NamedTuple):
    """What is known of the product an order names."""

    name: str | None
    strengths: tuple[Strength, ...] = ()
    dose_form: str | None = None  # unit of form: "{tablet}", "{capsule}", "mL", "{patch}" ...
    release: str | None = None  # "IR", "ER", "ODT" or None where not stated
    problem: str | None = None


class Supply(NamedTuple):
    """``dispenseRequest`` as far as it bears on dose and course."""

    quantity: Amount | None = None
    days: Fraction | None = None
    repeats: int | None = None
    pointer: str = ""


class Body(NamedTuple):
    """The patient's measures for doses per kg or per m², with the resource each came from."""

    weight_kg: Fraction | None = None
    weight_source: str | None = None
    height_cm: Fraction | None = None
    height_source: str | None = None


# ---------------------------------------------------------------- output: what is really taken


class Dose(NamedTuple):
    """A value and its canonical unit (``mg``, ``mg/d``, ``{tablet}/d``)."""

    value: Fraction
    unit: str


class Contradiction(NamedTuple):
    """Something in which the order disagrees with itself, in one sentence, and where."""

    text: str
    pointer: str


class Upper(NamedTuple):
    """A step by the text of its instructions, where that says more than their structure.

    None of it is the step's own number; a limit that only this would exceed is left undecided. Each number
    is at least the step's own.
    """

    daily: Dose
    mean: Dose
    per_dose: Dose | None
    times_per_day: Fraction | None
    slots: tuple[tuple[str, Fraction], ...]


class Step(NamedTuple):
    """A stretch of days with one regimen of one ingredient.

    Days count from the course's day 0. ``last_day`` is included; ``None`` is an open end.
    ``daily`` is the most on any one day of the step, ``mean`` the average over the step,
    ``per_dose`` the most at one time, ``times_per_day`` the most administrations on a day,
    ``run`` the longest one administration lasts, in days, where that is said (how long a patch is worn),
    ``slots`` what is taken at each time of day that ``when`` or ``timeOfDay`` name, in the unit of
    ``per_dose``, ``every`` the days from one administration to the next where they are evenly spaced.
    ``words`` is what was read from the text of an instruction: "dose", "times", "cap", "length";
    ``from_text`` where one of the first three was. ``upper`` is what the text comes to where it says more
    than the structure; ``uncapped`` and ``uncapped_single`` are what a structured step comes to on a day and
    at a time without the cap that only its text has.
    A ``problem`` says in words why the numbers are missing; beside numbers in the order's own unit
    (``{tablet}/d``, ``mg/kg/d``) it says why they are no mass.
    """

    first_day: int
    last_day: int | None
    daily: Dose | None
    mean: Dose | None = None
    per_dose: Dose | None = None
    times_per_day: Fraction | None = None
    as_needed: bool = False
    from_text: bool = False
    pointers: tuple[str, ...] = ()
    problem: str | None = None
    run: Fraction | None = None
    slots: tuple[tuple[str, Fraction], ...] = ()
    every: Fraction | None = None
    words: frozenset[str] = frozenset()
    upper: Upper | None = None
    uncapped: Dose | None = None
    uncapped_single: Dose | None = None


class Course(NamedTuple):
    """The whole of one ingredient in one order, as steps in the order of their days.

    ``start`` is the calendar date of day 0, ``None`` in a template. ``end`` says what is known of the
    last step's end: ``"known"`` (bounds, count, events), ``"open"`` (goes on) or ``"unknown"``
    (it ends, but nobody says when: e.g. a step with no length that another step follows).
    ``supplied`` are the days that one supply is to last, where the end is open: it runs no shorter.
    ``refilled`` are the days with all its refills, where it has some and each lasts as long.
    """

    ingredient: str
    steps: tuple[Step, ...]
    start: DateSpan | None
    end: str
    problem: str | None = None
    supplied: Fraction | None = None
    refilled: Fraction | None = None

    @property
    def peak(self) -> Dose | None:
        """The highest daily dose of the steps; None if any step's can't be computed (fail closed)."""
        if self.problem or not self.steps or any(s.daily is None for s in self.steps):
            return None
        best = self.steps[0].daily
        for step in self.steps[1:]:
            if best is None or step.daily is None or step.daily.unit != best.unit:
                return None
            if step.daily.value > best.value:
                best = step.daily
        return best

    @property
    def why_unknown(self) -> str | None:
        """In words, why :attr:`peak` is None; None where it is known."""
        if self.problem:
            return self.problem
        for step in self.steps:
            if step.problem:
                return step.problem
        if not self.steps:
            return "the order has no dosage instruction"
        if self.peak is None:
            return "its steps are in units that can't be compared"
        return None


class Plan(NamedTuple):
    """All courses of an order, one for each ingredient, and what in it disagrees.

    ``says_more``: one of the steps has an :class:`Upper`.
    """

    courses: tuple[Course, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    as_needed: bool = False
    says_more: bool = False

    def course(self, ingredient: str) -> Course | None:
        """The course of ``ingredient``, or None if the order holds none of it."""
        for course in self.courses:
            if course.ingredient == ingredient:
                return course
        return None
