"""MedicationRequest → the parts of an order, of any release.

The drug is read by :mod:`orderlint.fhir.read.medication`, a definition's ordering action by
:mod:`orderlint.fhir.read.activity`. References are given back as written; the caller resolves them.
"""

from __future__ import annotations

from orderlint.dosing.model import DateSpan, Instruction, Supply
from orderlint.fhir.read.codes import Ref, concept_of, concepts_of, reference_of, references_of, token
from orderlint.fhir.read.dates import Period, day, moment, period
from orderlint.fhir.read.dosage import instructions
from orderlint.fhir.read.quantity import in_days, quantity_of
from orderlint.fhir.read.reason import ReasonPart, reasons_of
from orderlint.fhir.read.shape import (
    Fault,
    Faults,
    Json,
    absent,
    child,
    children,
    enum,
    flag,
    items,
    text,
    whole,
)
from orderlint.namedtuple import NamedTuple

_STATUS = frozenset(
    [
        "active",
        "on-hold",
        "cancelled",
        "completed",
        "ended",
        "stopped",
        "entered-in-error",
        "draft",
        "unknown",
    ]
)
_INTENT = frozenset(
    [
        "proposal",
        "plan",
        "order",
        "original-order",
        "reflex-order",
        "filler-order",
        "instance-order",
        "option",
    ]
)
_CROSS_VERSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest."
_MOST_REPEATS = 10**6

# Elements that one might expect to bear on dose or course, and why they are not read.
NOT_READ = {
    "substitution": "whether another product may be handed out; the dose ordered stays what it is",
    "dispenseRequest.initialFill": "a part of the whole supply, whose length says nothing of the course",
    "dispenseRequest.dispenseInterval": "how often the pharmacy hands out, not how often it is taken",
    "courseOfTherapyType": "continuous, acute or seasonal: names a kind, no length",
}


class Subject(NamedTuple):
    """Whom an order is for. ``named``: it names someone at all, if only by identifier or in words.

    ``token`` is equal for equal identifiers and tells nothing of them; it is never printed.
    """

    reference: str | None = None
    token: str | None = None
    named: bool = False
    pointer: str = ""


class OrderParts(NamedTuple):
    """What a MedicationRequest or an ordering ActivityDefinition says, apart from its drug.

    Pointers are relative to the resource. ``written_unknown``: authoredOn is said to be unknown.
    ``ended`` is when a stopped or completed order ended, ``end_hint`` the end of its validity, which
    is no more than a hint. ``group`` stands for the groupIdentifier and is never printed.
    """

    resource: str
    status: str | None
    intent: str | None
    do_not_perform: bool
    subject: Subject
    written: DateSpan | None
    written_unknown: bool
    instructions: tuple[Instruction, ...]
    supply: Supply | None
    reasons: tuple[ReasonPart, ...] = ()
    effective: Period | None = None
    ended: DateSpan | None = None
    end_hint: DateSpan | None = None
    status_reason: str | None = None
    based_on: tuple[Ref, ...] = ()
    prior: tuple[Ref, ...] = ()
    replaces: tuple[Ref, ...] = ()
    group: str | None = None
    category: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    @property
    def written_instructions(self) -> tuple[str, ...]:
        """All words of the order that instruct: texts of its dosages, and its notes."""
        said: list[str] = []
        for one in self.instructions:
            said += [t for t in (one.text, one.patient_instruction, *one.additional) if t]
        return (*dict.fromkeys((*said, *self.notes)),)


def read_order(order: Json) -> OrderParts:
    """Read a MedicationRequest. Total: any JSON object gives parts, and faults for what is broken."""
    faults = Faults()
    status = _status(order, faults)
    effective = period(order, "effectiveDosePeriod", "", faults) or _extended_period(order, faults)
    read = instructions(order.get("dosageInstruction"), "/dosageInstruction", faults)
    if len(read) > 1:
        from orderlint.fhir.read.clock import in_turn  # noqa: PLC0415 -- most orders have one instruction

        read = in_turn(order, read)
    supply, validity = _supply(order, faults)
    if order.get("modifierExtension"):
        faults.add("/modifierExtension", "the order has a modifierExtension, which changes its meaning")
        read = tuple(
            i._replace(problem=i.problem or "the order has a modifierExtension, which changes its meaning")
            for i in read
        )
    return OrderParts(
        resource="MedicationRequest",
        status=status,
        intent=_code(order, "intent", _INTENT, faults, False),
        do_not_perform=flag(order, "doNotPerform", "", faults) or False,
        subject=subject_of(order, faults),
        written=day(order, "authoredOn", "", faults),
        written_unknown=absent(order, "authoredOn") is not None,
        instructions=read,
        supply=supply,
        reasons=reasons_of(order, faults),
        effective=effective,
        ended=_ended(order, status, effective, read, faults),
        end_hint=validity.end if validity else None,
        status_reason=_status_reason(order, faults),
        based_on=references_of(order, "basedOn", "", faults, False),
        prior=_prior(order, faults),
        replaces=references_of(order, "replaces", "", faults, False),
        group=_group(order, faults),
        category=categories(order, faults),
        notes=notes_of(order, faults),
        faults=tuple(faults),
    )


def _code(order: Json, key: str, allowed: frozenset[str], faults: Faults, vital: bool = True) -> str | None:
    """A code that every order has; one that is missing is a fault, unless an extension says why."""
    if order.get(key) is None and absent(order, key) is None:
        faults.add(f"/{key}", f"{key} is missing", vital)
    return enum(order, key, allowed, "", faults, vital=vital)


def _status(order: Json, faults: Faults) -> str | None:
    """The status; R5's "ended" is what R4 calls "completed"."""
    found = _code(order, "status", _STATUS, faults)
    return "completed" if found == "ended" else found


def subject_of(resource: Json, faults: Faults, keys: tuple[str, ...] = ("subject", "patient")) -> Subject:
    """Whom a resource is about, from the first of ``keys`` that it has."""
    for key in keys:
        found = reference_of(resource, key, "", faults)
        if found is not None:
            named = bool(found.reference or found.token or found.display)
            return Subject(found.reference, found.token, named, found.pointer)
        if resource.get(key) is not None:
            return Subject(None, None, True, f"/{key}")
    return Subject()


def _supply(order: Json, faults: Faults) -> tuple[Supply | None, Period | None]:
    """``dispenseRequest``: a quantity or length that can't be read is a fault, and left out."""
    body = child(order, "dispenseRequest", "", faults, False)
    if body is None:
        return None, None
    where = "/dispenseRequest"
    quantity = quantity_of(body, "quantity", where, faults)
    length, wrong = in_days(
        quantity_of(body, "expectedSupplyDuration", where, faults), "expectedSupplyDuration"
    )
    if wrong is not None:
        faults.add(f"{where}/expectedSupplyDuration", f"the days of supply can't be read: {wrong}", False)
    repeats = whole(body, "numberOfRepeatsAllowed", where, faults, False)
    if repeats is not None and not 0 <= repeats <= _MOST_REPEATS:
        faults.add(f"{where}/numberOfRepeatsAllowed", "numberOfRepeatsAllowed can't be used", False)
        repeats = None
    days = length[1] if length else None
    return Supply(quantity, days, repeats, where), period(body, "validityPeriod", where, faults, False)


def _ended(
    order: Json, status: str | None, effective: Period | None, read: tuple[Instruction, ...], faults: Faults
) -> DateSpan | None:
    """When an order that is over ended: the change of its status, else the end of what it covers."""
    if status not in ("stopped", "completed"):
        return None
    changed = day(order, "statusChanged", "", faults) or _extended_date(order, "statusChanged", faults)
    if changed is not None and status == "stopped":
        return changed
    if effective is not None and effective.end is not None:
        return effective.end
    ends = []
    for one in read:
        repeat = one.timing.repeat if one.timing else None
        if repeat is None or repeat.bounds_end is None:
            return changed  # at least one instruction has no known end
        ends.append(repeat.bounds_end)
    return max(ends, key=lambda span: span.last) if ends else changed


def _extensions(order: Json, name: str) -> list[tuple[Json, str]]:
    """The extensions that carry an R5 element in an R4 resource."""
    value = order.get("extension")
    return [
        (item, f"/extension/{index}")
        for index, item in enumerate(value if isinstance(value, list) else ())
        if isinstance(item, dict) and item.get("url") == _CROSS_VERSION + name
    ]


def extension_of(order: Json, name: str) -> Json:
    """The extension that carries the R5 element of a name; empty where there is none."""
    return next((extension for extension, _ in _extensions(order, name)), {})


def _extended_date(order: Json, name: str, faults: Faults) -> DateSpan | None:
    for extension, where in _extensions(order, name):
        return moment(extension.get("valueDateTime"), f"{where}/valueDateTime", faults, name)
    return None


def _extended_period(order: Json, faults: Faults) -> Period | None:
    for extension, where in _extensions(order, "effectiveDosePeriod"):
        return period(extension, "valuePeriod", where, faults)
    return None


def _status_reason(order: Json, faults: Faults) -> str | None:
    found = concept_of(order, "statusReason", "", faults, False)
    return found.words if found else None


def _prior(order: Json, faults: Faults) -> tuple[Ref, ...]:
    found = reference_of(order, "priorPrescription", "", faults, False)
    return (found,) if found else ()


def _group(order: Json, faults: Faults) -> str | None:
    found = child(order, "groupIdentifier", "", faults, False)
    return token(found) if found else None


def categories(order: Json, faults: Faults) -> tuple[str, ...]:
    """The codes of ``category`` ("inpatient", "community" ...); STU3 has one concept, not a list."""
    value = order.get("category")
    listed = value if isinstance(value, list) or value is None else [value]
    read = concepts_of({"category": listed}, "category", "", faults, False)
    codes = [c.code for one in read for c in one.codings if c.code]
    return tuple(dict.fromkeys(codes))


def notes_of(resource: Json, faults: Faults) -> tuple[str, ...]:
    """The texts of ``note``; a bare string is read as one, with a fault."""
    listed = items(resource.get("note"), "/note", Faults())
    found = [item.strip() for item, _ in listed if isinstance(item, str)]
    for note, where in children(resource, "note", "", faults, False):
        said = text(note, "text", where, faults)
        if said:
            found.append(said)
    return tuple(s for s in found if s)
