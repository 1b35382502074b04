"""Which resources a document holds, and which things in it are none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import Input
from orderlint.record import InputFault

PATIENT = {"resourceType": "Patient", "id": "p"}
ORDER = {"resourceType": "MedicationRequest", "id": "m"}


def bundle(*entries: object, **more: object) -> dict[str, object]:
    return {"resourceType": "Bundle", "type": "collection", "entry": list(entries), **more}


def opened(value: object) -> list[Resource | InputFault]:
    (document,) = read_documents(Input("x.json", None, json.dumps(value, indent=1).encode()))
    assert isinstance(document, Document)
    return list(resources(document))


def taken(value: object) -> list[tuple[str, str]]:
    """Type and pointer of every resource; a fault as "!"."""
    return [(each.type if isinstance(each, Resource) else "!", each.place.pointer) for each in opened(value)]


def test_a_single_resource() -> None:
    (found,) = opened(ORDER)
    assert isinstance(found, Resource)
    assert (found.type, found.id, found.root_type, found.scope) == (
        "MedicationRequest",
        "m",
        "MedicationRequest",
        ("x.json",),
    )
    assert (found.full_url, found.parent, found.role) == (None, None, None)


@pytest.mark.parametrize(
    "kind", ["collection", "transaction", "searchset", "history", "document", "nonsense", 7]
)
def test_bundles_of_every_type(kind: object) -> None:
    (first, second) = opened(
        bundle({"fullUrl": "urn:uuid:1", "resource": ORDER}, {"resource": PATIENT}, type=kind)
    )
    assert isinstance(first, Resource)
    assert isinstance(second, Resource)
    assert (first.place.pointer, first.full_url, first.root_type) == (
        "/entry/0/resource",
        "urn:uuid:1",
        "Bundle",
    )
    assert second.full_url is None


def test_nested_bundles_have_their_scopes_from_the_inside_out() -> None:
    (outer, inner) = opened(bundle({"resource": PATIENT}, {"resource": bundle({"resource": ORDER})}))
    assert isinstance(outer, Resource)
    assert isinstance(inner, Resource)
    assert inner.place.pointer == "/entry/1/resource/entry/0/resource"
    assert len(inner.scope) == 2
    assert inner.scope[1:] == outer.scope == ("x.json",)


def test_lines_that_are_bundles_are_scopes_of_their_own() -> None:
    data = "\n".join(json.dumps(bundle({"resource": ORDER})) for _ in range(2)).encode()
    scopes = {
        each.scope
        for document in read_documents(Input("x.ndjson", None, data))
        if isinstance(document, Document)
        for each in resources(document)
        if isinstance(each, Resource)
    }
    assert len(scopes) == 2
    assert {scope[-1] for scope in scopes} == {"x.ndjson"}


def test_an_odd_entry_costs_itself() -> None:
    entries = [
        None, 7, "x", [], {}, {"resource": None}, {"resource": "Patient/1"}, {"resource": {"id": "x"}},
        {"resource": {"resourceType": 5}}, {"resource": {"resourceType": "no type"}}, {"fullUrl": 3},
    ]  # fmt: skip
    found = opened(bundle(*entries, {"resource": ORDER}, {"request": {"method": "DELETE"}}, {"response": {}}))
    *faults, order = found
    assert isinstance(order, Resource)
    assert order.id == "m"
    assert len(faults) == len(entries)
    for fault in faults:
        assert isinstance(fault, InputFault)
        assert (fault.rule, fault.severity) == ("invalid-resource", "error")
        assert fault.place.pointer.startswith("/entry/")
    assert [fault.message for fault in faults if isinstance(fault, InputFault)][:2] == [
        "entry 0 is null, not an object",
        "entry 1 is a number, not an object",
    ]


def test_entry_that_is_itself_a_resource_is_a_fault_and_read() -> None:
    assert taken(bundle(PATIENT, {"resource": ORDER})) == [
        ("!", "/entry/0"),
        ("Patient", "/entry/0"),
        ("MedicationRequest", "/entry/1/resource"),
    ]


@pytest.mark.parametrize("entry", [None, {}, "x", 3])
def test_entry_that_is_no_array(entry: object) -> None:
    assert taken({"resourceType": "Bundle", "entry": entry}) == [("!", "/entry")]


@pytest.mark.parametrize(
    "kind", [None, 1, [], {}, True, "", "patient", "A" * 99, "Pat ient", "\x1b[2J", "Ünit"]
)
def test_implausible_types(kind: object) -> None:
    (fault,) = opened({"resourceType": kind})
    assert isinstance(fault, InputFault)
    assert fault.rule == "invalid-resource"
    assert "\x1b" not in fault.message


def test_arrays_of_resources() -> None:
    assert taken([ORDER, 7, bundle({"resource": PATIENT}), {"id": "x"}]) == [
        ("MedicationRequest", "/0"), ("!", "/1"), ("Patient", "/2/entry/0/resource"), ("!", "/3"),
    ]  # fmt: skip
    (found,) = opened([ORDER])
    assert isinstance(found, Resource)
    assert found.root_type == ""


@pytest.mark.parametrize(
    "value",
    [
        {}, [], [1, "x"], None, 3, "Patient", [[ORDER]], {"name": "left-pad", "order": ORDER},
        {"resource": ORDER, "request": {}}, {"entry": [{"resource": ORDER}]},
        {"context": {"draftOrders": bundle({"resource": ORDER})}}, {"hook": "order-sign", "other": ORDER},
        {"hook": "order-sign", "context": {"other": ORDER, "draftOrders": None}},
    ],
)  # fmt: skip
def test_what_holds_a_type_somewhere_inside_is_no_order(value: object) -> None:
    assert opened(value) == []


def test_resources_inside_of_other_resources_are_not_taken() -> None:
    parameters = {"resourceType": "Parameters", "parameter": [{"name": "x", "resource": ORDER}]}
    assert taken(parameters) == [("Parameters", "")]


def test_contained_resources_follow_their_parent() -> None:
    order = ORDER | {"contained": [{"resourceType": "Medication", "id": "med", "contained": [PATIENT]}]}
    (root, medication, patient) = opened(bundle({"fullUrl": "urn:uuid:1", "resource": order}))
    assert isinstance(root, Resource)
    assert isinstance(medication, Resource)
    assert isinstance(patient, Resource)
    assert medication.parent == root
    assert patient.parent == medication
    assert (medication.place.pointer, medication.full_url) == ("/entry/0/resource/contained/0", None)
    assert medication.scope == root.scope


def test_odd_contained_values() -> None:
    assert taken(ORDER | {"contained": {}}) == [("MedicationRequest", ""), ("!", "/contained")]
    found = opened(ORDER | {"contained": [None, {"id": "x"}, PATIENT]})
    assert [type(each) for each in found] == [Resource, InputFault, InputFault, Resource]
    assert isinstance(found[1], InputFault)
    assert found[1].resource == "MedicationRequest/m"


def hooks_request(**parts: Any) -> dict[str, object]:
    return {"hook": "order-sign", "hookInstance": "1", **parts}


def roles(value: object) -> list[tuple[str, str | None]]:
    return [(each.place.pointer, each.role) for each in opened(value) if isinstance(each, Resource)]


def test_cds_hooks_request() -> None:
    request = hooks_request(
        context={
            "draftOrders": bundle({"resource": ORDER}),
            "selections": ["MedicationRequest/m"],
            "patientId": "p",
        },
        prefetch={"patient": PATIENT, "a/b": bundle({"resource": ORDER}), "none": None, "list": [PATIENT]},
    )
    assert roles(request) == [
        ("/context/draftOrders/entry/0/resource", "draftOrder"),
        ("/prefetch/patient", "prefetch"),
        ("/prefetch/a~1b/entry/0/resource", "prefetch"),
        ("/prefetch/list/0", "prefetch"),
    ]
    assert len(opened(request)) == 4


def test_cds_hooks_requests_of_older_drafts() -> None:
    assert roles(hooks_request(context=[ORDER])) == [("/context/0", "draftOrder")]
    assert roles(hooks_request(context={"medications": bundle({"resource": ORDER})})) == [
        ("/context/medications/entry/0/resource", "draftOrder")
    ]
    assert roles(hooks_request(context={"medications": [ORDER], "prefetch": {"x": PATIENT}})) == [
        ("/context/medications/0", "draftOrder"),
        ("/context/prefetch/x", "prefetch"),
    ]
    wrapped = {
        "x": {"response": {"status": "200"}, "resource": PATIENT},
        "y": {"response": {"status": "404"}},
    }
    assert roles(hooks_request(context={}, prefetch=wrapped)) == [("/prefetch/x/resource", "prefetch")]


@pytest.mark.parametrize("prefetch", ["x", 7, [PATIENT], None])
def test_odd_prefetch(prefetch: object) -> None:
    assert opened(hooks_request(context={}, prefetch=prefetch)) == []
    (fault,) = opened(hooks_request(context={}, prefetch={"x": "Patient/1"}))
    assert isinstance(fault, InputFault)
    assert fault.message == "a prefetched value is a string, not a resource"
