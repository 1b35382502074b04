"""Every order of a run with its plan, whatever its drug: what ``orderlint dose`` shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from orderlint.dosing.course import plan
from orderlint.dosing.model import Amount, Body, DoseAndRate, Instruction, Plan, Rate
from orderlint.fhir.build.facts import facts_of
from orderlint.fhir.build.found import key_of, name_of
from orderlint.fhir.build.orders import Draft, body_of, start_of
from orderlint.fhir.build.who import who
from orderlint.fhir.read.activity import orders_medication, read_activity
from orderlint.fhir.read.medication import identify
from orderlint.fhir.read.order import read_order, subject_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.namedtuple import NamedTuple


class PlannedOrder(NamedTuple):
    """One order and what a patient following it takes. ``drug`` is the name where no ingredient is known."""

    resource: Resource
    name: str  # "MedicationRequest/1"
    key: str
    drug: str | None
    status: str | None
    plan: Plan


def planned_orders(resources: Sequence[Resource], index: Index) -> tuple[PlannedOrder, ...]:
    """The plans of all orders, in the order of the input."""
    drafts = [d for d in (_draft(r, index) for r in resources) if d is not None]
    bodies = _bodies(drafts, resources, index)
    return tuple(_planned(d, bodies.get(key_of(d.resource), Body())) for d in drafts)


def _draft(resource: Resource, index: Index) -> Draft | None:
    if resource.type == "MedicationRequest":
        parts = read_order(resource.value)
    elif resource.type == "ActivityDefinition" and orders_medication(resource.value):
        parts = read_activity(resource.value).order
    else:
        return None
    return Draft(resource, parts, identify(resource.value, lambda ref: index.resolve(ref, resource)))


def _planned(draft: Draft, body: Body) -> PlannedOrder:
    parts, product = draft.parts, draft.drug.product
    ingredients = tuple(d.ingredient for d in draft.drug.drugs)
    worked_out = plan(
        parts.instructions, product, parts.supply, start_of(parts) or parts.written, body, ingredients
    )
    return PlannedOrder(
        draft.resource,
        name_of(draft.resource),
        key_of(draft.resource),
        product.name,
        parts.status,
        worked_out,
    )


def _bodies(drafts: Iterable[Draft], resources: Sequence[Resource], index: Index) -> dict[str, Body]:
    """Weight and height for the orders that dose by them; nobody else's facts are read."""
    wanted: dict[str, list[Draft]] = {}
    for draft in drafts:
        if any(_by_body(i) for i in draft.parts.instructions):
            found = who(draft.parts.subject, draft.resource, index)
            if found is not None:
                wanted.setdefault(found.key, []).append(draft)
    if not wanted:
        return {}
    results: dict[str, list[Resource]] = {}
    for resource in resources:
        if resource.type == "Observation":
            found = who(subject_of(resource.value, Faults()), resource, index)
            if found is not None and found.key in wanted:
                results.setdefault(found.key, []).append(resource)
    bodies = {}
    for key, whose in wanted.items():
        facts, _ = facts_of(None, results.get(key, ()), index, None)
        for draft in whose:
            bodies[key_of(draft.resource)] = body_of(facts, start_of(draft.parts) or draft.parts.written)
    return bodies


def _by_body(instruction: Instruction) -> bool:
    units = [a.unit for d in instruction.doses for a in _amounts(d)]
    return any(u is not None and ("/kg" in u or "/m2" in u) for u in units) or not instruction.doses


def _amounts(dose: DoseAndRate) -> list[Amount]:
    if isinstance(dose.rate, Rate):
        rates = [dose.rate.numerator, dose.rate.denominator]
    else:
        rates = [dose.rate] if dose.rate is not None else []
    return [*rates, dose.dose] if dose.dose is not None else rates
