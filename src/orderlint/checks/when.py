"""The condition language of protocol files: ``when:`` in three-valued logic.

Keys: ``all``, ``any``, ``not``, ``known``, ``template``, ``age``, ``kidney``, ``dialysis``, ``hepatic``,
``condition``, ``history``, ``reason``, ``allergy``, ``with``, ``measured``, ``governs``, ``release``,
``may_be_release``. In a definition a fact is unknown because anyone may get the order: the answer is then
"maybe" with what the guards let through, and "no" where a guard is taken at its word. Of a patient who is
unknown, what is not on record is "maybe" too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from orderlint.checks.services import ordered, surely_ordered
from orderlint.checks.together import runs_with
from orderlint.checks.view import View
from orderlint.dosing.number import figure
from orderlint.exact import Fraction
from orderlint.facts.diagnosis import has_condition, has_reason, unrecorded
from orderlint.facts.history import has_history
from orderlint.facts.intolerance import intolerant_of
from orderlint.facts.liver import liver, liver_groups
from orderlint.facts.measured import measured_around
from orderlint.guards import passage
from orderlint.interval import Interval
from orderlint.interval_sets import Set, meet
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.model import When
from orderlint.tri import AGE, DOSE, HEPATIC, NO, RENAL, YES, Need, Tri, all_of, any_of, negate


def holds(expression: Mapping[str, Any] | None, view: View) -> Tri:
    """Evaluate a ``when`` mapping; several keys in one mapping are "and"."""
    if not expression:
        return YES
    try:
        asked: Question = expression.asked  # type: ignore[attr-defined]
    except AttributeError:
        asked = question_of(expression)
    return view.answers.get(asked) or asked.of(view)


class Question:
    """A condition made ready to be asked of an order: ``ask`` answers it for ``about``.

    Equal conditions are one question, so that a view finds what it has answered before.
    """

    __slots__ = ("about", "ask")

    def __init__(self, ask: Callable[[Any, View], Tri], about: Any) -> None:
        self.ask = ask
        self.about = about

    def of(self, view: View) -> Tri:
        """The answer for the order of ``view``."""
        known = view.answers.get(self)
        if known is None:
            known = view.answers[self] = self.ask(self.about, view)
        return known


def question_of(expression: Mapping[str, Any]) -> Question:
    """The question that a ``when`` mapping asks; made once of each that a protocol has."""
    if not isinstance(expression, When):
        return _question(_content(expression))
    made: Question
    try:
        made = expression.asked
    except AttributeError:
        made = expression.asked = _question(_content(expression))
    return made


Content = tuple[tuple[str, Any], ...]  # a mapping as what can be hashed; equal for equal mappings


def _content(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((key, _content(item)) for key, item in value.items())
    return tuple(_content(item) for item in value) if isinstance(value, list) else value


@lru_cache(4096)
def _question(content: Content) -> Question:
    parts = tuple(_part(key, value) for key, value in content)
    return parts[0] if len(parts) == 1 else Question(_all, parts)


def _part(key: str, value: Any) -> Question:
    if key in ("all", "any"):
        return Question(_all if key == "all" else _any, tuple(_question(item) for item in value))
    if key in ("not", "known"):
        return Question(_not if key == "not" else _known, _question(value))
    return _predicate(key, value)


@lru_cache(4096)
def _predicate(key: str, value: Any) -> Question:
    read, ask = _PREDICATES[key]
    return Question(ask, read(value) if read is not None else value)


def _all(parts: tuple[Question, ...], view: View) -> Tri:
    known = view.answers.get
    return all_of([known(part) or part.of(view) for part in parts])


def _any(parts: tuple[Question, ...], view: View) -> Tri:
    known = view.answers.get
    return any_of([known(part) or part.of(view) for part in parts])


def _not(part: Question, view: View) -> Tri:
    return negate(part.of(view))


def _known(part: Question, view: View) -> Tri:
    """Of a definition only what it says counts: what is merely possible for anyone is no."""
    answer = part.of(view)
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
        None if low is None else figure(low),
        None if high is None else figure(high),
        "from" in spec,
        "to" in spec,
    )


def _age(wanted: Interval, view: View) -> Tri:
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


def _kidney(wanted: Interval, view: View) -> Tri:
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
    elif view.kidney.k is None or view.kidney.perhaps_dialysis:
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


def _history(groups: Groups, view: View) -> Tri:
    source = has_history(view.facts, view.order, groups.names, view.day)
    if source:
        return Tri("yes", facts=(f"{groups.words} on record ({source})",))
    return _unrecorded(groups, view)


def _allergy(ingredients: Groups, view: View) -> Tri:
    source = intolerant_of(view.facts, ingredients.names)
    return Tri("yes", facts=(f"not tolerated ({source})",)) if source else NO


def _with(ingredients: Groups, view: View) -> Tri:
    found = runs_with(view, {"with": ingredients.names})
    return found._replace(facts=tuple(f"with {f}" for f in found.facts))


def _measured(content: Content, view: View) -> Tri:
    """A result around the day of the order; in a definition, an order for it. What stands beside a template
    order outside any definition can't be known, and is not held against it."""
    wanted = dict(content)
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


def _condition(groups: Groups, view: View) -> Tri:
    source = has_condition(view.facts, view.order, groups.names, view.day)
    return Tri("yes", facts=(f"{groups.words} ({source})",)) if source else _unrecorded(groups, view)


def _unrecorded(groups: Groups, view: View) -> Tri:
    if not view.facts.unknown:
        return NO
    return unrecorded(view.facts, groups.names, liver_groups(view.settings.get("hepatic", {})))


def _reason(groups: Groups, view: View) -> Tri:
    source = has_reason(view.order, groups.names)
    return Tri("yes", facts=(f"reason {groups.words} ({source})",)) if source else NO


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


class Groups(NamedTuple):
    """One name or several, any of which will do, and how a message says them."""

    names: frozenset[str]
    words: str


def _groups(value: Any) -> Groups:
    names = (value,) if isinstance(value, str) else value
    return Groups(frozenset(names), " or ".join(names).replace("-", " "))


# How the value of each key is read, once, and who answers it.
_PREDICATES: dict[str, tuple[Callable[[Any], Any] | None, Callable[[Any, View], Tri]]] = {
    "age": (_interval, _age),
    "kidney": (_interval, _kidney),
    "dialysis": (None, _dialysis),
    "condition": (_groups, _condition),
    "reason": (_groups, _reason),
    "governs": (None, _governs),
    "release": (None, _release),
    "may_be_release": (None, _may_be_release),
    "hepatic": (None, _hepatic),
    "history": (_groups, _history),
    "allergy": (_groups, _allergy),
    "with": (_groups, _with),
    "measured": (None, _measured),
    "template": (None, _template),
}

KEYS = frozenset(_PREDICATES) | {"all", "any", "not", "known"}
