"""Why no result of kidney function counts for an order, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.facts.kidney import MEASURED, RECKONED
from orderlint.record import Facts, Lab

_NAMES = {"egfr": "eGFR", "crcl": "creatinine clearance"}


def why_unmeasured(facts: Facts, day: DateSpan, settings: Mapping[str, Any]) -> str:
    """Why none of the results counts for an order of ``day``. ``settings`` is ``settings.kidney``."""
    for kinds in (MEASURED, RECKONED):
        labs = [x for x in facts.labs if x.kind in kinds]
        if labs:
            outside = _outside(labs, day, int(settings["lookback_days"]), int(settings["lookahead_days"]))
            if outside:
                return outside
            if kinds == RECKONED:
                return "creatinine is on record, but not with an age and a date that allow an eGFR"
            return "the day of the eGFR or of the order is not known well enough to say whether it counts"
    return "no eGFR, creatinine, CKD stage or dialysis on record"


def _outside(labs: Sequence[Lab], day: DateSpan, back: int, ahead: int) -> str:
    """That all of them are too old or too late; "" where one may not be."""
    old = [x for x in labs if x.on.last < day.first - timedelta(days=back)]
    late = [x for x in labs if x.on.first > day.last + timedelta(days=ahead)]
    if len(old) + len(late) < len(labs):
        return ""
    limits = [f"within {back} days before the order"] if old else []
    limits += [f"within {ahead} days after it"] if late else []
    return f"{_when(old, late, day)}; a result counts {' or '.join(limits)}"


def _when(old: Sequence[Lab], late: Sequence[Lab], day: DateSpan) -> str:
    """ "the last eGFR came 400 days before the order": the nearest before it, after it, or both."""
    if not old:
        first = min(late, key=lambda x: x.on.first)
        return f"{_name(first, late, 'first')} came {(first.on.first - day.last).days} days after the order"
    last = max(old, key=lambda x: x.on.last)
    days = (day.first - last.on.last).days
    if not late:
        return f"{_name(last, old, 'last')} came {days} days before the order"
    after = min(late, key=lambda x: x.on.first)
    return (
        f"{_name(last, old, 'last')} before the order came {days} days before it, the next"
        f" {_NAMES.get(after.kind, after.kind)} {(after.on.first - day.last).days} days after it"
    )


def _name(lab: Lab, among: Sequence[Lab], which: str) -> str:
    return f"the {'only' if len(among) == 1 else which} {_NAMES.get(lab.kind, lab.kind)}"
