"""The condition language of protocol files: ``when:`` in three-valued logic.

Keys: ``all``, ``any``, ``not``, ``known``, ``template``, ``age``, ``kidney``, ``dialysis``, ``hepatic``,
``condition``, ``history``, ``reason``, ``allergy``, ``with``, ``governs``, ``release``. In a definition a
fact is unknown because anyone may get the order: the answer is then "maybe" with what the guards let
through, and "no" where a guard is taken at its word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from orderlint.checks.together import runs_with
from orderlint.checks.view import View
from orderlint.facts.diagnosis import has_condition, has_reason
from orderlint.facts.history import has_history
from orderlint.facts.intolerance import intolerant_of
from orderlint.facts.liver import liver
from orderlint.guards import passage
from orderlint.interval import Interval
from orderlint.interval_sets import Set, meet
from orderlint.tri import AGE, HEPATIC, NO, RENAL, YES, Need, Tri, all_of, any_of, negate


def holds(expression: Mapping[str, Any] | None, view: View) -> Tri:
    """Evaluate a ``when`` mapping; several keys in one mapping are "and"."""
    if not expression:
        return YES
    return all_of(_one(key, value, view) for key, value in expression.items())


def _one(key: str, value: Any, view: View) -> Tri:
    if key == "all":
        return all_of(holds(item, view) for item in value)
    if key == "any":
        return any_of(holds(item, view) for item in value)
    if key == "not":
        return negate(holds(value, view))
    if key == "known":
        return _known(value, view)
    return _PREDICATES[key](value, view)


def _known(expression: Mapping[str, Any], view: View) -> Tri:
    """Of a definition only what it says counts: what is merely possible for anyone is no."""
    answer = holds(expression, view)
    if view.template and answer.state == "maybe":
        return Tri("no", facts=answer.facts, notes=answer.notes)
    return answer


def to_interval(spec: Mapping[str, Any]) -> Interval:
    """``{from, above, below, to}``: from and to include their figure, above and below don't."""
    low = spec.get("from", spec.get("above"))
    high = spec.get("to", spec.get("below"))
    return Interval(
        None if low is None else Fraction(str(low)),
        None if high is None else Fraction(str(high)),
        "from" in spec,
        "to" in spec,
    )


def _age(spec: Mapping[str, Any], view: View) -> Tri:
    wanted = to_interval(spec)
    if view.template:
        return _anyone(wanted, view, "age")
    years = view.age.years
    if years is None:
        return Tri("maybe", (Need(AGE, view.age.why),))
    if years.inside(wanted):
        return Tri("yes", facts=(view.age.fact,))
    if years.outside(wanted):
        return Tri("no", facts=(view.age.fact,))
    return Tri("maybe", (Need(AGE, view.age.why),), (view.age.fact,))


def _kidney(spec: Mapping[str, Any], view: View) -> Tri:
    wanted = to_interval(spec)
    if view.template:
        return _anyone(wanted, view, "renal")
    kidney = view.kidney
    if kidney.dialysis:
        return Tri("no", facts=(kidney.fact,))
    if kidney.k is None:
        return Tri("maybe", (Need(RENAL, kidney.why),))
    if kidney.k.inside(wanted):
        return Tri("yes", facts=(kidney.fact,))
    if kidney.k.outside(wanted):
        return Tri("no", facts=(kidney.fact,))
    return Tri("maybe", (Need(RENAL, kidney.why or kidney.fact),), (kidney.fact,))


def _dialysis(spec: bool, view: View) -> Tri:
    if view.template:
        answer = _anyone(Interval(None, Fraction(0), False, True), view, "renal")
    elif view.kidney.dialysis:
        answer = Tri("yes", facts=(view.kidney.fact,))
    elif view.kidney.k is None:
        answer = Tri("maybe", (Need(RENAL, view.kidney.why),))
    else:
        answer = Tri("no", facts=(view.kidney.fact,))
    return answer if spec else negate(answer)


def _anyone(wanted: Interval, view: View, fact: str) -> Tri:
    """In a definition: can somebody with the fact in ``wanted`` get this order?"""
    past = passage(view.order.guards, fact)
    target: Set = (wanted,)
    if not meet(past.may, target):
        return NO
    if past.at_word and not meet(past.surely, target):
        return Tri("no", notes=tuple(f"{g.kind} taken at its word: {g.text}" for g in past.at_word))
    if meet(past.may, target) == past.may:
        return YES
    return Tri("maybe", (Need(AGE if fact == "age" else RENAL, f"no {fact} guard keeps anyone out"),))


def _hepatic(wanted: str, view: View) -> Tri:
    found = liver(view.facts, view.order, view.day, wanted, view.settings.get("hepatic", {}))
    if not view.template or found.state == "yes":
        return found
    guards = [g for g in view.order.guards if g.fact == HEPATIC]
    if guards:  # none of them is a range that we could hold against a degree: taken at their word
        return Tri("no", notes=tuple(f"{g.kind} taken at its word: {g.text}" for g in guards))
    return Tri("maybe", (Need(HEPATIC, "no hepatic guard keeps anyone out"),))


def _history(groups: Any, view: View) -> Tri:
    source = has_history(view.facts, view.order, _groups(groups), view.day)
    return Tri("yes", facts=(f"{_words(groups)} on record ({source})",)) if source else NO


def _allergy(ingredients: Any, view: View) -> Tri:
    source = intolerant_of(view.facts, _groups(ingredients))
    return Tri("yes", facts=(f"not tolerated ({source})",)) if source else NO


def _with(ingredients: Any, view: View) -> Tri:
    found = runs_with(view, {"with": _groups(ingredients)})
    return found._replace(facts=tuple(f"with {f}" for f in found.facts))


def _template(wanted: bool, view: View) -> Tri:
    return YES if view.template == wanted else NO


def _condition(groups: Any, view: View) -> Tri:
    source = has_condition(view.facts, view.order, _groups(groups), view.day)
    return Tri("yes", facts=(f"{_words(groups)} ({source})",)) if source else NO


def _reason(groups: Any, view: View) -> Tri:
    source = has_reason(view.order, _groups(groups))
    return Tri("yes", facts=(f"reason {_words(groups)} ({source})",)) if source else NO


def _governs(protocol: str, view: View) -> Tri:
    return holds(view.settings["governs"].get(protocol), view)


def _release(value: str, view: View) -> Tri:
    return YES if view.drug.release == value else NO


def _groups(value: Any) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else value)


def _words(value: Any) -> str:
    return " or ".join([value] if isinstance(value, str) else value).replace("-", " ")


_PREDICATES: dict[str, Callable[[Any, View], Tri]] = {
    "age": _age,
    "kidney": _kidney,
    "dialysis": _dialysis,
    "condition": _condition,
    "reason": _reason,
    "governs": _governs,
    "release": _release,
    "hepatic": _hepatic,
    "history": _history,
    "allergy": _allergy,
    "with": _with,
    "template": _template,
}

KEYS = frozenset(_PREDICATES) | {"all", "any", "not", "known"}
