"""The condition language of protocol files: ``when:`` in three-valued logic.

Keys: ``all``, ``any``, ``not``, ``known``, ``template``, ``age``, ``kidney``, ``dialysis``, ``hepatic``,
``condition``, ``history``, ``reason``, ``allergy``, ``with``, ``measured``, ``governs``, ``release``,
``may_be_release``. In a definition a fact is unknown because anyone may get the order: the answer is then
"maybe" with what the guards let through, and "no" where a guard is taken at its word. Of a patient who is
unknown, what is not on record is "maybe" too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from orderlint.checks.services import ordered, surely_ordered
from orderlint.checks.together import runs_with
from orderlint.checks.view import View
from orderlint.facts.diagnosis import has_condition, has_reason, unrecorded
from orderlint.facts.history import has_history
from orderlint.facts.intolerance import intolerant_of
from orderlint.facts.liver import liver, liver_groups
from orderlint.facts.measured import measured_around
from orderlint.guards import passage
from orderlint.interval import Interval
from orderlint.interval_sets import Set, meet
from orderlint.tri import AGE, DOSE, HEPATIC, NO, RENAL, YES, Need, Tri, all_of, any_of, negate


def holds(expression: Mapping[str, Any] | None, view: View) -> Tri:
    """Evaluate a ``when`` mapping; several keys in one mapping are "and"."""
    if not expression:
        return YES
    return all_of([_one(key, value, view) for key, value in expression.items()])


def _one(key: str, value: Any, view: View) -> Tri:
    if key == "all":
        return all_of([holds(item, view) for item in value])
    if key == "any":
        return any_of([holds(item, view) for item in value])
    if key == "not":
        return negate(holds(value, view))
    if key == "known":
        return _known(value, view)
    asked = _token(key, value)
    known = view.answers.get(asked)
    if known is None:
        known = view.answers[asked] = _PREDICATES[key](value, view)
    return known


def _token(key: str, value: Any) -> object:
    """Equal for equal questions, which many clauses ask of one order."""
    if isinstance(value, dict):
        return (key, *[_token(k, v) for k, v in value.items()])
    return (key, *value) if isinstance(value, list | frozenset) else (key, value)


def _known(expression: Mapping[str, Any], view: View) -> Tri:
    """Of a definition only what it says counts: what is merely possible for anyone is no."""
    answer = holds(expression, view)
    if view.template and answer.state == "maybe":
        return Tri("no", facts=answer.facts, notes=answer.notes)
    return answer


def to_interval(spec: Mapping[str, Any]) -> Interval:
    """``{from, above, below, to}``: from and to include their figure, above and below don't."""
    return _interval(tuple(spec.items()))


@lru_cache(1024)
def _interval(items: tuple[tuple[str, Any], ...]) -> Interval:
    spec = dict(items)
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
    if source:
        return Tri("yes", facts=(f"{_words(groups)} on record ({source})",))
    return _unrecorded(groups, view)


def _allergy(ingredients: Any, view: View) -> Tri:
    source = intolerant_of(view.facts, _groups(ingredients))
    return Tri("yes", facts=(f"not tolerated ({source})",)) if source else NO


def _with(ingredients: Any, view: View) -> Tri:
    found = runs_with(view, {"with": _groups(ingredients)})
    return found._replace(facts=tuple(f"with {f}" for f in found.facts))


def _measured(wanted: Mapping[str, Any], view: View) -> Tri:
    """A result around the day of the order; in a definition, an order for it. What stands beside a template
    order outside any definition can't be known, and is not held against it."""
    kind = wanted["kind"]
    if view.template:
        services = view.record.services
        if services is None:
            return YES
        words = (kind, kind.replace("-", " "))
        if not surely_ordered(view.order, services, words):
            return NO
        return Tri("yes", facts=(f"ordered beside it: {ordered(services, words)[0]}",))
    lab = measured_around(view.facts, kind, view.day, int(wanted["within_days"]))
    if lab is None:
        return NO
    return Tri(
        "yes", facts=(f"{kind.replace('-', ' ')} measured on {lab.on.last.isoformat()} ({lab.source})",)
    )


def _template(wanted: bool, view: View) -> Tri:
    return YES if view.template == wanted else NO


def _condition(groups: Any, view: View) -> Tri:
    source = has_condition(view.facts, view.order, _groups(groups), view.day)
    return Tri("yes", facts=(f"{_words(groups)} ({source})",)) if source else _unrecorded(groups, view)


def _unrecorded(groups: Any, view: View) -> Tri:
    if not view.facts.unknown:
        return NO
    return unrecorded(view.facts, _groups(groups), liver_groups(view.settings.get("hepatic", {})))


def _reason(groups: Any, view: View) -> Tri:
    source = has_reason(view.order, _groups(groups))
    return Tri("yes", facts=(f"reason {_words(groups)} ({source})",)) if source else NO


def _governs(protocol: str, view: View) -> Tri:
    return holds(view.settings["governs"].get(protocol), view)


def _release(value: str, view: View) -> Tri:
    return YES if view.drug.release == value else NO


def _may_be_release(value: str, view: View) -> Tri:
    """The same, maybe for a patient's order that doesn't state it, unless its strength and form tell."""
    release = view.drug.release or _only_release(view)
    if release is not None or view.template:
        return YES if release == value else NO
    why = f"whether the {view.drug.ingredient} ordered is {value}, and not of another release, is not stated"
    return Tri("maybe", (Need(DOSE, why),))


def _only_release(view: View) -> str | None:
    """The one release of all products of its strength and form; None where there are several or none."""
    from orderlint.terminology.products import releases_of  # noqa: PLC0415 -- few rules ask for it

    name = view.drug.ingredient
    held = [s.amount for s in view.order.strengths if s.ingredient == name]
    found = releases_of(
        name, view.order.dose_form, frozenset((x, a.unit) for a in held for x in (a.low, a.high))
    )
    return next(iter(found)) or None if len(found) == 1 else None


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
    "may_be_release": _may_be_release,
    "hepatic": _hepatic,
    "history": _history,
    "allergy": _allergy,
    "with": _with,
    "measured": _measured,
    "template": _template,
}

KEYS = frozenset(_PREDICATES) | {"all", "any", "not", "known"}
