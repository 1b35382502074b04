"""``avoid``: any order of the drug, in the population that the clause's ``when`` names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.outcome import Outcome
from orderlint.checks.view import View


def avoid(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires for every order; who is meant stands in ``when``. Params: ``says`` (the message's ending)."""
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} {params['says']}",
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
        rank=float("inf"),
    )
