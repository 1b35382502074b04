"""``second-line``: a drug for which another is to be tried first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.first import start_day
from orderlint.checks.outcome import Outcome, undecided
from orderlint.checks.running import AFTER_ALL, BEFORE_ALL
from orderlint.checks.view import View
from orderlint.checks.when import holds
from orderlint.facts.intolerance import intolerant_of
from orderlint.selection import certain
from orderlint.tri import COURSE, NO, Need, Tri, any_of


def second_line(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where none of ``after`` ran before the order began or as it did, and none is contraindicated.

    Params: ``after`` (ingredients), ``unless_condition`` (a ``when``: who can't have them), ``says``. An
    active allergy or intolerance to one of ``after`` counts as well. A definition's other orders count as
    begun when its actions say, unless the user may leave them out. Undecided where that is missing, or where
    the condition can't be decided for a patient; in a definition one that may not hold does not excuse.
    """
    after: frozenset[str] = params["after"]
    source = intolerant_of(view.facts, after)
    excused = any_of(
        (
            _tried(view, after),
            Tri("yes", facts=(f"not tolerated ({source})",)) if source else NO,
            holds(params["unless_condition"], view) if params.get("unless_condition") else NO,
        )
    )
    if excused.state == "yes" or (excused.state == "no" and excused.notes):
        return Outcome("clear", facts=excused.facts, notes=excused.notes)
    if excused.state == "maybe" and (not view.template or any(n.kind == COURSE for n in excused.needs)):
        return undecided(*excused.needs, facts=excused.facts)
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} without {' or '.join(sorted(after))} before it: {params['says']}",
        pointer=view.order.pointer("medication"),
        facts=excused.facts,
        figures=tuple(params.get("figures", ())),
    )


def _tried(view: View, after: frozenset[str]) -> Tri:
    """Whether one of ``after`` has run by the day on which this order begins."""
    others, mine = view.others(after), view.running
    if view.template:
        surely = certain(view.order.choices, [r.order.choices for r in others if r.order is not None])
        others = others if surely else ()
    start = start_day(view)
    by_then = mine.sure[0][0] if mine is not None and mine.sure else BEFORE_ALL
    for one in others:
        if one.surely_in(BEFORE_ALL, start if start is not None else by_then):
            return Tri("yes", facts=(f"{one.ingredient} before it ({one.source})",))
    last = start if start is not None else AFTER_ALL
    doubtful = [r for r in others if r.perhaps_in(BEFORE_ALL, last)]
    if doubtful:
        whys = [r.why or f"{view.order.resource} has no date" for r in doubtful]
        return Tri("maybe", tuple(Need(COURSE, why) for why in dict.fromkeys(whys)))
    return NO
