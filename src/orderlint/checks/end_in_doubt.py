"""Did a treatment really end where its orders do? The patient may have died, or take it by another record."""

from __future__ import annotations

from orderlint.checks.exposure import Exposure
from orderlint.checks.outcome import Outcome, undecided
from orderlint.checks.routes import among
from orderlint.checks.running import of_statement
from orderlint.checks.view import View
from orderlint.facts.death import died_by
from orderlint.tri import COURSE, Need


def by_what_is_known(
    view: View, exposure: Exposure, outcome: Outcome, routes: frozenset[str], max_gap_days: int
) -> Outcome:
    """What a check says of the end of an exposure, in the light of what else is known of the patient.

    Clear where death came by its last day. What would fire is undecided where nobody knows when the patient
    died, or a statement says that the drug was taken on.
    """
    dead = died_by(view.facts, exposure.last)
    if dead:
        return Outcome("clear", facts=("the patient died before it ended",))
    if outcome.state != "fires":
        return outcome
    if dead is None:
        return undecided(Need(COURSE, "the patient died, and whether before it ended can't be known"))
    goes_on = _still_taken(view, exposure, routes, max_gap_days)
    return undecided(goes_on) if goes_on is not None else outcome


def _still_taken(view: View, exposure: Exposure, routes: frozenset[str], max_gap_days: int) -> Need | None:
    """Why it is not sure that an exposure ended: a statement by which the drug was taken after it, without a
    break of more than ``max_gap_days``. None where there is none.

    What a statement without an end says holds by the day of the run; it knows nothing of a day to come. A
    dispense is no such statement: what was handed out need not have been taken.
    """
    name, last, today = view.drug.ingredient, exposure.last, view.record.as_of.toordinal()
    for one in view.facts.statements:
        if one.kind != "statement" or not among(one.route, routes):
            continue
        if all(drug.ingredient != name for drug in one.drugs):
            continue
        if one.until is None and (not one.active or (last is not None and last >= today)):
            continue
        if last is None:
            goes_on = one.until is None
        else:
            goes_on = of_statement(one, name, today).perhaps_in(last + 1, last + 1 + max_gap_days)
        if goes_on:
            why = f"{one.source} says that {name} is taken after the end of its orders"
            return Need(COURSE, f"{why}, so whether it was stopped can't be known")
    return None
