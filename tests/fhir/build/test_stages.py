"""Which orders are stages of one order, and which of them came before which."""

from __future__ import annotations

from datetime import date
from typing import Any

from orderlint.fhir.build import records
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.record import Order, Place


def built(*orders: dict[str, Any]) -> dict[str, Order]:
    """By its id, each order of one patient as the record has it."""
    resources = [
        Resource({**BASE, **value}, BASE["resourceType"], value["id"], Place("o.json", f"/{i}"), None, ("f",))
        for i, value in enumerate(orders)
    ]
    index = Index()
    for resource in resources:
        index.add(resource)
    found = records.build(resources, index, lambda name: True, date(2026, 6, 1))
    return {o.resource.removeprefix("MedicationRequest/"): o for r in found.records for o in r.orders}


BASE: dict[str, Any] = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "baclofen"},
    "subject": {"reference": "Patient/p"},
}


def of(name: str, *before: str, link: str = "basedOn") -> dict[str, Any]:
    links = [{"reference": f"MedicationRequest/{b}"} for b in before]
    if not links:
        return {"id": name}
    return {"id": name, link: links if link == "basedOn" else links[0]}


def names(every: dict[str, Order], keys: frozenset[str]) -> set[str]:
    return {name for name, order in every.items() if order.key in keys}


def test_all_stages_of_one_order_and_the_one_before() -> None:
    every = built(of("c", "b"), of("b", "a", link="priorPrescription"), of("a"), of("else"))
    assert names(every, every["a"].stage_of) == {"b", "c"}
    assert names(every, every["c"].stage_of) == {"a", "b"}
    assert names(every, every["c"].earlier_stages) == {"b"}
    assert names(every, every["b"].earlier_stages) == {"a"}
    assert not every["a"].earlier_stages
    assert not every["else"].stage_of


def test_two_that_were_made_from_one_are_two_orders() -> None:
    every = built(of("plan"), of("b", "plan"), of("c", "plan"), of("b2", "b", link="priorPrescription"))
    assert names(every, every["plan"].stage_of) == {"b", "c", "b2"}
    assert names(every, every["b"].stage_of) == {"plan", "b2"}
    assert names(every, every["b2"].stage_of) == {"plan", "b"}
    assert names(every, every["c"].stage_of) == {"plan"}


def test_one_that_was_made_from_two() -> None:
    every = built(of("a"), of("b"), of("both", "a", "b"), of("later", "both"))
    assert names(every, every["later"].stage_of) == {"a", "b", "both"}
    assert names(every, every["a"].stage_of) == {"both", "later"}


def test_in_a_circle_none_is_the_earlier() -> None:
    every = built(of("a", "b"), of("b", "c"), of("c", "a"), of("d", "a"), of("e", "e"))
    assert names(every, every["a"].stage_of) == {"b", "c", "d"}
    assert not any(order.earlier_stages for order in every.values())


def test_a_link_that_leads_nowhere_makes_no_stage() -> None:
    every = built(of("a", "gone"))
    assert not every["a"].stage_of
    assert not every["a"].earlier_stages
    assert every["a"].continues_unknown


def test_a_link_to_what_was_never_taken_or_is_no_order() -> None:
    off = {"id": "off", "status": "cancelled"}
    every = built(of("a", "off", link="priorPrescription"), off, of("b", "a"))
    assert every["a"].continues_unknown
    assert not every["b"].continues_unknown
    for link in ("CarePlan/gone", "urn:uuid:5b6c1c3e-0000-4000-8000-000000000000", "ServiceRequest/gone"):
        assert not built({"id": "a", "basedOn": [{"reference": link}]})["a"].continues_unknown
    elsewhere = {"id": "a", "basedOn": [{"reference": "https://ehr.example/fhir/MedicationRequest/gone"}]}
    assert built(elsewhere)["a"].continues_unknown


def test_what_comes_before_may_be_named_without_a_reference() -> None:
    for named in ({"identifier": {"value": "rx-1"}}, {"display": "the one before"}, "MedicationRequest/gone"):
        assert built({"id": "a", "priorPrescription": named})["a"].continues_unknown
    assert not built({"id": "a"})["a"].continues_unknown
