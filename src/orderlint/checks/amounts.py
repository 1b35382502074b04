"""What one step comes to at one time and how often on a day, in the unit of a limit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderlint.checks.view import View
from orderlint.dosing.model import Step
from orderlint.exact import Fraction

NO_DOSE = "the order holds no dose of it"


def single(step: Step, unit: str) -> Fraction | None:
    """The most at one time in ``unit``; what is given once a day is taken at once. None: not known so."""
    if step.per_dose is not None:
        return step.per_dose.value if step.per_dose.unit == unit else None
    if step.daily is not None and step.times_per_day is not None and step.times_per_day <= 1:
        return step.daily.value if step.daily.unit == f"{unit}/d" else None
    return None


def why_not(step: Step, unit: str) -> str:
    """Why :func:`single` or a daily dose in ``unit`` is None, in words."""
    if step.problem:
        return step.problem
    if step.per_dose is not None and step.per_dose.unit != unit:
        return f"the dose is known only in {step.per_dose.unit}, not in {unit}"
    return "the amount taken at one time is not known"


def in_words(steps: Iterable[Step]) -> str:
    """What a message adds where a dose was read from the text of an instruction, else nothing."""
    return " (read from the text of the instruction)" if any(s.from_text for s in steps) else ""


def steps_of(view: View) -> tuple[Sequence[Step], str | None]:
    """The steps of the order's course, and why there are none."""
    course = view.course
    if course is None:
        return (), NO_DOSE
    if course.problem or not course.steps:
        return (), course.problem or course.why_unknown or NO_DOSE
    return course.steps, None
