"""Protocol files for tests: one that is sound, to be spoilt in one place at a time."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.run import lint

TODAY = date(2026, 6, 1)

SOUND = """\
protocol: our-hospital
title: Ceilings of Our Hospital
version: "1"
status: approved
review:
  author: A. Author
  checker: B. Checker
  reviewed: 2026-02-15
  next_review: 2027-02-15
clauses:
  - id: OUR-001
    section: Ceilings
    statement: Oral baclofen goes no higher than 60 mg a day from 18 years.
    encode: rule
    source: Pharmacy and Therapeutics Committee, 2026-02-15.
    rules:
      - rule: baclofen-max-daily-dose
        severity: error
        drugs: [baclofen]
        routes: [oral, enteral]
        when: {age: {from: 18}}
        check:
          kind: max-daily-dose
          limit: 60 mg/d
    examples:
      - verdict: fires
        severity: error
        order: {drug: baclofen, dose: 61 mg, times: 1}
        patient: {age: 18}
      - verdict: clear
        order: {drug: baclofen, dose: 20 mg, times: 3}
        patient: {age: 18}
      - verdict: undecided
        order: {drug: baclofen, times: 3}
        patient: {age: 18}
  - id: OUR-002
    section: Kidneys
    statement: Baclofen by kidney function.
    encode: rule
    source: Pharmacy and Therapeutics Committee, 2026-02-15.
    rules:
      - rule: baclofen-renal-adjustment
        severity: error
        drugs: [baclofen]
        routes: [oral, enteral]
        check:
          kind: renal-bands
          bands:
            - when: {dialysis: true}
              avoid: true
              says: is avoided on dialysis
              figures: [OUR-003]
            - when: {kidney: {below: 21}}
              max_daily: 5 mg/d
              says: below 21 mL/min
              figures: [OUR-003]
            - when: {kidney: {from: 21, below: 60}}
              max_daily: 10 mg/d
              says: below 60 mL/min
              figures: [OUR-003]
            - when: {kidney: {from: 60}}
    examples:
      - verdict: fires
        order: {drug: baclofen, dose: 5 mg, times: 2}
        patient: {egfr: 20.9}
      - verdict: clear
        order: {drug: baclofen, dose: 5 mg, times: 2}
        patient: {egfr: 21}
      - verdict: undecided
        order: {drug: baclofen, dose: 5 mg, times: 2}
        patient: {age: 50}
  - id: OUR-003
    section: Kidneys
    statement: Figures by kidney function.
    encode: figure
    source: Somebody 2020.
"""


def written(folder: Path, *changes: tuple[str, str], name: str = "our.yaml") -> Path:
    """The sound file with some of its text replaced, each once."""
    text = SOUND
    for old, new in changes:
        assert text.count(old) >= 1, f"{old!r} is not in the file"
        text = text.replace(old, new, 1)
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def issues(folder: Path, *changes: tuple[str, str]) -> list[Issue]:
    """What the linter says of it."""
    return lint([written(folder, *changes)], TODAY)


def line_of(text: str) -> int:
    """The line of the sound file in which a text first stands."""
    return SOUND[: SOUND.index(text)].count("\n") + 1
