"""Verdicts that differ from those of a baseline, on the page."""

from __future__ import annotations

import re
from itertools import permutations
from typing import Any

import pytest

from orderlint.report.audit_html.change_kinds import KINDS, STATES, kind_of
from orderlint.report.audit_html.changes import MOST, wanted

from .samples import BASELINE, CHANGES, finding, page


def section(**more: Any) -> str:
    return page(**more).split('<section id="changes">')[1].split("</section>")[0]


def cells(row_of: str, text: str) -> list[str]:
    """The cells of the first row that begins with these words."""
    row = text.split(f'<th scope="row">{row_of}')[1].split("</tr>", maxsplit=1)[0]
    return [re.sub("<[^>]+>", "", cell) for cell in re.findall("<td[^>]*>(.*?)</td>", row)]


def test_nothing_is_said_of_a_baseline_where_there_was_none() -> None:
    text = page(changes=None, baseline=None)
    assert 'id="changes"' not in text
    assert "#changes" not in text.split("</style>")[1]
    assert "against the baseline" not in text


def test_both_sides_are_told_with_their_review() -> None:
    demo = cells("A protocol that was invented", section())
    assert demo == [
        "version 2025-01-01: approved; by A, checked by B, 2025-01-02",
        "version 2026-01-01: under review; pending human review",
        "other version",
    ]
    assert cells("One that is the same", section())[2] == "none"


def test_a_protocol_of_one_side_is_a_warning() -> None:
    alone = {
        **BASELINE,
        "protocols": [{**BASELINE["protocols"][0], "now": None, "differs": "not in this run"}],
    }
    text = section(baseline=alone)
    assert "On one side only: demo." in text
    assert "Everything that such a protocol says counts as changed" in text
    assert "On one side only" not in section()


def test_settings_that_differ_are_said() -> None:
    assert "The settings that rules share" in section(baseline={**BASELINE, "same_settings": False})
    assert "The settings that rules share" not in section()


def test_how_many_change_and_of_how_many() -> None:
    text = section()
    assert "9 of 80 orders (11.2 %) change verdict." in text
    assert "4 newly firing, 2 more severe, 1 newly undecided and 2 no longer firing" in text
    assert "No verdict of 1 other rule changes." in text
    rules = text.split("Verdicts of each rule that change")[2]
    assert cells("drug-a-max-daily-dose", rules) == ["60", "4", "2", "1", "–", "–", "–", "7", "11.7 %"]
    assert cells("drug-b-note", rules) == ["25", "–", "–", "–", "2", "–", "–", "2", "8.0 %"]
    assert "<dt>Changed</dt><dd>9<small>orders, against the baseline" in page()


def test_every_change_is_of_one_kind() -> None:
    kinds = {change: kind_of(*change) for change in permutations(STATES, 2)}
    assert set(kinds.values()) == {k.name for k in KINDS}
    assert kinds["error", "undecided"] == "unsure", "what can't be decided is no pass"
    assert kinds["undecided", "error"] == kinds["clear", "info"] == "new"
    assert kinds["undecided", "clear"] == "sure"
    assert kinds["error", "clear"] == "gone"
    assert (kinds["info", "error"], kinds["error", "warning"]) == ("worse", "milder")


def test_examples_lead_to_their_findings() -> None:
    text = section()
    assert f'<a href="#f-{"0" * 32}"><span class="id">MedicationRequest/mr-0</span></a> (drug a)' in text
    assert '<li><span class="id">MedicationRequest/mr-5</span> (drug a)' in text, "it is not on the page"
    assert "<summary>1 more</summary>" in text
    assert "Meier" not in text, "what is no plain id may be a name"
    assert "an order without a plain id (drug a)" in text


def test_findings_of_examples_are_on_the_page() -> None:
    many = [finding(n) for n in range(600)]
    late = {**CHANGES["changes"][0], "shown": ["MedicationRequest/mr-555 (drug a)"]}
    text = section(findings=many, limit=50, changes={**CHANGES, "changes": [late]})
    assert f'href="#f-{555:032x}"' in text
    assert wanted(None) == frozenset()


@pytest.mark.parametrize(("held", "words"), [(80, "No verdict changes"), (0, "nothing could be compared")])
def test_nothing_changed(held: int, words: str) -> None:
    text = section(changes={"orders": 0, "changes": []}, baseline={**BASELINE, "orders": held})
    assert words in text
    assert "<figure" not in text
    assert text.count("<table") == 1


def test_many_changes_stay_few_rows() -> None:
    def many(number: int) -> dict[str, Any]:
        one = CHANGES["changes"][0]
        return {"orders": number, "changes": [{**one, "rule": f"rule-{n}"} for n in range(number)]}

    text = section(changes=many(3 * MOST))
    assert text.count("<tr>") == 2 * MOST + 5
    assert "the first 100 of 300 rules; report.json (--out) has all" in text
    assert len(text) < 1.02 * len(section(changes=many(2 * MOST)))


def test_it_can_be_reached_and_scrolled_by_keyboard() -> None:
    assert '<a href="#changes">Changes</a>' in page()
    boxes = re.findall(r'<div class="scroll[^>]*>', section())
    assert len(boxes) == 4
    assert all('tabindex="0" role="group" aria-label="' in box for box in boxes)
