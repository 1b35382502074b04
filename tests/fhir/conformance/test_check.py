"""Good and bad resources: what is said of them, where, and how badly."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderlint.fhir.conformance import judge

from .samples import (
    DOSE,
    FREQUENCY,
    LAB,
    ORDER,
    PATIENT,
    PERIOD_UNIT,
    Json,
    Spoil,
    drop,
    faults,
    put,
    rename,
    said,
    spoiled,
)

ROOT = "MedicationRequest."
TIMING = "dosageInstruction[0].timing.repeat."

GOOD: dict[str, Json] = {
    "order": ORDER,
    "patient": PATIENT,
    "lab": LAB,
    "order without a subject, a template": spoiled(ORDER, drop("subject")),
    "exact decimal": spoiled(ORDER, put(DOSE, Decimal("0.10000000000000000000000000000000001"))),
    "number too big to build": spoiled(ORDER, put(DOSE, Decimal("1e999999999"))),
    "number too small to build": spoiled(ORDER, put(DOSE, Decimal("1e-999999999"))),
    "status explained by an extension": spoiled(
        ORDER, drop("status"), put("_status", {"extension": [{"url": "http://x.org/absent"}]})
    ),
    "required choice explained by an extension": {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"text": "x"},
        "patient": {"reference": "Patient/1"},
        "_occurrenceDateTime": {"extension": [{"url": "http://x.org/absent", "valueCode": "unknown"}]},
    },
    "element called resourceType": {
        "resourceType": "ExampleScenario",
        "status": "active",
        "instance": [{"resourceId": "a", "resourceType": "Patient", "name": "x"}],
    },
    "R5": spoiled(
        ORDER, drop("medicationCodeableConcept"), put("medication", {"concept": {"text": "some drug"}})
    ),
    "type of R5": {"resourceType": "RequestOrchestration", "status": "active", "intent": "order"},
    "type of a draft": {"resourceType": "MedicationUsage", "status": "recorded"},
    "type of R4 that R4B dropped": {"resourceType": "MedicinalProduct", "whatever": 1},
    "base64 with line breaks": {
        "resourceType": "Binary",
        "contentType": "text/plain",
        "data": "AAAA\nAAA=",
    },
    "contained template": spoiled(
        {"resourceType": "PlanDefinition", "status": "active"},
        put("contained", [spoiled(ORDER, drop("subject"))]),
    ),
    "deep extensions": spoiled(ORDER, put("extension", [{"url": "http://x.org/a"}])),
    "bundle whose entries are checked by themselves": {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "birthDate": 5}}],
    },
}


@pytest.mark.parametrize("resource", GOOD.values(), ids=GOOD.keys())
def test_valid(resource: Json) -> None:
    assert said(resource) == []


D0 = "dosageInstruction.0"
MED = "medicationCodeableConcept"
VALUE = "dosageInstruction[0].doseAndRate[0].doseQuantity.value"
WHOLE = f"{TIMING}frequency: is not a whole number, 1 or more"
ERRORS: list[tuple[Spoil, str, str]] = [
    (put(PERIOD_UNIT, "day"), f"{TIMING}periodUnit: 'day' is not one of s, min, h, d", PERIOD_UNIT),
    (put(FREQUENCY, "3"), f"{TIMING}frequency: must be a number without quotes", FREQUENCY),
    (put(FREQUENCY, 0), WHOLE, FREQUENCY),
    (put(FREQUENCY, Decimal("1e999999999")), WHOLE, FREQUENCY),
    (put(DOSE, "10"), f"{VALUE}: must be a number without", DOSE),
    (put(DOSE, True), f"{VALUE}: must be a number, not true", DOSE),
    (drop("status"), "status: is required", "status"),
    (put("status", None), "status: is required", "status"),
    (put("status", "actve"), "status: 'actve' is not one of active, on-hold, cancelled", "status"),
    (put("status", 5), "status: a number is not one of", "status"),
    (put("intent", "orders"), "intent: 'orders' is not one of", "intent"),
    (drop("medicationCodeableConcept"), "medication[x]: is required", "medication"),
    (
        put("medicationReference", {"reference": "#m"}),
        "medication[x]: may stand once only, not as medicationCodeableConcept and medicationReference",
        "medicationReference",
    ),
    (put(MED, "x"), f"{MED}: must be a CodeableConcept (an object), not a string", MED),
    (put(MED, '{"text": "x"}'), f"{MED}: must be a CodeableConcept", MED),
    (put("subject", "Patient/1"), "subject: must be a Reference (an object), not a string", "subject"),
    (put("authoredOn", "31/12/2025"), "authoredOn: is not a FHIR dateTime (YYYY,", "authoredOn"),
    (put("authoredOn", "2026-02-30"), "authoredOn: is not a FHIR dateTime (YYYY,", "authoredOn"),
    (put("authoredOn", 20260101), "authoredOn: must be a FHIR dateTime", "authoredOn"),
    (put("dosageInstruction", {"text": "x"}), "dosageInstruction: must be a list", "dosageInstruction"),
    (put("dosageInstruction", ["x"]), "dosageInstruction[0]: must be a Dosage (an object)", D0),
    (put("dosageInstruction", [None]), "dosageInstruction[0]: must be a Dosage, not null", D0),
    (rename("dosageInstruction", "dosageInstructions"), "dosageInstructions: is no element of FHIR R4",
     "dosageInstructions"),
    (put("dosageInstruction.0.timing.repeat.freqency", 2), f"{TIMING}freqency: is no element of FHIR R4",
     "dosageInstruction.0.timing.repeat.freqency"),
    (put("doNotPerform", "true"), "doNotPerform: must be true or false without quotes", "doNotPerform"),
    (put("dispenseRequest.quantity.value", "30"), "dispenseRequest.quantity.value: must be a number",
     "dispenseRequest.quantity.value"),
    (put("contained", [{"resourceType": "Medication", "ingredient": [{}]}]),
     "contained[0].ingredient[0].item[x]: is required", "contained.0.ingredient.0.item"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "message", "path"), ERRORS, ids=[e[1][:60] for e in ERRORS])
def test_what_a_verdict_rests_on_is_an_error(spoil: Spoil, message: str, path: str) -> None:
    pointer = "".join(f"/{part}" for part in path.split(".")) if path else ""
    ((severity, where, text),) = said(spoiled(ORDER, spoil))
    assert (severity, where) == ("error", pointer)
    assert text.startswith(ROOT + message)


WARNINGS: list[tuple[Spoil, str]] = [
    (put("authoredOn", "2026-01-01T10:00:00"), "authoredOn: is not a FHIR dateTime"),
    (put("authoredOn", "2026-01-01T10:00Z"), "authoredOn: is not a FHIR dateTime"),
    (put("dispenseRequest._quantity", {"id": "a"}), "dispenseRequest._quantity: is no element"),
    (put(f"{MED}.coding.0.code", 197391), f"{MED}.coding[0].code: must be a string in quotes"),
    (put("dosageInstruction.0.asNeededBoolean", "true"), "dosageInstruction[0].asNeededBoolean: must be"),
    (put("id", "a_b"), "id: is not a FHIR id"),
    (drop("intent"), "intent: is required"),
    (put("category", {"text": "x"}), "category: must be a list"),
    (put("priority", "high"), "priority: 'high' is not one of routine, urgent, asap, stat"),
    (put("extension", [{"valueString": "x"}]), "extension[0].url: is required"),
    (put("dosageInstruction.0.extension", [{"url": 5}]), "dosageInstruction[0].extension[0].url: must be"),
    (put("foo", 1), "foo: is no element of FHIR R4"),
    (put("dosageInstruction.0.asNeeded", True), "dosageInstruction[0].asNeeded: is an element of FHIR R5,"),
    (put("groupIdentifier", [{}]), "groupIdentifier: must be one value, not a list"),
    (put("contained", [{"resourceType": "Nope"}]), "contained[0]: 'Nope' is no resource type of FHIR"),
    (put("contained", [{"resourceType": "Condition"}]), "contained[0].subject: is required"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "message"), WARNINGS, ids=[w[1][:60] for w in WARNINGS])
def test_what_no_verdict_rests_on_is_a_warning(spoil: Spoil, message: str) -> None:
    ((severity, _, text),) = said(spoiled(ORDER, spoil))
    assert severity == "warning"
    assert text.startswith(ROOT + message)


def test_facts() -> None:
    lab = spoiled(LAB, put("status", "finale"), put("valueQuantity.comparator", "=<"))
    assert [s for s, *_ in said(lab)] == ["error", "error"]
    assert said(spoiled(LAB, put("status", "corrected"), put("valueQuantity.comparator", "<"))) == []
    survey = spoiled(LAB, drop("code"), put("category", [{"coding": [{"code": "survey"}]}]))
    assert [s for s, *_ in said(survey)] == ["warning"]
    assert [s for s, *_ in said(spoiled(PATIENT, put("birthDate", "1/2/1950")))] == ["error"]
    assert [s for s, *_ in said(spoiled(PATIENT, put("name", "x")))] == ["warning"]
    assert [s for s, *_ in said({"resourceType": "PlanDefinition"})] == ["warning"]


def test_a_broken_part_does_not_hide_the_rest() -> None:
    resource = spoiled(ORDER, drop("status"), put(PERIOD_UNIT, "day"), put("authoredOn", "x"))
    assert len(said(resource)) == 3


STU3 = "is written for FHIR STU3"


def test_stu3_is_one_warning() -> None:
    resource = spoiled(
        ORDER, put("dosageInstruction.0.doseQuantity", {"value": 5}), put("context", {"reference": "E/1"})
    )
    ((severity, pointer, text),) = said(resource)
    assert (severity, pointer) == ("warning", "")
    assert STU3 in text
    assert "plainly says" in text


def test_stu3_keeps_errors() -> None:
    resource = spoiled(ORDER, put("context", {"reference": "E/1"}), put(PERIOD_UNIT, "day"))
    assert [s for s, *_ in said(resource, "STU3")] == ["error", "warning"]


def test_release_is_an_argument() -> None:
    assert said(ORDER, "R4") == said(ORDER, "R4B") == said(ORDER, "R5") == []
    assert STU3 in said(ORDER, "STU3")[0][2]
    assert said(ORDER, "R9") == []


@pytest.mark.parametrize("kind", ["Medicationrequest", "Quantity", "Element", "DomainResource"])
def test_unknown_type(kind: str) -> None:
    assert said({"resourceType": kind}) == [
        ("warning", "", f"{kind}: '{kind}' is no resource type of FHIR"),
    ]


@pytest.mark.parametrize("kind", [None, 5, ["a"], "", "../x", "\x1b[31m", "<b>", "x" * 5000, "\ud800"])
def test_type_of_any_shape(kind: object) -> None:
    ((severity, _, text),) = said({"resourceType": kind})
    assert severity == "warning"
    assert text.isprintable()
    assert len(text) < 100


def test_place_and_name() -> None:
    (fault,) = faults(spoiled(ORDER, put("status", "x")))
    assert fault.rule == "invalid-resource"
    assert fault.place.pointer == "/entry/0/resource/status"
    assert fault.resource == "MedicationRequest/1"


def test_many_complaints_are_capped() -> None:
    broken = [{"timing": {"repeat": {"periodUnit": "day"}}}] * 15
    found = said(spoiled(ORDER, put("dosageInstruction", broken)))
    assert len(found) == 11
    assert found[-1] == ("error", "", "MedicationRequest: 5 more faults of this resource not listed")
    wide = said({**ORDER, **{f"key{n}": 1 for n in range(5000)}})
    assert "at least" in wide[-1][2]


def test_alike_warnings_are_counted() -> None:
    found = said(spoiled(ORDER, put("note", [{"txt": "x", "text": "y"}] * 4)))
    assert found == [
        (
            "warning",
            "/note/0/txt",
            "MedicationRequest.note[0].txt: is no element of FHIR R4 here (and 3 more like it)",
        )
    ]


VALUES: list[Any] = [None, True, 5, Decimal("1.5"), "x", "", "\ud800", [], {}, [None], [[]], {"a": {}}, [{}]]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_any_json_anywhere(value: object) -> None:
    for resource in (ORDER, LAB, PATIENT):
        for key in [
            *resource,
            "contained",
            "extension",
            "text",
            "meta",
            "_status",
            "resource_type",
            "fhir_comments",
        ]:
            for found in said({**resource, key: value}):
                assert found[2].isprintable()
    for path in (PERIOD_UNIT, FREQUENCY, DOSE, "dosageInstruction.0.timing.repeat", "dosageInstruction.0"):
        said(spoiled(ORDER, put(path, value)))


def test_deep_nesting() -> None:
    nested: Json = {"url": "http://x.org/a"}
    for _ in range(95):
        nested = {"url": "http://x.org/a", "extension": [nested]}
    action: Json = {"title": "x"}
    for _ in range(95):
        action = {"title": "x", "action": [action]}
    inner: Json = {"resourceType": "Medication"}
    for _ in range(95):
        inner = {"resourceType": "Medication", "contained": [inner]}
    for resource in (
        {**ORDER, "extension": [nested]},
        {"resourceType": "PlanDefinition", "status": "active", "action": [action]},
        {**ORDER, "contained": [inner]},
    ):
        assert all(severity == "warning" for severity, *_ in said(resource))


def test_a_crash_of_the_models_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyError("Zebedee")

    monkeypatch.setattr(judge, "values", crash)
    text = "MedicationRequest: could not be checked against the definitions of FHIR (KeyError)"
    assert said(ORDER) == [("warning", "", text)]
    assert [s for s, *_ in said(spoiled(ORDER, drop("status")))] == ["error", "warning"]


def test_words_are_ours() -> None:
    jargon = ("Input should", "pydantic", "fhir_core", "extra inputs", "regex", "Traceback", "string_type")
    for spoil in [e[0] for e in ERRORS] + [w[0] for w in WARNINGS]:
        for *_, text in said(spoiled(ORDER, spoil)):
            assert not any(word.lower() in text.lower() for word in jargon)
