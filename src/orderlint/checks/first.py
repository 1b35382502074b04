"""Is this the first order: did any of the drug run in the washout before its first day?"""

from __future__ import annotations

from collections.abc import Iterator

from orderlint.checks.running import BEFORE_ALL, Running
from orderlint.checks.view import View, route_matches
from orderlint.timeline import same_order_again
from orderlint.tri import COURSE, YES, Need, Tri

_NOT_YET = frozenset(("proposal", "plan"))  # an earlier stage of the order that nobody took


def first_order(view: View, routes: frozenset[str], washout_days: int) -> Tri:
    """Yes where no order by ``routes`` and no statement of the drug ran in the ``washout_days`` before.

    A definition's order is a first one. Maybe where the dates that would tell are missing.
    """
    if view.template:
        return YES
    mine = view.running
    earlier = [r for r in view.others(frozenset({view.drug.ingredient}), routes) if not _same(view, r)]
    if not earlier or mine is None:
        return YES
    if not mine.dated:
        return Tri("maybe", (Need(COURSE, f"{mine.why}, so whether it is the first can't be known"),))
    last = mine.maybe[0] - 1
    first = last - washout_days + 1
    for one in earlier:
        if one.surely_in(first, last):
            return Tri("no", facts=(f"{view.drug.ingredient} taken before ({one.source})",))
    doubtful = [r for r in earlier if r.perhaps_in(first, last)]
    if doubtful:
        why = f"whether {view.drug.ingredient} was taken in the {washout_days} days before can't be known"
        return Tri("maybe", tuple(Need(COURSE, f"{why}: {r.why}") for r in doubtful[:3]))
    return YES


def start_day(view: View) -> int | None:
    """The first day of the order; None where it has no date or never runs."""
    mine = view.running
    return mine.maybe[0] if mine is not None and mine.dated and mine.maybe[0] > BEFORE_ALL else None


def begun_with(view: View, routes: frozenset[str]) -> Iterator[View]:
    """The stages of the order that it names as come before it, and that begin on the same day for the same
    reasons: a treatment begins once, and it is with them.

    Plans and proposals are none of them: nobody took them.
    """
    start = start_day(view)
    if not view.order.earlier_stages or start is None:
        return
    groups = {r.groups for r in view.order.reasons}
    for one in view.record.orders:
        if one.key not in view.order.earlier_stages or one.intent in _NOT_YET:
            continue
        if not route_matches(one, routes) or {r.groups for r in one.reasons} != groups:
            continue
        earlier = view.of_stage(one)
        if earlier is not None and start_day(earlier) == start and earlier.day == view.day:
            yield earlier


def _same(view: View, one: Running) -> bool:
    """A copy of the order, or the proposal or plan from which it was made."""
    if one.order is None:
        return False
    if one.order.key == view.order.key:
        return True
    return same_order_again(view.order, one.order) and one.order.intent in _NOT_YET
