"""From an example's few words to the Record that the kernel judges, without FHIR.

Each part of a sketch is written as ``$defs/example`` of ``protocol.schema.json`` has it. The first order
of the record is the one that the example speaks of.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from orderlint.checks.when import to_interval
from orderlint.dosing.course import plan
from orderlint.dosing.model import Body, DateSpan, Product
from orderlint.guards import EVALUATED, TAKEN_AT_ITS_WORD, to_ranges
from orderlint.protocols.examples.dosage import instructions
from orderlint.protocols.examples.patient import facts_of, widened
from orderlint.record import Drug, Facts, Guard, Order, Place, Reason, Record, Service

if TYPE_CHECKING:
    from orderlint.terminology.forms import Form

AS_OF = date(2026, 6, 1)
FILE = "example"


def record_of(example: Mapping[str, Any]) -> Record:
    """The record of one example. Raises ValueError, in words, for what can't be meant."""
    as_of = _day(example.get("as_of")) or AS_OF
    template = "template" in example
    orders = [example["order"], *(o for o in example.get("with", ()) if "drug" in o)]
    first = _day(example["order"].get("from")) or as_of
    taken = [o for o in example.get("with", ()) if "drug" not in o]
    facts = Facts() if template else facts_of(example.get("patient", {}), taken, first)
    guards = _guards(example["template"]) if template else ()
    if not template and any("guards" in o for o in orders):
        raise ValueError("only the orders of a template have guards")
    return Record(
        mode="template" if template else "patient",
        patient=None if template else "Patient/1",
        orders=tuple(_order(o, n, None if template else as_of, facts, guards) for n, o in enumerate(orders)),
        facts=facts,
        as_of=as_of,
        services=_services(example, template),
    )


def drug_of(name: str, release: str | None = None) -> Drug:
    """A drug by its name in the terminology; ValueError where nobody knows it."""
    from orderlint.terminology.ingredients import groups_of  # noqa: PLC0415
    from orderlint.terminology.table import first_cells  # noqa: PLC0415

    if name not in first_cells("drugs"):
        raise ValueError(f"no drug is called '{name}'")
    return Drug(name, groups_of(name), f"the example's '{name}'", False, release)


def _order(
    said: Mapping[str, Any], nth: int, as_of: date | None, facts: Facts, guards: tuple[Guard, ...]
) -> Order:
    names = [said["drug"]] if isinstance(said["drug"], str) else said["drug"]
    guards += _guards(said)
    product = _product(said)
    begun = None
    if as_of is not None:
        day = _day(said.get("from")) or as_of
        begun = DateSpan(day, day)
    stopped = _day(said.get("until"))
    weight = next((x for x in facts.labs if x.kind == "weight"), None)
    body = Body(weight.value, weight.source) if weight is not None else Body()
    status = said.get("status") or ("stopped" if stopped else "active")
    route = said.get("route", "oral")
    resource = f"MedicationRequest/{nth + 1}"
    worked_out = plan(instructions(said), product, None, begun, body, names)
    return Order(
        place=Place(FILE, f"/{nth}"),
        resource=resource,
        key=resource,
        status=status,
        intent=said.get("intent", "order"),
        drugs=tuple(drug_of(name, said.get("release") or product.release) for name in names),
        route=None if route == "none" else route,
        form_route=_form_route(said),
        plan=worked_out,
        written=begun,
        start=begun,
        stopped=DateSpan(stopped, stopped) if stopped else None,
        reasons=_reasons(said, resource),
        guards=guards,
        alternatives=(("choice", said["choice"]),) if "choice" in said else (),
        stage_of=frozenset({f"MedicationRequest/{said['stage_of'] + 1}"})
        if "stage_of" in said
        else frozenset(),
        pointers=(
            ("medication", "/medicationCodeableConcept"),
            ("dosage", "/dosageInstruction/0"),
            ("status", "/status"),
        ),
        strengths=product.strengths,
        dose_form=product.dose_form,
    )


def _product(said: Mapping[str, Any]) -> Product:
    """What the product's name and the form say of it; nothing where the sketch names neither."""
    form = _form(said)
    unit = form.unit if form is not None else None
    release = said.get("release") or (form.release if form is not None else None)
    name = said.get("product")
    if name is None:
        return Product(None, dose_form=unit, release=release)
    from orderlint.fhir.read.product import strength_of  # noqa: PLC0415
    from orderlint.terminology.strengths import strengths_in_name  # noqa: PLC0415

    found = strengths_in_name(name)
    if found is None:
        return Product(name, dose_form=unit, release=release)
    strengths = tuple(strength_of(part, "name", "") for part in found.parts)
    return Product(name, strengths, unit or found.dose_form, release or found.release, found.problem)


def _form(said: Mapping[str, Any]) -> Form | None:
    """The dose form that the sketch names. Raises ValueError for one that nobody knows."""
    if "form" not in said:
        return None
    from orderlint.terminology.forms import form_in  # noqa: PLC0415

    form = form_in(said["form"])
    if form is None:
        raise ValueError(f"no dose form is called '{said['form']}'")
    return form


def _form_route(said: Mapping[str, Any]) -> str | None:
    """The route class that the form implies, or the product's name."""
    form = _form(said)
    if form is not None and form.route is not None:
        return form.route
    if "product" not in said:
        return None
    from orderlint.terminology.strengths import strengths_in_name  # noqa: PLC0415

    found = strengths_in_name(said["product"])
    return found.route if found is not None else None


def _reasons(said: Mapping[str, Any], resource: str) -> tuple[Reason, ...]:
    """Each item a reason of its own; ``a+b`` is one reason that falls in both groups."""
    groups = said.get("reason", ())
    groups = [groups] if isinstance(groups, str) else groups
    return tuple(Reason(widened(g.split("+")), g.replace("-", " "), resource) for g in groups)


def _guards(said: Any) -> tuple[Guard, ...]:
    guards = []
    for fact, wanted in said.get("guards", {}).items() if isinstance(said, Mapping) else ():
        place = Place(FILE, "/0")
        if isinstance(wanted, str):
            guards.append(Guard(fact, "condition", wanted, TAKEN_AT_ITS_WORD, place))
        else:
            words = f"{fact} {', '.join(f'{key} {value}' for key, value in wanted.items())}"
            allowed = to_ranges((to_interval(wanted),))
            guards.append(Guard(fact, "condition", words, EVALUATED, place, allowed, allowed))
    return tuple(guards)


def _services(example: Mapping[str, Any], template: bool) -> tuple[Service, ...] | None:
    if "services" not in example:
        return () if template else None
    from orderlint.terminology.table import rows  # noqa: PLC0415

    kinds = {kind for _, kind, *_ in rows("labs")}
    return tuple(
        Service((said,), frozenset({said} & kinds), f"ServiceRequest/{n + 1}")
        for n, said in enumerate(example["services"])
    )


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"'{text}' is no day of the calendar") from None
