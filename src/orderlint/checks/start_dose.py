"""``start-dose``: what a treatment may begin with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.amounts import in_words, single, steps_of, why_not
from orderlint.checks.chosen import added_up, others_of
from orderlint.checks.first import begun_with, first_order
from orderlint.checks.outcome import CLEAR, Outcome, above, first_that_fires, undecided
from orderlint.checks.pointers import instruction_of
from orderlint.checks.view import View
from orderlint.dosing.model import Step
from orderlint.dosing.number import figure, spell
from orderlint.exact import Fraction
from orderlint.findings import Measure
from orderlint.tri import DOSE, Need


def start_dose(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires where the first step of a first order is above one of the limits.

    Params: ``washout_days``, and at least one of ``max_single`` (Measure, ``mg``), ``max_daily``
    (Measure, ``mg/d``; all orders that begin that day add up) and ``max_times`` (a day). A first order is
    one before which no order by the clause's routes and no statement of the drug ran in the washout; a
    definition's order is one. Clear for a later order, and for a later stage of an order that begins on the
    same day with no less: that start is judged at the earlier stage. Undecided where a limit would be
    exceeded and nobody can say whether it is the first, or where it is the first and its dose can't be
    computed.
    """
    if view.running is None:
        return CLEAR  # stopped before its first day
    first = first_order(view, params["routes"], int(params["washout_days"]))
    if first.state == "no":
        return Outcome("clear", facts=first.facts)
    outcome = _begins(view, params)
    for earlier in begun_with(view, params["routes"]) if outcome.state == "fires" else ():
        if _tells_of(earlier, outcome, params):
            return Outcome("clear", facts=(f"the start of {earlier.order.resource}, at a later stage",))
    if first.state == "maybe" and outcome.state != "clear":
        return undecided(*first.needs, *outcome.needs, facts=outcome.facts)
    return outcome


def _tells_of(earlier: View, mine: Outcome, params: Mapping[str, Any]) -> bool:
    """Whether the same start, or a worse one, fires at an earlier stage of the order."""
    told = _begins(earlier, params)
    if told.state != "fires" or told.measured is None or mine.measured is None:
        return False
    return told.limit == mine.limit and told.measured.value >= mine.measured.value


def _begins(view: View, params: Mapping[str, Any]) -> Outcome:
    steps, missing = steps_of(view)
    if missing is not None:
        return undecided(Need(DOSE, missing))
    step = steps[0]
    outcomes = []
    if "max_daily" in params:
        outcomes.append(_daily(view, step, params["max_daily"], params))
    if "max_single" in params:
        limit: Measure = params["max_single"]
        dose = single(step, limit.unit)
        outcomes.append(_against(view, step, dose, limit, "at a time", why_not(step, limit.unit), params))
    if "max_times" in params:
        limit = Measure(figure(params["max_times"]), "/d")
        why = "how often it is taken is not known"
        outcomes.append(_against(view, step, step.times_per_day, limit, "times a day", why, params))
    return first_that_fires(outcomes)


def _daily(view: View, step: Step, limit: Measure, params: Mapping[str, Any]) -> Outcome:
    mine = view.placed_here(params["routes"])
    first = mine.first if mine is not None else None
    day = view.busiest_day(params["routes"], first, first)
    value = day.total.value if day.total is not None and day.total.unit == limit.unit else None
    why = day.unknown or why_not(step, limit.unit.removesuffix("/d"))
    if value is not None and value <= limit.value:
        return CLEAR if day.unknown is None else undecided(Need(DOSE, day.unknown))
    outcome = _against(view, step, value, limit, "a day", why, params, added_up(view, day.parts))
    beside = others_of(view, day.parts) if outcome.state == "fires" else ()
    return outcome._replace(beside=beside) if beside else outcome


def _against(
    view: View,
    step: Step,
    value: Fraction | None,
    limit: Measure,
    how: str,
    why: str,
    params: Mapping[str, Any],
    added: str = "",
) -> Outcome:
    if value is None:
        return undecided(Need(DOSE, why))
    if value <= limit.value:
        return CLEAR
    unit = "" if limit.unit == "/d" else f" {limit.unit.removesuffix('/d')}"
    return above(
        value,
        limit,
        (
            f"{view.drug.ingredient} starts with {spell(value)}{unit} {how}{added}{in_words((step,))}; "
            f"the most to start with is {spell(limit.value)}{unit} {how}"
        ),
        instruction_of(step.pointers) or view.order.pointer("dosage"),
        params,
    )
