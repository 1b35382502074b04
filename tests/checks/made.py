"""Orders and records made by hand for the tests of checks: doses in mg, days as dates or offsets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from orderlint.checks import check_of
from orderlint.checks.outcome import Outcome
from orderlint.checks.view import View
from orderlint.dosing.model import Course, DateSpan, Dose, Plan, Step, Strength
from orderlint.findings import Measure
from orderlint.protocols.loader import load
from orderlint.record import (
    ConditionFact,
    Drug,
    Facts,
    Guard,
    Lab,
    Order,
    Place,
    Reason,
    Record,
    Service,
    Statement,
)
from orderlint.terminology.ingredients import groups_of

DAY = date(2026, 3, 1)
AS_OF = date(2026, 6, 1)
SETTINGS: dict[str, Any] = {**load().settings, "governs": {}}


def on(day: date | int) -> DateSpan:
    """A date, or so many days after DAY."""
    if isinstance(day, int):
        day = DAY + timedelta(days=day)
    return DateSpan(day, day)


def step(
    first: int,
    last: int | None,
    daily: float | str | None,
    times: int | None = 3,
    unit: str = "mg",
    run: Fraction | None = None,
) -> Step:
    """Days ``first`` to ``last`` of the order's own, ``daily`` in ``times`` equal doses."""
    if daily is None:
        return Step(first, last, None, times_per_day=None, problem="the dose is not readable", run=run)
    value = Fraction(str(daily))
    single = Dose(value / times, unit) if times else None
    times_a_day = Fraction(times) if times else None
    return Step(first, last, Dose(value, f"{unit}/d"), Dose(value, f"{unit}/d"), single, times_a_day, run=run)


def drug(name: str, release: str | None = None) -> Drug:
    """A drug known by its code."""
    return Drug(name, groups_of(name), "made", False, release)


def order(
    name: str,
    *steps: Step,
    key: str = "1",
    start: date | int | None = 0,
    status: str = "active",
    stopped: date | int | None = None,
    end: str | None = None,
    reasons: Iterable[str | Iterable[str]] = (),
    also: Sequence[str] = (),
    strengths: Sequence[Strength] = (),
    route: str | None = "oral",
    guards: Sequence[Guard] = (),
    **more: Any,
) -> Order:
    """One order of ``name``; ``start`` None: it has no date."""
    begun = None if start is None else on(start)
    ends = end or ("open" if any(s.last_day is None for s in steps) else "known")
    course = Course(name, steps, begun, ends)
    others = tuple(Course(other, steps, begun, ends) for other in also)
    return Order(
        place=Place("o.json", f"/{key}"),
        resource=f"MedicationRequest/{key}",
        key=key,
        status=status,
        intent=more.pop("intent", "order"),
        drugs=(drug(name, more.pop("release", None)), *(drug(a) for a in also)),
        route=route,
        form_route=None,
        plan=Plan((course, *others)),
        written=begun,
        start=begun,
        stopped=None if stopped is None else on(stopped),
        reasons=tuple(
            Reason(frozenset([r] if isinstance(r, str) else r), "said", f"MedicationRequest/{key}")
            for r in reasons
        ),
        guards=tuple(guards),
        pointers=(("medication", "/medicationCodeableConcept"), ("dosage", "/dosageInstruction/0")),
        strengths=tuple(strengths),
        **more,
    )


def guard(fact: str, words: str = "looks at it") -> Guard:
    """A guard taken at its word."""
    return Guard(fact, "condition", words, "taken-at-its-word", Place("o.json", ""))


def lab(
    kind: str, value: str, day: date | int = 0, unit: str = "mmol/L", comparator: str | None = None
) -> Lab:
    """A result of so many days after DAY."""
    return Lab(kind, Fraction(value), unit, on(day), f"Observation/{kind}", comparator)


def condition(*groups: str, active: bool = True, onset: date | int | None = None) -> ConditionFact:
    """A diagnosis."""
    begun = None if onset is None else on(onset)
    return ConditionFact(frozenset(groups), active, begun, None, f"Condition/{groups[0]}")


def statement(
    name: str, kind: str = "statement", active: bool = True, since: Any = None, until: Any = None
) -> Statement:
    """A drug that is or was taken, or an allergy to it."""
    begun = None if since is None else on(since)
    ended = None if until is None else on(until)
    return Statement(kind, (drug(name),), active, begun, ended, f"MedicationStatement/{name}")


def service(*words: str, labs: Iterable[str] = ()) -> Service:
    """Something else that is ordered."""
    return Service(words, frozenset(labs), "ServiceRequest/1")


def view(orders: Order | Sequence[Order], mode: str = "patient", nth: int = 0, **more: Any) -> View:
    """The view of the ``nth`` order, for its first drug. ``more``: facts of the patient, and ``services``."""
    several = (orders,) if isinstance(orders, Order) else tuple(orders)
    services = more.pop("services", None)
    as_of = more.pop("as_of", AS_OF)
    record = Record(mode, "Patient/1", several, Facts(**more), as_of, services=services)
    mine = several[nth]
    return View(record, mine, mine.drugs[0], SETTINGS)


def check(
    kind: str,
    params: Mapping[str, Any],
    orders: Order | Sequence[Order],
    mode: str = "patient",
    nth: int = 0,
    **more: Any,
) -> Outcome:
    """What ``kind`` says of the ``nth`` of ``orders``."""
    routes = frozenset(params.get("routes", ("oral", "enteral")))
    return check_of(kind)(view(orders, mode, nth, **more), {**params, "routes": routes})


def mg(value: float | str, unit: str = "mg") -> Measure:
    """A limit."""
    return Measure(Fraction(str(value)), unit)


def mg_d(value: float | str) -> Measure:
    """A limit of a day."""
    return mg(value, "mg/d")
