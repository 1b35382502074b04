"""Procedures: dialysis, and what only speaks of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from orderlint.fhir.read.procedure import procedure
from orderlint.fhir.read.shape import Faults
from orderlint.record import ProcedureFact

SNOMED = "http://snomed.info/sct"
DIALYSIS = {"coding": [{"system": SNOMED, "code": "265764009", "display": "Renal dialysis"}]}


def read(**written: Any) -> ProcedureFact | None:
    return procedure({"status": "completed", "code": DIALYSIS, **written}, "Procedure/1", Faults())


def test_dialysis_by_code_or_by_words_alone() -> None:
    found = read(performedDateTime="2026-01-01")
    assert found is not None and "dialysis" in found.groups
    assert found.on is not None and found.on.first == date(2026, 1, 1)
    found = read(code={"text": "Hemodialysis"})
    assert found is not None and "dialysis" in found.groups


def test_what_is_coded_as_something_else_is_not_dialysis_by_its_words() -> None:
    found = read(
        code={"coding": [{"system": SNOMED, "code": "999999999", "display": "Teaching about dialysis"}]}
    )
    assert found is not None and found.groups == frozenset()


def test_what_was_not_done_is_no_procedure() -> None:
    assert read(status="not-done") is None
    assert read(status="entered-in-error") is None
    assert read(notDone=True) is None


def test_periods_and_the_elements_of_r5() -> None:
    found = read(occurrencePeriod={"start": "2026-01-01", "end": "2026-01-03"})
    assert found is not None and found.on is not None
    assert (found.on.first.day, found.on.last.day) == (1, 3)


def test_what_is_in_progress_and_has_no_end_goes_on() -> None:
    found = read(status="in-progress", performedPeriod={"start": "2026-01-01"})
    assert found is not None and found.goes_on
    found = read(status="in-progress", occurrencePeriod={"start": "2026-01-01"})
    assert found is not None and found.goes_on
    ended = {"start": "2026-01-01", "end": "2026-01-02"}
    for written in (
        {"status": "in-progress", "performedPeriod": ended},
        {"status": "in-progress", "performedDateTime": "2026-01-01"},
        {"status": "completed", "performedPeriod": {"start": "2026-01-01"}},
        {"status": "in-progress", "performedPeriod": "2026-01-01"},
    ):
        found = read(**written)
        assert found is not None and not found.goes_on
