"""One MedicationRequest or ordering ActivityDefinition → an Order of the record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from orderlint.dosing.model import Body, DateSpan, Instruction
from orderlint.fhir.build.found import key_of, name_of
from orderlint.fhir.build.reading import PLAIN, Reading
from orderlint.fhir.build.reasons import reasons_of
from orderlint.fhir.read.medication import Identification
from orderlint.fhir.read.order import OrderParts
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple
from orderlint.record import Clock, Facts, Guard, Order, Reason

SKIPPED_STATUS = frozenset(("cancelled", "entered-in-error"))
_A_DAY = len("2026-05-20")  # what is longer has a time


class Draft(NamedTuple):
    """An order as read, before its patient's facts are known."""

    resource: Resource
    parts: OrderParts
    drug: Identification


def is_skipped(parts: OrderParts) -> bool:
    """Cancelled, entered in error, or an order not to do it."""
    return parts.status in SKIPPED_STATUS or parts.do_not_perform


def finish(
    draft: Draft,
    index: Index,
    facts: Facts,
    *,
    reading: Reading = PLAIN,
    guards: Iterable[Guard] = (),
    alternatives: tuple[tuple[str, str], ...] = (),
    stage_of: frozenset[str] = frozenset(),
    earlier_stages: frozenset[str] = frozenset(),
    extra_reasons: tuple[Reason, ...] = (),
    action: str | None = None,
    start: DateSpan | None = None,
    continues_unknown: bool = False,
) -> Order:
    """The Order, its doses worked out. Weight and height are the patient's latest by the day of the order.
    ``start``: the day on which it begins, where something else than the order says so."""
    resource, parts, drug = draft
    clock = _clock(draft) if start is None else None
    start = start or start_of(parts)
    ingredients = tuple(d.ingredient for d in drug.drugs)
    worked_out = reading.plan(
        parts.instructions,
        drug.product,
        parts.supply,
        start or parts.written,
        body_of(facts, start or parts.written),
        ingredients,
    )
    route = _route(parts.instructions)
    return Order(
        place=resource.place,
        resource=name_of(resource),
        key=key_of(resource),
        status=parts.status,
        intent=parts.intent,
        drugs=drug.drugs,
        route=route,
        form_route=drug.form_route,
        plan=worked_out,
        written=parts.written,
        start=start,
        stopped=parts.ended if parts.status in ("stopped", "completed") else None,
        reasons=(*reasons_of(parts.reasons, resource, index), *extra_reasons),
        guards=tuple(guards),
        alternatives=alternatives,
        stage_of=stage_of,
        pointers=_pointers(draft),
        twin=f"{resource.type}/{resource.id}" if resource.id is not None and resource.parent is None else "",
        drug_conflict=drug.conflict,
        action=action,
        strengths=drug.product.strengths,
        dose_form=drug.product.dose_form,
        earlier_stages=earlier_stages,
        continues_unknown=continues_unknown,
        clock=clock,
    )


def _clock(draft: Draft) -> Clock | None:
    order, parts = draft.resource.value, draft.parts
    written = order.get("authoredOn")
    timed = isinstance(written, str) and len(written) > _A_DAY
    if not (timed or parts.effective or parts.ended or any(map(_is_bounded, parts.instructions))):
        return None
    from orderlint.fhir.build.clock import clock_of  # noqa: PLC0415 -- most orders of a template have no dates

    return clock_of(order, parts)


def _is_bounded(one: Instruction) -> bool:
    repeat = one.timing.repeat if one.timing is not None else None
    return repeat is not None and (repeat.bounds_start is not None or repeat.bounds_end is not None)


def body_of(facts: Facts, day: DateSpan | None) -> Body:
    """The latest weight and height on record by ``day``; of any day where the order has none."""
    found: dict[str, tuple[DateSpan, object, str]] = {}
    for lab in facts.labs:
        if lab.kind not in ("weight", "height") or lab.comparator:
            continue
        if day is not None and lab.on.first > day.last + timedelta(days=1):
            continue
        if lab.kind not in found or lab.on.last >= found[lab.kind][0].last:
            found[lab.kind] = (lab.on, lab.value, lab.source)
    weight, height = found.get("weight"), found.get("height")
    return Body(
        weight_kg=weight[1] if weight else None,  # type: ignore[arg-type]
        weight_source=weight[2] if weight else None,
        height_cm=height[1] if height else None,  # type: ignore[arg-type]
        height_source=height[2] if height else None,
    )


def start_of(parts: OrderParts) -> DateSpan | None:
    """The first day of the dosage: the earliest start of its bounds, first event, or effective period."""
    starts = []
    for one in parts.instructions:
        timing = one.timing
        if timing is None:
            continue
        if timing.repeat is not None and timing.repeat.bounds_start is not None:
            starts.append(timing.repeat.bounds_start)
        starts.extend(timing.events)
    if starts:
        return min(starts, key=lambda span: span.first)
    if parts.effective is not None and parts.effective.start is not None:
        return parts.effective.start
    return parts.written


def _route(instructions: tuple[Instruction, ...]) -> str | None:
    """The route of the order. An oral one counts before others: nothing of its limits may be missed."""
    stated = [i.route for i in instructions if i.route is not None]
    for route in ("oral", "enteral"):
        if route in stated:
            return route
    return stated[0] if stated else None


def _pointers(draft: Draft) -> tuple[tuple[str, str], ...]:
    activity = draft.resource.type == "ActivityDefinition"
    dosage = "/dosage" if activity else "/dosageInstruction"
    instructions = draft.parts.instructions
    if instructions:
        dosage = instructions[0].pointer or dosage
    subject = draft.parts.subject.pointer
    return (
        ("medication", draft.drug.pointer),
        ("dosage", dosage),
        ("subject", subject),
        ("status", "/status"),
    )
