"""Dosages of every release, and what is broken in them."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from orderlint.dosing.model import Instruction, Rate
from orderlint.fhir.read.dosage import NOT_READ, READ, instructions
from orderlint.fhir.read.shape import Faults

MG = {"system": "http://unitsofmeasure.org", "code": "mg", "unit": "mg"}


def read(*written: object) -> tuple[tuple[Instruction, ...], Faults]:
    faults = Faults()
    return instructions(list(written), "/dosageInstruction", faults), faults


def one(**written: Any) -> Instruction:
    found, _ = read(written)
    return found[0]


def dose(value: object, **more: object) -> dict[str, object]:
    return {"value": value, **MG, **more}


def test_an_r4_dosage() -> None:
    found = one(
        sequence=2,
        text="Take with food",
        additionalInstruction=[{"text": "may make you drowsy"}, {"coding": [{"display": "with food"}]}],
        patientInstruction="Not at night",
        timing={"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
        asNeededBoolean=True,
        route={"coding": [{"system": "http://snomed.info/sct", "code": "26643006"}]},
        doseAndRate=[{"type": {"coding": [{"code": "ordered"}]}, "doseQuantity": dose(10)}],
        maxDosePerPeriod={"numerator": dose(80), "denominator": {"value": 1, "unit": "d"}},
        maxDosePerAdministration=dose(20),
        maxDosePerLifetime=dose(1000),
    )
    assert (found.sequence, found.text, found.patient_instruction) == (2, "Take with food", "Not at night")
    assert found.additional == ("may make you drowsy", "with food")
    assert found.as_needed and found.route == "oral"
    assert found.timing is not None and found.timing.repeat is not None and found.timing.repeat.frequency == 3
    assert [(d.kind, d.dose and d.dose.high, d.pointer) for d in found.doses] == [
        ("ordered", 10, "/dosageInstruction/0/doseAndRate/0")
    ]
    assert [cap.numerator.high for cap in found.max_per_period] == [80]
    assert found.max_per_administration is not None and found.max_per_administration.high == 20
    assert found.max_per_lifetime is not None and found.max_per_lifetime.high == 1000
    assert found.problem is None


def test_an_r5_dosage() -> None:
    cap = {"numerator": dose(80), "denominator": {"value": 1, "unit": "d"}}
    found = one(asNeeded=True, maxDosePerPeriod=[cap, {**cap, "numerator": dose(400)}])
    assert found.as_needed
    assert [(c.numerator.high, c.pointer) for c in found.max_per_period] == [
        (80, "/dosageInstruction/0/maxDosePerPeriod/0"),
        (400, "/dosageInstruction/0/maxDosePerPeriod/1"),
    ]
    assert one(asNeededFor=[{"text": "spasm"}]).as_needed
    assert not one(asNeeded=False).as_needed


def test_an_stu3_dosage_has_the_dose_on_itself() -> None:
    found = one(
        doseQuantity=dose(10), rateRatio={"numerator": dose(1), "denominator": {"value": 1, "unit": "h"}}
    )
    assert len(found.doses) == 1
    assert found.doses[0].dose is not None and found.doses[0].dose.high == 10
    assert isinstance(found.doses[0].rate, Rate)
    ranged = one(doseRange={"low": dose(5), "high": dose(10)})
    assert ranged.doses[0].dose is not None and ranged.doses[0].dose.high == 10


def test_as_needed_for_a_reason_is_as_needed() -> None:
    assert one(asNeededCodeableConcept={"text": "muscle spasm"}).as_needed


def test_a_dose_said_in_two_ways_is_two_entries() -> None:
    found, faults = read({"doseAndRate": [{"doseQuantity": dose(10), "doseRange": {"high": dose(40)}}]})
    assert [d.dose and d.dose.high for d in found[0].doses] == [10, 40]
    assert len(faults) == 1


@pytest.mark.parametrize("broken", ["10 mg TID", 3, None, True, []])
def test_a_broken_instruction_stays_with_its_problem(broken: object) -> None:
    found, faults = read({"doseAndRate": [{"doseQuantity": dose(10)}]}, broken)
    assert [i.problem is None for i in found] == [True, False]
    assert found[1].pointer == "/dosageInstruction/1"
    assert [f.vital for f in faults] == [True]


def test_instructions_that_are_no_list_are_not_lost() -> None:
    faults = Faults()
    found = instructions("10 mg three times a day", "/dosageInstruction", faults)
    assert len(found) == 1 and found[0].problem and found[0].text == "10 mg three times a day"
    found = instructions({"text": "x"}, "/dosageInstruction", faults)
    assert len(found) == 1 and found[0].problem is None
    assert instructions(None, "/dosageInstruction", faults) == ()


@pytest.mark.parametrize("broken", ["80 mg", {"doseQuantity": "80 mg"}, {"doseQuantity": dose("80")}])
def test_one_broken_dose_beside_others_makes_the_instruction_unusable(broken: object) -> None:
    found, _ = read({"doseAndRate": [{"doseQuantity": dose(10)}, broken]})
    assert found[0].problem is not None


def test_a_lone_broken_dose_keeps_its_own_problem() -> None:
    found = one(doseAndRate=[{"doseQuantity": dose("80")}])
    assert found.doses[0].dose is not None and found.doses[0].dose.problem


def test_a_sequence_that_can_not_be_read_is_a_problem() -> None:
    assert one(sequence="2").sequence == 2
    assert one(sequence="first").problem
    assert one(sequence=[1]).problem


def test_an_extension_that_changes_the_meaning_is_a_problem() -> None:
    assert one(modifierExtension=[{"url": "http://x"}], doseAndRate=[{"doseQuantity": dose(10)}]).problem


def test_routes_are_known_by_code_or_words_and_none_is_none() -> None:
    assert one(route={"text": "by mouth"}).route == "oral"
    assert one().route is None
    assert one(route={"coding": [{"system": "http://x", "code": "Q"}], "text": "oral"}).route == "oral"


@pytest.mark.parametrize("release", ["fhir.resources.R4B.", "fhir.resources."])
@pytest.mark.parametrize(
    ("module", "name"),
    [("dosage", "Dosage"), ("dosage", "DosageDoseAndRate"), ("timing", "Timing"), ("timing", "TimingRepeat")],
)
def test_every_field_of_the_models_is_read_or_has_a_reason_not_to_be(
    release: str, module: str, name: str
) -> None:
    model = getattr(importlib.import_module(release + module), name)
    fields = {f.alias or key for key, f in model.model_fields.items()}
    decided = READ[name] | NOT_READ[name].keys()
    assert {f for f in fields if not f.startswith("_")} - decided == set()
    assert not READ[name] & NOT_READ[name].keys()
    assert all(NOT_READ[name].values())


def test_no_field_is_listed_that_no_model_has() -> None:
    for module, name in (
        ("dosage", "Dosage"),
        ("dosage", "DosageDoseAndRate"),
        ("timing", "Timing"),
        ("timing", "TimingRepeat"),
    ):
        known: set[str] = set()
        for release in ("fhir.resources.R4B.", "fhir.resources."):
            model = getattr(importlib.import_module(release + module), name)
            known |= {f.alias or key for key, f in model.model_fields.items()}
        assert (READ[name] | NOT_READ[name].keys()) - known == set()
