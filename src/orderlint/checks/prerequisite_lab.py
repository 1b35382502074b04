"""``prerequisite-lab``: results that must be on record, and not low, before a drug is started."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from orderlint.checks.first import begun_with, first_order, start_day
from orderlint.checks.outcome import CLEAR, Outcome, undecided
from orderlint.checks.running import AFTER_ALL, BEFORE_ALL
from orderlint.checks.services import surely_ordered
from orderlint.checks.together import runs_with
from orderlint.checks.view import View
from orderlint.dosing.number import spell
from orderlint.facts.laboratory import latest
from orderlint.findings import Measure
from orderlint.guards import passage
from orderlint.namedtuple import NamedTuple
from orderlint.record import Lab
from orderlint.tri import COURSE, NO, YES, Need, Tri

ELECTROLYTES = "electrolytes"  # the fact that guards of definitions speak of


class _Fault(NamedTuple):
    """What is wrong with one laboratory value; ``lab`` is None where there is none."""

    words: str
    lab: Lab | None
    low: Measure


def prerequisite_lab(view: View, params: Mapping[str, Any]) -> Outcome:
    """Fires at a first order where a laboratory value is missing, or low and not being replaced.

    Params: ``washout_days`` (what is a first order), ``labs`` (each with ``kind`` of laboratory value,
    ``low``, a Measure in the canonical unit of the kind, ``replacement``, ingredients, and ``words``, as a
    definition may call the test), ``within_days`` (how old the latest value may be on the day of the
    start), ``sooner`` (``with``: ingredients with which ``within_days`` of its own holds). A replacement
    counts if it began before the drug and had not ended when the low value was taken; one of the same day
    doesn't. The laboratory's own lower limit goes before ``low``. A value known only as a bound counts only
    where the bound decides. Undecided where it would fire and nobody can say whether the order is the first,
    or whether the replacement came before. Clear for a later stage of an order that begins on the same day
    and fires itself. A definition fires unless it orders each of the tests or has a guard that speaks of
    electrolytes.
    """
    if view.template:
        return _template(view, params)
    outcome = _at_start(view, params)
    for earlier in begun_with(view, params["routes"]) if outcome.state == "fires" else ():
        if _at_start(earlier, params).state == "fires":
            return Outcome("clear", facts=(f"the start of {earlier.order.resource}, at a later stage",))
    return outcome


def _at_start(view: View, params: Mapping[str, Any]) -> Outcome:
    first = first_order(view, params["routes"], int(params["washout_days"]))
    if first.state == "no" or view.running is None:
        return Outcome("clear", facts=first.facts)
    within, soon = int(params["within_days"]), NO
    sooner = params.get("sooner")
    if sooner is not None:
        soon = runs_with(view, {"with": sooner["with"]})
    long = _faults(view, params, within)
    short = (
        _faults(view, params, int(sooner["within_days"])) if sooner is not None and soon.possible else long
    )
    decided = short if soon.state == "yes" else long
    faults, needs = decided
    if soon.state == "maybe" and not faults and short[0]:
        needs = (*needs, *soon.needs)  # whether the shorter window holds decides
    if not faults:
        return undecided(*needs) if needs else CLEAR
    if first.state == "maybe":
        return undecided(*first.needs)
    return _fires(view, faults, params, soon)


def _faults(view: View, params: Mapping[str, Any], within: int) -> tuple[list[_Fault], tuple[Need, ...]]:
    start = start_day(view)
    day = date.fromordinal(start) if start is not None else view.record.as_of
    faults: list[_Fault] = []
    needs: list[Need] = []
    for one in params["labs"]:
        kind, low = one["kind"], one["low"]
        lab = latest(view.facts, kind, day, within)
        own = lab.lowest_normal if lab is not None and lab.unit == low.unit else None
        if own is not None:
            low = Measure(own, low.unit)
        if lab is None or not _decides(lab, low):
            bound = f" but a bound ({lab.source})" if lab is not None else ""
            faults.append(_Fault(f"no {kind} of the last {within} days on record{bound}", None, low))
            continue
        if lab.value > low.value or (lab.value == low.value and lab.comparator != "<"):
            continue
        replaced = _replaced(view, one.get("replacement", frozenset()), lab, day)
        when = lab.on.last.isoformat()
        words = f"{kind} {lab.comparator or ''}{spell(lab.value)} {lab.unit} on {when} ({lab.source})"
        if own is not None:
            words += f", below the laboratory's own {spell(low.value)},"
        if replaced.state == "no":
            faults.append(_Fault(f"{words} and nothing ordered before to replace it", lab, low))
        elif replaced.state == "maybe":
            needs.extend(replaced.needs)
    return faults, tuple(needs)


def _decides(lab: Lab, low: Measure) -> bool:
    """Whether the value says on which side of ``low`` it is: "<3.0" does below 3.5, ">3.0" does not."""
    if lab.unit != low.unit:
        return False
    if lab.comparator in ("<", "<="):
        return lab.value < low.value or (lab.value == low.value and lab.comparator == "<")
    return lab.comparator is None or lab.value >= low.value


def _replaced(view: View, names: frozenset[str], lab: Lab, start: date) -> Tri:
    """Whether a replacement began before ``start`` and had not ended on the day of the low value."""
    needs: list[Need] = []
    before, taken = start.toordinal() - 1, lab.on.first.toordinal()
    for one in view.others(names):
        if one.surely_in(BEFORE_ALL, before) and one.surely_in(taken, AFTER_ALL):
            return YES
        if one.perhaps_in(BEFORE_ALL, before) and one.perhaps_in(taken, AFTER_ALL):
            needs.append(Need(COURSE, one.why or f"when {one.source} ran is not known"))
    return Tri("maybe", tuple(needs)) if needs else NO


def _fires(view: View, faults: list[_Fault], params: Mapping[str, Any], soon: Tri) -> Outcome:
    low = next((f for f in faults if f.lab is not None), None)
    lab = low.lab if low is not None else None
    return Outcome(
        "fires",
        message=f"{view.drug.ingredient} is started with {'; '.join(f.words for f in faults)}",
        measured=Measure(lab.value, lab.unit) if lab is not None else None,
        limit=low.low if low is not None else None,
        pointer=view.order.pointer("medication"),
        facts=tuple(f"with {f}" for f in soon.facts) if soon.state == "yes" else (),
        figures=tuple(params.get("figures", ())),
    )


def _template(view: View, params: Mapping[str, Any]) -> Outcome:
    guards = [g for g in view.order.guards if g.fact == ELECTROLYTES]
    if guards:
        at_word = passage(guards, ELECTROLYTES).at_word
        return Outcome("clear", notes=tuple(f"{g.kind} taken at its word: {g.text}" for g in at_word))
    services = view.record.services or ()
    missing = [
        one["kind"]
        for one in params["labs"]
        if not surely_ordered(view.order, services, (one["kind"], *one.get("words", ())))
    ]
    if not missing:
        return CLEAR
    return Outcome(
        "fires",
        message=(
            f"{view.drug.ingredient} is started without a check of {' and '.join(missing)} in the definition"
        ),
        pointer=view.order.pointer("medication"),
        figures=tuple(params.get("figures", ())),
    )
