"""The newer keys of the condition language."""

from fractions import Fraction
from typing import Any

import pytest

from orderlint.checks.when import holds
from orderlint.dosing.model import Amount, Strength
from orderlint.tri import COURSE, HEPATIC, PATIENT

from .made import condition, guard, order, statement, step, view

MINE = order("baclofen", step(0, None, 15))
THIRTY = Amount(Fraction(30), Fraction(30), "mg", "")
ONE = Amount(Fraction(1), Fraction(1), "1", "")


def state(expression: dict[str, Any], orders: Any = MINE, mode: str = "patient", **facts: Any) -> str:
    return holds(expression, view(orders, mode, **facts)).state


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ((), "no no no no"),
        (("cirrhosis",), "yes maybe maybe no"),
        (("cirrhosis", "child-pugh-a"), "yes no no no"),
        (("child-pugh-a",), "no no no no"),
        (("cirrhosis", "child-pugh-b"), "yes yes no no"),
        (("child-pugh-c",), "yes yes yes no"),
        (("hepatic-failure",), "yes yes yes no"),
        (("hepatic-encephalopathy",), "yes maybe maybe yes"),
    ],
)
def test_hepatic_by_diagnoses(groups: tuple[str, ...], expected: str) -> None:
    conditions = tuple(condition(g) for g in groups)
    degrees = ("impaired", "moderate", "severe", "encephalopathy")
    assert " ".join(state({"hepatic": d}, conditions=conditions) for d in degrees) == expected


def test_hepatic_names_what_is_missing() -> None:
    found = holds({"hepatic": "severe"}, view(MINE, conditions=(condition("cirrhosis"),)))
    assert found.needs[0].kind == HEPATIC
    assert "Condition/cirrhosis" in found.needs[0].why


def test_hepatic_over_or_later_does_not_count() -> None:
    assert state({"hepatic": "impaired"}, conditions=(condition("cirrhosis", active=False),)) == "no"
    assert state({"hepatic": "impaired"}, conditions=(condition("cirrhosis", onset=9),)) == "no"


def test_hepatic_in_a_definition_is_anyone_unless_guarded_or_said() -> None:
    impaired = {"hepatic": "impaired"}
    assert state(impaired, mode="template") == "maybe"
    guarded = order("baclofen", step(0, None, 15), guards=(guard("hepatic"),))
    assert state(impaired, guarded, "template") == "no"
    assert holds(impaired, view(guarded, "template")).notes
    assert state(impaired, order("baclofen", step(0, None, 15), reasons=("cirrhosis",)), "template") == "yes"


def test_known_leaves_only_what_a_definition_says() -> None:
    known = {"known": {"hepatic": "impaired"}}
    assert state(known, mode="template") == "no"
    assert state(known, order("baclofen", step(0, None, 15), reasons=("cirrhosis",)), "template") == "yes"
    assert state({"known": {"age": {"from": 65}}}) == "maybe"  # of a patient nothing is taken for no


def test_template() -> None:
    assert state({"template": True}, mode="template") == "yes"
    assert state({"template": False}, mode="template") == "no"
    assert state({"template": False}) == "yes"


def test_history_counts_what_is_over_but_not_what_comes() -> None:
    fall = {"history": ["fall", "fracture"]}
    assert state(fall) == "no"
    assert state(fall, conditions=(condition("fracture", active=False, onset=-900),)) == "yes"
    assert state(fall, conditions=(condition("fall", onset=5),)) == "no"


def test_allergy() -> None:
    assert (
        state({"allergy": frozenset({"baclofen"})}, statements=(statement("baclofen", "allergy"),)) == "yes"
    )
    assert (
        state({"allergy": frozenset({"tizanidine"})}, statements=(statement("baclofen", "allergy"),)) == "no"
    )


def test_with() -> None:
    asked = {"with": frozenset({"oxycodone"})}
    other = order("oxycodone", step(0, 4, 20), key="2")
    assert state(asked, [MINE, other]) == "yes"
    assert state(asked) == "no"
    over = order("oxycodone", step(0, None, 20), key="2", start=-9, status="completed")
    found = holds(asked, view([MINE, over]))
    assert (found.state, found.needs[0].kind) == ("maybe", COURSE)


UNKNOWN = "its patient is not in this run"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"hepatic": "impaired"}, HEPATIC),
        ({"hepatic": "encephalopathy"}, HEPATIC),
        ({"condition": "cirrhosis"}, HEPATIC),
        ({"condition": ["child-pugh-a", "liver-disease"]}, HEPATIC),
        ({"condition": "pregnancy"}, PATIENT),
        ({"history": ["fall", "fracture"]}, PATIENT),
    ],
)
def test_of_a_patient_who_is_unknown_nothing_is_ruled_out(asked: dict[str, Any], kind: str) -> None:
    assert state(asked) == "no"
    found = holds(asked, view([MINE], unknown=UNKNOWN))
    assert (found.state, [n.kind for n in found.needs]) == ("maybe", [kind])
    assert found.needs[0].why.startswith(UNKNOWN)


def test_what_is_on_record_of_an_unknown_patient_counts() -> None:
    assert state({"condition": "pregnancy"}, conditions=(condition("pregnancy"),), unknown=UNKNOWN) == "yes"


@pytest.mark.parametrize(
    ("release", "of", "found"),
    [
        ("ER", {}, "yes"),
        ("IR", {}, "no"),
        (None, {}, "maybe"),
        (None, {"dose_form": "{tablet}"}, "no"),  # there are no others of this form
        (None, {"strengths": [Strength("cyclobenzaprine", THIRTY, ONE, "name")]}, "yes"),
        (None, {"dose_form": "{capsule}"}, "maybe"),
    ],
)
def test_a_release_that_is_not_stated_may_be_any_that_there_is(
    release: str | None, of: dict[str, Any], found: str
) -> None:
    one = order("cyclobenzaprine", step(0, 4, 30), release=release, **of)
    assert holds({"may_be_release": "ER"}, view([one])).state == found
    assert holds({"may_be_release": "ER"}, view([one], "template")).state == found.replace("maybe", "no")
