"""One run of ``dose``: the arithmetic of every order, whatever its drug; no protocol needed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import IO

from orderlint.dosing.model import Contradiction, Course, Dose, Step
from orderlint.engine import read_all
from orderlint.exact import Fraction
from orderlint.fhir.build.doses import PlannedOrder, planned_orders
from orderlint.fhir.reference import Index
from orderlint.fhir.source.files import find_inputs
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Place


class StepShown(NamedTuple):
    """A step with its calendar date (None in a template) and its length (None: no end)."""

    start: date | None
    days: int | None
    step: Step


class CourseShown(NamedTuple):
    """One ingredient of one order. ``unknown`` says in one sentence why there is no number, else None."""

    place: Place
    resource: str
    drug: str | None
    status: str | None
    prn: bool
    steps: tuple[StepShown, ...]
    peak: Dose | None
    mean: Dose | None
    days: int | None
    contradictions: tuple[Contradiction, ...]
    unknown: str | None


class DoseRun(NamedTuple):
    """All courses of all orders in the order of the input, and what could not be read."""

    courses: tuple[CourseShown, ...]
    faults: tuple[InputFault, ...]
    inputs: int
    unreadable: int
    resources: int


def dose(paths: Sequence[str], stdin: IO[bytes] | None = None) -> DoseRun:
    """Work out the doses of everything that ``paths`` name."""
    read = read_all(find_inputs(paths, stdin.read() if stdin is not None else None))
    index = Index.of(read.resources)
    courses = [c for order in planned_orders(read.resources, index) for c in _shown(order)]
    return DoseRun(tuple(courses), read.faults, read.inputs, read.unreadable, len(read.resources))


def _shown(order: PlannedOrder) -> list[CourseShown]:
    shown = []
    for course in order.plan.courses:
        steps = tuple(_step(course, step) for step in course.steps)
        # A step may have a number in the order's own unit and say why it is no mass: that is a number.
        unknown = course.why_unknown if course.peak is None else None
        shown.append(
            CourseShown(
                place=order.resource.place,
                resource=order.name,
                drug=course.ingredient or order.drug,
                status=order.status,
                prn=order.plan.as_needed,
                steps=steps,
                peak=None if unknown else course.peak,
                mean=None if unknown else mean_of(course),
                days=days_of(course),
                contradictions=order.plan.contradictions,
                unknown=unknown,
            )
        )
    return shown


def _step(course: Course, step: Step) -> StepShown:
    start = None
    if course.start is not None:
        try:
            start = course.start.first + timedelta(days=step.first_day)
        except OverflowError:  # a course of ten thousand years has no calendar
            start = None
    days = None if step.last_day is None else step.last_day - step.first_day + 1
    return StepShown(start, days, step)


def days_of(course: Course) -> int | None:
    """The days from the first to the last of a course, both included; None where it has no known end."""
    if not course.steps or course.end != "known":
        return None
    lasts = [s.last_day for s in course.steps]
    known = [x for x in lasts if x is not None]
    if len(known) != len(lasts):
        return None
    return max(known) - min(s.first_day for s in course.steps) + 1


def mean_of(course: Course) -> Dose | None:
    """The mean dose of a day over the whole course, gaps counted as nothing.

    Of an open course it is the mean of its one step; an open course of several steps has none.
    """
    means = [s.mean for s in course.steps]
    if not means or any(m is None for m in means):
        return None
    if len(course.steps) == 1:
        return means[0]
    days = days_of(course)
    units = {m.unit for m in means if m is not None}
    if days is None or len(units) != 1:
        return None
    total = Fraction(0)
    for step, mean in zip(course.steps, means, strict=True):
        if mean is not None and step.last_day is not None:
            total += mean.value * (step.last_day - step.first_day + 1)
    return Dose(total / days, units.pop())
