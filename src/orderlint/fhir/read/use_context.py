"""``useContext`` of a definition: the ages that it is meant for, and what it is about.

Several age contexts are alternatives: FHIR does not say that all of them apply. One that can't be read
may mean anyone, so no guard comes of any. Whole years are counted: 18 to 64 is below 65.
"""

from __future__ import annotations

from orderlint.dosing.number import number, show
from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.expression_values import AGE, Fact, Number, where
from orderlint.fhir.read.guard import shorten
from orderlint.fhir.read.guard_words import vocabulary
from orderlint.fhir.read.shape import Faults, Json, child, children, text
from orderlint.guards import EVALUATED, to_ranges
from orderlint.interval_sets import NOTHING, Set, interval, meet, union
from orderlint.record import Guard, Place

_GROUP = "usagecontext-group"
_AGE = Fact(AGE, "", True)


def ages_meant(definition: Json, place: Place, faults: Faults) -> tuple[Guard, ...]:
    """The guard that the age contexts make together; none where any of them can't be read."""
    ages: list[tuple[Set, str, str]] = []
    groups_with_age: set[str] = set()
    groups: set[str] = set()
    for context, pointer in children(definition, "useContext", "", faults, False):
        group = _group(context)
        groups.add(group)
        if not _is(context, "age", pointer, faults):
            continue
        groups_with_age.add(group)
        read = _ages(context, pointer, faults)
        if read is None:
            return ()
        ages.append((read[0], read[1], pointer))
    if not ages or not ("" in groups_with_age or groups - {""} == groups_with_age):
        return ()
    allowed: Set = NOTHING
    for meant, _, _ in ages:
        allowed = union(allowed, meant)
    words = " or ".join(words for _, words, _ in ages)
    where_ = place.child(ages[0][2])
    return (Guard(AGE, "useContext", shorten(words), EVALUATED, where_, to_ranges(allowed)),)


def focus(definition: Json, faults: Faults) -> tuple[Concept, ...]:
    """The concepts that the definition is about (``focus``)."""
    found = []
    for context, pointer in children(definition, "useContext", "", faults, False):
        if _is(context, "focus", pointer, faults):
            read = concept_of(context, "valueCodeableConcept", pointer, faults, False)
            if read is not None:
                found.append(read)
    return tuple(found)


def _is(context: Json, code: str, pointer: str, faults: Faults) -> bool:
    coding = child(context, "code", pointer, faults, False) or {}
    system = coding.get("system")
    return coding.get("code") == code and (
        not isinstance(system, str) or system.rstrip("/").endswith("usage-context-type")
    )


def _group(context: Json) -> str:
    """The group (an extension of FHIR's) whose contexts apply together; "" for none."""
    for extension, _ in children(context, "extension", "", Faults()):
        url, group = extension.get("url"), extension.get("valueString")
        if isinstance(url, str) and url.endswith(_GROUP) and isinstance(group, str):
            return group
    return ""


def _ages(context: Json, pointer: str, faults: Faults) -> tuple[Set, str] | None:
    """The ages of one context and their words; None where they can't be read."""
    if context.get("valueRange") is not None:
        return _range(context, pointer, faults)
    if context.get("valueQuantity") is not None:
        quantity = child(context, "valueQuantity", pointer, faults)
        read = _quantity(quantity, f"{pointer}/valueQuantity", faults)
        if quantity is None or read is None:
            return None
        comparator = quantity.get("comparator", "=")
        if comparator not in ("<", "<=", ">", ">=", "="):
            return None
        return _some(where(_AGE, comparator, read)), f"age {comparator} {_shown(read)}"
    concept = concept_of(context, "valueCodeableConcept", pointer, faults)
    return None if concept is None else _age_groups(concept)


def _range(context: Json, pointer: str, faults: Faults) -> tuple[Set, str] | None:
    """A Range: both ends belong to it, and the high one in whole years up to the next birthday."""
    written = child(context, "valueRange", pointer, faults)
    if written is None:
        return None
    allowed, words = None, []
    for key, op in (("low", ">="), ("high", "<=")):
        if written.get(key) is None:
            continue
        at = f"{pointer}/valueRange/{key}"
        read = _quantity(child(written, key, f"{pointer}/valueRange", faults), at, faults)
        if read is None:
            return None
        side = _some(where(_AGE, op, read))
        allowed = side if allowed is None else meet(allowed, side)
        words.append(f"{op} {_shown(read)}")
    return None if allowed is None else (allowed, "age " + " and ".join(words))


def _age_groups(concept: Concept) -> tuple[Set, str] | None:
    """The ages of a coded age group; codes of the table only."""
    known = vocabulary()
    found: Set = NOTHING
    words = []
    for coding in concept.codings:
        bounds = known.groups.get((coding.code or "").lower())
        if bounds is not None and (coding.system or "").rstrip("/").lower() in known.group_systems:
            found = union(found, interval(bounds[0], True, bounds[1], False))
            words.append(coding.display or coding.code or "")
    return (found, " or ".join(words)) if words else None


def _quantity(value: Json | None, pointer: str, faults: Faults) -> Number | None:
    """A number with a unit of time that is known; without a unit nothing is known."""
    if value is None:
        return None
    written = value.get("value")
    size = None if isinstance(written, (str, bool)) else number(written)
    if size is None:
        if written is not None:
            faults.add(f"{pointer}/value", "value is not a number that can be used")
        return None
    for key in ("code", "unit"):
        unit = text(value, key, pointer, faults)
        if unit is not None and where(_AGE, "=", Number(size, unit)) is not None:
            return Number(size, unit)
    faults.add(pointer, "an age without a unit of time that is known")
    return None


def _some(values: Set | None) -> Set:
    return NOTHING if values is None else values


def _shown(age: Number) -> str:
    return f"{show(age.value)} {age.unit}"
