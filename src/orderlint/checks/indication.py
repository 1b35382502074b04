"""``indication``: orders whose every reason is one for which the drug is not meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome
from orderlint.checks.view import View


def indication(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where the order gives reasons and every one of them falls in ``only``.

    Params: ``only`` (condition groups), ``besides`` (groups that take a reason out of ``only``), ``says``. A
    reason falls in ``only`` if any of its groups does. Clear where no reason is given, or where one is of
    another group or of none. Alike for patients and templates.
    """
    reasons = view.order.reasons
    only, besides = frozenset(params["only"]), frozenset(params.get("besides", ()))
    if not reasons or not all(r.groups & only and not r.groups & besides for r in reasons):
        return CLEAR
    named = sorted({g.replace("-", " ") for r in reasons for g in r.groups & only})
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} for {', '.join(named)} only: {params['says']}",
        pointer=view.order.pointer("medication"),
        facts=tuple(
            dict.fromkeys(f"reason {', '.join(sorted(r.groups & only))} ({r.source})" for r in reasons)
        ),
        figures=tuple(params.get("figures", ())),
    )
