"""Mutants: what is changed, that the examples catch it, and that a missing example is found out."""

from __future__ import annotations

from pathlib import Path

from orderlint.protocols.examples.suite import suites
from orderlint.protocols.mutation.mutants import mutants
from orderlint.protocols.mutation.run import mutate
from tests.protocols.files import line_of, written

RULE = {
    "rule": "r",
    "severity": "error",
    "drugs": ["baclofen"],
    "routes": ["oral", "enteral"],
    "when": {"age": {"from": 65}, "not": {"reason": ["cramp", "cirrhosis"]}},
    "check": {
        "kind": "renal-bands",
        "bands": [
            {
                "when": {"kidney": {"from": 15, "below": 30}},
                "max_daily": "0.5 mg/d",
                "says": "5",
                "figures": ["A-1"],
            }
        ],
    },
}


def test_every_part_is_changed_once() -> None:
    assert [m.words for m in mutants(RULE)] == [
        "severity error → warning",
        "drugs without baclofen",
        "routes without oral",
        "routes without enteral",
        "without its `when`",
        "when without age",
        "when/age/from 65 → 64",
        "when/age/from 65 → 66",
        "when/age from 65 → above 65",
        "when without not",
        "when/not/reason without cramp",
        "when/not/reason without cirrhosis",
        "check/bands/0/when/kidney/from 15 → 14",
        "check/bands/0/when/kidney/from 15 → 16",
        "check/bands/0/when/kidney from 15 → above 15",
        "check/bands/0/when/kidney/below 30 → 29",
        "check/bands/0/when/kidney/below 30 → 31",
        "check/bands/0/when/kidney below 30 → to 30",
        "check/bands/0 without max_daily",
        "check/bands/0/max_daily 0.5 mg/d → 0.4 mg/d",
        "check/bands/0/max_daily 0.5 mg/d → 0.6 mg/d",
    ]


def test_the_rule_itself_stays_as_it_is() -> None:
    before = repr(RULE)
    assert all(m.rule != RULE for m in mutants(RULE))
    assert repr(RULE) == before


def survivors(path: Path, fixtures: Path | None = None) -> list[str]:
    found = mutate(suites([path]), fixtures)
    assert found.made == found.caught + len(found.survivors)
    return [s.issue.message for s in found.survivors if s.clause == "OUR-001"]


def test_missing_examples_are_found_out(tmp_path: Path) -> None:
    assert survivors(written(tmp_path)) == [
        "OUR-001, baclofen-max-daily-dose: routes without enteral changes no verdict",
        "OUR-001, baclofen-max-daily-dose: without its `when` changes no verdict",
        "OUR-001, baclofen-max-daily-dose: when/age/from 18 → 17 changes no verdict",
    ]
    place = mutate(suites([written(tmp_path)])).survivors[1].issue
    assert place.line == line_of("when: {age: {from: 18}}")


def test_more_examples_catch_them(tmp_path: Path) -> None:
    more = (
        "    examples:\n",
        "    examples:\n"
        "      - {verdict: clear, order: {drug: baclofen, dose: 61 mg, times: 1}, patient: {age: 17}}\n"
        "      - {verdict: fires, patient: {age: 18}, "
        "order: {drug: baclofen, dose: 61 mg, times: 1, route: enteral}}\n",
    )
    assert survivors(written(tmp_path, more)) == []


def test_fixtures_catch_them_too(tmp_path: Path) -> None:
    folder = tmp_path / "fixtures" / "baclofen-max-daily-dose" / "fires"
    folder.mkdir(parents=True)
    (folder / "tube.json").write_text(
        """[{"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"},
        {"resourceType": "MedicationRequest", "id": "m", "status": "active", "intent": "order",
         "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "baclofen"},
         "dosageInstruction": [{"route": {"text": "nasogastric tube"},
           "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
           "doseAndRate": [{"doseQuantity": {"value": 61, "unit": "mg"}}]}]}]"""
    )
    assert not any("enteral" in s for s in survivors(written(tmp_path), tmp_path / "fixtures"))


def test_a_failing_example_catches_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, ("dose: 61 mg", "dose: 59 mg"))
    assert any("limit 60 mg/d → 59 mg/d" not in s and "limit" in s for s in survivors(path))
