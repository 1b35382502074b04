"""Every kind of check as a protocol file states it: accepted, and its drugs and quantities read."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from orderlint.checks import KINDS
from orderlint.findings import Measure
from orderlint.protocols.errors import ProtocolError
from orderlint.protocols.loader import load
from orderlint.protocols.model import Instance

HEAD = """\
protocol: ward-seven
title: One of each
version: "1"
status: submitted
review: {author: null, checker: null, reviewed: null, next_review: null}
rules:
  one-of-each: {title: One, why: Because, advice: Look}
clauses:
  - id: WARD-1
    section: All
    statement: One of each.
    encode: rule
    source: Made for a test.
    rules:
      - rule: one-of-each
        severity: warning
        drugs: [baclofen]
        when: %s
        check: %s
"""
CHECKS: dict[str, str] = {
    "avoid": "{kind: avoid, says: is avoided}",
    "concentration": '{kind: concentration, ingredient: ketamine, from: 0.5, to: 5, unit: "%"}',
    "duration": "{kind: duration, max_days: 21, max_gap_days: 3}",
    "indication": "{kind: indication, only: [rheumatic], besides: [multiple-sclerosis], says: is not meant}",
    "max-daily-dose": "{kind: max-daily-dose, limit: 4500 mg/d, after_days: 3, product_strength: 640 mg}",
    "max-single-dose": "{kind: max-single-dose, limit: 20 mg}",
    "max-times-per-day": "{kind: max-times-per-day, limit: 3}",
    "monitoring-present": "{kind: monitoring-present, any_of: [blood pressure, alt]}",
    "patch-wear": "{kind: patch-wear, max_at_once: 3, max_hours: 12, within_hours: 24, max_per_day: 1}",
    "prerequisite-lab": (
        "{kind: prerequisite-lab, washout_days: 90, within_days: 30,"
        " labs: [{kind: potassium, low: 3.5 mmol/L,"
        " replacement: ['group:potassium-replacement'], words: [electrolytes]}],"
        " sooner: {with: ['group:diuretic'], within_days: 14}}"
    ),
    "renal-bands": (
        "{kind: renal-bands, equation: cockcroft-gault, bands: [{when: {kidney: {below: 15}},"
        " max_daily_per_k: 20 mg/d, says: low, figures: [PI-BAC-1]}, {when: {kidney: {from: 15}}},"
        " {when: {dialysis: true}}]}"
    ),
    "second-line": (
        "{kind: second-line, after: [tizanidine], unless_condition: {kidney: {below: 60}}, says: later}"
    ),
    "start-dose": "{kind: start-dose, washout_days: 90, max_single: 5 mg, max_daily: 15 mg/d, max_times: 3}",
    "taper": (
        "{kind: taper, max_gap_days: 3, dose_window_days: 28, free_dose: 0 mg/d, min_exposure_days: 14,"
        " warning_below_days: 7, max_fall: 4 mg/d, exposure_above_free_dose: true, unknown_stop_fires: true}"
    ),
    "titration": "{kind: titration, max_gap_days: 3, max_raise: 15 mg/d, min_days: 3, info_days: 7}",
    "together": (
        "{kind: together, with: ['group:opioid', baclofen], at_least: 2, counting_itself: true,"
        " with_routes: [oral], except_routes: [topical], days_after: 14, services: [heat therapy],"
        " says: together}"
    ),
    "weekly-amount": "{kind: weekly-amount, from: 20 g/wk, to: 40 g/wk}",
}
ANYONE = "{age: {from: 0}}"


def loaded(tmp_path: Path, check: str, when: str = ANYONE) -> Instance:
    file = tmp_path / "ward.yaml"
    file.write_text(HEAD % (when, check), "utf-8")
    (found,) = [i for i in load([file]).instances if i.rule == "one-of-each"]
    return found


def test_there_is_one_of_each() -> None:
    assert sorted(CHECKS) == sorted(KINDS)


@pytest.mark.parametrize("kind", sorted(CHECKS))
def test_a_file_may_state_it(tmp_path: Path, kind: str) -> None:
    assert loaded(tmp_path, CHECKS[kind]).kind == kind


def test_drugs_are_written_out_wherever_they_stand(tmp_path: Path) -> None:
    together = loaded(tmp_path, CHECKS["together"]).params
    assert {"morphine", "baclofen"} <= together["with"]
    labs: Any = loaded(tmp_path, CHECKS["prerequisite-lab"]).params
    assert "potassium chloride" in labs["labs"][0]["replacement"]
    assert "furosemide" in labs["sooner"]["with"]
    when: Any = loaded(
        tmp_path, CHECKS["avoid"], "{any: [{with: 'group:opioid'}, {allergy: [baclofen]}]}"
    ).when
    assert "morphine" in when["any"][0]["with"]
    assert when["any"][1]["allergy"] == {"baclofen"}


def test_quantities_are_exact_and_numbers_stay(tmp_path: Path) -> None:
    week = loaded(tmp_path, CHECKS["weekly-amount"]).params
    assert week["from"] == Measure(Fraction(20), "g/wk")
    assert loaded(tmp_path, CHECKS["max-times-per-day"]).params["limit"] == 3
    assert loaded(tmp_path, CHECKS["concentration"]).params["from"] == 0.5
    bands: Any = loaded(tmp_path, CHECKS["renal-bands"]).params["bands"]
    assert bands[0]["max_daily_per_k"] == Measure(Fraction(20), "mg/d")
    assert bands[0]["when"] == {"kidney": {"below": 15}}


@pytest.mark.parametrize(
    "when",
    [
        "{hepatic: impaired}",
        "{known: {hepatic: severe}}",
        "{history: [fall, fracture]}",
        "{template: false}",
        "{with: [baclofen]}",
        "{allergy: [baclofen]}",
    ],
)
def test_the_keys_of_when(tmp_path: Path, when: str) -> None:
    assert loaded(tmp_path, CHECKS["avoid"], when).when


@pytest.mark.parametrize(
    ("check", "when"),
    [
        ("{kind: start-dose, washout_days: 90}", ANYONE),
        ("{kind: titration, max_gap_days: 3, info_days: 7, max_raise: 15 mg/d}", ANYONE),
        ("{kind: together, says: nothing}", ANYONE),
        ("{kind: together, with: ['group:no-such-group'], says: nothing}", ANYONE),
        ("{kind: max-single-dose, limit: 20}", ANYONE),
        ("{kind: avoid, says: is avoided}", "{hepatic: bad}"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, check: str, when: str) -> None:
    with pytest.raises(ProtocolError):
        loaded(tmp_path, check, when)
