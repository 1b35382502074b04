"""A limit that an order keeps by its structure and exceeds by its own text: nobody can say it is kept.

Only checks that hold an amount against a limit ask this; what fires, or is undecided, stays so.
"""

from __future__ import annotations

from collections.abc import Callable

from orderlint.checks.calendar import Calendar
from orderlint.checks.outcome import Outcome, each_once, undecided
from orderlint.checks.view import View
from orderlint.dosing.model import Course, Step
from orderlint.dosing.number import spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.record import Order, Record
from orderlint.tri import DOSE, Need

LIMITS = frozenset(
    (
        "max-daily-dose",
        "max-single-dose",
        "max-times-per-day",
        "patch-wear",
        "renal-bands",
        "start-dose",
        "weekly-amount",
    )
)


class ByWords:
    """A record as the texts of its instructions have it, where these say more than their structure."""

    limits = LIMITS

    def __init__(self, record: Record) -> None:
        self._written = record.orders
        self._record = record._replace(orders=tuple([_raised(order) for order in record.orders]))
        self._calendar = Calendar(self._record)

    def unless_more(self, view: View, clear: Outcome, ask: Callable[[View], Outcome]) -> Outcome:
        """``clear``, or undecided and why, where the answer to ``ask`` is another one by the texts."""
        both = zip(self._written, self._record.orders, strict=True)
        order = next(louder for written, louder in both if written is view.order)
        said = ask(View(self._record, order, view.drug, view.settings, self._calendar))
        why = self._why(view, said.limit) if said.state != "clear" else None
        if why is None:
            return clear
        return undecided(Need(DOSE, why), *said.needs, facts=each_once(clear.facts, said.facts))

    def _why(self, view: View, limit: Measure | None) -> str | None:
        """Of the order's own steps, else of those of another order, the one whose text says the most."""
        for order in (view.order, *self._written):
            course = order.plan.course(view.drug.ingredient)
            steps = [s for s in course.steps if s.upper is not None] if course is not None else []
            if steps:
                name = "" if order is view.order else f"{order.resource}: "
                return name + max((_against(step, limit) for step in steps), key=lambda said: said[0])[1]
        return None


def _against(step: Step, limit: Measure | None) -> tuple[Fraction, str]:
    """How much the text of ``step`` says, and in words what its structure does, as ``limit`` measures it."""
    most = step.upper
    if most is None or step.daily is None:
        return Fraction(0), ""
    at_once, structured = most.per_dose, step.per_dose
    if limit is not None and limit.unit == "/d" and most.times_per_day is not None:
        text, structure = most.times_per_day, step.times_per_day or Fraction(0)
        unit, how = "", " times a day"
    elif limit is not None and at_once is not None and structured is not None and limit.unit == at_once.unit:
        text, structure, unit, how = at_once.value, structured.value, f" {at_once.unit}", " at a time"
    else:
        text, structure, unit, how = most.daily.value, step.daily.value, f" {most.daily.unit}", ""
    said = f"its text says up to {spell(text)}{unit}{how}, its structure {spell(structure)}{unit}"
    if limit is not None:
        said += f"; the limit is {spell(limit.value)} {'times' if limit.unit == '/d' else limit.unit}"
    return text, said


def _raised(order: Order) -> Order:
    if not order.plan.says_more:
        return order
    courses = tuple([_course(course) for course in order.plan.courses])
    return order._replace(plan=order.plan._replace(courses=courses))


def _course(course: Course) -> Course:
    return course._replace(steps=tuple([_step(step) for step in course.steps]))


def _step(step: Step) -> Step:
    most = step.upper
    if most is None:
        return step
    return step._replace(
        daily=most.daily,
        mean=most.mean,
        per_dose=most.per_dose,
        times_per_day=most.times_per_day,
        slots=most.slots,
    )
