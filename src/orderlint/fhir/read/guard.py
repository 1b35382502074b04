"""Conditions, dynamic values and written instructions → guards (contract, "Two modes, one logic").

A guard is made for each fact that the words speak of, whether it keeps the wrong ones out or not:
that depends on the rule's own population, and :mod:`orderlint.guards` answers it.
"""

from __future__ import annotations

import re

from orderlint.fhir.read.expression import evaluate, spoken_facts
from orderlint.fhir.read.guard_words import facts_spoken_of
from orderlint.fhir.read.shape import Faults, Json, children, items, mapping, text
from orderlint.guards import EVALUATED, TAKEN_AT_ITS_WORD, to_ranges
from orderlint.interval_sets import ANYTHING, NOTHING, Set, meet
from orderlint.record import Guard, Place

RENAL = "renal"

_SHOWN = 200  # characters of an expression that a guard keeps, for messages
_DOSAGE_STEPS_WORDS = (
    "dosage dosageinstruction doseandrate dose dosequantity doserange rate ratequantity raterange "
    "rateratio maxdoseperperiod maxdoseperadministration"
)
_DOSAGE_STEPS = frozenset(_DOSAGE_STEPS_WORDS.split())


def guards_from_condition(
    expression: str, language: str | None, place: Place, description: str | None = None
) -> tuple[Guard, ...]:
    """The guards in one applicability condition.

    ``description`` (the expression's own words on itself) counts only where the expression can't be
    evaluated at all, as a mere name of a library's definition can't. Where name and description compare as
    plainly as an expression does ("aged 65 or over"), those whom they let in are known.
    """
    constraint = evaluate(expression, language)
    if constraint is None:
        spoken = spoken_facts(expression, language) | facts_spoken_of(description or "")
        said = expression if expression.strip() else description or ""
        return tuple(
            _at_word(fact, "condition", said, place, _plainly_in(fact, expression, description))
            for fact in sorted(spoken)
        )
    found = []
    for fact in sorted(constraint.spoken):
        may, surely = constraint.reach(fact)
        known = may == surely
        found.append(
            Guard(
                fact,
                "condition",
                shorten(expression),
                EVALUATED if known else TAKEN_AT_ITS_WORD,
                place,
                to_ranges(may) if known or may != ANYTHING else None,
                () if known else to_ranges(surely),
            )
        )
    return tuple(found)


def _plainly_in(fact: str, *said: str | None) -> Set:
    """The values of ``fact`` that the words of a condition plainly let in.

    Nothing where none of them compares, or any that speak of the fact are less plain than a comparison. Only
    who gets in is taken from words; whom they keep out is still taken at their word.
    """
    from orderlint.fhir.read.plain_words import plainly_meant  # noqa: PLC0415 - most runs have no such words

    found: Set = ANYTHING
    for words in said:
        if words and fact in facts_spoken_of(words):
            meant = plainly_meant(words)
            if meant is None:
                return NOTHING
            found = meet(found, meant[1])
    return NOTHING if found == ANYTHING else found


def guards_from_dynamic_value(
    path: str, expression: str, language: str | None, place: Place, description: str | None = None
) -> tuple[Guard, ...]:
    """The guards in a dynamic value of the dosage: a dose that depends on a fact minds that fact.

    What it computes is not evaluated: it is taken at its word.
    """
    if not on_dosage(path):
        return ()
    spoken = spoken_facts(expression, language)
    if not spoken and evaluate(expression, language) is None:
        spoken = facts_spoken_of(description or "")
    said = expression or description or ""
    return tuple(_at_word(fact, "dynamicValue", said, place) for fact in sorted(spoken))


def on_dosage(path: str) -> bool:
    """Whether the path of a dynamic value leads to the dosage or into it."""
    return any(step in _DOSAGE_STEPS for step in re.split(r"[^a-z]+", path.lower()))


def applicability(element: Json, place: Place, pointer: str, faults: Faults) -> tuple[Guard, ...]:
    """The guards in ``element.condition``. Conditions to start or to stop keep nobody out.

    ``element`` stands at ``pointer`` of the resource at ``place``. Read are R4's and R5's Expression and
    STU3's fields on the condition itself.
    """
    found: list[Guard] = []
    for condition, where in children(element, "condition", pointer, faults):
        kind = text(condition, "kind", where, faults, True)
        if kind is None:
            faults.add(where, "condition has no kind, so it is not taken as one of applicability")
        if kind != "applicability":
            continue
        said = expression_of(condition, where, faults)
        if said is not None:
            found += guards_from_condition(said[0], said[1], place.child(where), said[2])
    return tuple(found)


def expression_of(parent: Json, pointer: str, faults: Faults) -> tuple[str, str | None, str | None] | None:
    """``parent.expression`` as text, language, description: an Expression, or STU3's string beside them."""
    written = parent.get("expression")
    if written is None or isinstance(written, str):
        holder, where, expression = parent, pointer, written if isinstance(written, str) else ""
    else:
        read = mapping(written, f"{pointer}/expression", faults)
        if read is None:
            return None
        holder, where = read, f"{pointer}/expression"
        expression = text(read, "expression", where, faults, True) or ""
    description = text(holder, "description", where, faults)
    if not expression and not description:
        return None
    return expression, text(holder, "language", where, faults), description


def dynamic_values(element: Json, place: Place, pointer: str, faults: Faults) -> tuple[Guard, ...]:
    """The guards in ``element.dynamicValue`` (of an action, or of an ActivityDefinition)."""
    found: list[Guard] = []
    for value, where in children(element, "dynamicValue", pointer, faults):
        path = text(value, "path", where, faults)
        said = expression_of(value, where, faults)
        if path and said is not None:
            found += guards_from_dynamic_value(path, said[0], said[1], place.child(where), said[2])
    return tuple(found)


def instructions(order: Json, place: Place) -> tuple[Guard, ...]:
    """The renal guards in what is written on an order or ActivityDefinition itself.

    Words that plainly deny that the kidneys matter, or let all in, are none. Faults of shape are left to
    the reader of the dosage.
    """
    faults = Faults()
    said: list[tuple[str | None, str]] = []
    for key in ("dosageInstruction", "dosage"):
        for dosage, where in children(order, key, "", faults):
            said += [(text(dosage, k, where, faults), f"{where}/{k}") for k in ("text", "patientInstruction")]
            additional = items(dosage.get("additionalInstruction"), f"{where}/additionalInstruction", faults)
            for item, at in additional:
                said += _concept_words(item, at, faults)
    for note, where in children(order, "note", "", faults):
        said.append((text(note, "text", where, faults), f"{where}/text"))
    said.append((text(order, "renderedDosageInstruction", "", faults), "/renderedDosageInstruction"))
    return tuple(
        _at_word(RENAL, "instruction", words, place.child(pointer))
        for words, pointer in said
        if words and _minds(words, RENAL)
    )


def _minds(words: str, fact: str) -> bool:
    if fact not in facts_spoken_of(words):
        return False
    from orderlint.fhir.read.guard_sense import minds  # noqa: PLC0415 - most runs have no such words

    return minds(words, fact)


def _concept_words(value: object, pointer: str, faults: Faults) -> list[tuple[str | None, str]]:
    if isinstance(value, str):
        return [(value, pointer)]
    concept = mapping(value, pointer, faults)
    if concept is None:
        return []
    found = [(text(concept, "text", pointer, faults), f"{pointer}/text")]
    for coding, where in children(concept, "coding", pointer, faults):
        found.append((text(coding, "display", where, faults), f"{where}/display"))
    return found


def _at_word(fact: str, kind: str, said: str, place: Place, surely: Set = NOTHING) -> Guard:
    return Guard(fact, kind, shorten(said), TAKEN_AT_ITS_WORD, place, None, to_ranges(surely))


def shorten(said: str) -> str:
    """One printable line of at most 200 characters."""
    line = " ".join("".join(c if c.isprintable() else " " for c in said[: 4 * _SHOWN]).split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
