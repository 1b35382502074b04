"""What an order without a date may add to a day: nobody knows whether it runs on it."""

from __future__ import annotations

from collections.abc import Sequence

from orderlint.checks.view import View
from orderlint.findings import Measure
from orderlint.timeline import DayTotal, Placed, busiest_day, on_unknown_days
from orderlint.tri import COURSE, DOSE, Need


def with_undated(view: View, limit: Measure, routes: frozenset[str], first: int | None = None) -> Need | None:
    """What is missing where the sum of a day from ``first`` on may exceed ``limit`` with orders that no date
    places, or can't be told; None where it can't exceed it, or all orders have dates.

    For a limit that the orders don't exceed on the days on which they surely run.
    """
    mine = view.placed_here(routes)
    if mine is None or view.template:
        return None
    freed = on_unknown_days(mine, view.placed(routes))
    if freed is None:
        return None
    mine, others = freed
    day = busiest_day(mine, others, first)
    if day.total is not None and day.total.unit == limit.unit and day.total.value > limit.value:
        return Need(COURSE, _why(mine, others, day))
    return Need(DOSE, day.unknown) if day.unknown is not None else None


def _why(mine: Placed, others: Sequence[Placed], day: DayTotal) -> str:
    if not mine.dated:
        return f"{mine.order.resource} has no date, so what runs beside it can't be known"
    undated = {p.order.key: p.order.resource for p in others if not p.dated}
    names = list(dict.fromkeys(undated[s.order.key] for s in day.parts if s.order.key in undated))
    have = "have" if len(names) > 1 else "has"
    return f"{' and '.join(names)} {have} no date, so whether it runs beside can't be known"
