"""Observation → laboratory values and measures in the canonical unit of their kind.

What each LOINC code measures, and which unit a kind is kept in, is terminology. A value without a
unit, or in one that can't be converted, is not used: nothing is guessed from its size.
"""

from __future__ import annotations

import re

from orderlint.dosing.model import DateSpan
from orderlint.dosing.number import number
from orderlint.dosing.units import canonical, factor
from orderlint.exact import Fraction
from orderlint.fhir.read.codes import Concept, concept_of
from orderlint.fhir.read.dates import choice, day, moment
from orderlint.fhir.read.shape import Faults, Json, absent_reason, children, enum, kind, mapping, show, text
from orderlint.namedtuple import NamedTuple
from orderlint.record import Lab
from orderlint.terminology import lab_units
from orderlint.terminology.labs import LabCode, lab

LOINC = "http://loinc.org"
_STATUS = frozenset(
    [
        "registered",
        "specimen-in-process",
        "preliminary",
        "final",
        "amended",
        "corrected",
        "appended",
        "cancelled",
        "entered-in-error",
        "unknown",
    ]
)
_NO_RESULT = frozenset(("registered", "specimen-in-process", "cancelled", "entered-in-error"))
_COMPARATORS = frozenset(("<", "<=", ">=", ">"))
_LONGEST = 64  # characters of a value in words
_IN_WORDS = r"(?s)(<=|>=|<|>|≤|≥)?\s*([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*(.*)"


class _Value(NamedTuple):
    size: Fraction
    comparator: str | None
    units: tuple[str, ...]  # as written: code, words
    pointer: str


class Result(NamedTuple):
    """A value of an Observation or, at ``at``, of a component, in the canonical unit of its kind.

    ``lowest`` is where its normal range begins. Without a ``size`` it is of no use: ``problem`` says why, and
    whether that is vital.
    """

    kind: str
    size: Fraction | None
    unit: str | None
    comparator: str | None
    pointer: str
    lowest: Fraction | None
    at: str
    problem: tuple[str, bool] | None = None


def labs(observation: Json, source: str, faults: Faults) -> tuple[Lab, ...]:
    """All values of an Observation, its components included, whose codes terminology knows.

    Results that are cancelled, entered in error or not there yet give none.
    """
    found = results(observation, faults)
    return dated(found, measured_on(observation, faults), source, faults) if found else ()


def results(observation: Json, faults: Faults) -> list[Result]:
    """Its values, whenever they were measured."""
    status = enum(observation, "status", _STATUS, "", faults)
    if status in _NO_RESULT:
        return []
    parts: list[tuple[Json, str]] = [(observation, "")]
    parts += children(observation, "component", "", faults)
    found: list[Result] = []
    for part, pointer in parts:
        known = lab_of(concept_of(part, "code", pointer, faults))
        if known is None or not known.usable:
            continue
        value = _value(part, pointer, faults)
        if value is None:
            continue
        size, unit, problem = _convert(value, known)
        lowest = _lowest_normal(part, value, known)
        found.append(
            Result(known.kind, size, unit, value.comparator, value.pointer, lowest, pointer, problem)
        )
    return found


def dated(found: list[Result], on: DateSpan | None, source: str, faults: Faults) -> tuple[Lab, ...]:
    """Those of the results that can be used, measured on a day."""
    values = []
    for one in found:
        if on is None:
            faults.add(one.at, f"the {one.kind} has no date that can be read, and is not used", False)
        elif one.problem is not None:
            faults.add(one.pointer, *one.problem)
        elif one.size is not None and one.unit is not None:
            values.append(
                Lab(one.kind, one.size, one.unit, on, source, one.comparator, one.pointer, one.lowest)
            )
    return tuple(values)


def lab_of(named: Concept | None) -> LabCode | None:
    """What the first LOINC code that terminology knows measures."""
    for coding in named.codings if named else ():
        if coding.code is not None and coding.system in (LOINC, None, "urn:oid:2.16.840.1.113883.6.1"):
            found = lab(coding.code)
            if found is not None:
                return found
    return None


def measured_on(observation: Json, faults: Faults) -> DateSpan | None:
    """The day of the value: when it was true, else when it was issued."""
    found = choice(observation, "effective", "", faults)
    if found is None:
        timing = observation.get("effectiveTiming")
        events = timing.get("event") if isinstance(timing, dict) else None
        if isinstance(events, list) and events:
            found = moment(events[-1], "/effectiveTiming/event", faults, "effectiveTiming.event")
    return found or day(observation, "issued", "", faults)


def _value(part: Json, pointer: str, faults: Faults) -> _Value | None:
    if part.get("valueQuantity") is not None:
        return _quantity(part["valueQuantity"], f"{pointer}/valueQuantity", faults)
    for key in ("valueInteger", "valueDecimal"):
        written = part.get(key)
        if written is not None:
            size = number(written) if not isinstance(written, (bool, str)) else None
            if size is None:
                faults.add(f"{pointer}/{key}", f"{key} is {kind(written)} that is no usable number")
                return None
            return _Value(size, None, _range_units(part), f"{pointer}/{key}")
    words = text(part, "valueString", pointer, faults, True)
    if words is None or len(words) > _LONGEST:
        return None
    read = re.fullmatch(_IN_WORDS, words)
    size = number(read[2]) if read else None
    if read is None or size is None:
        return None
    comparator = {"≤": "<=", "≥": ">="}.get(read[1] or "", read[1])
    unit = read[3].strip()
    return _Value(size, comparator, (unit,) if unit else _range_units(part), f"{pointer}/valueString")


def _quantity(written: object, pointer: str, faults: Faults) -> _Value | None:
    body = mapping(written, pointer, faults)
    if body is None:
        return None
    value = body.get("value")
    size = number(value) if not isinstance(value, (bool, str)) and value is not None else None
    if size is None or size < 0:
        if value is not None:
            faults.add(
                f"{pointer}/value", "the value is not a decimal number of zero or more, and is not used"
            )
        elif absent_reason(body) is None and absent_reason(body.get("_value")) is None:
            faults.add(pointer, "valueQuantity has no value", False)
        return None
    comparator = enum(body, "comparator", _COMPARATORS, pointer, faults)
    if comparator is None and body.get("comparator") is not None:
        return None  # the value is a bound, but nobody can say of which side
    units = [text(body, key, pointer, faults, True) for key in ("code", "unit")]
    return _Value(size, comparator, tuple(u for u in units if u), pointer)


def _range_units(part: Json) -> tuple[str, ...]:
    """The units that the reference range is written in: those of a value that has no place for one."""
    ranges = part.get("referenceRange")
    found: list[str] = []
    for one in ranges if isinstance(ranges, list) else ():
        for side in ("low", "high"):
            limit = one.get(side) if isinstance(one, dict) else None
            for key in ("code", "unit"):
                unit = limit.get(key) if isinstance(limit, dict) else None
                if isinstance(unit, str) and unit.strip():
                    found.append(unit.strip())
    return tuple(dict.fromkeys(found))


def _lowest_normal(part: Json, value: _Value, known: LabCode) -> Fraction | None:
    """Where the laboratory's normal range begins, in the canonical unit; None where it gives none, or several
    that differ (of ages, of sexes). What is wrong with a range is not said: it is then not used."""
    ranges = part.get("referenceRange")
    found: set[Fraction | None] = set()
    for one in ranges if isinstance(ranges, list) else ():
        low = one.get("low") if isinstance(one, dict) else None
        if low is None or not _is_normal(one):
            continue
        limit = _quantity(low, "", Faults())
        if limit is None or limit.comparator is not None:
            return None
        limit = limit._replace(units=limit.units or value.units)
        found.add(_convert(limit, known)[0])
    return found.pop() if len(found) == 1 else None


def _is_normal(reference_range: Json) -> bool:
    """Whether it is said to be the normal range, or not said what it is (FHIR: then it is the normal one)."""
    named = concept_of(reference_range, "type", "", Faults())
    return named is None or any(coding.code == "normal" for coding in named.codings)


def _convert(value: _Value, known: LabCode) -> tuple[Fraction | None, str | None, tuple[str, bool] | None]:
    """The value in the canonical unit of its kind; else why there is none, and whether that is vital."""
    target = lab_units.canonical_unit(known.kind) or known.usual_unit
    if not target:
        return None, None, None
    written = value.units
    if not written:
        return None, None, (f"the {known.kind} has no unit, and is not used", False)
    factors = {f for f in (_factor(known.kind, unit, target) for unit in written) if f is not None}
    if len(factors) == 1:
        return value.size * factors.pop(), target, None
    if factors:
        said = (
            f"the units {' and '.join(show(u) for u in written)} of the {known.kind} disagree; it is not used"
        )
    else:
        said = f"the unit {show(written[0])} of the {known.kind} can't be converted; it is not used"
    return None, None, (said, bool(factors))


def _factor(lab_kind: str, written: str, target: str) -> Fraction | None:
    """By what a value in the unit as written is multiplied to be in ``target``."""
    if written == target:
        return Fraction(1)
    told = lab_units.factor(lab_kind, written)
    if told is not None:
        return told
    unit = canonical(written, "http://unitsofmeasure.org") or canonical(written, None)
    if unit is None:
        return None
    goal = canonical(target, "http://unitsofmeasure.org") or target
    return Fraction(1) if unit == goal else factor(unit, goal)
