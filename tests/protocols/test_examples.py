"""Examples beside clauses: what they can say, and that they are held against their own clause only."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from orderlint.protocols.examples.record import record_of
from orderlint.protocols.examples.run import failures, run
from orderlint.protocols.examples.suite import suites
from orderlint.protocols.examples.words import example_words
from tests.protocols.files import line_of, written

ORDER = {"drug": "baclofen", "dose": "20 mg", "times": 3}


def example(**said: Any) -> dict[str, Any]:
    return {"verdict": "clear", "order": ORDER, **said}


def faults(path: Path) -> list[str]:
    found = suites([path])
    assert not found.issues
    return [str(i) for i in failures(run(found))]


def test_sound_examples_pass(tmp_path: Path) -> None:
    found = suites([written(tmp_path)])
    results = run(found)
    assert len(results) == 6
    assert failures(results) == []


def test_a_failed_example_is_named_with_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, ("limit: 60 mg/d", "limit: 61 mg/d"))
    (fault,) = faults(path)
    assert fault.startswith(f"{path}:{line_of('- verdict: fires')}:9: error: OUR-001, example 1: ")
    assert "expected fires, but it is clear" in fault


def test_a_wrong_severity_fails(tmp_path: Path) -> None:
    (fault,) = faults(
        written(
            tmp_path,
            (
                "- rule: baclofen-max-daily-dose\n        severity: error",
                "- rule: baclofen-max-daily-dose\n        severity: info",
            ),
        )
    )
    assert "expected error, but it fires (info)" in fault


def test_only_the_clause_itself_is_judged(tmp_path: Path) -> None:
    """200 mg a day breaks AKA-004 by far; the clause of the file speaks of adults only."""
    path = written(
        tmp_path,
        ("patient: {age: 18}", "patient: {age: 17}"),
        ("verdict: fires\n        severity: error", "verdict: clear"),
        ("dose: 61 mg", "dose: 200 mg"),
    )
    assert faults(path) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("drug: baclofen, dose: 61 mg", "drug: baclofne, dose: 61 mg"), "no drug is called 'baclofne'"),
        (("dose: 61 mg", "dose: 61 blobs"), "no unit is called 'blobs'"),
        (("patient: {age: 18}", "patient: {age: 18, conditions: nonsense}"), "no condition group is called"),
        (("patient: {age: 18}", "patient: {labs: {luck: 7}}"), "no result that is known"),
        (("times: 1}", "times: 1, from: 2026-02-30}"), "no day of the calendar"),
        (
            ("- verdict: fires", "- rule: nothing\n        verdict: fires"),
            "no rule 'nothing' stands in the clause",
        ),
    ],
)
def test_an_example_that_cant_be_meant_fails(change: tuple[str, str], words: str, tmp_path: Path) -> None:
    (fault,) = faults(written(tmp_path, change))
    assert words in fault


def test_an_unknown_key_is_no_example(tmp_path: Path) -> None:
    (issue,) = suites([written(tmp_path, ("dose: 61 mg", "does: 61 mg"))]).issues
    assert "'does' is not known here; did you mean 'dose'?" in issue.message


def test_dosage() -> None:
    (step,) = record_of(example()).orders[0].plan.courses[0].steps
    assert step.daily is not None
    assert (step.daily.value, step.daily.unit, step.per_dose and step.per_dose.value, step.times_per_day) == (
        60,
        "mg/d",
        20,
        3,
    )
    order = {
        "drug": "baclofen",
        "steps": [{"dose": "10 mg", "times": 2, "days": 7}, {"dose": "5 mg", "times": 1, "days": 3}],
    }
    course = record_of(example(order=order)).orders[0].plan.courses[0]
    assert [(s.first_day, s.last_day, s.daily and s.daily.value) for s in course.steps] == [
        (0, 6, 20),
        (7, 9, 5),
    ]
    assert course.end == "known"


@pytest.mark.parametrize(
    ("said", "daily", "unit"),
    [
        ({"times": "1 per 8 h"}, 60, "mg/d"),
        ({"times": ["HS"]}, 20, "mg/d"),
        ({"prn": True}, 60, "mg/d"),
        ({"cap": "40 mg per 1 d"}, 40, "mg/d"),
        ({"dose": "10-20 mg"}, 60, "mg/d"),
        ({"dose": "2 tablets", "product": "baclofen 5 MG Oral Tablet"}, 30, "mg/d"),
        ({"dose": "2 tablets"}, 6, "{tablet}/d"),
    ],
)
def test_dosage_keys(said: dict[str, Any], daily: int, unit: str) -> None:
    dose = record_of(example(order={**ORDER, **said})).orders[0].plan.courses[0].peak
    assert dose is not None
    assert (dose.value, dose.unit) == (daily, unit)


def test_patient() -> None:
    facts = record_of(
        example(
            patient={
                "age": 65,
                "sex": "female",
                "egfr": "<15",
                "labs": {"potassium": {"value": 3.1, "days_ago": 10}},
                "conditions": "ckd-stage-4",
                "history": ["cirrhosis"],
                "dialysis": True,
            },
            **{
                "with": [
                    {"allergy": "baclofen"},
                    {"statement": "tizanidine"},
                    {"drug": "tizanidine", "dose": "2 mg", "times": 1},
                ]
            },
        )
    ).facts
    assert [(x.kind, x.value, x.comparator) for x in facts.labs] == [
        ("egfr", 15, "<"),
        ("potassium", Fraction("3.1"), None),
    ]
    assert (facts.labs[0].on.first - facts.labs[1].on.first).days == 10
    assert any("ckd" in c.groups and c.active for c in facts.conditions)
    assert [c.active for c in facts.conditions] == [True, True, False]
    assert [(s.kind, s.drugs[0].ingredient) for s in facts.statements] == [
        ("allergy", "baclofen"),
        ("statement", "tizanidine"),
    ]


def test_template() -> None:
    record = record_of(
        example(template={"guards": {"age": {"below": 65}, "renal": "only with good kidneys"}})
    )
    assert (record.mode, record.patient, record.services) == ("template", None, ())
    (order,) = record.orders
    assert (order.written, order.start) == (None, None)
    assert [g.verdict for g in order.guards] == ["evaluated", "taken-at-its-word"]
    assert order.guards[0].allowed == ((None, False, 65, False),)


def test_words() -> None:
    said = example(
        order={**ORDER, "days": 28, "reason": "cramp", "release": "ER"},
        patient={"age": 70, "egfr": 45},
        services=["potassium"],
    )
    assert example_words(said) == (
        "baclofen ER 20 mg 3 times a day for 28 days for cramp; "
        "the patient: 70 years, eGFR 45; also ordered: potassium"
    )
    assert example_words(example(template=True)).endswith("in an order set without a condition")
