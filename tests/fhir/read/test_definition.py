"""Actions of definitions at any depth, in any release, in any shape."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.fhir.read.definition import (
    Inherited,
    actions,
    activity_guards,
    definition_reasons,
    use_context,
)
from orderlint.fhir.read.guard import guards_from_condition, instructions
from orderlint.fhir.read.shape import Faults
from orderlint.record import Choice, Place
from tests.kept_out import keep_out

HERE = Place("plan.json", "/entry/1/resource")


def applicable(expression: str) -> list[dict[str, Any]]:
    return [{"kind": "applicability", "expression": {"language": "text/cql", "expression": expression}}]


def plan(*top: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "PlanDefinition", "action": list(top), **more}


def test_actions_come_in_document_order_with_pointers() -> None:
    found = actions(
        plan(
            {"title": "a", "action": [{"title": "b"}, {"title": "c", "action": [{"title": "d"}]}]},
            {"title": "e"},
        ),
        HERE,
    )
    assert [(a.title, a.pointer) for a in found] == [
        ("a", "/action/0"),
        ("b", "/action/0/action/0"),
        ("c", "/action/0/action/1"),
        ("d", "/action/0/action/1/action/0"),
        ("e", "/action/1"),
    ]


@pytest.mark.parametrize(
    ("action", "definition", "resource"),
    [
        ({"definitionCanonical": "http://x/ActivityDefinition/a|1"}, "http://x/ActivityDefinition/a|1", None),
        ({"definitionCanonical": "#contained"}, "#contained", None),
        ({"definitionUri": "urn:x"}, "urn:x", None),
        ({"definition": {"reference": "ActivityDefinition/a"}}, "ActivityDefinition/a", None),
        ({"actionDefinition": {"reference": "ActivityDefinition/a"}}, "ActivityDefinition/a", None),
        ({"resource": {"reference": "#mr"}}, None, "#mr"),
        ({}, None, None),
        ({"definitionCanonical": 7, "resource": [1]}, None, None),
    ],
)
def test_what_an_action_points_to(
    action: dict[str, Any], definition: str | None, resource: str | None
) -> None:
    (found,) = actions(plan(action), HERE)
    assert (found.definition, found.resource) == (definition, resource)


def test_actions_called_action_definition() -> None:
    whole = {"actionDefinition": [{"title": "a", "actionDefinition": [{"title": "b"}]}]}
    assert [a.title for a in actions(whole, HERE)] == ["a", "b"]


def test_guards_are_inherited_and_all_must_hold() -> None:
    top, low, other = actions(
        plan(
            {
                "condition": applicable("AgeInYears() >= 18"),
                "action": [{"condition": applicable("AgeInYears() < 65")}],
            },
            {"title": "unguarded"},
        ),
        HERE,
    )
    assert keep_out(top.guards, "age", Fraction(65), None) is False
    assert keep_out(low.guards, "age", Fraction(65), None) is True
    assert [g.place.pointer for g in low.guards] == [
        "/entry/1/resource/action/0/condition/0",
        "/entry/1/resource/action/0/action/0/condition/0",
    ]
    assert other.guards == ()


def test_a_sibling_or_a_child_guards_nobody_else() -> None:
    top, _, sibling = actions(plan({"action": [{"condition": applicable("AgeInYears() < 65")}, {}]}), HERE)
    assert top.guards == sibling.guards == ()


def test_dynamic_values_of_an_action_guard_it() -> None:
    value = {
        "path": "dosageInstruction",
        "expression": {"language": "text/cql", "expression": "Dose By eGFR"},
    }
    (found,) = actions(plan({"dynamicValue": [value]}), HERE)
    assert [(g.fact, g.kind) for g in found.guards] == [("renal", "dynamicValue")]


def exclusive(one: Any, other: Any) -> bool:
    branches = dict(one.alternatives)
    return any(branches.get(group, branch) != branch for group, branch in other.alternatives)


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        ("exactly-one", True),
        ("at-most-one", True),
        ("one-or-more", False),
        ("any", False),
        ("all", False),
        ("all-or-none", False),
        (None, False),
        (["exactly-one"], False),
    ],
)
def test_alternatives_are_branches_of_one_selection(behaviour: Any, expected: bool) -> None:
    group = {"selectionBehavior": behaviour, "action": [{"action": [{}, {}]}, {}]}
    whole, first, first_a, first_b, second, outside = actions(plan(group, {}), HERE)
    assert exclusive(first_a, second) is exclusive(second, first_b) is exclusive(first, second) is expected
    assert not exclusive(first_a, first_b)
    assert not exclusive(whole, second)
    assert not exclusive(first_a, outside)


def test_selections_within_selections() -> None:
    inner = {"selectionBehavior": "exactly-one", "action": [{}, {}]}
    outer = {"selectionBehavior": "at-most-one", "action": [inner, {}]}
    _, _, a, b, c = actions(plan(outer), HERE)
    assert exclusive(a, b) and exclusive(a, c) and exclusive(b, c)


def test_groups_of_different_definitions_differ() -> None:
    whole = plan({"selectionBehavior": "exactly-one", "action": [{}, {}]})
    here = actions(whole, HERE)
    there = actions(whole, HERE._replace(pointer="/entry/2/resource"))
    assert not exclusive(here[1], there[2])


def test_reasons_and_texts_are_inherited() -> None:
    reason = {"text": "muscle cramp"}
    _, inner = actions(
        plan(
            {
                "reason": [reason],
                "title": "Cramp",
                "action": [{"code": {"text": "order"}, "textEquivalent": "x"}],
            }
        ),
        HERE,
    )
    assert [(r.text, r.pointer) for r in inner.reasons] == [
        ("muscle cramp", "/action/0/reason/0"),
        ("order", "/action/0/action/0/code"),
    ]
    assert [(t.pointer, t.text) for t in inner.texts] == [
        ("/action/0/title", "Cramp"),
        ("/action/0/action/0/textEquivalent", "x"),
    ]


def test_a_nested_definition_inherits_from_its_action() -> None:
    guards = guards_from_condition("AgeInYears() < 65", None, HERE)
    (found,) = actions(plan({}), HERE, inherited=Inherited(guards, (Choice("g", "b"),)))
    assert (found.guards, found.alternatives) == (guards, (("g", "b"),))


def test_what_a_definition_is_for() -> None:
    found = definition_reasons(
        {
            "title": "Cramps",
            "purpose": "relief",
            "description": "not read",
            "topic": [{"text": "topic"}],
            "useContext": [
                {"code": {"code": "focus"}, "valueCodeableConcept": {"text": "focus"}},
                {"code": {"code": "venue"}, "valueCodeableConcept": {"text": "venue"}},
            ],
            "goal": [{"addresses": [{"text": "goal"}]}],
            "reasonCode": [{"text": "code"}],
            "reason": [{"concept": {"text": "r5"}}, {"reference": {"reference": "Condition/1"}}],
        }
    )
    assert [c.text for c in found.concepts] == ["focus", "topic", "goal", "code", "r5"]
    assert [t.text for t in found.texts] == ["Cramps", "relief"]
    assert found.concepts[-1].pointer == "/reason/0/concept"


def test_guards_of_an_activity_definition() -> None:
    age = {"code": {"code": "age"}, "valueRange": {"high": {"value": 64, "unit": "a"}}}
    value = {"path": "dosage", "expression": {"language": "text/cql", "expression": "Dose By eGFR"}}
    found = activity_guards({"useContext": [age], "dynamicValue": [value]}, HERE)
    assert [(g.fact, g.kind) for g in found] == [("age", "useContext"), ("renal", "dynamicValue")]


def test_a_deep_definition_costs_no_stack() -> None:
    whole: dict[str, Any] = {}
    for _ in range(2000):
        whole = {"action": [whole]}
    assert len(actions(whole, HERE)) == 2000


_KEYS = (
    "action actionDefinition condition kind expression language dynamicValue path useContext code valueRange"
    " low value unit selectionBehavior title reason topic goal addresses coding definition resource concept"
    " dosage note additionalInstruction valueQuantity comparator extension"
)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("AgeInYears() < 65"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS.split()), inner, max_size=5)
    ),
    max_leaves=25,
)
_TOP = ["action", "useContext", "topic", "goal", "reason", "dynamicValue", "dosage", "note", "title"]


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(_TOP), _JSON))
def test_any_shape_is_read(whole: dict[str, Any]) -> None:
    faults = Faults()
    actions(whole, HERE, faults)
    use_context(whole, HERE, faults)
    activity_guards(whole, HERE, faults)
    definition_reasons(whole, faults)
    instructions(whole, HERE)
    assert all(f.message for f in faults)


CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus"


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the public corpus is not beside the repository")
@pytest.mark.parametrize("folder", ["hl7-r4-examples", "hl7-r5-examples", "hl7-order-catalog", "pddi-cds"])
def test_published_definitions(folder: str) -> None:
    seen = 0
    for path in sorted((CORPUS / folder).rglob("*.json")):
        whole = json.loads(path.read_text("utf-8-sig"))
        entries = whole.get("entry", []) if isinstance(whole, dict) else []
        for resource in [whole, *(e.get("resource") for e in entries)]:
            if not isinstance(resource, dict) or resource.get("resourceType") not in (
                "PlanDefinition",
                "RequestGroup",
                "RequestOrchestration",
                "ActivityDefinition",
            ):
                continue
            seen += 1
            faults = Faults()
            found = actions(resource, HERE, faults)
            assert (len(found) > 0) is bool(resource.get("action")), path.name
            use_context(resource, HERE, faults)
            activity_guards(resource, HERE, faults)
            definition_reasons(resource, faults)
            assert not [f for f in faults if f.vital], path.name
    assert seen
