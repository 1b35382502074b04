"""``together``: drugs, or a drug and something else, that are not to run at the same time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.running import Days, Running
from orderlint.checks.services import ordered
from orderlint.checks.view import View
from orderlint.timeline import alternatives, same_order_again
from orderlint.tri import COURSE, NO, Need, Tri

MOST_CONTESTED = 64  # alternatives of one day among which the largest choice is looked for


def together(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where enough others run on a day on which this order runs.

    Params: ``with`` (ingredients) and ``at_least`` (how many different ones; 1), ``counting_itself`` (the
    drug itself counts as one where ``with`` holds it), ``with_routes`` (only others by these routes),
    ``services`` (words of other things that are ordered: any of them fires), ``says`` (the message's
    ending, before the names). Orders and statements count; alternatives, copies and stages of this order
    don't, nor more than one of several alternatives. Undecided where missing dates or ends leave open whether
    they run at the same time. Alike in a definition, whose orders all begin on the same day.
    """
    found = runs_with(view, params)
    if found.state == "maybe":
        return undecided(*found.needs)
    if found.state == "no":
        return CLEAR
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} {params['says']}: {', '.join(found.facts)}",
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
        rank=float(params.get("at_least", 1)),
    )


def runs_with(view: View, params: Mapping[str, Any]) -> Tri:
    """The question of :func:`together` as yes, no or maybe; the facts of a yes are what runs beside it."""
    services = ordered(view.record.services or (), params.get("services", ()))
    if services:
        return Tri("yes", facts=tuple(dict.fromkeys(services)))
    names: frozenset[str] = params.get("with", frozenset())
    mine = view.running
    if not names or mine is None:
        return NO
    needed = int(params.get("at_least", 1))
    if params.get("counting_itself") and view.drug.ingredient in names:
        needed -= 1
    others = [
        r
        for r in view.others(names - {view.drug.ingredient}, params.get("with_routes", frozenset()))
        if r.order is None or r.order.key == view.order.key or not same_order_again(view.order, r.order)
    ]
    surely = _most(mine.sure, [(r, r.sure) for r in others], needed)
    if len(surely) >= needed:
        return Tri("yes", facts=tuple(f"{r.ingredient} ({r.source})" for r in surely))
    perhaps = _most((mine.maybe,), [(r, (r.maybe,)) for r in others], needed)
    if len(perhaps) >= needed:
        whys = [r.why for r in (mine, *perhaps) if r.why]
        return Tri("maybe", tuple(Need(COURSE, why) for why in dict.fromkeys(whys)))
    return NO


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
            chosen = _distinct(running)
            if len(chosen) > len(best):
                best = chosen
            if len(best) >= needed:
                return best
    return best


def _distinct(running: Sequence[Running]) -> list[Running]:
    """One of each ingredient, of alternatives only what can be taken together, as many as there can be."""
    free = {r.ingredient: r for r in reversed(running) if not _may_clash(r)}
    contested = [r for r in running if _may_clash(r) and r.ingredient not in free][:MOST_CONTESTED]
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
    both = (*free.values(), *(contested[i] for i in best))
    return sorted(both, key=lambda r: (r.ingredient, r.source))


def _may_clash(one: Running) -> bool:
    order = one.order
    return order is not None and bool(order.alternatives or order.stage_of or order.guards)


def _clash(one: Running, other: Running) -> bool:
    if one.order is None or other.order is None or one.order.key == other.order.key:
        return False
    return alternatives(one.order, other.order) or same_order_again(one.order, other.order)
