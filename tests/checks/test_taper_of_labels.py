"""A taper by a label: a length, without steps or a last dose."""

from typing import Any

import pytest

from .made import check, mg_d, order, step

PARAMS: dict[str, Any] = {
    "max_gap_days": 3,
    "dose_window_days": 28,
    "free_dose": mg_d(0),
    "min_exposure_days": 14,
    "warning_below_days": 7,
}


@pytest.mark.parametrize(
    ("steps", "state", "severity"),
    [
        ((step(0, 29, 900),), "fires", "warning"),
        ((step(0, 29, 900), step(30, 34, 300)), "fires", "warning"),
        ((step(0, 29, 900), step(30, 36, 300)), "clear", None),
        ((step(0, 9, 900),), "clear", None),
        ((step(0, None, 900),), "clear", None),
    ],
)
def test_a_week_is_enough_however_it_steps(steps: Any, state: str, severity: str | None) -> None:
    found = check("taper", PARAMS, order("gabapentin", *steps))
    assert (found.state, found.severity) == (state, severity)


def test_a_stop_of_unknown_length_has_the_severity_of_the_clause() -> None:
    found = check("taper", PARAMS, order("gabapentin", step(0, None, 900), status="stopped"))
    assert (found.state, found.severity) == ("fires", None)
