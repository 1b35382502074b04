"""What has to be chosen in a definition for an order of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from orderlint.fhir.build.records import build
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.record import Order, Place, Record
from orderlint.timeline import alternatives, same_order_again


def records(*values: dict[str, Any]) -> tuple[Record, ...]:
    resources = [
        Resource(value, value["resourceType"], value["id"], Place("o.json", f"/{i}"), None, ("f",))
        for i, value in enumerate(values)
    ]
    index = Index()
    for resource in resources:
        index.add(resource)
    return build(resources, index, lambda name: True, date(2026, 6, 1)).records


def plan(*actions: dict[str, Any], name: str = "p") -> dict[str, Any]:
    return {
        "resourceType": "PlanDefinition",
        "id": name,
        "url": f"http://x/{name}",
        "status": "active",
        "action": list(actions),
    }


def activity(name: str) -> dict[str, Any]:
    return {
        "resourceType": "ActivityDefinition",
        "id": name,
        "url": f"http://x/{name}",
        "status": "active",
        "kind": "MedicationRequest",
        "productCodeableConcept": {"text": "baclofen 10 mg tablet"},
    }


def of(name: str, **more: Any) -> dict[str, Any]:
    return {"definitionCanonical": f"http://x/{name}", **more}


def orders(*values: dict[str, Any]) -> tuple[Order, ...]:
    return next(r for r in records(*values) if r.definition == "PlanDefinition/p").orders


def test_two_actions_that_name_one_activity_are_two_orders() -> None:
    first, second = orders(plan(of("a", title="Ward"), of("a", title="Home")), activity("a"))
    assert (first.key, first.resource) == (second.key, second.resource)
    assert (first.use, second.use) == ("/action/0", "/action/1")
    assert (first.action, second.action) == ("Ward", "Home")
    assert not same_order_again(first, second)


def test_an_action_without_a_title_is_called_by_its_id_or_place() -> None:
    found = orders(
        plan(of("a", linkId="l", id="i"), of("a", id="i"), {"action": [of("a")]}),
        activity("a"),
    )
    assert [o.action for o in found] == ["l", "i", "/action/2/action/0"]


def test_a_choice_that_two_actions_name_is_made_twice() -> None:
    inner = plan({"selectionBehavior": "exactly-one", "action": [of("a"), of("b")]}, name="q")
    a, b, again_a, again_b = orders(plan(of("q"), of("q")), inner, activity("a"), activity("b"))
    assert alternatives(a, b)
    assert alternatives(again_a, again_b)
    assert not any(alternatives(x, y) for x in (a, b) for y in (again_a, again_b))
    assert again_b.use == "/action/1 > /action/0/action/1"


def test_a_nested_definition_is_as_repeated_as_the_action_that_names_it() -> None:
    inner = plan({"selectionBehavior": "at-most-one", "action": [of("a")]}, name="q")
    several, single = orders(
        plan(of("q", cardinalityBehavior="multiple"), of("q", cardinalityBehavior="single")),
        inner,
        activity("a"),
    )
    assert several.repeated
    assert [c.again for c in several.choices] == [True]
    assert not single.repeated
    assert [c.again for c in single.choices] == [False]


def test_what_may_be_left_out() -> None:
    group = {
        "selectionBehavior": "exactly-one",
        "requiredBehavior": "could",
        "action": [of("a", requiredBehavior="must-unless-documented"), of("b", requiredBehavior="could")],
    }
    a, b = orders(plan(group), activity("a"), activity("b"))
    assert [(bool(c.branch), c.of) for c in a.choices] == [(False, 0), (True, 2)]
    assert [(bool(c.branch), c.of) for c in b.choices] == [(False, 0), (True, 2), (False, 0)]
    assert a.choices[0] == b.choices[0]
    assert a.alternatives == tuple((c.group, c.branch) for c in a.choices if c.branch)


def test_services_know_what_has_to_be_chosen_for_them() -> None:
    request = {
        "resourceType": "ActivityDefinition",
        "id": "k",
        "url": "http://x/k",
        "status": "active",
        "kind": "ServiceRequest",
    }
    (record,) = records(
        plan(of("a"), of("k", requiredBehavior="could"), {"title": "Sedation", "requiredBehavior": "must"}),
        activity("a"),
        request,
    )
    assert record.services is not None
    assert [[c.branch for c in s.choices] for s in record.services] == [[""], []]


def request(name: str) -> dict[str, Any]:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "draft",
        "intent": "proposal",
        "subject": {"reference": "Patient/x"},
        "medicationCodeableConcept": {"text": "baclofen"},
    }


def group(*actions: dict[str, Any]) -> dict[str, Any]:
    return {
        "resourceType": "RequestOrchestration",
        "id": "g",
        "status": "draft",
        "intent": "proposal",
        "action": list(actions),
    }


def ref(name: str, **more: Any) -> dict[str, Any]:
    return {"resource": {"reference": f"MedicationRequest/{name}"}, **more}


def of_patient(*actions: dict[str, Any]) -> list[Order]:
    (record,) = records(group(*actions), *(request(name) for name in "abc"))
    assert record.mode == "patient"
    return sorted(record.orders, key=lambda o: o.resource)


def test_an_order_that_a_group_names_twice_is_out_of_reach_only_if_it_is_everywhere() -> None:
    either = {"selectionBehavior": "exactly-one", "action": [{"action": [ref("a"), ref("b")]}, ref("c")]}
    a, b, c = of_patient(either)
    assert alternatives(a, c)
    assert alternatives(b, c)
    a, b, c = of_patient(either, ref("a"))  # a is also there whatever is chosen
    assert not alternatives(a, c)
    assert alternatives(b, c)
    both = {
        "selectionBehavior": "at-most-one",
        "action": [{"action": [ref("a"), ref("b")]}, ref("a"), ref("c")],
    }
    a, b, c = of_patient(both)
    assert not alternatives(a, b)
    assert alternatives(a, c)


def test_an_order_of_a_patient_is_one_order_however_often_it_could_be_chosen() -> None:
    either = {
        "selectionBehavior": "exactly-one",
        "cardinalityBehavior": "multiple",
        "action": [ref("a"), ref("b"), ref("c")],
    }
    a, b, _ = of_patient(either)
    assert not a.repeated
    assert not alternatives(a, b)
    assert (a.use, a.action) == ("", None)


def test_conditions_of_a_request_group_keep_orders_apart() -> None:
    def condition(expression: str) -> list[dict[str, Any]]:
        return [{"kind": "applicability", "expression": {"language": "text/cql", "expression": expression}}]

    a, b, c = of_patient(
        ref("a", condition=condition("AgeInYears() < 65")),
        ref("b", condition=condition("AgeInYears() >= 65")),
        ref("c"),
    )
    assert alternatives(a, b)
    assert not alternatives(a, c)


def test_a_request_that_a_group_without_a_patient_names_twice_is_one_order() -> None:
    template = {key: value for key, value in request("a").items() if key != "subject"}
    (record,) = records(group(ref("a", cardinalityBehavior="multiple"), ref("a", title="Again")), template)
    first, second = record.orders
    assert (record.mode, first.action, second.action) == ("template", "/action/0", "Again")
    assert same_order_again(first, second)
    assert not first.repeated
