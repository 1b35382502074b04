"""Record × clauses → verdicts. Pure: no I/O, no clock, no globals; the same for hook, CI, audit and cluster.

A check that crashes is an undecided verdict that says so; the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping

from orderlint.checks import check_of
from orderlint.checks.chosen import naming_actions
from orderlint.checks.outcome import Outcome
from orderlint.checks.running import Running
from orderlint.checks.view import View, route_matches
from orderlint.checks.when import holds
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import Instance, ProtocolSet
from orderlint.protocols.validity import in_force
from orderlint.record import Drug, Order, Record
from orderlint.tri import HEPATIC, RENAL, Need, Tri

CRASH = "crash"
_FACTS = {RENAL: "kidney function", HEPATIC: "liver function"}  # in words


class Verdict(NamedTuple):
    """One instance held against one order's drug."""

    order: Order
    drug: Drug
    instance: Instance
    outcome: Outcome
    severity: str


def judge(record: Record, protocols: ProtocolSet) -> tuple[Verdict, ...]:
    """Every verdict on every order of the record, in the order of orders and instances."""
    settings = protocols.all_settings
    verdicts: list[Verdict] = []
    by_drug = protocols.by_drug
    shared: dict[tuple[int, str], Running | None] = {}
    for order in record.orders:
        for drug in order.drugs:
            instances = by_drug.get(drug.ingredient)
            if instances is None:
                continue
            view = View(record, order, drug, settings, shared)
            for written in instances:
                instance = in_force(written, view.day) if written.dated else written
                if instance is None:
                    continue
                outcome = _decide(view, instance)
                severity = outcome.severity or instance.severity
                verdicts.append(Verdict(order, drug, instance, outcome, severity))
    return tuple(verdicts)


def _decide(view: View, instance: Instance) -> Outcome:
    try:
        return _evaluate(view, instance)
    except Exception as crash:  # a bug of ours must not hide the other rules' verdicts
        why = (
            f"the check {instance.kind} of {instance.rule} failed ({type(crash).__name__}); please report it"
        )
        return Outcome("undecided", needs=(Need(CRASH, why),))


def _evaluate(view: View, instance: Instance) -> Outcome:
    if not route_matches(view.order, instance.routes):
        return Outcome("clear")
    applies = holds(instance.when, view)
    if not applies.possible:
        return Outcome("clear", facts=applies.facts, notes=applies.notes)
    params: Mapping[str, object] = {**instance.params, "routes": instance.routes}
    outcome = check_of(instance.kind)(view, params)
    joined = _joined(view, applies, outcome)
    return naming_actions(view, joined) if view.template else joined


def _ordered_for(view: View, applies: Tri) -> str:
    """Whether nothing keeps the wrong ones out of a definition, or what is there lets them in."""
    kinds = sorted({n.kind for n in applies.needs})
    facts = " and ".join(_FACTS.get(kind, kind) for kind in kinds)
    if all(any(g.fact == kind for g in view.order.guards) for kind in kinds):
        return f"{view.drug.ingredient}: the condition on {facts} lets the wrong patients in"
    return f"{view.drug.ingredient} is ordered for anyone, with no condition on {facts}"


def _joined(view: View, applies: Tri, outcome: Outcome) -> Outcome:
    if applies.facts or applies.notes:
        outcome = outcome._replace(
            facts=tuple(dict.fromkeys((*applies.facts, *outcome.facts))),
            notes=tuple(dict.fromkeys((*applies.notes, *outcome.notes))),
        )
    if applies.state != "maybe" or outcome.state == "clear":
        return outcome
    if view.template:
        if outcome.state == "fires":
            return outcome._replace(message=f"{_ordered_for(view, applies)}: {outcome.message}")
        return outcome
    needs = tuple(dict.fromkeys((*applies.needs, *outcome.needs)))
    return Outcome("undecided", needs=needs, facts=outcome.facts, notes=outcome.notes)
