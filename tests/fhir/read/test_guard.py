"""Guards from conditions, dynamic values, written instructions and useContext."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orderlint.fhir.read import guard
from orderlint.fhir.read.definition import use_context
from orderlint.fhir.read.shape import Faults
from orderlint.guards import EVALUATED, TAKEN_AT_ITS_WORD
from orderlint.record import Guard, Place
from tests.kept_out import keep_out

HERE = Place("plan.json", "/entry/0/resource")


def condition(expression: Any, kind: str | None = "applicability") -> dict[str, Any]:
    found: dict[str, Any] = {"expression": expression}
    return found if kind is None else {"kind": kind, **found}


def read(*conditions: Any) -> tuple[Guard, ...]:
    return guard.applicability({"condition": list(conditions)}, HERE, "/action/0", Faults())


def test_a_condition_is_a_guard_for_each_fact_it_speaks_of() -> None:
    age, renal = read(condition({"language": "text/cql", "expression": "AgeInYears() < 65 and %egfr >= 30"}))
    assert (age.fact, age.kind, age.verdict) == ("age", "condition", EVALUATED)
    assert age.allowed == ((None, False, Fraction(65), False),)
    assert renal.allowed == ((Fraction(30), True, None, False),)
    assert age.place == Place("plan.json", "/entry/0/resource/action/0/condition/0")
    assert age.text == "AgeInYears() < 65 and %egfr >= 30"


def test_what_says_nothing_of_a_fact_is_no_guard() -> None:
    assert read(condition({"language": "text/cql", "expression": '"Has Spasm"'})) == ()
    assert read(condition({"language": "text/cql", "expression": "dosage.exists()"})) == ()


@pytest.mark.parametrize("kind", ["start", "stop", None])
def test_only_applicability_guards(kind: str | None) -> None:
    assert read(condition({"language": "text/cql", "expression": "AgeInYears() < 65"}, kind)) == ()


def test_a_condition_without_kind_is_a_fault() -> None:
    faults = Faults()
    guard.applicability({"condition": [condition({"expression": "true"}, None)]}, HERE, "", faults)
    assert [f.pointer for f in faults] == ["/condition/0"]


def test_stu3_conditions_carry_the_expression_themselves() -> None:
    (found,) = read({"kind": "applicability", "language": "text/cql", "expression": "AgeInYears() >= 65"})
    assert keep_out((found,), found.fact, Fraction(65), None) is False


def test_a_name_is_taken_at_its_word_and_its_description_too() -> None:
    (named,) = read(condition({"language": "text/cql-identifier", "expression": "Is Not Elderly"}))
    assert (named.verdict, named.allowed) == (TAKEN_AT_ITS_WORD, None)
    described = {"language": "text/cql", "expression": "Inclusion Criteria", "description": "age under 65"}
    assert [g.fact for g in read(condition(described))] == ["age"]
    plain = {"language": "text/cql", "expression": "true", "description": "age under 65"}
    assert read(condition(plain)) == ()


@pytest.mark.parametrize(
    ("expression", "description", "lets_in"),
    [
        ("IsElderly", "patient aged 65 or over", True),
        ("IsElderly", None, False),
        ("Age65OrOlder", None, True),
        ("InclusionCriteria", "patient aged 65 or over", True),
        ("", "65 years and older", True),
        ("IsElderly", "false for the elderly", False),
        ("IsElderly", "aged under 65", False),
        ("IsNotElderly", "aged 65 or over", False),
        ("AgeAllowsIt", "patient aged 65 or over", False),
        ("IsElderly", "aged 65 or over who are not frail", False),
    ],
)
def test_words_as_plain_as_an_expression_let_in_whom_they_name(
    expression: str, description: str | None, lets_in: bool
) -> None:
    said = {"language": "text/cql-identifier", "expression": expression}
    (found,) = read(condition(said if description is None else {**said, "description": description}))
    assert (found.fact, found.verdict, found.allowed) == ("age", TAKEN_AT_ITS_WORD, None)
    assert keep_out((found,), found.fact, Fraction(65), None) is (False if lets_in else None)


def test_words_on_dialysis_let_dialysis_in() -> None:
    (found,) = read(condition({"language": "text/cql", "expression": "OnDialysis"}))
    assert keep_out((found,), found.fact, None, Fraction(30)) is False
    assert keep_out((found,), found.fact, Fraction(30), Fraction(60)) is None


def test_words_that_keep_out_are_still_taken_at_their_word() -> None:
    (found,) = read(
        condition({"language": "text/cql", "expression": "Criteria", "description": "age under 65"})
    )
    assert keep_out((found,), found.fact, Fraction(65), None) is None


def test_several_conditions_are_several_guards() -> None:
    found = read(
        condition({"expression": "AgeInYears() >= 18"}), condition({"expression": "AgeInYears() < 65"})
    )
    assert [g.place.pointer[-1] for g in found] == ["0", "1"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("dosage", True),
        ("dosageInstruction", True),
        ("dosage[0].doseAndRate[0].doseQuantity", True),
        ("%resource.dosageInstruction.doseAndRate.dose", True),
        ("dispenseRequest.quantity", False),
        ("action.title", False),
        ("$this", False),
        ("overdosage", False),
    ],
)
def test_a_dynamic_value_must_be_of_the_dosage(path: str, expected: bool) -> None:
    value = {
        "path": path,
        "expression": {"language": "text/cql", "expression": "if %egfr < 60 then 5 else 10"},
    }
    found = guard.dynamic_values({"dynamicValue": [value]}, HERE, "", Faults())
    assert bool(found) is expected
    if found:
        assert (found[0].fact, found[0].kind, found[0].verdict) == (
            "renal",
            "dynamicValue",
            TAKEN_AT_ITS_WORD,
        )
        assert keep_out((found[0],), found[0].fact, None, Fraction(60)) is None


def test_a_dynamic_value_that_minds_nothing_is_no_guard() -> None:
    value = {"path": "dosage.doseAndRate", "expression": {"language": "text/cql", "expression": "10 'mg'"}}
    assert guard.dynamic_values({"dynamicValue": [value]}, HERE, "", Faults()) == ()


def test_stu3_dynamic_values() -> None:
    value = {"path": "dosage", "language": "text/cql", "expression": "Dose By Age"}
    assert [g.fact for g in guard.dynamic_values({"dynamicValue": [value]}, HERE, "", Faults())] == ["age"]


@pytest.mark.parametrize(
    ("order", "pointer"),
    [
        ({"dosageInstruction": [{"text": "halve if CrCl < 30"}]}, "/dosageInstruction/0/text"),
        ({"dosage": [{"patientInstruction": "ask about your kidneys"}]}, "/dosage/0/patientInstruction"),
        (
            {"dosage": [{"additionalInstruction": [{"text": "reduce in renal impairment"}]}]},
            "/dosage/0/additionalInstruction/0/text",
        ),
        (
            {"dosage": [{"additionalInstruction": [{"coding": [{"display": "Check eGFR"}]}]}]},
            "/dosage/0/additionalInstruction/0/coding/0/display",
        ),
        ({"note": [{"text": "x"}, {"text": "not on dialysis"}]}, "/note/1/text"),
    ],
)
def test_written_instructions_guard_renal_adjustment(order: dict[str, Any], pointer: str) -> None:
    (found,) = guard.instructions(order, HERE)
    assert (found.fact, found.kind, found.verdict) == ("renal", "instruction", TAKEN_AT_ITS_WORD)
    assert found.place.pointer == "/entry/0/resource" + pointer


def test_written_instructions_guard_nothing_else() -> None:
    assert guard.instructions({"note": [{"text": "not for the elderly, age under 65"}]}, HERE) == ()
    assert guard.instructions({"note": [{"text": "take with food, watch the adrenal dosage"}]}, HERE) == ()


def test_written_instructions_that_deny_are_no_guard() -> None:
    dosage = {"text": "No renal adjustment required.", "patientInstruction": "May be used in dialysis"}
    assert guard.instructions({"dosageInstruction": [dosage]}, HERE) == ()
    found = guard.instructions({"dosageInstruction": [dosage], "note": [{"text": "Check eGFR"}]}, HERE)
    assert [g.text for g in found] == ["Check eGFR"]


def test_texts_are_one_printable_line() -> None:
    (found,) = read(condition({"expression": '"Is elderly"\n\x1b[31m' + "x" * 1000}))
    assert found.text.isprintable()
    assert len(found.text) == 200


# ------------------------------------------------------------------ useContext

AGE = {"system": "http://terminology.hl7.org/CodeSystem/usage-context-type", "code": "age"}
MESH = "https://meshb.nlm.nih.gov"


def years(value: Any, unit: str | None = "a") -> dict[str, Any]:
    return {"value": value} if unit is None else {"value": value, "unit": unit}


def age_context(**value: Any) -> dict[str, Any]:
    return {"code": AGE, **value}


def meant(*contexts: Any) -> Guard | None:
    found = use_context({"useContext": list(contexts)}, HERE)
    assert len(found) <= 1
    return found[0] if found else None


def coded(code: str, system: str = MESH) -> dict[str, Any]:
    return age_context(valueCodeableConcept={"coding": [{"system": system, "code": code}]})


@pytest.mark.parametrize(
    ("context", "low", "high"),
    [
        (age_context(valueRange={"low": years(18), "high": years(64)}), 18, 65),
        (age_context(valueRange={"low": years(18), "high": years(65)}), 18, 66),
        (age_context(valueRange={"high": years(Decimal("64.9"))}), None, 65),
        (age_context(valueRange={"low": years(65)}), 65, None),
        (age_context(valueRange={"low": years(65, "years")}), 65, None),
        (age_context(valueRange={"high": years(779, "mo")}), None, 65),
        (
            age_context(
                valueRange={"high": {"value": 64, "code": "a", "system": "http://unitsofmeasure.org"}}
            ),
            None,
            65,
        ),
        (age_context(valueQuantity={"value": 65, "unit": "a", "comparator": "<"}), None, 65),
        (age_context(valueQuantity=years(70)), 70, 71),
        (coded("D000368"), 65, None),
        (coded("D008875"), 45, 65),
        (coded("D000328"), 18, None),
        (coded("D000293"), None, 19),
    ],
)
def test_ages_that_a_definition_is_meant_for(
    context: dict[str, Any], low: int | None, high: int | None
) -> None:
    found = meant(context)
    assert found is not None
    assert found.allowed == (
        (
            None if low is None else Fraction(low),
            low is not None,
            None if high is None else Fraction(high),
            False,
        ),
    )
    assert (found.kind, found.fact, found.verdict) == ("useContext", "age", EVALUATED)
    assert found.place.pointer == "/entry/0/resource/useContext/0"


@pytest.mark.parametrize(
    "context",
    [
        age_context(valueRange={"high": years(64, None)}),
        age_context(valueRange={"low": years(18), "high": years(64, None)}),
        age_context(valueRange={"high": years(64, "kg")}),
        age_context(valueRange={"high": years("64")}),
        age_context(valueRange={"high": years(Decimal("1e999999999"))}),
        age_context(valueRange={"high": years(Decimal("NaN"))}),
        age_context(valueRange={}),
        age_context(valueRange=[1]),
        age_context(valueQuantity={"value": 64, "unit": "a", "comparator": "ad"}),
        age_context(valueQuantity={"value": 64, "unit": "a", "comparator": []}),
        age_context(valueCodeableConcept={"text": "adults under 65"}),
        coded("D000368", "http://snomed.info/sct"),
        coded("nonsense"),
        age_context(),
        {"code": {"code": "focus"}, "valueRange": {"high": years(64)}},
        {"code": {"system": "http://example.org", "code": "age"}, "valueRange": {"high": years(64)}},
        {"code": "age", "valueRange": {"high": years(64)}},
        "age",
        None,
        7,
    ],
)
def test_what_can_not_be_read_keeps_nobody_out(context: Any) -> None:
    assert meant(context) is None


def test_several_age_contexts_are_alternatives() -> None:
    found = meant(coded("D000293"), age_context(valueRange={"low": years(65)}))
    assert found is not None
    assert keep_out((found,), found.fact, Fraction(65), None) is False
    assert keep_out((found,), found.fact, Fraction(19), Fraction(65)) is True
    assert meant(age_context(valueRange={"high": years(64)}), coded("nonsense")) is None


def test_groups_of_contexts_must_each_have_an_age() -> None:
    def grouped(name: str, context: dict[str, Any]) -> dict[str, Any]:
        url = "http://hl7.org/fhir/StructureDefinition/usagecontext-group"
        return {"extension": [{"url": url, "valueString": name}], **context}

    young = age_context(valueRange={"high": years(64)})
    focus = {"code": {"code": "focus"}, "valueCodeableConcept": {"text": "spasm"}}
    assert meant(grouped("A", young), grouped("B", focus)) is None
    assert meant(grouped("A", young), grouped("B", young)) is not None
    assert meant(young, grouped("B", focus)) is not None


def test_guard_texts_serialise() -> None:
    found = meant(age_context(valueRange={"low": years(18), "high": years(64)}))
    assert found is not None
    assert json.dumps(found.text) == '"age >= 18 a and <= 64 a"'
