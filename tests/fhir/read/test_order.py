"""An order's parts beside its drug: status, dates, subject, supply, links, words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.fhir.read.order import OrderParts, read_order

ICD10 = "http://hl7.org/fhir/sid/icd-10-cm"
GOOD: dict[str, Any] = {
    "resourceType": "MedicationRequest",
    "status": "active",
    "intent": "order",
    "subject": {"reference": "Patient/1"},
    "authoredOn": "2026-03-01T10:00:00Z",
}


def read(**more: Any) -> OrderParts:
    return read_order({**GOOD, **more})


def day(text: str) -> DateSpan:
    return DateSpan(date.fromisoformat(text), date.fromisoformat(text))


def test_a_plain_order_has_no_faults() -> None:
    found = read()
    assert (found.status, found.intent, found.do_not_perform) == ("active", "order", False)
    assert found.subject.reference == "Patient/1" and found.subject.named
    assert found.written == day("2026-03-01")
    assert found.faults == ()


@pytest.mark.parametrize("status", ["Active", "actve", "", 3, ["active"], None])
def test_a_status_that_is_none_is_unknown_and_a_vital_fault(status: object) -> None:
    found = read(status=status)
    assert found.status is None
    if status != "":
        assert any(f.pointer == "/status" and f.vital for f in found.faults)


def test_r5_ended_is_completed() -> None:
    assert read(status="ended").status == "completed"


def test_do_not_perform_is_only_true_when_it_is_true() -> None:
    assert read(doNotPerform=True).do_not_perform
    found = read(doNotPerform="true")
    assert not found.do_not_perform and len(found.faults) == 1


def test_a_date_that_is_said_to_be_unknown_is_no_fault() -> None:
    why = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}
        ]
    }
    order = {k: v for k, v in GOOD.items() if k != "authoredOn"} | {"_authoredOn": why}
    found = read_order(order)
    assert (found.written, found.written_unknown, found.faults) == (None, True, ())
    assert not read().written_unknown


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ({"reference": "Patient/1"}, True),
        ({"identifier": {"system": "urn:mrn", "value": "12345"}}, True),
        ({"display": "Jane Doe"}, True),
        ({}, False),
        ("Patient/1", True),
        (7, True),
        (None, False),
    ],
)
def test_who_names_a_subject(subject: object, named: bool) -> None:
    found = read(subject=subject)
    assert found.subject.named is named
    assert "12345" not in repr(found.subject) and "Jane" not in repr(found.subject)


def test_orders_of_one_identifier_share_a_token() -> None:
    one = read(subject={"identifier": {"system": "urn:mrn", "value": "12345"}})
    two = read(subject={"identifier": {"system": "urn:mrn", "value": "12345"}, "display": "x"})
    assert one.subject.token == two.subject.token is not None


def test_a_missing_subject_is_no_fault() -> None:
    found = read_order({k: v for k, v in GOOD.items() if k != "subject"})
    assert not found.subject.named and found.faults == ()


def test_supply() -> None:
    found = read(
        dispenseRequest={
            "quantity": {"value": 90, "unit": "tablet"},
            "expectedSupplyDuration": {"value": 30, "unit": "days"},
            "numberOfRepeatsAllowed": 2,
            "validityPeriod": {"start": "2026-03-01", "end": "2026-09-01"},
        }
    )
    assert found.supply is not None and found.supply.quantity is not None
    assert (found.supply.quantity.high, found.supply.quantity.unit) == (90, "{tablet}")
    assert (found.supply.days, found.supply.repeats) == (30, 2)
    assert found.end_hint == day("2026-09-01")
    assert found.ended is None


def test_a_broken_supply_costs_itself() -> None:
    found = read(
        dispenseRequest={
            "quantity": "90 tablets",
            "numberOfRepeatsAllowed": "2",
            "expectedSupplyDuration": {"value": 30},
        }
    )
    assert found.supply is not None and found.supply.days is None and found.supply.repeats is None
    assert found.supply.quantity is not None and found.supply.quantity.problem
    assert read(dispenseRequest="90 tablets").supply is None


def test_reasons_of_every_release() -> None:
    cramp = {"coding": [{"system": ICD10, "code": "R25.2"}], "text": "Cramp"}
    r4 = read(reasonCode=[cramp], reasonReference=[{"reference": "Condition/1", "display": "cirrhosis"}])
    assert "cramp" in r4.reasons[0].groups and r4.reasons[0].text == "Cramp"
    assert r4.reasons[1].reference is not None and r4.reasons[1].reference.reference == "Condition/1"
    assert "cirrhosis" in r4.reasons[1].groups
    r5 = read(reason=[{"concept": cramp}, {"reference": {"reference": "Condition/1"}}])
    assert [bool(r.reference) for r in r5.reasons] == [False, True]
    assert r5.reasons[0].groups == r4.reasons[0].groups


def dosage(start: str | None, end: str | None) -> dict[str, Any]:
    bounds = {k: v for k, v in (("start", start), ("end", end)) if v}
    return {"timing": {"repeat": {"boundsPeriod": bounds}}}


def test_when_an_order_that_is_over_ended() -> None:
    lines = [dosage("2026-03-01", "2026-03-10"), dosage("2026-03-11", "2026-03-20")]
    assert read(status="stopped", dosageInstruction=lines).ended == day("2026-03-20")
    assert read(status="stopped", dosageInstruction=[*lines, dosage("2026-03-21", None)]).ended is None
    assert read(status="active", dosageInstruction=lines).ended is None
    assert read(status="stopped", statusChanged="2026-03-05", dosageInstruction=lines).ended == day(
        "2026-03-05"
    )
    assert read(status="completed", effectiveDosePeriod={"end": "2026-03-07"}).ended == day("2026-03-07")
    assert read(status="stopped", dispenseRequest={"validityPeriod": {"end": "2026-04-01"}}).ended is None


def test_elements_of_r5_in_extensions() -> None:
    base = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest."
    found = read(
        status="stopped",
        extension=[
            {"url": base + "statusChanged", "valueDateTime": "2026-03-05"},
            {"url": base + "effectiveDosePeriod", "valuePeriod": {"start": "2026-03-01"}},
        ],
    )
    assert found.ended == day("2026-03-05")
    assert found.effective is not None and found.effective.start == day("2026-03-01")


def test_links_to_other_orders() -> None:
    found = read(
        basedOn=[{"reference": "MedicationRequest/plan"}],
        priorPrescription={"reference": "MedicationRequest/old"},
        replaces=[{"reference": "MedicationRequest/older"}],
        groupIdentifier={"system": "urn:g", "value": "secret"},
    )
    assert [r.reference for r in (*found.based_on, *found.prior, *found.replaces)] == [
        "MedicationRequest/plan",
        "MedicationRequest/old",
        "MedicationRequest/older",
    ]
    assert found.group is not None and "secret" not in found.group


def test_written_instructions_are_all_words_of_the_order() -> None:
    found = read(
        dosageInstruction=[
            {
                "text": "10 mg TID",
                "patientInstruction": "with food",
                "additionalInstruction": [{"text": "reduce in CKD"}],
            }
        ],
        note=[{"text": "check eGFR"}, "bare"],
    )
    assert set(found.written_instructions) == {
        "10 mg TID",
        "with food",
        "reduce in CKD",
        "check eGFR",
        "bare",
    }


def test_categories_of_r4_and_stu3() -> None:
    inpatient = {"coding": [{"code": "inpatient"}]}
    assert read(category=[inpatient]).category == read(category=inpatient).category == ("inpatient",)
    assert read(category=inpatient).faults == ()


def test_an_extension_that_changes_the_meaning_makes_the_doses_unusable() -> None:
    found = read(modifierExtension=[{"url": "http://x"}], dosageInstruction=[{"text": "x"}])
    assert found.instructions[0].problem
    assert any(f.pointer == "/modifierExtension" for f in found.faults)


def test_broken_dosages_stay_in_the_order() -> None:
    found = read(dosageInstruction=["10 mg", {"text": "x"}])
    assert [bool(i.problem) for i in found.instructions] == [True, False]
