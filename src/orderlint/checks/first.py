"""Is this the first order: did any of the drug run in the washout before its first day?"""

from __future__ import annotations

from collections.abc import Iterator

from orderlint.checks.running import BEFORE_ALL, Running
from orderlint.checks.view import View, route_matches
from orderlint.record import AT_ONCE, Order
from orderlint.selection import certain
from orderlint.timeline import same_order_again, same_use
from orderlint.tri import COURSE, YES, Need, Tri

_KEEPING_OUT = frozenset(("condition", "useContext"))  # kinds of guards; others only change the order
_NOT_YET = frozenset(("proposal", "plan"))  # an earlier stage of the order that nobody took


def first_order(view: View, routes: frozenset[str], washout_days: int) -> Tri:
    """Yes where no order by ``routes`` and no statement of the drug ran in the ``washout_days`` before.

    A definition's order is a first one, unless another surely comes before it. An order that names one of
    the drug as come before it is none, unless that one was surely over by the washout. Maybe where the dates
    that would tell are missing, or where nothing is known of the order that it names.
    """
    if view.template and view.order.turn is AT_ONCE:
        return YES
    found = _among_known(view, routes, washout_days)
    if found.state == "yes" and view.order.continues_unknown:
        why = f"{view.order.resource} goes on from an order that is cancelled or not known in this run"
        return Tri("maybe", (Need(COURSE, f"{why}, so whether it is the first can't be known"),))
    return found


def _among_known(view: View, routes: frozenset[str], washout_days: int) -> Tri:
    mine = view.running
    earlier = [r for r in view.others(frozenset({view.drug.ingredient}), routes) if not _same(view, r)]
    if view.template:
        earlier = [
            r for r in earlier if r.order is not None and (r.adrift or _comes_with(r.order, view.order))
        ]
    if not earlier or mine is None:
        return YES
    linked = _named_before(view)
    if not mine.dated:
        for one in earlier:
            if one.order is not None and one.order.key in linked:
                return _goes_on_from(view, one)
        return Tri("maybe", (Need(COURSE, f"{mine.why}, so whether it is the first can't be known"),))
    last = mine.maybe[0] - 1
    first = last - washout_days + 1
    for one in earlier:
        if one.surely_in(first, last):
            return Tri("no", facts=(f"{view.drug.ingredient} taken before ({one.source})",))
    doubtful = [r for r in earlier if r.perhaps_in(first, last)]
    for one in doubtful:
        if one.order is not None and one.order.key in linked:
            return _goes_on_from(view, one)
    loose = view.adrift(routes) if any(r.adrift for r in doubtful) else None
    if loose is not None:
        return Tri("maybe", (loose,))
    if doubtful:
        why = f"whether {view.drug.ingredient} was taken in the {washout_days} days before can't be known"
        return Tri("maybe", tuple(Need(COURSE, f"{why}: {r.why}") for r in doubtful[:3]))
    return YES


def _named_before(view: View) -> set[str]:
    """The keys of the orders that this one names as come before it, that those name, and so on."""
    found = set(view.order.earlier_stages)
    todo = list(found)
    named = {o.key: o.earlier_stages for o in view.record.orders} if todo else {}
    while todo:
        more = named.get(todo.pop(), frozenset()) - found
        found |= more
        todo += more
    return found


def _goes_on_from(view: View, one: Running) -> Tri:
    return Tri("no", facts=(f"{view.drug.ingredient} goes on from {one.source}",))


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


def _comes_with(other: Order, mine: Order) -> bool:
    """Whether whoever gets an order of a definition gets another one of it, too."""
    who = {g for g in other.guards if g.kind in _KEEPING_OUT}
    surely = other.turn.conditions <= mine.turn.conditions and who <= set(mine.guards)
    return surely and certain(mine.choices, [other.choices])


def _same(view: View, one: Running) -> bool:
    """A copy of the order, or the proposal or plan from which it was made."""
    if one.order is None:
        return False
    if same_use(one.order, view.order):
        return True
    return same_order_again(view.order, one.order) and one.order.intent in _NOT_YET
