"""A substance that its product names in several ways is one ingredient."""

from __future__ import annotations

from typing import Any

import pytest

from orderlint.fhir.read.medication import Identification, identify
from orderlint.fhir.source.container import Resource
from orderlint.record import Place


def identified(code: dict[str, Any], *ingredients: dict[str, Any]) -> Identification:
    value = {"resourceType": "Medication", "id": "m", "code": code, "ingredient": list(ingredients)}
    found = Resource(value, "Medication", "m", Place("f.json", ""), None, ("f.json",))
    return identify({"medicationReference": {"reference": "#m"}}, {"#m": found}.get)


def said(found: Identification) -> list[tuple[str, Any, str | None]]:
    return [(s.ingredient, s.amount.high, s.amount.unit) for s in found.product.strengths]


def ingredient(name: str, amount: int | None = None, unit: str = "U") -> dict[str, Any]:
    strength = {"numerator": {"value": amount, "unit": unit}, "denominator": {"value": 1, "unit": "mL"}}
    return {"itemCodeableConcept": {"text": name}} | ({"strength": strength} if amount else {})


def test_a_brand_in_the_name_of_the_only_ingredient() -> None:
    found = identified({"text": "Brandolog 100u/ml"}, ingredient("Insulin", 100))
    assert said(found) == [("insulin", 100, "U")]
    by_name = identified({"text": "Brandolog 20 mg tablet"}, ingredient("Ibuprofen"))
    assert said(by_name) == [("ibuprofen", 20, "mg")]


@pytest.mark.parametrize("salt", ["ibuprofen lysine", "ibuprofen acme"])
def test_names_of_which_one_holds_the_other(salt: str) -> None:
    code = {"coding": [{"system": "urn:x", "code": "1", "display": f"{salt} 200 mg tablet"}]}
    assert said(identified(code | {"text": "Ibuprofen 200 mg tablet"})) == [("ibuprofen", 200, "mg")] * 1


def test_a_covered_drug_keeps_its_name() -> None:
    found = identified({"text": "Baclofen 10 mg tablet"}, ingredient("Baclofenum acme", 5, "mg"))
    assert said(found) == [("baclofen", 5, "mg")]  # the Medication's own strength goes first
    assert [d.ingredient for d in found.drugs] == ["baclofen"]


def test_an_ingredient_known_to_be_another_drug_is_not_the_one_of_the_name() -> None:
    other = {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "5640", "display": "ibuprofen"}
    coded = ingredient("Ibuprofen", 5, "mg") | {"itemCodeableConcept": {"coding": [other]}}
    found = identified({"text": "Baclofen 10 mg tablet"}, coded)
    assert {name for name, _, _ in said(found)} == {"baclofen", "ibuprofen"}


def test_two_ingredients_and_two_covered_drugs_stay_two() -> None:
    two = identified({"text": "Mixture"}, ingredient("Ibuprofen", 5), ingredient("Ibuprofen lysine", 7))
    assert [name for name, _, _ in said(two)] == ["ibuprofen", "ibuprofen lysine"]
    clash = identified({"text": "Gabapentin 300 mg capsule"}, ingredient("Baclofen", 5, "mg"))
    assert {name for name, _, _ in said(clash)} == {"baclofen", "gabapentin"}


def test_names_without_a_word_in_common_stay_two() -> None:
    code = {"coding": [{"system": "urn:x", "code": "1", "display": "Naproxen 250 mg tablet"}]}
    found = identified(code | {"text": "Ibuprofen 200 mg tablet"})
    assert {name for name, _, _ in said(found)} == {"ibuprofen", "naproxen"}
