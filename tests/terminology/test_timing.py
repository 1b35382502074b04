"""Codes for how often and when."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.terminology.timing import event_timing, timing_code

GTS = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize(
    ("system", "code", "frequency", "period", "unit", "when"),
    [
        (GTS, "BID", 2, 1, "d", None),
        (GTS, "TID", 3, 1, "d", None),
        (GTS, "QID", 4, 1, "d", None),
        (GTS, "QD", 1, 1, "d", None),
        (GTS, "QOD", 1, 2, "d", None),
        (GTS, "Q4H", 1, 4, "h", None),
        (GTS, "Q6H", 1, 6, "h", None),
        (GTS, "AM", 1, 1, "d", "MORN"),
        (GTS, "BED", 1, 1, "d", "HS"),
        (GTS, "WK", 1, 1, "wk", None),
        (None, "bid", 2, 1, "d", None),
        (None, " Q12H ", 1, 12, "h", None),
        ("urn:local", "TDS", 3, 1, "d", None),
        (SNOMED, "229799001", 2, 1, "d", None),
        (SNOMED, "307469008", 1, 8, "h", None),  # every eight hours
        (SNOMED, "396125000", 1, 24, "h", None),
    ],
)
def test_codes(
    system: str | None, code: str, *, frequency: int, period: int, unit: str, when: str | None
) -> None:
    found = timing_code(system, code)
    assert found is not None
    assert (found.frequency, found.period, found.period_unit, found.when) == (frequency, period, unit, when)


def test_a_range_gives_the_side_that_gives_more() -> None:
    hours = timing_code(SNOMED, "396139000")
    assert hours is not None
    assert (hours.period, hours.period_max) == (Fraction(6), Fraction(8))
    times = timing_code(SNOMED, "396107007")
    assert times is not None
    assert (times.frequency, times.frequency_min) == (Fraction(2), Fraction(1))


@pytest.mark.parametrize(
    ("system", "code"), [(GTS, "JHNUS"), (GTS, ""), (None, "twice a day"), (SNOMED, "BID"), (SNOMED, "1")]
)
def test_codes_that_are_not_known(system: str | None, code: str) -> None:
    assert timing_code(system, code) is None


def test_events() -> None:
    for code in ("C", "AC", "PC"):
        assert event_timing(code) == (3, True)
    for code in ("HS", "ACM", "MORN", "MORN.early", "NIGHT", "WAKE", "IC"):
        assert event_timing(code) == (1, False)
    assert event_timing("hs") is None
    assert event_timing("") is None
