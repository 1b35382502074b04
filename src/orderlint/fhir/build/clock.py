"""The times of day at which an order begins and ends, where they are written."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.fhir.read.clock import bounds, moment
from orderlint.fhir.read.order import OrderParts, extension_of
from orderlint.fhir.read.shape import Json
from orderlint.record import Clock, Moment

_EACH_BY_ITSELF = "instance-order"  # often one administration: what it gives on a day is given on that day


def clock_of(order: Json, parts: OrderParts) -> Clock | None:
    """When ``order`` begins and ends by the clock; None where neither is written.

    Administrations (``event``, the orders of single ones) have none: they hand no day over to what follows.
    """
    if parts.intent == _EACH_BY_ITSELF or any(i.timing and i.timing.events for i in parts.instructions):
        return None
    begins, stops = _begins(order, parts), _stops(order, parts)
    return Clock(begins, stops) if begins is not None or stops is not None else None


def _begins(order: Json, parts: OrderParts) -> Moment | None:
    """Of what ``start_of`` counts from: the bounds, the period in which it is effective, or authoredOn."""
    if any(i.timing and i.timing.repeat and i.timing.repeat.bounds_start for i in parts.instructions):
        return _told([start for start, _ in bounds(order, parts.instructions)], first=True)
    if parts.effective is not None and parts.effective.start is not None:
        return moment(_effective(order).get("start"))
    return moment(order.get("authoredOn"))


def _stops(order: Json, parts: OrderParts) -> Moment | None:
    """The end of its bounds, or when it was stopped, whichever comes first."""
    bounded = None
    if _is_bounded(parts):
        bounded = _told([end for _, end in bounds(order, parts.instructions)], first=False)
    ended = _ended(order, parts) if parts.ended is not None else None
    if bounded is None or ended is None:
        return bounded or ended
    sooner = bounded.day < ended.day or (bounded.relieved_by(ended) and bounded != ended)
    return bounded if sooner else ended


def _is_bounded(parts: OrderParts) -> bool:
    """Whether all of its instructions have an end."""
    ends = [i.timing.repeat.bounds_end if i.timing and i.timing.repeat else None for i in parts.instructions]
    return bool(ends) and None not in ends


def _ended(order: Json, parts: OrderParts) -> Moment | None:
    """Of what ``parts.ended`` is, apart from the bounds."""
    changed = order.get("statusChanged") or extension_of(order, "statusChanged").get("valueDateTime")
    if parts.status == "stopped" and changed is not None:
        return moment(changed)
    if parts.effective is not None and parts.effective.end is not None:
        return moment(_effective(order).get("end"))
    return None if _is_bounded(parts) else moment(changed)


def _effective(order: Json) -> Json:
    own = order.get("effectiveDosePeriod")
    found = own if isinstance(own, dict) else extension_of(order, "effectiveDosePeriod").get("valuePeriod")
    return found if isinstance(found, dict) else {}


def _told(written: Iterable[object], first: bool) -> Moment | None:
    """The first or last of several; None unless each has a time, and those of its day are of one zone."""
    found = [moment(one) for one in written]
    known = [m for m in found if m is not None]
    if not known or len(known) != len(found):
        return None
    days = [m.day for m in known]
    on_day = [m for m in known if m.day == (min(days) if first else max(days))]
    if len({m.zone for m in on_day}) > 1:
        return None
    return min(on_day) if first else max(on_day)
