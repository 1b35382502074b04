"""Quantities become amounts in canonical units, or say why not."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import Amount
from orderlint.fhir.read.quantity import UCUM, in_days, quantity, range_of, ratio
from orderlint.fhir.read.shape import Faults

SNOMED = "http://snomed.info/sct"


def read(**written: Any) -> tuple[Amount, Faults]:
    faults = Faults()
    found = quantity(written, "/doseQuantity", faults)
    assert found is not None
    return found, faults


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ({"code": "mg", "system": UCUM, "unit": "mg"}, "mg"),
        ({"code": "mg", "system": UCUM, "unit": "milligram"}, "mg"),
        ({"unit": "MCG"}, "ug"),
        ({"code": "ug", "system": UCUM, "unit": "mcg"}, "ug"),
        ({"unit": "tablets"}, "{tablet}"),
        ({"code": "TAB", "system": "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"}, "{tablet}"),
        ({"code": "428673006", "system": SNOMED, "unit": "Tablet"}, "{tablet}"),
        ({"code": "{tbl}", "system": UCUM}, "{tablet}"),
        ({"code": "1", "system": UCUM, "unit": "tablet"}, "{tablet}"),
        ({}, None),
    ],
)
def test_units_are_canonical(written: dict[str, str], unit: str | None) -> None:
    found, faults = read(value=Decimal("2.5"), **written)
    assert found == Amount(Fraction(5, 2), Fraction(5, 2), unit, "/doseQuantity")
    assert not len(faults)


def test_an_unknown_unit_is_a_problem_and_no_unit() -> None:
    found, _ = read(value=1, unit="blob")
    assert found.unit is None
    assert found.problem == "unit 'blob' is not known"


def test_a_code_and_words_that_disagree_are_a_problem() -> None:
    found, _ = read(value=1, system=UCUM, code="mg", unit="g")
    assert found.problem == "unit code 'mg' and unit 'g' disagree"
    found, _ = read(value=1, system=UCUM, code="mg", unit="tablet")
    assert found.problem is not None


def test_a_code_that_is_understood_needs_no_words_that_are() -> None:
    found, _ = read(value=1, system=UCUM, code="mg", unit="as directed")
    assert (found.unit, found.problem) == ("mg", None)


@pytest.mark.parametrize("value", ["10", True, [10], {"v": 10}, Decimal("1e999999999"), Decimal("-5"), -1])
def test_a_value_that_is_no_usable_number_is_a_problem_and_a_vital_fault(value: object) -> None:
    found, faults = read(value=value, unit="mg")
    assert found.high is None and found.problem
    assert [(f.pointer, f.vital) for f in faults] == [("/doseQuantity/value", True)]


def test_a_missing_value_is_a_problem_that_says_what_the_extension_says() -> None:
    found, _ = read(unit="mg")
    assert found.problem == "doseQuantity has no value"
    why = [
        {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "asked-unknown"}
    ]
    for written in ({"extension": why}, {"_value": {"extension": why}, "unit": "mg"}):
        found, _ = read(**written)
        assert found.problem == "doseQuantity has no value (asked-unknown)"


@pytest.mark.parametrize("broken", ["10 mg", 10, [], True])
def test_what_is_no_quantity_is_an_amount_with_a_problem(broken: object) -> None:
    faults = Faults()
    found = quantity(broken, "/doseQuantity", faults)
    assert found is not None and found.problem and found.high is None
    assert len(faults) == 1


def test_an_upper_bound_can_be_used_a_lower_can_not() -> None:
    for comparator in ("<", "<="):
        found, _ = read(value=10, unit="mg", comparator=comparator)
        assert (found.low, found.high, found.problem) == (None, 10, None)
    for comparator in (">", ">="):
        found, _ = read(value=10, unit="mg", comparator=comparator)
        assert found.high is None and found.problem
    for odd in ("ad", "~", 5):
        found, _ = read(value=10, unit="mg", comparator=odd)
        assert found.problem


def ranged(low: object, high: object) -> Amount | None:
    return range_of({"doseRange": {"low": low, "high": high}}, "doseRange", "", Faults())


def test_a_range_is_one_amount_in_the_unit_of_its_high() -> None:
    found = ranged({"value": 500, "unit": "mg"}, {"value": 1, "unit": "g"})
    assert found is not None
    assert (found.low, found.high, found.unit, found.problem) == (Fraction(1, 2), 1, "g", None)


def test_an_open_range_has_no_high() -> None:
    found = ranged({"value": 500, "unit": "mg"}, None)
    assert found is not None
    assert (found.low, found.high, found.problem) == (500, None, None)


@pytest.mark.parametrize(
    ("low", "high"),
    [
        ({"value": 5, "unit": "mg"}, {"value": 1, "unit": "{tablet}"}),
        ({"value": 5, "unit": "mg"}, {"value": 10}),
        ({"value": 20, "unit": "mg"}, {"value": 10, "unit": "mg"}),
        ({"value": 5, "unit": "mg"}, {"value": "10", "unit": "mg"}),
        ({"value": 5, "unit": "mg"}, "10 mg"),
        (None, None),
    ],
)
def test_a_range_that_says_no_usable_most_is_a_problem(low: object, high: object) -> None:
    found = ranged(low, high)
    assert found is not None and found.problem


def test_a_broken_low_leaves_the_most_known() -> None:
    found = ranged({"value": "5", "unit": "mg"}, {"value": 10, "unit": "mg"})
    assert found is not None
    assert (found.low, found.high, found.problem) == (None, 10, None)


def test_a_ratio_needs_both_sides() -> None:
    faults = Faults()
    good = ratio(
        {"numerator": {"value": 80, "unit": "mg"}, "denominator": {"value": 1, "unit": "d"}}, "/r", faults
    )
    assert good is not None and good.numerator.high == 80 and good.denominator.unit == "d"
    for broken in (
        {"numerator": {"value": 80, "unit": "mg"}},
        {"numerator": {"value": 1}, "denominator": {"value": 0}},
        "80/d",
    ):
        found = ratio(broken, "/r", faults)
        assert found is not None and found.denominator.problem


def test_a_length_of_time_is_in_days() -> None:
    faults = Faults()
    assert in_days(quantity({"value": 2, "system": UCUM, "code": "wk"}, "/b", faults), "b") == (
        (14, 14),
        None,
    )
    least = in_days(quantity({"value": 2, "unit": "wk", "comparator": ">="}, "/b", faults), "b")
    assert least == ((14, None), None)
    for odd in ({"value": 2}, {"value": 2, "unit": "mg"}, {"value": "2", "unit": "d"}, {"unit": "d"}):
        length, wrong = in_days(quantity(odd, "/b", faults), "b")
        assert length is None and wrong
