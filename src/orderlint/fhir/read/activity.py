"""ActivityDefinition → the parts of an order that a definition would make, and what guards may stand on."""

from __future__ import annotations

from orderlint.dosing.model import Instruction, Timing
from orderlint.fhir.read.codes import concept_of, concepts_of
from orderlint.fhir.read.dates import day
from orderlint.fhir.read.dosage import instructions
from orderlint.fhir.read.order import OrderParts, Subject
from orderlint.fhir.read.reason import ReasonPart, groups_of
from orderlint.fhir.read.shape import Faults, Json, children, enum, flag, text
from orderlint.fhir.read.timing import timing_of
from orderlint.namedtuple import NamedTuple

_STATUS = frozenset(("draft", "active", "retired", "unknown"))
_INTENT = frozenset(
    [
        "proposal",
        "plan",
        "directive",
        "order",
        "original-order",
        "reflex-order",
        "filler-order",
        "instance-order",
        "option",
    ]
)
# Kinds of request that hand out no medicine, whatever product they name.
_OTHER_KINDS = frozenset(
    (
        "Appointment",
        "AppointmentResponse",
        "CarePlan",
        "Claim",
        "CommunicationRequest",
        "Contract",
        "CoverageEligibilityRequest",
        "DeviceRequest",
        "EnrollmentRequest",
        "NutritionOrder",
        "ProcedureRequest",
        "ReferralRequest",
        "RequestGroup",
        "RequestOrchestration",
        "ServiceRequest",
        "SupplyRequest",
        "Task",
        "Transport",
        "VisionPrescription",
    )
)


class Dynamic(NamedTuple):
    """A ``dynamicValue``: what is computed when the definition is applied, and by which expression."""

    path: str | None
    expression: str | None
    language: str | None
    pointer: str


class ActivityParts(NamedTuple):
    """An ActivityDefinition. ``order`` has the parts of a request; ``texts`` are its name, title ..."""

    order: OrderParts
    kind: str | None
    dynamic: tuple[Dynamic, ...] = ()
    texts: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()


def orders_medication(activity: Json) -> bool:
    """Whether the definition orders a medication: by its kind, its dosage, or a product that is one."""
    kind = activity.get("kind")
    if kind == "MedicationRequest" or activity.get("dosage"):
        return True
    has_product = any(activity.get("product" + x) is not None for x in ("CodeableConcept", "Reference"))
    return has_product and not (isinstance(kind, str) and kind in _OTHER_KINDS)


def read_activity(activity: Json) -> ActivityParts:
    """Read an ActivityDefinition. Total: any JSON object gives parts, and faults for what is broken."""
    faults = Faults()
    topics = concepts_of(activity, "topic", "", faults, False)
    named = concept_of(activity, "code", "", faults, False)
    reasons = [ReasonPart(groups_of(t), t.words or "", None, t.pointer) for t in topics if groups_of(t)]
    dynamic = _dynamic(activity, faults)
    parts = OrderParts(
        resource="ActivityDefinition",
        status=enum(activity, "status", _STATUS, "", faults),
        intent=enum(activity, "intent", _INTENT, "", faults, vital=False),
        do_not_perform=flag(activity, "doNotPerform", "", faults) or False,
        subject=Subject(),
        written=None,
        written_unknown=False,
        instructions=_instructions(activity, faults),
        supply=None,
        reasons=tuple(reasons),
        faults=(),
    )
    day(activity, "date", "", faults, False)
    words = ("name", "title", "subtitle", "description", "purpose", "usage")
    texts = [text(activity, key, "", faults) for key in words]
    said = [*texts, named.words if named else None]
    return ActivityParts(
        parts._replace(faults=tuple(faults)),
        text(activity, "kind", "", faults),
        dynamic,
        tuple(dict.fromkeys(s for s in said if s)),
        tuple(name for topic in topics for name in topic.names),
    )


def _instructions(activity: Json, faults: Faults) -> tuple[Instruction, ...]:
    """The dosages; one without a timing takes that of the activity."""
    read = instructions(activity.get("dosage"), "/dosage", faults)
    timing = _timing(activity, faults)
    if timing is not None:
        read = tuple(i if i.timing is not None else i._replace(timing=timing) for i in read)
    if activity.get("modifierExtension"):
        said = "the definition has a modifierExtension, which changes its meaning"
        faults.add("/modifierExtension", said)
        read = tuple(i._replace(problem=i.problem or said) for i in read)
    return read


def _timing(activity: Json, faults: Faults) -> Timing | None:
    found = timing_of(activity, "timingTiming", "", faults) or timing_of(activity, "timing", "", faults)
    if found is not None:
        return found
    once = day(activity, "timingDateTime", "", faults)
    return Timing(events=(once,), pointer="/timingDateTime") if once else None


def _dynamic(activity: Json, faults: Faults) -> tuple[Dynamic, ...]:
    """R4 has an Expression, STU3 the language and the expression side by side."""
    found = []
    for item, where in children(activity, "dynamicValue", "", faults):
        inner = item.get("expression")
        holder, at = (inner, f"{where}/expression") if isinstance(inner, dict) else (item, where)
        expression = text(holder, "expression", at, faults, True)
        language = text(holder, "language", at, faults)
        found.append(Dynamic(text(item, "path", where, faults), expression, language, where))
    return tuple(found)
