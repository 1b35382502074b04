"""When an order begins and ends by the clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orderlint.fhir.build.clock import clock_of
from orderlint.fhir.read.order import read_order
from orderlint.record import Moment

R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest."


def at(day: int, hour: int, zone: int | None = 0) -> Moment:
    return Moment(date(2026, 5, day).toordinal(), hour * 3600, zone)


def utc(day: int, hour: int) -> str:
    return f"2026-05-{day:02}T{hour:02}:00:00Z"


def line(start: str | None = None, end: str | None = None) -> dict[str, Any]:
    bounds = {k: v for k, v in (("start", start), ("end", end)) if v is not None}
    repeat: dict[str, Any] = {"frequency": 3, "period": 1, "periodUnit": "d"}
    return {"timing": {"repeat": {**repeat, "boundsPeriod": bounds} if bounds else repeat}}


def clock(*lines: dict[str, Any], **more: Any) -> tuple[Moment | None, Moment | None] | None:
    order = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "dosageInstruction": list(lines),
        **more,
    }
    found = clock_of(order, read_order(order))
    return None if found is None else (found.begins, found.stops)


def test_the_bounds() -> None:
    assert clock(line(utc(15, 8), utc(20, 10)), authoredOn=utc(14, 7)) == (at(15, 8), at(20, 10))
    assert clock(line("2026-05-15", "2026-05-20"), authoredOn=utc(14, 7)) is None
    assert clock(line("2026-05-15", utc(20, 10)), authoredOn=utc(15, 7)) == (None, at(20, 10))


def test_the_day_on_which_it_was_written_where_that_is_the_first() -> None:
    assert clock(line(), authoredOn=utc(14, 7)) == (at(14, 7), None)
    assert clock(line(None, utc(20, 10)), authoredOn=utc(14, 7)) == (at(14, 7), at(20, 10))
    assert clock(line(), authoredOn="2026-05-14") is None


def test_the_period_in_which_it_is_effective() -> None:
    period = {"start": utc(15, 8), "end": utc(20, 10)}
    extension = [{"url": f"{R5}effectiveDosePeriod", "valuePeriod": period}]
    for more in ({"effectiveDosePeriod": period}, {"extension": extension}):
        assert clock(line(), authoredOn=utc(14, 7), **more) == (at(15, 8), None)
        assert clock(line(), status="completed", **more) == (at(15, 8), at(20, 10))


def test_when_it_was_stopped() -> None:
    stopped = {"status": "stopped", "authoredOn": utc(14, 7)}
    for more in (
        {"statusChanged": utc(18, 9)},
        {"extension": [{"url": f"{R5}statusChanged", "valueDateTime": utc(18, 9)}]},
    ):
        assert clock(line(), **stopped, **more) == (at(14, 7), at(18, 9))
        assert clock(line(None, utc(20, 10)), **stopped, **more) == (at(14, 7), at(18, 9))
        assert clock(line(None, utc(18, 8)), **stopped, **more) == (at(14, 7), at(18, 8))
    later = {"status": "completed", "authoredOn": utc(14, 7), "statusChanged": utc(21, 9)}
    assert clock(line(None, utc(20, 10)), **later) == (at(14, 7), at(20, 10))
    assert clock(line(), **later) == (at(14, 7), at(21, 9))


def test_several_instructions_begin_with_the_first_and_end_with_the_last() -> None:
    both = line(utc(15, 8), utc(18, 10)), line(utc(16, 9), utc(20, 11))
    assert clock(*both) == (at(15, 8), at(20, 11))
    assert clock(both[0], line(utc(16, 9))) == (at(15, 8), None)
    assert clock(both[0], line(utc(15, 6), "2026-05-20")) == (at(15, 6), None)
    assert clock(line(utc(15, 8), utc(20, 10)), line("2026-05-15", "2026-05-20T10:00:00+02:00")) is None


@pytest.mark.parametrize(
    "more",
    [
        {"intent": "instance-order"},
        {"dosageInstruction": [{"timing": {"event": [utc(15, 8), utc(15, 20)]}}]},
    ],
)
def test_administrations_hand_no_day_over(more: dict[str, Any]) -> None:
    assert clock(line(utc(15, 8), utc(15, 9)), authoredOn=utc(15, 7), **more) is None


@pytest.mark.parametrize("odd", [None, 5, "x", [], {}, {"end": 5}, [{"end": utc(20, 10)}]])
@pytest.mark.parametrize("key", ["effectiveDosePeriod", "statusChanged", "extension", "dosageInstruction"])
@pytest.mark.parametrize("status", ["active", "stopped", "completed"])
def test_any_shape_is_read(key: str, odd: object, status: str) -> None:
    assert clock(line(), **{"authoredOn": utc(14, 7), "status": status, key: odd}) is not None
