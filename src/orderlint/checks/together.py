"""``together``: drugs, or a drug and something else, that are not to run at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.patch import UNKNOWN, is_patch
from orderlint.checks.running import Days, Running, lasting
from orderlint.checks.services import beside, during, ordered
from orderlint.checks.view import View
from orderlint.record import Order
from orderlint.timeline import never_together, over_before, same_order_again, same_use
from orderlint.tri import COURSE, DOSE, NO, Need, Tri

MOST_CONTESTED = 64  # alternatives of one day among which the largest choice is looked for at once
MOST_TRIES = 20_000  # of combinations, where that choice was too small


def together(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where enough others run on a day on which this order runs.

    Params: ``with`` (ingredients) and ``at_least`` (how many different ones; 1), ``counting_itself`` (the
    drug itself counts as one where ``with`` holds it), ``with_routes`` (only others by these routes),
    ``except_routes`` (others by these don't count), ``days_after`` (the others count for so many days after
    they end), ``services`` (words of other things that are ordered for that time: any of them fires),
    ``only_patches`` (clear of a product that is no patch), ``says`` (the message's ending, before the names).
    Orders and statements count; alternatives, copies and stages of this order don't, nor more than one of
    several alternatives. Undecided where missing dates or ends leave open whether they run at the same time,
    or nothing says whether it is a patch. Alike in a definition, where what nobody
    can date counts as well.
    """
    patch = is_patch(view) if params.get("only_patches") else True
    found, orders = _runs_with(view, params)
    if found.state == "no" or patch is False:
        return CLEAR
    if found.state == "maybe":
        return undecided(*found.needs)
    if patch is None:
        return undecided(Need(DOSE, UNKNOWN))
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} {params['says']}: {', '.join(found.facts)}",
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
        rank=float(params.get("at_least", 1)),
        beside=orders,
    )


def runs_with(view: View, params: Mapping[str, Any]) -> Tri:
    """The question of :func:`together` as yes, no or maybe; the facts of a yes are what runs beside it."""
    return _runs_with(view, params)[0]


def _runs_with(view: View, params: Mapping[str, Any]) -> tuple[Tri, tuple[Order, ...]]:
    """The same, and the other orders on which a yes rests."""
    names: frozenset[str] = params.get("with", frozenset())
    needed = int(params.get("at_least", 1))
    if params.get("counting_itself") and view.drug.ingredient in names:
        needed -= 1
    if view.alone and needed > 0:  # as nearly always
        return NO, ()
    mine, services = view.running, view.record.services
    if services and "services" in params:
        said = ordered(during(mine, beside(view.order, services)), params["services"])
        if said:
            return Tri("yes", facts=tuple(dict.fromkeys(said))), ()
    if not names or mine is None:
        return NO, ()
    routes, never = params.get("with_routes", frozenset()), params.get("except_routes", frozenset())
    after = int(params.get("days_after", 0))
    others = [
        lasting(r._replace(sure=(r.maybe,)) if r.adrift else r, after)  # the worst that may be
        for r in view.others(names, routes, never)
        if r.ingredient != view.drug.ingredient and not _another_stage(view.order, r.order)
    ]
    if view.order.clock is not None:
        others = [r for r in others if not _relieved(mine, r)]
    if not others and needed > 0:
        return NO, ()
    surely = _most(mine.sure, [(r, r.sure) for r in others], needed)
    if len(surely) >= needed:
        found = (r.order for r in surely if r.order is not None and not same_use(view.order, r.order))
        return Tri("yes", facts=tuple(f"{r.ingredient} ({r.source})" for r in surely)), tuple(found)
    perhaps = _most((mine.maybe,), [(r, (r.maybe,)) for r in others], needed)
    if len(perhaps) >= needed:
        whys = [r.why for r in (mine, *perhaps) if r.why]
        return Tri("maybe", tuple(Need(COURSE, why) for why in dict.fromkeys(whys))), ()
    return NO, ()


def _another_stage(mine: Order, other: Order | None) -> bool:
    return other is not None and not same_use(mine, other) and same_order_again(mine, other)


def _relieved(one: Running, other: Running) -> bool:
    """Whether one of them is over, by the clock, when the other begins; it isn't where it outlasts itself."""
    a, b = one.order, other.order
    if a is None or b is None or a.clock is None or b.clock is None:
        return False
    return over_before(a, one.maybe[1], b, other.maybe[0]) or over_before(b, other.maybe[1], a, one.maybe[0])


def _most(
    mine: Iterable[Days], others: Sequence[tuple[Running, Iterable[Days]]], needed: int
) -> list[Running]:
    """The most different ingredients on one day of ``mine``; looked for no further than ``needed``."""
    best: list[Running] = []
    for first, last in mine:
        starts = {first} | {a for _, days in others for a, b in days if first <= a <= last}
        for day in sorted(starts):
            running = [r for r, days in others if any(a <= day <= b for a, b in days)]
            if len(running) <= len(best):
                continue
            chosen = _distinct(running, needed)
            if len(chosen) > len(best):
                best = chosen
            if len(best) >= needed:
                return best
    return best


def _distinct(running: Sequence[Running], needed: int) -> list[Running]:
    """One of each ingredient, of alternatives only what can be taken together: as many as there can be, or as
    many as are easily found where that is no fewer than ``needed``."""
    free = {r.ingredient: r for r in reversed(running) if not _may_clash(r)}
    contested = [r for r in running if _may_clash(r) and r.ingredient not in free]
    best = _easily(contested[:MOST_CONTESTED])
    if len(free) + len(best) < needed:
        best = _searched(contested, needed - len(free)) or best
    return sorted((*free.values(), *best), key=lambda r: (r.ingredient, r.source))


def _searched(contested: Sequence[Running], wanted: int) -> list[Running]:
    """``wanted`` different ingredients that can be taken together; empty where there are none."""
    by_ingredient: dict[str, list[Running]] = {}
    for one in contested:
        by_ingredient.setdefault(one.ingredient, []).append(one)
    several = list(by_ingredient.values())
    tries = 0

    def more(chosen: list[Running], nth: int) -> list[Running]:
        nonlocal tries
        if len(chosen) == wanted:
            return chosen
        for i in range(nth, len(several) - (wanted - len(chosen)) + 1):
            for one in several[i]:
                tries += 1
                if tries > MOST_TRIES:
                    return []
                if not any(_clash(one, other) for other in chosen):
                    found = more([*chosen, one], i + 1)
                    if found:
                        return found
        return []

    return more([], 0)


def _easily(contested: Sequence[Running]) -> list[Running]:
    """A large choice of different ingredients that can be taken together."""
    clashes = [{j for j, x in enumerate(contested) if _clash(r, x)} for r in contested]
    fewest_first = sorted(range(len(contested)), key=lambda i: len(clashes[i]))
    best: list[int] = []
    for seed in fewest_first:
        chosen = [seed]
        for i in fewest_first:
            taken = {contested[j].ingredient for j in chosen}
            if contested[i].ingredient not in taken and not clashes[i] & set(chosen):
                chosen.append(i)
        if len(chosen) > len(best):
            best = chosen
    return [contested[i] for i in best]


def _may_clash(one: Running) -> bool:
    order = one.order
    return order is not None and bool(
        order.alternatives or order.stage_of or order.guards or order.clock is not None
    )


def _clash(one: Running, other: Running) -> bool:
    if one.order is None or other.order is None or same_use(one.order, other.order):
        return False
    if never_together(one.order, other.order) or same_order_again(one.order, other.order):
        return True
    return _relieved(one, other)
