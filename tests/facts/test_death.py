"""Whether a patient had died by a day."""

from __future__ import annotations

from datetime import date

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.facts.death import died_by, last_days
from orderlint.record import Facts

DAY = date(2026, 5, 20)
TODAY = date(2026, 6, 1)
MAY = Facts(died=DateSpan(date(2026, 5, 1), date(2026, 5, 31)), dead=True)
THAT_DAY = Facts(died=DateSpan(DAY, DAY), dead=True)
SOME_DAY = Facts(dead=True)


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        (Facts(), DAY, False),
        (Facts(), None, False),
        (THAT_DAY, date(2026, 5, 19), False),
        (THAT_DAY, DAY, True),
        (THAT_DAY, None, None),
        (MAY, date(2026, 4, 30), False),
        (MAY, date(2026, 5, 1), None),
        (MAY, date(2026, 5, 30), None),
        (MAY, date(2026, 5, 31), True),
        (SOME_DAY, DAY, None),
    ],
)
def test_by_a_day(facts: Facts, day: date | None, expected: bool | None) -> None:
    assert died_by(facts, None if day is None else day.toordinal()) is expected


def test_until_when_a_patient_surely_and_perhaps_lived() -> None:
    today = TODAY.toordinal()
    assert last_days(Facts(), TODAY) == (today, today)
    assert last_days(THAT_DAY, TODAY) == (DAY.toordinal(), DAY.toordinal())
    assert last_days(MAY, TODAY) == (date(2026, 5, 1).toordinal(), date(2026, 5, 31).toordinal())
    assert last_days(MAY, date(2026, 5, 10))[1] == date(2026, 5, 10).toordinal()
    assert last_days(SOME_DAY, TODAY) == (0, today)
