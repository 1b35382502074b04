"""Whether something has been measured around a day, whatever the result."""

from __future__ import annotations

from datetime import timedelta

from orderlint.dosing.model import DateSpan
from orderlint.record import Facts, Lab


def measured_around(facts: Facts, kind: str, day: DateSpan, within_days: int) -> Lab | None:
    """The latest result of ``kind`` that lies at most ``within_days`` before or after ``day``; None: none.

    A partial date counts only if all of it lies there.
    """
    first, last = day.first - timedelta(days=within_days), day.last + timedelta(days=within_days)
    found = [x for x in facts.labs if x.kind == kind and first <= x.on.first and x.on.last <= last]
    return max(found, key=lambda x: (x.on.last, x.source), default=None)
