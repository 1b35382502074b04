"""``monitoring-present``: a definition that gives a drug also orders what watches over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome
from orderlint.checks.services import beside, ordered, surely_ordered
from orderlint.checks.view import View


def monitoring_present(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires for an order of a definition that orders none of ``any_of``.

    Params: ``any_of`` (words of an action or of what it names; one that is a kind of laboratory value also
    matches a test of that kind). What the user may leave out, or takes instead of the order, doesn't count
    (docs/decisions/0004-worst-combination.md). Clear for patients, and for a template order outside any
    definition: what is ordered beside it can't be known.
    """
    if not view.template or view.record.services is None:
        return CLEAR
    services, wanted = view.record.services, params["any_of"]
    if surely_ordered(view.order, services, wanted):
        return CLEAR
    offered = list(dict.fromkeys(ordered(beside(view.order, services), wanted)))
    said = "nothing in the definition monitors it"  # the rule's advice says what would
    if offered:
        said = f"what monitors it may be left out: {', '.join(offered)}"
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} is ordered, and {said}",
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
    )
