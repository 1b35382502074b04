"""``concentration``: how strong a preparation is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.view import View
from orderlint.dosing import units
from orderlint.dosing.model import Amount, Strength
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need

_PERCENT_OF = {"mL": Fraction(1, 10), "mg": Fraction(100)}  # 1 % is 10 mg in 1 mL, or 1 mg in 100 mg


def concentration(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where the product's strength of ``ingredient`` lies outside ``from`` to ``to`` (both allowed).

    Params: ``ingredient`` (the order's drug where it is not given), ``from`` and ``to`` (numbers, at least
    one), ``unit`` (``%``: grams in 100 mL or in 100 g). Undecided where the strength is not known, or not
    as a share of the preparation. Alike for patients and templates.
    """
    name: str = params.get("ingredient", view.drug.ingredient)
    known = [s for s in view.order.strengths if s.ingredient == name]
    known = [s for s in known if s.origin == known[0].origin]  # the first source counts, as for doses
    found = {value for value in (percent(s) for s in known) if value is not None}
    if len(found) != 1:
        why = "is given several times" if len(found) > 1 else "is not known"
        return undecided(Need(DOSE, f"the strength of {name} in the product {why}"))
    value = found.pop()
    low = figure(params["from"]) if "from" in params else None
    high = figure(params["to"]) if "to" in params else None
    if (low is None or value >= low) and (high is None or value <= high):
        return CLEAR
    limit = low if low is not None and value < low else high
    span = " to ".join(spell(x) for x in (low, high) if x is not None)
    return Outcome(
        "fires",
        message=f"{name} {spell(value)} % in the preparation; {span} % is described",
        measured=Measure(value, "%"),
        limit=Measure(limit, "%") if limit is not None else None,
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
    )


def percent(strength: Strength) -> Fraction | None:
    """A strength in per cent; None where it is none: a mass per tablet, a unit that is not known."""
    amount, per = _value(strength.amount), _value(strength.per)
    if amount is None or not per or strength.amount.problem or strength.per.problem:
        return None
    if strength.amount.unit == "%":
        return amount
    unit, below = strength.amount.unit or "", strength.per.unit or ""
    if "/" in unit and below in ("", "1"):  # "20 mg/mL" as one quantity
        unit, _, below = unit.partition("/")
    base = units.standard(below)
    up, down = units.factor(unit, "mg"), units.factor(below, base)
    if base not in _PERCENT_OF or up is None or down is None:
        return None
    return amount * up / (per * down) * _PERCENT_OF[base]


def _value(amount: Amount) -> Fraction | None:
    return amount.high if amount.high is not None else amount.low
