"""Record × clauses → verdicts. Pure: no I/O, no clock, no globals; the same for hook, CI, audit and cluster.

A check that crashes is an undecided verdict that says so; the others go on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from orderlint.checks import check_of
from orderlint.checks.calendar import Calendar
from orderlint.checks.chosen import naming_actions
from orderlint.checks.outcome import CLEAR, Outcome, each_once, resting_on
from orderlint.checks.ready import ready_for
from orderlint.checks.view import View
from orderlint.checks.when import Question
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import Instance, ProtocolSet
from orderlint.protocols.validity import in_force
from orderlint.record import Drug, Order, Record
from orderlint.tri import HEPATIC, NO, RENAL, YES, Need, Tri

if TYPE_CHECKING:
    from orderlint.checks.by_words import ByWords

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
    calendar = Calendar(record)
    by_words = _by_words(record) if any(o.plan.says_more for o in record.orders) else None
    for order, _, route in calendar.ordered:
        for drug in order.drugs:
            watching = ready_for(protocols, drug.ingredient, route)
            if not watching:
                continue
            view = View(record, order, drug, settings, calendar)
            for written, by_route, asked, given in watching:
                instance = in_force(written, view.day) if written.dated else written
                if instance is None:
                    continue
                outcome = _outcome(view, written, asked, given) if by_route else CLEAR
                if by_words is not None and by_route and outcome.state == "clear":
                    outcome = _unless_more(by_words, view, written, asked, given, outcome)
                severity = outcome.severity or instance.severity
                verdicts.append(Verdict(order, drug, instance, outcome, severity))
    return tuple(verdicts)


def _by_words(record: Record) -> ByWords:
    from orderlint.checks.by_words import ByWords  # noqa: PLC0415 - few orders disagree with themselves

    return ByWords(record)


def _unless_more(
    by_words: ByWords,
    view: View,
    instance: Instance,
    asked: Question | None,
    given: Mapping[str, Any],
    clear: Outcome,
) -> Outcome:
    """What is clear by the structure of the orders, held against what their texts say where that is more."""
    if instance.kind not in by_words.limits:
        return clear
    return by_words.unless_more(view, clear, lambda louder: _outcome(louder, instance, asked, given))


def _outcome(view: View, instance: Instance, asked: Question | None, given: Mapping[str, Any]) -> Outcome:
    """What one instance says, under the condition ``asked``; ``given`` is what its check is given."""
    try:
        applies = YES if asked is None else view.answers.get(asked) or asked.of(view)
        if applies.state == "no":
            return CLEAR if applies is NO else _ruled_out(applies)
        outcome = check_of(instance.kind)(view, given)
        if applies is not YES:
            outcome = _joined(view, applies, outcome)
        return naming_actions(view, outcome) if view.template else outcome
    except Exception as crash:  # a bug of ours must not hide the other rules' verdicts
        kind, rule = instance.kind, instance.rule
        why = f"the check {kind} of {rule} failed ({type(crash).__name__}); please report it"
        return Outcome("undecided", needs=(Need(CRASH, why),))


def _ruled_out(applies: Tri) -> Outcome:
    return Outcome("clear", facts=applies.facts, notes=applies.notes)


def _ordered_for(view: View, applies: Tri) -> str:
    """Whether nothing keeps the wrong ones out of a definition, or what is there lets them in."""
    kinds = sorted({n.kind for n in applies.needs})
    facts = " and ".join(_FACTS.get(kind, kind) for kind in kinds)
    if all(any(g.fact == kind for g in view.order.guards) for kind in kinds):
        return f"{view.drug.ingredient}: the condition on {facts} lets the wrong patients in"
    return f"{view.drug.ingredient} is ordered for anyone, with no condition on {facts}"


def _joined(view: View, applies: Tri, outcome: Outcome) -> Outcome:
    if applies.facts or applies.notes:
        outcome = resting_on(applies, outcome)
    if applies.state != "maybe" or outcome.state == "clear":
        return outcome
    if view.template:
        if outcome.state == "fires":
            return outcome._replace(message=f"{_ordered_for(view, applies)}: {outcome.message}")
        return outcome
    needs = each_once(applies.needs, outcome.needs)
    return Outcome("undecided", needs=needs, facts=outcome.facts, notes=outcome.notes)
