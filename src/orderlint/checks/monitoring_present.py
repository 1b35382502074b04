"""``monitoring-present``: a definition that gives a drug also orders what watches over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome
from orderlint.checks.services import ordered
from orderlint.checks.view import View


def monitoring_present(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires for an order of a definition that orders none of ``any_of``.

    Params: ``any_of`` (words of an action or of what it names; one that is a kind of laboratory value also
    matches a test of that kind). Clear for patients, and for a template order outside any definition: what
    is ordered beside it can't be known.
    """
    if not view.template or view.record.services is None:
        return CLEAR
    if ordered(view.record.services, params["any_of"]):
        return CLEAR
    return Outcome(
        "fires",
        message=(
            f"{view.drug.ingredient} is ordered, and nothing in the definition monitors it: none of "
            f"{', '.join(params['any_of'])}"
        ),
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
    )
