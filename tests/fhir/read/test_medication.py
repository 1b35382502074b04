"""Which drug an order names, by every way that a release knows, and what one unit of it holds."""

from __future__ import annotations

from typing import Any

import pytest

from orderlint.fhir.read.medication import Identification, identify
from orderlint.fhir.source.container import Resource
from orderlint.record import Place

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"
BACLOFEN_10 = {"system": RXNORM, "code": "197391", "display": "baclofen 10 MG Oral Tablet"}
GABAPENTIN = {"system": RXNORM, "code": "25480", "display": "gabapentin"}
OTHER = {"system": RXNORM, "code": "5640", "display": "ibuprofen"}


def resource(value: dict[str, Any]) -> Resource:
    return Resource(value, value["resourceType"], value.get("id"), Place("f.json", ""), None, ("f.json",))


def identified(order: dict[str, Any], *known: dict[str, Any]) -> Identification:
    by_reference: dict[str, Resource] = {}
    for value in known:
        found = resource(value)
        by_reference[f"{value['resourceType']}/{value['id']}"] = found
        by_reference[f"#{value['id']}"] = found
    return identify(order, by_reference.get)


def coded(*codings: dict[str, str], text: str | None = None) -> dict[str, Any]:
    return {"medicationCodeableConcept": {"coding": list(codings), **({"text": text} if text else {})}}


def names(found: Identification) -> list[str]:
    return [d.ingredient for d in found.drugs]


def strength(found: Identification) -> list[tuple[Any, ...]]:
    return [
        (s.ingredient, s.amount.high, s.amount.unit, s.per.high, s.per.unit, s.origin)
        for s in found.product.strengths
    ]


def ratio(amount: object, unit: str, per: object, per_unit: str | None) -> dict[str, Any]:
    below: dict[str, Any] = {"value": per} | ({"unit": per_unit} if per_unit else {})
    return {"numerator": {"value": amount, "unit": unit}, "denominator": below}


def test_a_code_names_the_drug_and_its_strength() -> None:
    found = identified(coded(BACLOFEN_10))
    assert names(found) == ["baclofen"]
    assert not found.uncoded and found.conflict is None
    assert strength(found) == [("baclofen", 10, "mg", 1, "{tablet}", "RxNorm 197391")]
    assert (found.product.dose_form, found.form_route) == ("{tablet}", "oral")
    assert found.pointer == found.drugs[0].where == "/medicationCodeableConcept"


def test_text_alone_names_the_drug_uncoded() -> None:
    found = identified({"medicationCodeableConcept": {"text": "Baclofen 20 mg tablets"}})
    assert names(found) == ["baclofen"] and found.uncoded
    assert strength(found) == [("baclofen", 20, "mg", 1, "{tablet}", "name")]


def test_the_display_of_an_unknown_system_is_text() -> None:
    found = identified(coded({"system": "urn:local", "code": "7", "display": "baclofen"}))
    assert names(found) == ["baclofen"] and found.uncoded


def test_a_code_or_words_of_another_drug_are_known_as_such() -> None:
    for order in (
        coded(OTHER),
        {"medicationCodeableConcept": {"text": "ibuprofen"}},
        coded({"system": RXNORM, "code": "5640"}),
    ):
        found = identified(order)
        assert (names(found), found.known_other, found.unidentified) == ([], True, False)


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"medicationCodeableConcept": {}},
        {"medicationCodeableConcept": {"text": "  "}},
        {"medicationCodeableConcept": 3},
        coded({"system": "urn:local", "code": "7"}),
        coded({"code": "7"}),
        coded(
            {
                "system": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
                "code": "unknown",
                "display": "Unknown",
            }
        ),
    ],
)
def test_an_order_that_names_nothing_is_unidentified(order: dict[str, Any]) -> None:
    found = identified(order)
    assert (names(found), found.known_other, found.unidentified) == ([], False, True)


def test_text_that_names_another_covered_drug_conflicts_and_neither_is_lost() -> None:
    found = identified(coded(BACLOFEN_10, text="Gabapentin 300 mg capsule"))
    assert set(names(found)) == {"baclofen", "gabapentin"}
    assert {d.ingredient: d.uncoded for d in found.drugs} == {"baclofen": False, "gabapentin": True}
    assert found.conflict == "the code says baclofen, the text says gabapentin"


def test_a_code_and_a_text_of_different_strengths_conflict_and_the_code_counts() -> None:
    found = identified(coded({**BACLOFEN_10, "display": ""}, text="Baclofen 20 mg oral tablet"))
    assert found.conflict == "the code and the text give different strengths of baclofen"
    assert strength(found)[0][1] == 10


def test_a_code_of_another_drug_does_not_hide_a_covered_name() -> None:
    found = identified(coded({"system": RXNORM, "code": "5640"}, text="baclofen"))
    assert names(found) == ["baclofen"] and found.uncoded


def test_several_codings_of_one_drug_agree() -> None:
    found = identified(coded({"system": SNOMED, "code": "387342009"}, BACLOFEN_10, text="Baclofen 10mg"))
    assert names(found) == ["baclofen"] and found.conflict is None


def test_a_string_where_a_concept_belongs_still_names_the_drug() -> None:
    found = identified({"medicationCodeableConcept": "baclofen 10 mg tablet"})
    assert names(found) == ["baclofen"] and found.uncoded
    assert [f.vital for f in found.faults] == [True]


MEDICATION = {
    "resourceType": "Medication",
    "id": "m",
    "code": {"coding": [{"system": RXNORM, "code": "1292"}]},
    "form": {"text": "tablet"},
    "ingredient": [
        {
            "itemCodeableConcept": {"coding": [{"system": RXNORM, "code": "1292"}]},
            "strength": ratio(25, "mg", 1, None),
        }
    ],
}


@pytest.mark.parametrize(
    "order",
    [
        {"medicationReference": {"reference": "Medication/m"}},
        {"medicationReference": {"reference": "#m"}},
        {"medicationReference": "Medication/m"},
        {"medication": {"reference": {"reference": "#m"}}},
        {"medication": {"reference": "#m"}},
        {"productReference": {"reference": "#m"}},
    ],
)
def test_a_reference_leads_to_the_medication_and_its_strength(order: dict[str, Any]) -> None:
    found = identified(order, MEDICATION)
    assert names(found) == ["baclofen"] and not found.uncoded and not found.dangling
    assert strength(found) == [("baclofen", 25, "mg", 1, "{tablet}", "Medication.ingredient")]
    assert found.drugs[0].where.startswith(("/medication", "/productReference"))
    assert [r.id for r in found.resources] == ["m"]


def test_the_concept_of_r5_and_of_a_definition() -> None:
    assert names(identified({"medication": {"concept": {"coding": [BACLOFEN_10]}}})) == ["baclofen"]
    assert names(identified({"productCodeableConcept": {"coding": [BACLOFEN_10]}})) == ["baclofen"]


def test_a_reference_that_leads_nowhere_dangles_and_its_display_counts_as_text() -> None:
    found = identified({"medicationReference": {"reference": "#gone"}})
    assert found.dangling and found.unidentified
    found = identified({"medicationReference": {"reference": "#gone", "display": "Baclofen 10 mg tablet"}})
    assert found.dangling and names(found) == ["baclofen"] and found.uncoded


def test_the_strength_of_the_medication_goes_before_code_and_name() -> None:
    own = {**MEDICATION, "code": {"coding": [BACLOFEN_10], "text": "Baclofen 10 mg tablet"}}
    found = identified({"medicationReference": {"reference": "#m"}}, own)
    assert strength(found) == [("baclofen", 25, "mg", 1, "{tablet}", "Medication.ingredient")]


def test_a_strength_that_can_not_be_used_leaves_it_to_the_code() -> None:
    broken = {"item": {"concept": {"text": "baclofen"}}, "strengthRatio": ratio("25", "mg", 1, "tablet")}
    own = {**MEDICATION, "code": {"coding": [BACLOFEN_10]}, "ingredient": [broken]}
    found = identified({"medicationReference": {"reference": "#m"}}, own)
    assert strength(found)[0][1:] == (10, "mg", 1, "{tablet}", "RxNorm 197391")
    assert found.elsewhere and found.elsewhere[0][0].id == "m"


def test_a_combination_gives_each_ingredient_its_own_strength() -> None:
    combined = {
        "resourceType": "Medication",
        "id": "m",
        "form": {"text": "oral solution"},
        "ingredient": [
            {"itemCodeableConcept": {"text": "Baclofen"}, "strength": ratio(10, "mg", 5, "mL")},
            {"itemCodeableConcept": {"text": "Ibuprofen"}, "strength": ratio(200, "mg", 5, "mL")},
        ],
    }
    found = identified({"medicationReference": {"reference": "#m"}}, combined)
    assert names(found) == ["baclofen"]
    assert [s[:3] for s in strength(found)] == [("baclofen", 10, "mg"), ("ibuprofen", 200, "mg")]


def test_an_inactive_ingredient_is_no_drug() -> None:
    ingredient = {"itemCodeableConcept": {"text": "baclofen"}, "isActive": False}
    own = {"resourceType": "Medication", "id": "m", "ingredient": [ingredient]}
    assert names(identified({"medicationReference": {"reference": "#m"}}, own)) == []


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"strengthQuantity": {"value": 10, "unit": "mg"}}, (10, "mg", 1, "{tablet}")),
        ({"strengthCodeableConcept": {"text": "10 mg"}}, (10, "mg", 1, "1")),
        ({"amount": ratio(10, "mg", 1, "tablet")}, (10, "mg", 1, "{tablet}")),
    ],
)
def test_strengths_of_r5_and_stu3(stated: dict[str, Any], expected: tuple[Any, ...]) -> None:
    own = {**MEDICATION, "ingredient": [{"item": {"concept": {"text": "baclofen"}}, **stated}]}
    found = identified({"medication": {"reference": {"reference": "#m"}}}, own)
    assert strength(found)[0][1:5] == expected


def test_a_strength_per_package_of_known_volume_is_known_per_volume_too() -> None:
    own = {
        "resourceType": "Medication",
        "id": "m",
        "amount": ratio(20, "mL", 1, "vial"),
        "ingredient": [{"itemCodeableConcept": {"text": "baclofen"}, "strength": ratio(10, "mg", 1, "vial")}],
    }
    found = identified({"medicationReference": {"reference": "#m"}}, own)
    assert [s[3:5] for s in strength(found)][1] == (20, "mL")


def test_ingredients_are_followed_and_a_circle_ends() -> None:
    inner = {"resourceType": "Substance", "id": "s", "code": {"text": "baclofen"}}
    outer = {
        "resourceType": "Medication",
        "id": "m",
        "ingredient": [{"itemReference": {"reference": "#s"}}, {"itemReference": {"reference": "#m"}}],
    }
    found = identified({"medicationReference": {"reference": "#m"}}, outer, inner)
    assert names(found) == ["baclofen"]


def test_what_a_medication_contains_is_its_own() -> None:
    own = {
        "resourceType": "Medication",
        "id": "m",
        "contained": [{"resourceType": "Substance", "id": "s", "code": {"text": "baclofen"}}],
        "ingredient": [{"itemReference": {"reference": "#s"}}],
    }
    found = identified({"medicationReference": {"reference": "Medication/m"}}, own)
    assert names(found) == ["baclofen"]
    assert found.resources[1].place.pointer == "/contained/0"


def test_a_medication_entered_in_error_has_no_strength_to_trust() -> None:
    own = {**MEDICATION, "status": "entered-in-error"}
    found = identified({"medicationReference": {"reference": "#m"}}, own)
    assert names(found) == ["baclofen"]
    assert found.product.strengths == () and "entered-in-error" in (found.product.problem or "")
    assert [f.pointer for _, f in found.elsewhere] == ["/status"]


def test_two_ways_of_naming_the_drug_are_both_read() -> None:
    found = identified({**coded(GABAPENTIN), "medicationReference": {"reference": "#m"}}, MEDICATION)
    assert set(names(found)) == {"gabapentin", "baclofen"}
    assert len(found.faults) == 1


def test_the_release_is_the_products() -> None:
    found = identified(coded({"system": RXNORM, "code": "617299"}))
    assert found.product.release == found.drugs[0].release == "ODT"
