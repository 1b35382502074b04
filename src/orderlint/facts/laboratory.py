"""The latest result of one kind of laboratory value in a window before a day."""

from __future__ import annotations

from datetime import date, timedelta

from orderlint.record import Facts, Lab


def latest(facts: Facts, kind: str, day: date, within_days: int) -> Lab | None:
    """The latest ``kind`` of the ``within_days`` before ``day``, the day itself included; None: none there.

    Values are in the canonical unit of their kind. Of several of one day the lowest counts. A partial
    date counts only if all of it lies in the window.
    """
    back = day - timedelta(days=within_days)
    found = [x for x in facts.labs if x.kind == kind and back <= x.on.first and x.on.last <= day]
    if not found:
        return None
    last = max(x.on.last for x in found)
    return min((x for x in found if x.on.last == last), key=lambda x: (x.value, x.source))
