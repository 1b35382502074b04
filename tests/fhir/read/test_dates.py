"""Dates are spans of days as precise as they were written."""

from __future__ import annotations

from datetime import date

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.fhir.read import dates
from orderlint.fhir.read.shape import Faults


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("9999-12", date(9999, 12, 1), date(9999, 12, 31)),
        ("2026-03-01", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-03-01T23:30:00-05:00", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-03-01T23:30:00.123Z", date(2026, 3, 1), date(2026, 3, 1)),
        ("2026-03-01T23:30:00", date(2026, 3, 1), date(2026, 3, 1)),
    ],
)
def test_a_date_is_as_precise_as_written(written: str, first: date, last: date) -> None:
    faults = Faults()
    assert dates.day({"authoredOn": written}, "authoredOn", "", faults) == DateSpan(first, last)
    assert not len(faults)


@pytest.mark.parametrize(
    "written", ["2026-02-30", "2026-13", "0000", "01/02/2026", "", "٢٠٢٦", 2026, True, ["2026"]]
)
def test_what_is_no_date_is_a_fault_that_does_not_quote_it(written: object) -> None:
    faults = Faults()
    assert dates.day({"birthDate": written}, "birthDate", "", faults) is None
    message = next(iter(faults)).message
    assert "birthDate" in message
    assert not isinstance(written, str) or not written or written not in message


def test_an_odd_time_costs_itself_and_not_the_day() -> None:
    faults = Faults()
    assert dates.day({"issued": "2026-03-01 10:00"}, "issued", "", faults) == DateSpan(
        date(2026, 3, 1), date(2026, 3, 1)
    )
    assert len(faults) == 1


def test_a_period_that_ends_before_it_starts_is_a_fault() -> None:
    faults = Faults()
    found = dates.period({"p": {"start": "2026-03-02", "end": "2026-03-01"}}, "p", "", faults)
    assert found is not None and found.start is not None and found.end is not None
    assert [f.pointer for f in faults] == ["/p"]


def test_a_choice_takes_a_day_or_the_whole_period() -> None:
    faults = Faults()
    whole = {"effectivePeriod": {"start": "2026-03", "end": "2026-04-02"}}
    assert dates.choice(whole, "effective", "", faults) == DateSpan(date(2026, 3, 1), date(2026, 4, 2))
    assert dates.choice({"effectiveInstant": "2026-03-01T00:00:00Z"}, "effective", "", faults) is not None
    assert dates.choice({"onsetString": "long ago"}, "onset", "", faults) is None
