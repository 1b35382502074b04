"""Timing as written: nothing is filled in, and what can't be read is a problem."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan, Timing
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.read.timing import timing_of

GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"


def read(written: object) -> tuple[Timing, Faults]:
    faults = Faults()
    found = timing_of({"timing": written}, "timing", "/dosageInstruction/0", faults)
    assert found is not None
    return found, faults


def repeat(**written: Any) -> tuple[Any, Faults]:
    found, faults = read({"repeat": written})
    assert found.repeat is not None
    return found.repeat, faults


def test_all_of_repeat_is_read() -> None:
    found, faults = repeat(
        boundsPeriod={"start": "2026-01-01", "end": "2026-01-07"},
        count=10,
        countMax=12,
        duration=2,
        durationMax=3,
        durationUnit="h",
        frequency=3,
        frequencyMax=4,
        period=Decimal("1.5"),
        periodMax=2,
        periodUnit="d",
        dayOfWeek=["mon", "fri"],
        timeOfDay=["08:00:00", "20:00"],
        when=["AC", "HS"],
        offset=30,
    )
    assert not len(faults)
    assert found.problem is None
    assert (found.frequency, found.frequency_max) == (3, 4)
    assert (found.period, found.period_max, found.period_unit) == (Fraction(3, 2), 2, "d")
    assert (found.count, found.count_max) == (10, 12)
    assert (found.duration, found.duration_max, found.duration_unit) == (2, 3, "h")
    assert found.bounds_start == DateSpan(date(2026, 1, 1), date(2026, 1, 1))
    assert found.bounds_end == DateSpan(date(2026, 1, 7), date(2026, 1, 7))
    assert found.bounds_days is None
    assert (found.day_of_week, found.time_of_day) == (("mon", "fri"), ("08:00:00", "20:00"))
    assert (found.when, found.offset_minutes) == (("AC", "HS"), 30)
    assert found.pointer == "/dosageInstruction/0/timing/repeat"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("frequency", "3"),
        ("frequency", 0),
        ("frequency", True),
        ("period", Decimal("-1")),
        ("period", Decimal("1e999999999")),
        ("periodUnit", "day"),
        ("periodUnit", ["d"]),
        ("durationUnit", "hour"),
        ("count", Decimal("1.5")),
        ("when", ["LUNCHTIME"]),
        ("when", [["AC"]]),
        ("dayOfWeek", ["monday"]),
        ("timeOfDay", ["8am"]),
        ("timeOfDay", [8]),
    ],
)
def test_what_bears_on_the_dose_and_can_not_be_read_is_a_problem(key: str, value: object) -> None:
    found, faults = repeat(**{"frequency": 3, "period": 1, "periodUnit": "d", key: value})
    assert found.problem is not None and key in found.problem
    assert any(f.vital and key in f.pointer for f in faults)


def test_a_broken_offset_costs_only_itself() -> None:
    found, faults = repeat(frequency=1, period=1, periodUnit="d", offset="30")
    assert (found.problem, found.offset_minutes) == (None, None)
    assert [f.vital for f in faults] == [False]


@pytest.mark.parametrize(
    ("bounds", "days"),
    [
        ({"boundsDuration": {"value": 2, "system": "http://unitsofmeasure.org", "code": "wk"}}, (14, 14)),
        ({"boundsRange": {"low": {"value": 3, "unit": "d"}, "high": {"value": 1, "unit": "wk"}}}, (3, 7)),
        ({"boundsDuration": {"value": 14, "unit": "d", "comparator": "<="}}, (None, 14)),
        ({"boundsDuration": {"value": 14, "unit": "d", "comparator": ">="}}, (14, None)),
        ({"boundsDuration": {"value": "14", "unit": "d"}}, (None, None)),
        ({"boundsDuration": {"value": 14}}, (None, None)),
        ({"boundsDuration": "14 days"}, (None, None)),
        ({"boundsPeriod": {"start": "2026-01-01", "end": "31.12."}}, (None, None)),
        ({"boundsPeriod": "2026"}, (None, None)),
        ({"boundsPeriod": {"start": "2026-01-01"}}, None),
    ],
)
def test_bounds_are_days_or_a_length_nobody_knows(bounds: dict[str, object], days: object) -> None:
    found, _ = repeat(frequency=1, period=1, periodUnit="d", **bounds)
    assert found.bounds_days == days
    assert found.problem is None


def test_events_are_dates_and_a_broken_one_is_a_problem() -> None:
    found, faults = read({"event": ["2026-01-01T08:00:00Z", "2026-01-02"]})
    assert [e.first.day for e in found.events] == [1, 2]
    assert found.problem is None and not len(faults)
    found, faults = read({"event": ["2026-01-01", "tomorrow"]})
    assert len(found.events) == 1 and found.problem and len(faults) == 1


def test_a_code_stands_for_its_schedule() -> None:
    found, _ = read({"code": {"coding": [{"system": GTS, "code": "TID"}]}})
    assert found.code is not None
    assert (found.code.frequency, found.code.period, found.code.period_unit) == (3, 1, "d")
    found, _ = read({"code": {"text": "BID"}})
    assert found.code is not None and found.code.frequency == 2


def test_an_unknown_code_alone_is_a_problem_unless_it_has_words() -> None:
    found, _ = read({"code": {"coding": [{"system": "http://x", "code": "Z9"}]}})
    assert found.problem == "timing code 'Z9' is not known"
    found, _ = read({"code": {"text": "twice a day with food"}})
    assert (found.text, found.problem) == ("twice a day with food", None)
    found, _ = read(
        {"code": {"coding": [{"code": "Z9"}]}, "repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}
    )
    assert found.problem is None


@pytest.mark.parametrize("written", ["three times a day", 3, [], True])
def test_a_timing_of_another_shape_is_a_problem(written: object) -> None:
    found, faults = read(written)
    assert found.problem and len(faults) == 1
    assert found.text == (written if isinstance(written, str) else None)


def test_an_extension_that_changes_the_meaning_is_a_problem() -> None:
    found, _ = read({"modifierExtension": [{"url": "http://x"}], "repeat": {"frequency": 1}})
    assert found.problem
