"""PlanDefinition and RequestGroup / RequestOrchestration: actions with their guards, alternatives, reasons.

R4, R4B, R5, and STU3 for what it plainly says. Any JSON shape is read as far as it goes; what is wrong
is kept in a :class:`~orderlint.fhir.read.shape.Faults`, with pointers relative to the definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.fhir.read import use_context as context
from orderlint.fhir.read.codes import Concept, concept, concepts_of
from orderlint.fhir.read.guard import applicability, dynamic_values
from orderlint.fhir.read.related import Link, links_of
from orderlint.fhir.read.shape import Faults, Json, children, items, mapping, text
from orderlint.namedtuple import NamedTuple
from orderlint.record import Choice, Guard, Place

_EXACTLY_ONE, _AT_MOST_ONE = "exactly-one", "at-most-one"  # of which nobody takes two
_OPTIONAL = "could"  # the one requiredBehavior that lets a user leave an action out
_REPEATED = "multiple"
_UNLESS_DONE = "must-unless-documented"
_NAMES = ("linkId", "id")  # what an action without a title is called by
_DEFINITIONS = ("definitionCanonical", "definitionUri", "definition", "actionDefinition")
_NESTED = ("action", "actionDefinition")  # actionDefinition: what a ballot of STU3 called an action
_TEXTS = ("title", "textEquivalent", "description")


class Words(NamedTuple):
    """Something written, and where."""

    pointer: str
    text: str


class Action(NamedTuple):
    """One action at any depth, with what it inherits from those above it.

    ``use`` tells it from every other action of the definition that was read first, nested ones followed;
    ``above`` is the ``use`` of the one it stands in, ``names`` what others may call it by.
    """

    pointer: str
    definition: str | None  # canonical, URI or "#contained", as written
    resource: str | None  # the reference of a request group's action, as written
    title: str | None
    guards: tuple[Guard, ...]  # its own and inherited: all must hold
    choices: tuple[Choice, ...]  # what has to be chosen for it, outermost first
    reasons: tuple[Concept, ...]  # its own and inherited
    texts: tuple[Words, ...]  # titles and texts, its own and inherited
    use: str = ""
    repeated: bool = False  # it, or one above it, may be chosen more than once
    conditions: frozenset[str] = frozenset()  # what may keep it out, its own and inherited, as pointers
    label: str | None = None  # its linkId or id
    above: str = ""
    names: frozenset[str] = frozenset()
    links: tuple[Link, ...] = ()  # to actions before, beside and after it
    timed: bool = False  # more than its links says when it is to be done
    timing: bool = False  # its ``timing[x]``, of which no more is read

    @property
    def alternatives(self) -> tuple[tuple[str, str], ...]:
        """(selection group, branch) pairs: two actions with different branches of one group are never both
        taken; two in the same branch may well be."""
        return branches_of(self.choices)


class Reasons(NamedTuple):
    """What a definition says it is for, in codes and in words."""

    concepts: tuple[Concept, ...]
    texts: tuple[Words, ...]


class Inherited(NamedTuple):
    """What an action gets from those above it, or a nested definition from the action that names it."""

    guards: tuple[Guard, ...] = ()
    choices: tuple[Choice, ...] = ()
    reasons: tuple[Concept, ...] = ()
    texts: tuple[Words, ...] = ()
    use: str = ""  # of the action above, or of the one that names the nested definition
    repeated: bool = False
    conditions: frozenset[str] = frozenset()


def branches_of(choices: Iterable[Choice]) -> tuple[tuple[str, str], ...]:
    """Of ``choices`` those between branches of which nobody takes two, as (group, branch)."""
    return tuple((c.group, c.branch) for c in choices if c.branch)


def actions(
    definition: Mapping[str, Any],
    place: Place,
    faults: Faults | None = None,
    inherited: Inherited | None = None,
) -> tuple[Action, ...]:
    """Every action of a definition, each before those below it.

    ``place`` is the definition's own. The guards of the definition itself (:func:`use_context`) are not
    in ``guards`` unless the caller puts them into ``inherited``.
    """
    faults = Faults() if faults is None else faults
    found: list[Action] = []
    inherited = inherited or Inherited()
    named_by = f"{inherited.use} > " if inherited.use else ""
    waiting = _below(dict(definition), "", inherited, place, faults)
    while waiting:  # a stack, not recursion: nesting may be as deep as the file pleases
        element, pointer, above = waiting.pop()
        here = _with_own(element, pointer, above._replace(use=f"{named_by}{pointer}"), place, faults)
        called = [n for key in _NAMES if (n := text(element, key, pointer, faults))]
        found.append(
            Action(
                pointer,
                _definition(element, pointer, faults),
                _reference(element.get("resource"), f"{pointer}/resource", faults),
                text(element, "title", pointer, faults),
                *here,
                label=called[0] if called else None,
                above=above.use,
                names=frozenset(called),
                links=links_of(element, pointer, faults),
                timed=_is_timed(element),
                timing=_has_timing(element),
            )
        )
        waiting += _below(element, pointer, here, place, faults)
    return tuple(found)


def use_context(
    definition: Mapping[str, Any], place: Place, faults: Faults | None = None
) -> tuple[Guard, ...]:
    """The guards of a definition itself: the ages that its ``useContext`` is meant for."""
    return context.ages_meant(dict(definition), place, Faults() if faults is None else faults)


def activity_guards(
    activity: Mapping[str, Any], place: Place, faults: Faults | None = None
) -> tuple[Guard, ...]:
    """The guards of an ActivityDefinition itself: ``useContext`` and dynamic values of its dosage."""
    faults = Faults() if faults is None else faults
    return use_context(activity, place, faults) + dynamic_values(dict(activity), place, "", faults)


def definition_reasons(definition: Mapping[str, Any], faults: Faults | None = None) -> Reasons:
    """The codes and words from which the reason of a definition's orders is read.

    Codes: the focus of ``useContext``, ``topic``, what its goals address, the reason of a request group.
    Words: ``title``, ``subtitle``, ``purpose``.
    """
    faults = Faults() if faults is None else faults
    whole = dict(definition)
    found = [*context.focus(whole, faults), *concepts_of(whole, "topic", "", faults, False)]
    for goal, pointer in children(whole, "goal", "", faults, False):
        found += concepts_of(goal, "addresses", pointer, faults, False)
    found += _reasons(whole, "reasonCode", "", faults) + _reasons(whole, "reason", "", faults)
    said = ((key, text(whole, key, "", faults)) for key in ("title", "subtitle", "purpose"))
    return Reasons(tuple(found), tuple(Words(f"/{key}", words) for key, words in said if words))


def _below(
    element: Json, pointer: str, above: Inherited, place: Place, faults: Faults
) -> list[tuple[Json, str, Inherited]]:
    """The actions directly below ``element``, last first, with what they inherit."""
    found: list[tuple[Json, str]] = []
    for key in _NESTED:
        value = element.get(key)
        if value is None or (key != "action" and not _holds_objects(value)):
            continue
        found += children(element, key, pointer, faults)
    behaviour = text(element, "selectionBehavior", pointer, faults) if pointer else None
    if behaviour not in (_EXACTLY_ONE, _AT_MOST_ONE):
        return [(child, where, above) for child, where in reversed(found)]
    # With the way there: a definition that two actions name is chosen from twice.
    group = f"{place.file}:{place.line}#{place.pointer} {above.use}"
    of = len(found) if behaviour == _EXACTLY_ONE else 0
    return [
        (child, where, above._replace(choices=(*above.choices, Choice(group, where, of, above.repeated))))
        for child, where in reversed(found)
    ]


def _with_own(element: Json, pointer: str, above: Inherited, place: Place, faults: Faults) -> Inherited:
    said = ((key, text(element, key, pointer, faults)) for key in _TEXTS)
    repeated = above.repeated or text(element, "cardinalityBehavior", pointer, faults) == _REPEATED
    choices = above.choices
    if text(element, "requiredBehavior", pointer, faults) == _OPTIONAL:
        choices += (Choice(f"{place.file}:{place.line}#{place.pointer} {above.use} could", "", 0, repeated),)
    return Inherited(
        above.guards
        + applicability(element, place, pointer, faults)
        + dynamic_values(element, place, pointer, faults),
        choices,
        above.reasons
        + tuple(_reasons(element, "reason", pointer, faults) + _reasons(element, "code", pointer, faults)),
        above.texts + tuple(Words(f"{pointer}/{key}", words) for key, words in said if words),
        above.use,
        repeated,
        above.conditions | _conditions(element, above.use),
    )


def _conditions(element: Json, use: str) -> frozenset[str]:
    """What may keep an action out, or make it begin later or end sooner than it says."""
    unless_done = element.get("requiredBehavior") == _UNLESS_DONE
    return frozenset((use,)) if element.get("condition") or unless_done else frozenset()


def _is_timed(element: Json) -> bool:
    """Whether its ``timing[x]``, or a condition to start, bears on when an action is done."""
    conditions = element.get("condition")
    starts = any(
        isinstance(c, dict) and c.get("kind") not in ("applicability", "stop")
        for c in (conditions if isinstance(conditions, list) else ())
    )
    return starts or _has_timing(element)


def _has_timing(element: Json) -> bool:
    return any(key.lstrip("_").startswith("timing") for key in element)


def _definition(element: Json, pointer: str, faults: Faults) -> str | None:
    """What the action does, as written: the first of the fields that names something."""
    for key in _DEFINITIONS:
        value = element.get(key)
        if key == "actionDefinition" and _holds_objects(value):
            continue
        found = _reference(value, f"{pointer}/{key}", faults)
        if found is not None:
            return found
    return None


def _reference(value: object, pointer: str, faults: Faults) -> str | None:
    """A canonical or URI (a string), or a Reference."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    read = mapping(value, pointer, faults)
    return None if read is None else text(read, "reference", pointer, faults, True)


def _reasons(element: Json, key: str, pointer: str, faults: Faults) -> list[Concept]:
    """Concepts of ``element[key]``: one or a list (releases differ), CodeableConcept or CodeableReference."""
    value = element.get(key)
    if value is None:
        return []
    where = f"{pointer}/{key}"
    pairs = items(value, where, faults, False) if isinstance(value, list) else [(value, where)]
    found = []
    for item, at in pairs:
        inner = isinstance(item, dict) and "concept" in item
        read = (
            concept(item["concept"], f"{at}/concept", faults, False)
            if inner and isinstance(item, dict)
            else concept(item, at, faults, False)
        )
        if read is not None and (read.codings or read.text):
            found.append(read)
    return found


def _holds_objects(value: object) -> bool:
    """Whether a field that has been both an action and a reference holds actions."""
    return isinstance(value, list) and any(isinstance(x, dict) and "reference" not in x for x in value)
