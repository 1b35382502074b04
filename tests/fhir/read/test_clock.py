"""Dates with a time of day, and instructions of one order that hand over by the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orderlint.fhir.read.clock import moment
from orderlint.fhir.read.order import read_order
from orderlint.record import Moment

DAY = date(2026, 5, 20).toordinal()


@pytest.mark.parametrize(
    ("written", "second", "zone"),
    [
        ("2026-05-20T10:00:00Z", 36000, 0),
        ("2026-05-20T10:00:00+00:00", 36000, 0),
        ("2026-05-20T00:00:30.250-05:00", 30, -300),
        ("2026-05-20T23:59+05:30", 86340, 330),
        ("2026-05-20T10:00:00", 36000, None),
    ],
)
def test_a_time_with_its_zone(written: str, second: int, zone: int | None) -> None:
    assert moment(written) == Moment(DAY, second, zone)


@pytest.mark.parametrize(
    "written",
    [
        "2026-05-20",
        "2026-05",
        "2026-05-20 10:00:00Z",
        "2026-05-20T24:00:00Z",
        "2026-05-20T10:60:00Z",
        "2026-02-30T10:00:00Z",
        "2026-05-20T10:00:00Zulu",
        "2026-05-20T10:00:00Z\n",
        "2026-05-20T10:00:00." + "1" * 10**6,
        "",
        None,
        20260520,
        ["2026-05-20T10:00:00Z"],
        {"start": "2026-05-20T10:00:00Z"},
    ],
)
def test_what_has_no_time(written: object) -> None:
    assert moment(written) is None


@pytest.mark.parametrize(
    ("over", "begins", "relieved"),
    [
        ("2026-05-20T10:00:00Z", "2026-05-20T14:00:00Z", True),
        ("2026-05-20T10:00:00Z", "2026-05-20T10:00:00Z", True),
        ("2026-05-20T10:00:00Z", "2026-05-20T10:00:00+00:00", True),
        ("2026-05-20T10:00:00Z", "2026-05-20T09:59:59Z", False),
        ("2026-05-20T10:00:00Z", "2026-05-21T14:00:00Z", False),
        ("2026-05-20T10:00:00Z", "2026-05-20T14:00:00+02:00", False),
        ("2026-05-20T10:00:00Z", "2026-05-20T14:00:00", False),
    ],
)
def test_over_before_something_begins(over: str, begins: str, relieved: bool) -> None:
    one, other = moment(over), moment(begins)
    assert one is not None
    assert other is not None
    assert one.relieved_by(other) is relieved


def order(*periods: tuple[str | None, str | None]) -> dict[str, Any]:
    def line(start: str | None, end: str | None) -> dict[str, Any]:
        bounds = {k: v for k, v in (("start", start), ("end", end)) if v is not None}
        repeat = {"frequency": 3, "period": 1, "periodUnit": "d", "boundsPeriod": bounds}
        return {"timing": {"repeat": repeat}}

    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "dosageInstruction": [line(*one) for one in periods],
    }


def last_days(value: dict[str, Any]) -> list[str | None]:
    repeats = [i.timing.repeat for i in read_order(value).instructions if i.timing is not None]
    return [None if r is None or r.bounds_end is None else r.bounds_end.last.isoformat() for r in repeats]


def test_a_step_that_is_over_before_the_next_begins_leaves_it_the_day() -> None:
    midnights = [f"2026-06-{day:02}T00:00:00-05:00" for day in (1, 8, 15)]
    taper = order((midnights[0], midnights[1]), (midnights[1], midnights[2]), (midnights[2], None))
    assert last_days(taper) == ["2026-06-07", "2026-06-14", None]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("2026-06-01", "2026-06-08"), ("2026-06-08", "2026-06-15")),
        (("2026-06-01T00:00:00Z", "2026-06-08T00:00:00Z"), ("2026-06-08", "2026-06-15")),
        (("2026-06-01T09:00:00Z", "2026-06-08T09:00:00Z"), ("2026-06-08T08:00:00Z", "2026-06-15")),
        (("2026-06-01T09:00:00Z", "2026-06-08T09:00:00Z"), ("2026-06-08T09:00:00+02:00", "2026-06-15")),
        (("2026-06-08T08:00:00Z", "2026-06-08T08:30:00Z"), ("2026-06-08T09:00:00Z", "2026-06-15")),
        ((None, "2026-06-08T09:00:00Z"), ("2026-06-08T09:00:00Z", "2026-06-15")),
    ],
)
def test_the_last_day_stays_a_day(first: tuple[str | None, str], second: tuple[str, str]) -> None:
    assert last_days(order(first, second)) == ["2026-06-08", "2026-06-15"]


@pytest.mark.parametrize("broken", ["x", 5, None, {"start": 5}, ["2026-06-08T09:00:00Z"]])
@pytest.mark.parametrize("key", ["boundsPeriod", "repeat", "timing", None])
def test_any_shape_is_read(key: str | None, broken: object) -> None:
    value = order(("2026-06-01T09:00:00Z", "2026-06-08T09:00:00Z"), ("2026-06-08T09:00:00Z", None))
    line = value["dosageInstruction"][1]
    if key is None:
        value["dosageInstruction"][1] = broken
    elif key == "timing":
        line["timing"] = broken
    elif key == "repeat":
        line["timing"]["repeat"] = broken
    else:
        line["timing"]["repeat"]["boundsPeriod"] = broken
    assert len(read_order(value).instructions) == 2
