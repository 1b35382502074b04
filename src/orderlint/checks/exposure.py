"""Exposures: the times a patient's drug runs without a break longer than a protocol allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order
from orderlint.timeline import Placed, Stretch, same_order_again, taken_once


class Level(NamedTuple):
    """Days ``first`` to ``last`` (None: no end) at one total dose. ``daily`` None: it can't be computed."""

    first: int
    last: int | None
    daily: Fraction | None
    unit: str | None
    why: str | None
    pointers: tuple[str, ...] = ()
    parts: tuple[Stretch, ...] = ()  # what adds up to it


class Exposure(NamedTuple):
    """``end``: "known" with ``last``, "open", or "unknown". ``final`` is the order with which it ends."""

    placed: tuple[Placed, ...]
    levels: tuple[Level, ...]
    first: int
    last: int | None
    end: str
    final: Placed
    keys: frozenset[tuple[str, str]]  # of its orders, as their actions use them


def exposure_of(order: Order, every: Iterable[Exposure]) -> Exposure | None:
    """The one of ``every`` that ``order`` is of."""
    for exposure in every:
        if (order.key, order.use) in exposure.keys:
            return exposure
    return None


def exposures(placed: Sequence[Placed], max_gap_days: int) -> tuple[Exposure, ...]:
    """Split orders (sorted by first day) into exposures; a gap of up to ``max_gap_days`` is no break.

    An order linked to an earlier one as its later stage continues it whatever the gap.
    """
    groups: list[list[Placed]] = []
    reach: int | None = None  # last day covered; None: no known end
    for one in placed:
        if not one.stretches:
            continue
        joins = bool(groups) and (
            reach is None
            or one.first <= reach + 1 + max_gap_days
            or any(same_order_again(one.order, p.order) for p in groups[-1])
        )
        if joins:
            groups[-1].append(one)
            reach = None if reach is None or one.last is None else max(reach, one.last)
        else:
            groups.append([one])
            reach = one.last
    return tuple([_exposure(group) for group in groups])


def assumed(placed: Iterable[Placed]) -> list[Placed]:
    """The orders that are over, nobody knows since when, and are only taken to run until the next begins."""
    return [p for p in placed if p.end == "unknown" and p.last is not None]


def at_least(placed: Iterable[Placed]) -> list[Placed]:
    """The same orders, those of :func:`assumed` with no more days than they surely had: their first."""
    return [_first_day(p) if p.end == "unknown" and p.last is not None else p for p in placed]


def _first_day(placed: Placed) -> Placed:
    days = [s._replace(last=s.first) for s in placed.stretches if s.first == placed.first]
    return placed._replace(stretches=tuple(days), last=placed.first)


def _exposure(group: list[Placed]) -> Exposure:
    if len(group) == 1:
        return _of_one(group[0])
    first = min([p.first for p in group])
    placed, levels, keys = (
        tuple(group),
        _levels(group),
        frozenset([(p.order.key, p.order.use) for p in group]),
    )
    open_ends = [p for p in group if p.end == "open"]
    unknown = [p for p in group if p.last is None and p.end != "open"]
    if open_ends:
        return Exposure(placed, levels, first, None, "open", open_ends[-1], keys)
    if unknown:
        return Exposure(placed, levels, first, None, "unknown", unknown[-1], keys)
    final = max(group, key=lambda p: (p.last or 0, p.first, p.order.resource, p.order.key))
    return Exposure(placed, levels, first, final.last, "known", final, keys)


def _of_one(placed: Placed) -> Exposure:
    end = "open" if placed.end == "open" else "unknown" if placed.last is None else "known"
    last = placed.last if end == "known" else None
    keys = frozenset([(placed.order.key, placed.order.use)])
    return Exposure((placed,), _levels([placed]), placed.first, last, end, placed, keys)


def _levels(group: Sequence[Placed]) -> tuple[Level, ...]:
    """The total dose by day, as stretches of equal dose, each day counted once."""
    stretches = [s for p in group for s in p.stretches]
    if len(stretches) == 1 and (stretches[0].last is None or stretches[0].last >= stretches[0].first):
        return (_level(stretches[0].first, stretches[0].last, stretches),)
    cuts = {s.first for s in stretches} | {s.last + 1 for s in stretches if s.last is not None}
    days = sorted(cuts)
    levels: list[Level] = []
    for i, day in enumerate(days):
        last = days[i + 1] - 1 if i + 1 < len(days) else None
        running = taken_once([s for s in stretches if s.first <= day and (s.last is None or s.last >= day)])
        if not running:
            continue
        level = _level(
            day, last if any(s.last is not None for s in running) or last is not None else None, running
        )
        if (
            levels
            and levels[-1].daily == level.daily
            and levels[-1].last == day - 1
            and level.daily is not None
        ):
            levels[-1] = levels[-1]._replace(last=level.last)
        else:
            levels.append(level)
    return tuple(levels)


def _level(first: int, last: int | None, running: list[Stretch]) -> Level:
    total: Fraction | None = None
    unit: str | None = None
    pointers: list[str] = []
    for stretch in running:
        daily = stretch.step.daily
        if daily is None:
            why = f"{stretch.order.resource}: {stretch.step.problem or 'its dose can not be computed'}"
            return Level(first, last, None, None, why, stretch.step.pointers, tuple(running))
        if unit is not None and daily.unit != unit:
            why = f"{stretch.order.resource}: {daily.unit} can't be added to {unit}"
            return Level(first, last, None, None, why, stretch.step.pointers, tuple(running))
        unit = daily.unit
        total = daily.value if total is None else total + daily.value
        pointers.extend(stretch.step.pointers)
    return Level(first, last, total, unit, None, tuple(pointers), tuple(running))
