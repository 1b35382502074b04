"""What a definition, or a patient's record, orders beside medicines."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.engine import read_all
from orderlint.fhir.build.records import build
from orderlint.fhir.reference import Index
from orderlint.fhir.source.files import find_inputs
from orderlint.record import Record

BACLOFEN = {
    "resourceType": "ActivityDefinition",
    "id": "bac",
    "url": "http://x/bac",
    "status": "active",
    "kind": "MedicationRequest",
    "productCodeableConcept": {"text": "baclofen 10 mg tablet"},
}
POTASSIUM = {
    "resourceType": "ActivityDefinition",
    "id": "k",
    "url": "http://x/k",
    "status": "active",
    "kind": "ServiceRequest",
    "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3", "display": "Potassium"}]},
}


def plan(*actions: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "PlanDefinition", "id": "p", "status": "active", "action": list(actions)}


def only(tmp_path: Path, *resources: dict[str, Any]) -> Record:
    entries = [{"resource": r} for r in resources]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (tmp_path / "b.json").write_text(json.dumps(bundle), "utf-8")
    read = read_all(find_inputs([str(tmp_path / "b.json")], None))
    index = Index()
    for resource in read.resources:
        index.add(resource)
    (record,) = build(read.resources, index, lambda name: name == "baclofen", date(2026, 6, 1)).records
    return record


def test_actions_that_order_no_medicine(tmp_path: Path) -> None:
    group = {
        "title": "Watch over sedation",
        "action": [
            {"title": "Baclofen", "definitionCanonical": "http://x/bac"},
            {"title": "Fall risk", "description": "assess daily"},
            {"definitionCanonical": "http://x/k"},
        ],
    }
    services = only(tmp_path, plan(group), BACLOFEN, POTASSIUM).services
    assert services is not None
    assert [(s.words, s.labs, s.source) for s in services] == [
        (("Fall risk", "assess daily"), frozenset(), "PlanDefinition/p"),
        (("Potassium",), frozenset({"potassium"}), "ActivityDefinition/k"),
    ]


def test_outside_a_definition_nothing_can_be_known(tmp_path: Path) -> None:
    assert only(tmp_path, BACLOFEN, POTASSIUM).services is None


def test_a_definition_without_anything_else(tmp_path: Path) -> None:
    assert (
        only(tmp_path, plan({"title": "Baclofen", "definitionCanonical": "http://x/bac"}), BACLOFEN).services
        == ()
    )


def test_requests_of_a_patient(tmp_path: Path) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "baclofen 10 mg tablet"},
    }
    heat = {
        "resourceType": "ServiceRequest",
        "id": "h",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "code": {"text": "Heat therapy"},
    }
    others = [
        {**heat, "id": "r", "status": "revoked"},
        {**heat, "id": "c", "status": "cancelled"},
        {**heat, "id": "n", "doNotPerform": True},
        {**heat, "id": "o", "subject": {"reference": "Patient/2"}},
        {**heat, "id": "5", "code": {"concept": {"text": "Ice"}}},
        {**heat, "id": "6", "code": "Heat"},
        {**heat, "id": "7", "code": 7},
    ]
    services = only(tmp_path, order, heat, *others).services
    assert services is not None
    assert [s.words for s in services] == [("Heat therapy",), ("Ice",), ("Heat",), ()]


def test_when_a_request_is_to_be_done(tmp_path: Path) -> None:
    order = {
        "resourceType": "MedicationRequest",
        "id": "1",
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": "baclofen 10 mg tablet"},
    }
    heat = {
        "resourceType": "ServiceRequest",
        "status": ["broken"],
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "code": {"text": "Heat therapy"},
        "patientInstruction": "Never on the skin",
    }
    periods: list[Any] = [
        {"start": "2026-04-01", "end": "2026-04-30"},
        {"end": "2026-04"},
        {"start": "2026-05-01", "end": "2026-04-30"},
        "April",
    ]
    others = [{**heat, "id": str(n), "occurrencePeriod": one} for n, one in enumerate(periods)]
    services = only(tmp_path, order, *others).services
    assert services is not None
    first, month, backwards, broken = services
    assert first.words == ("Heat therapy", "Never on the skin"), "what it is comes before what is said of it"
    assert first.begins == DateSpan(date(2026, 4, 1), date(2026, 4, 1))
    assert first.ends == DateSpan(date(2026, 4, 30), date(2026, 4, 30))
    assert month.ends is not None and month.ends.last == date(2026, 4, 30)
    assert backwards.ends is backwards.begins is broken.ends is None


def test_an_activity_that_is_not_to_be_done(tmp_path: Path) -> None:
    bare = {"definitionCanonical": "http://x/bac"}
    avoided = {**POTASSIUM, "doNotPerform": True}
    assert only(tmp_path, plan(bare, {"definitionCanonical": "http://x/k"}), BACLOFEN, avoided).services == ()


def test_a_code_without_words_says_what_is_measured(tmp_path: Path) -> None:
    bare = {**POTASSIUM, "code": {"coding": [{"system": "http://loinc.org", "code": "2823-3"}]}}
    named = plan({"definitionCanonical": "http://x/bac"}, {"definitionCanonical": "http://x/k"})
    services = only(tmp_path, named, BACLOFEN, bare).services
    assert services is not None
    assert [(s.words, s.labs) for s in services] == [((), frozenset({"potassium"}))]
