"""The Medications that a group of partitions needs, as rows of it, where all are too many to ship."""

from __future__ import annotations

from typing import Any

from orderlint.audit.spark.rows import MEDICATION, NAMED
from orderlint.audit.spark.tasks import names_medications

_DEEPEST = 8  # Medications of Medications, as in ``Join``
_SPOT = ("source", "first", "byte")
_LINE = ("kind", *_SPOT, "line", "raw", "how")


def needed(rows: Any, medications: Any) -> Any:
    """The rows (with their group) of the Medications that ``rows`` (with grp and raw) name,
    and of those that these name. ``medications`` is the frame of that phase."""
    lines = medications.where(f"kind = {MEDICATION}").select(*_LINE)
    places = medications.where(f"kind = {NAMED}").selectExpr("part as key", *_SPOT)
    fresh = _named(rows)
    known = fresh
    found = None
    for _ in range(_DEEPEST):
        spots = fresh.join(places, "key").select("grp", *_SPOT).distinct()
        more = spots.join(lines, list(_SPOT)).select("grp", *_LINE).persist()
        if more.isEmpty():
            break
        found = more if found is None else found.union(more)
        fresh = _named(more).exceptAll(known).persist()
        if fresh.isEmpty():
            break
        known = known.union(fresh)
    return found


def _named(rows: Any) -> Any:
    wanted = rows.select("grp", "raw").mapInArrow(names_medications, "key long, grp int")
    return wanted.distinct().persist()
