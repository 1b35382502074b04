"""Dosage of R4, R4B, R5 and STU3 → :class:`orderlint.dosing.model.Instruction`.

A broken instruction stays in the list with its ``problem``: left out, the dose would look smaller.
"""

from __future__ import annotations

from orderlint.dosing.model import Amount, DoseAndRate, Instruction, Rate
from orderlint.fhir.read.codes import Concept, concept_of, concepts_of
from orderlint.fhir.read.quantity import quantity_of, range_of, ratio, ratio_of
from orderlint.fhir.read.shape import Faults, Json, items, kind, mapping, text
from orderlint.fhir.read.timing import timing_of
from orderlint.terminology.routes import UNKNOWN, route_class

# Every field of the data types in R4B and R5 is in READ or in NOT_READ; a test holds them to the models.
READ: dict[str, frozenset[str]] = {
    "Dosage": frozenset(
        (
            "additionalInstruction",
            "asNeeded",
            "asNeededBoolean",
            "asNeededCodeableConcept",
            "asNeededFor",
            "doseAndRate",
            "maxDosePerAdministration",
            "maxDosePerLifetime",
            "maxDosePerPeriod",
            "modifierExtension",
            "patientInstruction",
            "route",
            "sequence",
            "text",
            "timing",
        )
    ),
    "DosageDoseAndRate": frozenset(
        ("doseQuantity", "doseRange", "rateQuantity", "rateRange", "rateRatio", "type")
    ),
    "Timing": frozenset(("code", "event", "modifierExtension", "repeat")),
    "TimingRepeat": frozenset(
        (
            "boundsDuration",
            "boundsPeriod",
            "boundsRange",
            "count",
            "countMax",
            "dayOfWeek",
            "duration",
            "durationMax",
            "durationUnit",
            "frequency",
            "frequencyMax",
            "offset",
            "period",
            "periodMax",
            "periodUnit",
            "timeOfDay",
            "when",
        )
    ),
}
_ELEMENT = {
    "id": "names the element, says nothing of the dose",
    "extension": "an extension may not change the meaning of what it extends; absent values are read",
    "fhir_comments": "a comment of the model's own, no element of FHIR",
}
NOT_READ: dict[str, dict[str, str]] = {
    "Dosage": {
        **_ELEMENT,
        "site": "no limit depends on the place of the body",
        "method": "no limit depends on how it is given; the route is read",
    },
    "DosageDoseAndRate": dict(_ELEMENT),
    "Timing": dict(_ELEMENT),
    "TimingRepeat": dict(_ELEMENT),
}

_DOSES = ("doseQuantity", "doseSimpleQuantity", "doseRange")
_RATES = ("rateRatio", "rateRange", "rateQuantity", "rateSimpleQuantity")


def instructions(value: object, pointer: str, faults: Faults) -> tuple[Instruction, ...]:
    """The Dosages of a list, in its order; ``pointer`` leads to the list ("/dosageInstruction")."""
    found = []
    for item, where in items(value, pointer, faults):
        body = mapping(item, where, faults)
        if body is None:
            said = f"the dosage instruction is {kind(item)}, not a Dosage"
            words = item.strip() if isinstance(item, str) else None
            found.append(Instruction(where, text=words or None, problem=said))
            if item is None:
                faults.add(where, said)
        else:
            found.append(_instruction(body, where, faults))
    return tuple(found)


def _instruction(body: Json, pointer: str, faults: Faults) -> Instruction:
    problems: list[str] = []
    if body.get("modifierExtension"):
        problems.append("the dosage has a modifierExtension, which changes its meaning")
    additional = concepts_of(body, "additionalInstruction", pointer, faults, False)
    return Instruction(
        pointer,
        sequence=_sequence(body, pointer, faults, problems),
        text=text(body, "text", pointer, faults, True),
        patient_instruction=text(body, "patientInstruction", pointer, faults),
        additional=tuple(c.words for c in additional if c.words),
        timing=timing_of(body, "timing", pointer, faults),
        as_needed=_as_needed(body, pointer, faults),
        doses=_doses(body, pointer, faults, problems),
        max_per_period=_caps(body, pointer, faults),
        max_per_administration=quantity_of(body, "maxDosePerAdministration", pointer, faults),
        max_per_lifetime=quantity_of(body, "maxDosePerLifetime", pointer, faults),
        route=route_of(concept_of(body, "route", pointer, faults)),
        problem="; ".join(problems) or None,
    )


def _sequence(body: Json, pointer: str, faults: Faults, problems: list[str]) -> int | None:
    """The place among the steps. Unread, steps that follow one another would run together."""
    written = body.get("sequence")
    if written is None or (isinstance(written, int) and not isinstance(written, bool)):
        return written
    faults.add(f"{pointer}/sequence", f"sequence is {kind(written)} where a whole number belongs")
    if isinstance(written, str) and written.isascii() and written.isdigit() and len(written) < 9:
        return int(written)
    problems.append("the sequence of the dosage can't be read")
    return None


def _as_needed(body: Json, pointer: str, faults: Faults) -> bool:
    """Said by a boolean, or by naming what it is needed for (R4 one concept, R5 a list)."""
    for key in ("asNeededBoolean", "asNeeded"):
        written = body.get(key)
        if written is True or written == "true":
            if written is not True:
                faults.add(f"{pointer}/{key}", f"{key} is a string where true or false belongs")
            return True
        if written is not None and written is not False:
            faults.add(f"{pointer}/{key}", f"{key} is {kind(written)} where true or false belongs")
    if concept_of(body, "asNeededCodeableConcept", pointer, faults) is not None:
        return True
    return bool(concepts_of(body, "asNeededFor", pointer, faults))


def _doses(body: Json, pointer: str, faults: Faults, problems: list[str]) -> tuple[DoseAndRate, ...]:
    """All that is said of the dose: ``doseAndRate``, and STU3's fields on the dosage itself.

    They are one dose said several times, of which the largest counts: so one that is broken makes all
    of them unusable, because it may be the largest.
    """
    found: list[DoseAndRate] = []
    before = faults.vital
    for item, where in items(body.get("doseAndRate"), f"{pointer}/doseAndRate", faults):
        inner = mapping(item, where, faults)
        if inner is None:
            broken = Amount(None, None, None, where, f"doseAndRate is {kind(item)}, not an object")
            found.append(DoseAndRate(None, broken, None, where))
            continue
        said = concept_of(inner, "type", where, faults, False)
        found += _dose_and_rate(inner, _type(said), where, faults)
    found += _dose_and_rate(body, None, pointer, faults)
    broken_ones = [d.dose.problem for d in found if d.dose is not None and d.dose.problem]
    if broken_ones and len(found) > 1 and faults.vital > before:
        problems.append(broken_ones[0])
    return tuple(found)


def _type(said: Concept | None) -> str | None:
    if said is None:
        return None
    return next((c.code for c in said.codings if c.code), None) or said.words


def _dose_and_rate(body: Json, said: str | None, pointer: str, faults: Faults) -> list[DoseAndRate]:
    """One entry, or none. Where a choice is made twice (a quantity and a range), each is an entry."""
    doses: list[Amount] = []
    for key in _DOSES:
        dose = (range_of if key == "doseRange" else quantity_of)(body, key, pointer, faults)
        if dose is not None:
            doses.append(dose)
    rates: list[Amount | Rate] = []
    for key in _RATES:
        rate: Amount | Rate | None
        if key == "rateRatio":
            rate = ratio_of(body, key, pointer, faults)
        else:
            rate = (range_of if key == "rateRange" else quantity_of)(body, key, pointer, faults)
        if rate is not None:
            rates.append(rate)
    for stem, number in (("dose", len(doses)), ("rate", len(rates))):
        if number > 1:
            faults.add(pointer, f"the {stem} is given in {number} ways where FHIR allows one")
    entries = []
    for index in range(max(len(doses), len(rates))):
        dose = doses[index] if index < len(doses) else None
        rate = rates[index] if index < len(rates) else None
        entries.append(DoseAndRate(said, dose, rate, pointer))
    return entries


def _caps(body: Json, pointer: str, faults: Faults) -> tuple[Rate, ...]:
    """``maxDosePerPeriod``: R4 has one ratio, R5 a list of them."""
    written = body.get("maxDosePerPeriod")
    where = f"{pointer}/maxDosePerPeriod"
    if isinstance(written, list):
        found = [ratio(item, at, faults) for item, at in items(written, where, faults)]
    else:
        found = [ratio(written, where, faults)]
    return tuple(rate for rate in found if rate is not None)


def route_of(said: Concept | None) -> str | None:
    """The route class of a concept's codes or words; "unknown" where none is understood, None for none."""
    if said is None:
        return None
    found = [route_class(c.system, c.code, c.display or said.text) for c in said.codings]
    found.append(route_class(None, None, said.text))
    stated = [route for route in found if route is not None]
    return next((route for route in stated if route != UNKNOWN), UNKNOWN if stated else None)
