"""Mutants: what is changed, that the examples catch it, and that a missing example is found out."""

from __future__ import annotations

from pathlib import Path

from orderlint.protocols.examples import kidneys
from orderlint.protocols.examples.suite import suites
from orderlint.protocols.mutation.mutants import mutants
from orderlint.protocols.mutation.run import mutate
from orderlint.protocols.mutation.settings import settings_mutants
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


SETTINGS = {
    "kidney": {
        "lookback_days": 30,
        "source": "OUR-003",
        "equation": {"name": "E", "exponent": -1.25, "coefficients": {"male": {"multiplier": 1}}},
        "examples": [{"creatinine": 1, "age": 50, "sex": "male"}],
    },
    "hepatic": {"mild": ["a", "b"]},
    "text": {"clear_up_to": 0.5},
}


def test_every_number_and_group_of_the_settings_is_changed_once() -> None:
    before = repr(SETTINGS)
    assert [m.words for m in settings_mutants(SETTINGS)] == [
        "kidney/lookback_days 30 → 29",
        "kidney/lookback_days 30 → 31",
        "kidney/equation/exponent -1.25 → -1.26",
        "kidney/equation/exponent -1.25 → -1.24",
        "kidney/equation/coefficients/male/multiplier 1 → 0",
        "kidney/equation/coefficients/male/multiplier 1 → 2",
        "hepatic/mild without a",
        "hepatic/mild without b",
        "text/clear_up_to 0.5 → 0.4",
        "text/clear_up_to 0.5 → 0.6",
    ]
    assert all(m.settings != SETTINGS for m in settings_mutants(SETTINGS))
    assert repr(SETTINGS) == before


LOOKBACK = ("clauses:\n", "settings:\n  kidney: {lookback_days: 100, source: OUR-003}\nclauses:\n")
WINDOWED = (
    "      - verdict: undecided\n        order: {drug: baclofen, dose: 5 mg, times: 2}\n",
    "      - {verdict: fires, order: {drug: baclofen, dose: 5 mg, times: 2}, "
    "patient: {egfr: {value: 20, days_ago: 100}}}\n"
    "      - {verdict: undecided, order: {drug: baclofen, dose: 5 mg, times: 2}, "
    "patient: {egfr: {value: 20, days_ago: 101}}}\n"
    "      - verdict: undecided\n        order: {drug: baclofen, dose: 5 mg, times: 2}\n",
)


def of_settings(path: Path) -> list[str]:
    return [s.issue.message for s in mutate(suites([path])).survivors if not s.clause]


def test_a_setting_that_no_example_speaks_of_is_found_out_at_its_place(tmp_path: Path) -> None:
    path = written(tmp_path, LOOKBACK)
    assert of_settings(path) == [
        "settings/kidney/lookback_days 100 → 99 changes no verdict",
        "settings/kidney/lookback_days 100 → 101 changes no verdict",
    ]
    place = mutate(suites([path])).survivors[-1].issue
    assert place.line == line_of("clauses:") + 1


def test_examples_on_either_side_catch_it(tmp_path: Path) -> None:
    assert of_settings(written(tmp_path, LOOKBACK, WINDOWED)) == []


def test_the_examples_of_the_equations_hold_and_can_fail(tmp_path: Path) -> None:
    found = suites([])
    sources = [s for s in found.sources if list(kidneys.examples(s))]
    assert len(sources) == 1
    assert kidneys.failures(sources[0], found.protocols.settings) == []
    example = "settings: {kidney: {source: OUR-003, examples: [%s]}}\nclauses:\n"
    for said, fault in (
        ("{creatinine: 1, age: 50, sex: male, egfr: 91.60}", "egfr: expected 91.60, but it is 91.69"),
        ("{creatinine: 1, age: 50, sex: male, egfr: null}", "egfr: expected unknown, but it is 91.69"),
        ("{creatinine: 1, age: 50, sex: male, clearance: 87.5}", "expected 87.50, but it is unknown"),
    ):
        own = suites([written(tmp_path, ("clauses:\n", example % said))])
        (issue,) = kidneys.failures(own.sources[0], own.protocols.settings)
        assert fault in issue.message
