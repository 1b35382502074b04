"""Laboratory values in the unit of their kind; what can't be converted is not used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orderlint.fhir.read.observation import labs
from orderlint.fhir.read.shape import Faults
from orderlint.record import Lab

UCUM = "http://unitsofmeasure.org"
EGFR, CREATININE, CREATININE_MOLAR, POTASSIUM, MAGNESIUM = "33914-3", "2160-0", "14682-9", "2823-3", "19123-9"
WEIGHT, HEIGHT = "29463-7", "8302-2"


def code(loinc: str) -> dict[str, Any]:
    return {"coding": [{"system": "http://loinc.org", "code": loinc}]}


def read(loinc: str, **more: Any) -> tuple[tuple[Lab, ...], Faults]:
    faults = Faults()
    written = {"status": "final", "code": code(loinc), "effectiveDateTime": "2026-02-15T08:00:00Z", **more}
    return labs(written, "Observation/1", faults), faults


def one(loinc: str, value: object, unit: str, **more: Any) -> tuple[Fraction, str]:
    found, _ = read(loinc, valueQuantity={"value": value, "unit": unit, "system": UCUM, "code": unit}, **more)
    return found[0].value, found[0].unit


def test_a_value_with_its_day_and_source() -> None:
    found, faults = read(EGFR, valueQuantity={"value": 45, "unit": "mL/min/{1.73_m2}"})
    on = date(2026, 2, 15)
    assert found == (
        Lab("egfr", Fraction(45), "mL/min/{1.73_m2}", (on, on), "Observation/1", None, "/valueQuantity"),  # type: ignore[arg-type]
    )
    assert not len(faults)


@pytest.mark.parametrize(
    ("loinc", "value", "unit", "expected"),
    [
        (CREATININE, Decimal("1.2"), "mg/dL", Fraction(6, 5)),
        (CREATININE_MOLAR, Decimal("88.4"), "umol/L", Fraction(1)),
        (CREATININE_MOLAR, Decimal("88.4"), "µmol/L", Fraction(1)),
        (CREATININE_MOLAR, Decimal("0.0884"), "mmol/L", Fraction(1)),
        (CREATININE, 12, "mg/L", Fraction(6, 5)),
        (POTASSIUM, 4, "meq/L", Fraction(4)),
        (POTASSIUM, 4, "mEq/L", Fraction(4)),
        (MAGNESIUM, 2, "meq/L", Fraction(1)),
        (MAGNESIUM, Decimal("2.4305"), "mg/dL", Fraction(1)),
        (WEIGHT, 100, "[lb_av]", Fraction(45359237, 1000000)),
        (WEIGHT, 70000, "g", Fraction(70)),
        (HEIGHT, Decimal("1.8"), "m", Fraction(180)),
        (HEIGHT, 70, "[in_i]", Fraction(1778, 10)),
        (EGFR, 45, "mL/min/1.73m2", Fraction(45)),
        (EGFR, 45, "mL/min/1.73 m²", Fraction(45)),
        (EGFR, 45, "mL/min", Fraction(45)),
    ],
)
def test_units_are_converted_exactly(loinc: str, value: object, unit: str, expected: Fraction) -> None:
    assert one(loinc, value, unit)[0] == expected


@pytest.mark.parametrize(
    "quantity",
    [
        {"value": 106},
        {"value": 106, "unit": "blobs"},
        {"value": 106, "unit": "kg"},
        {"value": 1, "unit": "mg/dL", "code": "umol/L", "system": UCUM},
        {"value": "1.2", "unit": "mg/dL"},
        {"value": -1, "unit": "mg/dL"},
        {"value": Decimal("1e999999999"), "unit": "mg/dL"},
        {"value": 1, "unit": "mg/dL", "comparator": "~"},
        {"unit": "mg/dL"},
        "1.2 mg/dL",
    ],
)
def test_what_can_not_be_converted_is_not_used_and_said(quantity: object) -> None:
    found, faults = read(CREATININE, valueQuantity=quantity)
    assert found == ()
    assert len(faults) >= 1


def test_comparators_are_kept() -> None:
    found, _ = read(EGFR, valueQuantity={"value": 60, "comparator": ">", "unit": "mL/min/{1.73_m2}"})
    assert (found[0].value, found[0].comparator) == (60, ">")


@pytest.mark.parametrize(
    ("words", "value", "comparator"),
    [("> 60 mL/min", 60, ">"), ("≥ 60 mL/min/1.73m2", 60, ">="), ("< 15 mL/min", 15, "<")],
)
def test_values_in_words(words: str, value: int, comparator: str | None) -> None:
    found, _ = read(EGFR, valueString=words)
    assert (found[0].value, found[0].comparator, found[0].unit) == (value, comparator, "mL/min/{1.73_m2}")


def test_words_without_a_unit_are_not_used_and_never_silently() -> None:
    for written in ({"valueInteger": 45}, {"valueString": ">60"}):
        found, faults = read(EGFR, **written)
        assert found == () and len(faults) == 1
    assert read(CREATININE, valueString="106")[0] == ()
    ranged = {"referenceRange": [{"high": {"value": 110, "unit": "umol/L"}}]}
    found, _ = read(CREATININE, valueInteger=442, **ranged)
    assert found[0].value == 5


LOW = {"value": 3.8, "unit": "mmol/L"}


@pytest.mark.parametrize(
    ("ranges", "lowest"),
    [
        ([{"low": LOW}], Fraction("3.8")),
        ([{"low": {"value": 3.8}}], Fraction("3.8")),  # in the value's own unit
        ([{"low": LOW, "type": {"coding": [{"code": "normal"}]}}], Fraction("3.8")),
        ([{"low": LOW, "type": {"coding": [{"code": "critical"}]}}], None),
        ([{"low": LOW}, {"low": {"value": 3.5, "unit": "mmol/L"}}], None),  # of ages, or of sexes
        ([{"high": LOW}], None),
        ([{"low": {"value": 3.8, "unit": "apples"}}], None),
        ([{"low": "3.8"}], None),
        ("3.8-5.2", None),
    ],
)
def test_where_the_laboratory_s_own_range_begins(ranges: Any, lowest: Fraction | None) -> None:
    found, faults = read("2823-3", valueQuantity={"value": 4, "unit": "mmol/L"}, referenceRange=ranges)
    assert (found[0].lowest_normal, len(faults)) == (lowest, 0)


@pytest.mark.parametrize("words", ["see comment", "", "60-89", "1" * 300, "٤٥"])
def test_words_that_are_no_value_give_none(words: str) -> None:
    found, _ = read(CREATININE, valueString=words + " mg/dL" if words == "60-89" else words)
    assert found == ()


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled", "registered"])
def test_results_that_do_not_stand_give_nothing(status: str) -> None:
    assert read(EGFR, status=status, valueQuantity={"value": 45, "unit": "mL/min"})[0] == ()


def test_components_are_read_each_by_its_code() -> None:
    faults = Faults()
    panel = {
        "status": "final",
        "code": {"text": "panel"},
        "effectivePeriod": {"start": "2026-02-15", "end": "2026-02-16"},
        "component": [
            {"code": code(POTASSIUM), "valueQuantity": {"value": 3, "unit": "mmol/L"}},
            {"code": code(CREATININE), "valueQuantity": {"value": 1, "unit": "mg/dL"}},
            "broken",
        ],
    }
    found = labs(panel, "Observation/1", faults)
    assert [(x.kind, x.pointer) for x in found] == [
        ("potassium", "/component/0/valueQuantity"),
        ("creatinine", "/component/1/valueQuantity"),
    ]
    assert found[0].on == (date(2026, 2, 15), date(2026, 2, 16))
    assert [f.pointer for f in faults] == ["/component/2"]


def test_the_day_is_the_effective_one_else_the_issue() -> None:
    quantity = {"value": 45, "unit": "mL/min"}
    faults = Faults()
    written: dict[str, Any] = {
        "code": code(EGFR),
        "valueQuantity": quantity,
        "issued": "2026-02-17T00:00:00Z",
    }
    assert labs(written, "o", faults)[0].on.first == date(2026, 2, 17)
    del written["issued"]
    assert labs(written, "o", faults) == ()
    assert any("no date" in f.message for f in faults)


def test_an_absent_value_is_no_fault() -> None:
    found, faults = read(EGFR, dataAbsentReason={"text": "unknown"})
    assert found == () and not len(faults)
