"""A patient's dose of one drug by day, as the steps of a chart around one order."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from orderlint.audit.join.dose_limits import Scale
from orderlint.checks.view import ORAL, route_matches
from orderlint.exact import Fraction
from orderlint.findings import Finding
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order, Record
from orderlint.report.figures import as_json
from orderlint.timeline import Stretch, placed_orders, taken_once

MOST_STEPS = 60
DOSE_KINDS = frozenset({"max-daily-dose", "renal-bands"})  # that hold the dose of a day against a limit


class Step(NamedTuple):
    """From ``day`` (an ordinal) on, until the next step. None: a dose that can't be computed."""

    day: int
    total: Fraction | None


def series(
    record: Record,
    order: Order,
    finding: Finding,
    kinds: Collection[str],
    scale: Scale | None,
    after_days: int = 0,
) -> dict[str, Any] | None:
    """Steps of the total, the day at fault, and whether there is more on either side.

    ``kinds`` are the kinds of check of the finding's rule. ``fault`` is None where the day can't be told
    from the finding; ``begins`` is the first day of the order. None where there is nothing to draw: no
    date, no course, no dose on any day. ``after_days``: how long after the drug began the limit counts.
    """
    routes = scale.routes if scale is not None else None
    unit = scale.unit if scale is not None else _own_unit(order, finding.drug or "")
    routes = routes if routes is not None else _routes_of(order)
    placed = placed_orders(record, finding.drug or "", lambda o: route_matches(o, routes))
    mine = next((p for p in placed if p.order.key == order.key), None)
    if mine is None or not mine.dated or not mine.stretches:
        return None
    steps = list(_steps([s for p in placed if p.dated for s in p.stretches], unit))
    if not any(s.total for s in steps):
        return None
    over = any(p.end == "unknown" for p in placed if p.last is None)
    begins = min(s.first for s in mine.stretches)
    if kinds == {"taper"}:
        fault = max((s.last for s in mine.stretches if s.last is not None), default=None)
    else:
        fault = (
            _fault(steps, mine.stretches, finding, unit, after_days) if DOSE_KINDS.issuperset(kinds) else None
        )
    kept, cut = _around(steps, begins if fault is None else fault)
    return {
        "drug": finding.drug,
        "unit": unit,
        "steps": [[_iso(s.day), None if s.total is None else as_json(s.total)] for s in kept],
        "end": "known" if kept[-1].total == 0 else "unknown" if over else "open",
        "begins": _iso(begins),
        "fault": None if fault is None else _iso(fault),
        "cut": cut,
    }


def _routes_of(order: Order) -> frozenset[str]:
    """Other orders by these routes are on the same chart."""
    if route_matches(order, ORAL):
        return ORAL
    return frozenset({order.route if order.route not in (None, "unknown") else order.form_route or ""})


def _own_unit(order: Order, drug: str) -> str:
    course = order.plan.course(drug)
    units = [s.daily.unit for s in course.steps if s.daily is not None] if course is not None else []
    return units[0] if units else ""


def _steps(stretches: list[Stretch], unit: str) -> Iterable[Step]:
    """Where the total changes; 0 where nothing runs."""
    days = {s.first for s in stretches} | {s.last + 1 for s in stretches if s.last is not None}
    before: Step | None = None
    for day in sorted(days):
        running = [s for s in stretches if s.first <= day and (s.last is None or s.last >= day)]
        step = Step(day, _total(taken_once(running), unit))
        if before is None or step.total != before.total:
            yield step
        before = step


def _total(running: Iterable[Stretch], unit: str) -> Fraction | None:
    total = Fraction(0)
    for stretch in running:
        daily = stretch.step.daily
        if daily is None or daily.unit != unit:
            return None
        total += daily.value
    return total


def _fault(
    steps: list[Step], mine: Iterable[Stretch], finding: Finding, unit: str, after_days: int
) -> int | None:
    """The first day of the order on which the total is what was measured, and the limit counts."""
    spans = [(s.first, s.last) for s in mine]
    if finding.measured is None or finding.measured.unit != unit:
        return None
    began: int | None = None  # of the stretch of days without a break
    for step, after in zip(steps, [*steps[1:], None], strict=True):
        began = None if step.total == 0 else step.day if began is None else began
        if step.total != finding.measured.value or began is None:
            continue
        for a, b in sorted(spans, key=lambda s: s[0]):
            day = max(step.day, a, began + after_days)
            if (after is None or day < after.day) and (b is None or day <= b):
                return day
    return None


def _around(steps: list[Step], fault: int) -> tuple[list[Step], bool]:
    """No more than MOST_STEPS steps, those around a day."""
    if len(steps) <= MOST_STEPS:
        return steps, False
    at = max((n for n, s in enumerate(steps) if s.day <= fault), default=0)
    start = min(max(at - MOST_STEPS // 2, 0), len(steps) - MOST_STEPS)
    return steps[start : start + MOST_STEPS], True


def _iso(day: int) -> str:
    return date.fromordinal(min(max(day, 1), date.max.toordinal())).isoformat()
