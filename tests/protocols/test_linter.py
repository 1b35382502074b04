"""The linter of protocol files: each fault at its place, all at once, and none where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderlint.protocols.linter.run import lint
from tests.protocols.files import TODAY, issues, line_of, written


def test_a_sound_file_has_no_faults(tmp_path: Path) -> None:
    assert issues(tmp_path) == []


FAULTS = {
    "unknown key": (
        ("    source: Somebody 2020.", "    sauce: Somebody 2020."),
        "the key 'sauce' is not known here",
    ),
    "missing key": (("    section: Ceilings\n", ""), "lacks section"),
    "duplicate key": (
        ("    section: Ceilings\n", "    section: A\n    section: B\n"),
        "'section' stands here twice",
    ),
    "duplicate id": (("id: OUR-003", "id: OUR-001"), "the clause id OUR-001 is taken at"),
    "built-in id": (("id: OUR-003", "id: AKA-004"), "the clause id AKA-004 is taken at"),
    "hole between whole numbers": (
        ("{from: 21, below: 60}", "{from: 22, below: 60}"),
        "of 21 to below 22 mL/min",
    ),
    "hole of no width": (("{from: 21, below: 60}", "{above: 21, below: 60}"), "of exactly 21 mL/min"),
    "hole at the top": (("            - when: {kidney: {from: 60}}\n", ""), "of 60 mL/min or more"),
    "hole at the bottom": (
        ("{kidney: {below: 21}}", "{kidney: {from: 1, below: 21}}"),
        "of 0 to below 1 mL/min",
    ),
    "hole for dialysis": (("when: {dialysis: true}", "when: {kidney: {below: 0}}"), "covers dialysis"),
    "hole for an age": (
        ("{kidney: {from: 60}}", "{kidney: {from: 60}, age: {from: 18}}"),
        "of 60 mL/min or more below 18 years",
    ),
    "overlap": (
        ("{kidney: {from: 60}}", "{kidney: {from: 59}}"),
        "both cover a kidney function of 59 to below 60",
    ),
    "a band for some reason only": (
        ("{kidney: {from: 60}}", "{kidney: {from: 60}, condition: cirrhosis}"),
        "no band covers a kidney function of 60 mL/min or more",
    ),
    "wrong dimension": (("max_daily: 5 mg/d", "max_daily: 5 mg"), "doesn't measure what mg/d does"),
    "unknown unit": (("limit: 60 mg/d", "limit: 60 blobs/d"), "no unit that is known"),
    "another unit of the dimension": (("limit: 60 mg/d", "limit: 0.06 g/d"), "write it in mg/d"),
    "unknown drug": (("drugs: [baclofen]", "drugs: [baclofne]"), "did you mean 'baclofen'?"),
    "unknown group": (("drugs: [baclofen]", "drugs: ['group:nothing']"), "no group of drugs 'nothing'"),
    "unknown route": (("routes: [oral, enteral]", "routes: [mouth]"), "no route 'mouth'"),
    "unknown condition": (
        ("when: {age: {from: 18}}", "when: {condition: cirrosis}"),
        "did you mean 'cirrhosis'?",
    ),
    "unknown figure": (("figures: [OUR-003]", "figures: [OUR-004]"), "no clause 'OUR-004'"),
    "unknown rule": (
        ("rule: baclofen-max-daily-dose", "rule: baclofen-max-dose"),
        "no rule 'baclofen-max-dose'",
    ),
    "unknown protocol": (
        ("when: {age: {from: 18}}", "when: {governs: nobody}"),
        "no protocol with `governs` 'nobody'",
    ),
    "no source": (
        ("source: Pharmacy and Therapeutics Committee, 2026-02-15.", "source: none"),
        "without a source",
    ),
    "figure without source": (("source: Somebody 2020.", "source: no citation"), "a figure without a source"),
    "no example that fires": (("verdict: fires", "verdict: undecided"), "no example of fires"),
    "no example that is clear": (("verdict: clear", "verdict: undecided"), "no example of clear"),
    "one person signs twice": (("checker: B. Checker", "checker: a. author"), "the same person"),
    "approved by nobody": (("author: A. Author", "author: null"), "approved, but without author"),
    "review of the future": (("reviewed: 2026-02-15", "reviewed: 2026-12-15"), "yet to come"),
    "reviews out of order": (("next_review: 2027-02-15", "next_review: 2026-02-15"), "is not after the last"),
    "no such day": (("reviewed: 2026-02-15", "reviewed: 2026-02-30"), "no day of the calendar"),
    "valid backwards": (
        ("status: approved\n", "status: approved\nvalid_from: 2026-03-01\nvalid_to: 2026-02-01\n"),
        "before 2026-03-01",
    ),
    "same_as of nothing": (
        (
            "encode: figure\n    source: Somebody 2020.",
            "encode: rule\n    source: Somebody 2020.\n    rules: [{same_as: OUR-003}]",
        ),
        "no clause with a rule of its own 'OUR-003'",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault(name: str, tmp_path: Path) -> None:
    change, words = FAULTS[name]
    found = issues(tmp_path, change)
    assert any(words in i.message for i in found), [str(i) for i in found]
    assert all(i.file.endswith("our.yaml") and i.line > 0 and i.column > 0 for i in found)


def test_places(tmp_path: Path) -> None:
    (fault,) = issues(tmp_path, ("limit: 60 mg/d", "limit: 60 mg"))
    assert (fault.line, fault.column) == (line_of("limit: 60 mg/d"), 11)
    (fault,) = issues(
        tmp_path,
        ("id: OUR-003", "id: AKA-004\n    see: [OUR-001, OUR-002]"),
        ("[OUR-003]", "[AKA-004]"),
        ("[OUR-003]", "[AKA-004]"),
        ("[OUR-003]", "[AKA-004]"),
    )
    assert fault.line == line_of("id: OUR-003")


def test_all_faults_are_listed(tmp_path: Path) -> None:
    found = issues(
        tmp_path,
        ("    section: Ceilings\n", "    section: A\n    section: B\n"),
        ("    source: Somebody 2020.", "    sauce: Somebody 2020."),
        ("limit: 60 mg/d", "limit: 60 mL"),
        ("{kidney: {from: 60}}", "{kidney: {from: 61}}"),
        ("drugs: [baclofen]", "drugs: [baclofne]"),
        ("checker: B. Checker", "checker: A. Author"),
    )
    said = " | ".join(i.message for i in found)
    for words in (
        "stands here twice",
        "'sauce'",
        "lacks source",
        "is in mL",
        "to below 61",
        "baclofne",
        "same person",
    ):
        assert words in said
    assert [(i.line, i.column) for i in found] == sorted((i.line, i.column) for i in found)


def test_bands_out_of_order(tmp_path: Path) -> None:
    one, other = "when: {kidney: {below: 21}}", "when: {kidney: {from: 21, below: 60}}"
    found = issues(tmp_path, (one, "when: {age: {from: 0}}"), (other, one), ("when: {age: {from: 0}}", other))
    assert [i.message for i in found] == [
        "OUR-002, baclofen-renal-adjustment: the bands do not stand in order of kidney function"
    ]


def test_dialysis_among_the_bands(tmp_path: Path) -> None:
    one, other = "when: {dialysis: true}", "when: {kidney: {below: 21}}"
    found = issues(tmp_path, (one, "when: {age: {from: 0}}"), (other, one), ("when: {age: {from: 0}}", other))
    assert ["stands among the others" in i.message for i in found] == [True]


def test_whole_years_leave_nobody_out(tmp_path: Path) -> None:
    """Ages are whole years: from 64 to 65 is no hole, though it would be one of kidney function."""
    whole, young = "- when: {kidney: {from: 60}}\n", "- when: {kidney: {from: 60}, age: {to: 64}}\n"
    old = "- when: {kidney: {from: 60}, age: {from: 65}}\n"
    assert issues(tmp_path, (whole, f"{young}            {old}")) == []


def test_an_expired_review_is_a_warning(tmp_path: Path) -> None:
    (fault,) = issues(
        tmp_path,
        (
            "reviewed: 2026-02-15\n  next_review: 2027-02-15",
            "reviewed: 2025-02-15\n  next_review: 2026-05-31",
        ),
    )
    assert fault.severity == "warning"
    assert "expired" in fault.message


NEW_RULE = (
    ("title: Ceilings of Our Hospital", "title: Ours\nrules:\n  our-bands: {title: T, why: W, advice: A}"),
    ("rule: baclofen-renal-adjustment", "rule: our-bands"),
    (
        "verdict: undecided\n        order: {drug: baclofen, dose: 5 mg",
        "verdict: clear\n        order: {drug: baclofen, dose: 5 mg",
    ),
)


def test_a_rule_that_can_be_undecided_shows_it(tmp_path: Path) -> None:
    (fault,) = issues(tmp_path, *NEW_RULE)
    assert fault.message == "our-bands: no example or fixture of undecided"


def test_fixtures_count_beside_examples(tmp_path: Path) -> None:
    path = written(tmp_path, *NEW_RULE)
    folder = tmp_path / "fixtures" / "our-bands" / "undecided"
    folder.mkdir(parents=True)
    (folder / "case.json").write_text("{}")
    assert lint([path], TODAY, tmp_path / "fixtures") == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "protocol: 5",
        "clauses: 7",
        "clauses: [1, {id: [x]}]",
        "a: &x 1\nb: *x",
        "{",
        "\x00",
        "protocol: {a: {b: []}}",
        "settings: [1]",
        "review: none\nrules: []\nclauses: [{id: A-1, rules: 5}]",
    ],
)
def test_nonsense_is_an_error_and_no_crash(text: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    found = lint([path], TODAY)
    assert found
    assert all(i.severity == "error" for i in found)
