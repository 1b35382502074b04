"""``titration``: how much, and how soon after the last change, a dose is raised."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from orderlint.checks.amounts import in_words
from orderlint.checks.exposure import Exposure, Level, exposures
from orderlint.checks.outcome import CLEAR, Outcome, strictness, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.model import Dose
from orderlint.dosing.number import spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.namedtuple import NamedTuple
from orderlint.timeline import Placed, Stretch, same_use
from orderlint.tri import COURSE, DOSE, Need


class Rise(NamedTuple):
    """From one level to a higher one, ``days`` after the change before it; None: after a break, in which
    nothing was raised."""

    before: Level
    after: Level
    days: int | None


def titration(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires at the order whose step raises the total daily dose too far or too soon.

    Params: ``max_gap_days`` (what is still one exposure), and at least one of ``max_raise`` (Measure,
    ``mg/d``: more in one step fires) and ``min_days`` (a raise earlier after the last change, or after the
    start, fires). ``info_days``: a raise from ``min_days`` on but earlier than this is an info.
    ``look_back_days``: what begins no more than so many days after the last dose of the exposure before is
    held against that dose, by ``max_raise`` alone. Raises inside one order count as those from order to
    order; the days on which an order runs beside its renewal at the same dose are no raise. Undecided where
    a dose from or to which this order changes can't be computed, or where orders have no dates by which to
    follow one another. Clear for a first dose, a lower or an equal one. Alike for patients and templates.
    """
    placed = [p for p in view.placed_beside(params["routes"]) if p.stretches]
    mine = next((p for p in placed if same_use(p.order, view.order)), None)
    if mine is None:
        course = view.course
        why = course.why_unknown if course is not None else None
        return undecided(Need(DOSE, why)) if why else CLEAR
    if (loose := view.adrift(params["routes"])) is not None:
        return undecided(loose)
    needs: list[Need] = []
    if len(placed) > 1 and not all(p.dated for p in placed):
        others = [p for p in placed if not same_use(p.order, view.order) and (not mine.dated or not p.dated)]
        if others:
            name = (mine if not mine.dated else others[0]).order.resource
            why = f"{name} has no date, so which order follows which can't be known"
            needs.append(Need(COURSE, why))
        placed = [mine] if not mine.dated else [p for p in placed if p.dated]
    previous: Exposure | None = None
    for exposure in _exposures(view, placed, params):
        if (view.order.key, view.order.use) in exposure.keys:
            return _judge(view, exposure, _before_break(previous, exposure, params), params, needs)
        previous = exposure
    return undecided(*needs) if needs else CLEAR


def _exposures(view: View, placed: list[Placed], params: Mapping[str, Any]) -> tuple[Exposure, ...]:
    gap = int(params["max_gap_days"])
    if len(placed) == len(view.placed_beside(params["routes"])) == 1:  # nobody to hand over to
        return view.exposures(params["routes"], gap)
    return exposures(handed_over(placed), gap)


def _before_break(previous: Exposure | None, exposure: Exposure, params: Mapping[str, Any]) -> Level | None:
    """The last level of the exposure before, where the break was short enough for it to count."""
    if previous is None or previous.last is None or "look_back_days" not in params:
        return None
    within = exposure.first - previous.last <= int(params["look_back_days"])
    return previous.levels[-1] if within and previous.levels else None


def handed_over(placed: list[Placed]) -> list[Placed]:
    """The same orders, each without the days on which another has taken over.

    A day on which one order ends and another begins belongs to the later one: nobody takes both. So do the
    days that an order and its renewal share.
    """
    if len(placed) == 1:
        return placed
    begins = {p.first: p.order.key for p in placed}
    by_dose = _by_first_dose(placed)
    found = []
    for one in placed:
        stretches = [_until_next(s, begins) for s in one.stretches]
        ends = max(one.stretches, key=_first_day)
        renewed = _renewed(one, ends, by_dose)
        if renewed is not None:
            at = one.stretches.index(ends)
            stretches[at] = stretches[at]._replace(last=renewed - 1)
        found.append(one if stretches == list(one.stretches) else one._replace(stretches=tuple(stretches)))
    return found


def _until_next(stretch: Stretch, begins: Mapping[int, str]) -> Stretch:
    last, key = stretch.last, stretch.order.key
    if last is None or last <= stretch.first or begins.get(last, key) == key:
        return stretch
    return stretch._replace(last=last - 1)


def _first_day(stretch: Stretch) -> int:
    return stretch.first


def _by_first_dose(placed: list[Placed]) -> dict[Dose, list[Stretch]]:
    """What each order begins with, by its daily dose, in the order of their days."""
    found: dict[Dose, list[Stretch]] = {}
    for one in placed:
        first = min(one.stretches, key=_first_day)
        if first.step.daily is not None:
            found.setdefault(first.step.daily, []).append(first)
    return found


def _renewed(one: Placed, ends: Stretch, by_dose: Mapping[Dose, list[Stretch]]) -> int | None:
    """The first day of the order that renews this one before its end; None where none does.
    ``ends``: what this one ends with.

    A renewal begins with the dose with which the other ends, outlasts it, and they run together no longer
    than either runs without the other: a refill fetched early. Two orders that go on together are none,
    and their sum is a raise.
    """
    if one.end != "known" or ends.last is None or ends.step.daily is None:
        return None
    same = by_dose.get(ends.step.daily, [])
    for new in same[bisect_right(same, ends.first, key=_first_day) :]:
        if new.first > ends.last:
            break
        if new.order.key == one.order.key:
            continue
        together = ends.last - new.first + 1
        alone = new.first - ends.first
        after = new.last - ends.last if new.last is not None else together
        if together <= min(alone, after):
            return new.first
    return None


def _judge(
    view: View, exposure: Exposure, before_it: Level | None, params: Mapping[str, Any], needs: list[Need]
) -> Outcome:
    best: Outcome | None = None
    limit: Measure | None = params.get("max_raise")
    unit = limit.unit if limit is not None else None
    for before, after in _changes_of(view, exposure):
        why = before.why or after.why
        if why is not None:
            needs.append(Need(DOSE, why))
        elif unit is not None and (before.unit != unit or after.unit != unit):
            other = before.unit if before.unit != unit else after.unit
            needs.append(Need(DOSE, f"the dose is known only in {other}, not in {unit}"))
    first = exposure.levels[0]
    rises = list(_rises(exposure.levels))
    if before_it is not None and limit is not None and _part(view, first):
        if before_it.daily is not None and first.daily is not None and before_it.unit == first.unit:
            rises.append(Rise(before_it, first, None))
        elif first.daily is None or first.unit != unit or first.daily > limit.value:
            needs.append(Need(DOSE, before_it.why or first.why or f"the dose before is not known in {unit}"))
    for rise in rises:
        if not _raises(view, rise.after, rise.before):
            continue
        outcome = _fault(view, rise, params)
        if outcome is not None and (best is None or strictness(outcome) > strictness(best)):
            best = outcome
    if best is not None:
        return best
    return undecided(*needs) if needs else CLEAR


def _rises(levels: tuple[Level, ...]) -> Iterator[Rise]:
    """Every step up between levels whose dose is known; a level of unknown dose ends what can be compared."""
    changed: int | None = None
    before: Level | None = None
    for level in levels:
        if level.daily is None:
            before, changed = None, None
            continue
        if before is None or before.daily is None or before.unit != level.unit:
            before, changed = level, level.first
            continue
        if level.daily > before.daily and changed is not None:
            yield Rise(before, level, level.first - changed)
        if level.daily != before.daily:
            changed = level.first
        before = level


def _changes_of(view: View, exposure: Exposure) -> Iterator[tuple[Level, Level]]:
    """Pairs of levels between which this order's own part changes."""
    for before, after in pairwise(exposure.levels):
        if any(s.first == after.first for p in _mine(view, exposure) for s in p.stretches):
            yield before, after


def _mine(view: View, exposure: Exposure) -> list[Placed]:
    return [p for p in exposure.placed if same_use(p.order, view.order)]


def _raises(view: View, after: Level, before: Level) -> bool:
    """Whether it is this order whose part grows from one level to the next."""
    return _part(view, after) > _part(view, before)


def _part(view: View, level: Level) -> Fraction:
    own = [
        s.step.daily.value for s in level.parts if same_use(s.order, view.order) and s.step.daily is not None
    ]
    return sum(own, Fraction(0))


def _fault(view: View, rise: Rise, params: Mapping[str, Any]) -> Outcome | None:
    before, after, days = rise
    limit: Measure | None = params.get("max_raise")
    least, info = params.get("min_days"), params.get("info_days")
    raised = (after.daily or Fraction(0)) - (before.daily or Fraction(0))
    said = (
        f"{view.drug.ingredient} rises from {spell(before.daily or Fraction(0))} to "
        f"{spell(after.daily or Fraction(0))} {after.unit}{in_words(s.step for s in after.parts)}"
    )
    if days is None and before.last is not None:
        said += f" after {after.first - before.last - 1} days without"
    own = next((s for s in after.parts if same_use(s.order, view.order)), None)
    pointer = instruction_of(own.step.pointers) if own is not None else ""
    found = Outcome(
        "fires",
        pointer=pointer or view.order.pointer("dosage"),
        figures=tuple(params.get("figures", ())),
    )
    if limit is not None and after.unit == limit.unit and raised > limit.value:
        return found._replace(
            message=f"{said}, by more than {spell(limit.value)} {limit.unit} in one step",
            measured=Measure(raised, limit.unit),
            limit=limit,
            rank=1000.0 - float(limit.value),
        )
    if days is None:
        return None
    words = f"{said} {days} day{'' if days == 1 else 's'} after the last change"
    measured = Measure(Fraction(days), "d")
    if least is not None and days < int(least):
        return found._replace(
            message=f"{words}; at least {least} days are to pass",
            measured=measured,
            limit=Measure(Fraction(int(least)), "d"),
            rank=float(least),
        )
    if info is not None and days < int(info):
        return found._replace(
            severity="info",
            message=f"{words}; {info} days are advised",
            measured=measured,
            limit=Measure(Fraction(int(info)), "d"),
        )
    return None
