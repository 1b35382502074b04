"""A taper by a label: a length, without steps or a last dose."""

from typing import Any

import pytest

from orderlint.tri import COURSE

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
    params = {**PARAMS, "unknown_stop_fires": True}
    found = check("taper", params, order("gabapentin", step(0, None, 900), status="stopped"))
    assert (found.state, found.severity) == ("fires", None)


def test_a_stop_of_unknown_length_decides_nothing_unless_the_protocol_says_so() -> None:
    found = check("taper", PARAMS, order("gabapentin", step(0, None, 900), status="stopped"))
    assert (found.state, found.needs[0].kind) == ("undecided", COURSE)


FALLING: dict[str, Any] = {
    "max_gap_days": 3,
    "dose_window_days": 28,
    "free_dose": mg_d(18),
    "min_exposure_days": 63,
    "exposure_above_free_dose": True,
    "max_fall": mg_d(4),
}
DOWN = (step(63, 63, 16), step(64, 64, 12), step(65, 65, 8), step(66, 66, 4))


@pytest.mark.parametrize(
    ("steps", "state", "fall"),
    [
        ((step(0, 62, 20), *DOWN), "clear", None),
        ((step(0, 62, 20), *DOWN[:-1]), "fires", 8),  # the last to nothing
        ((step(0, 62, 20), *DOWN[1:]), "fires", 8),
        ((step(0, 62, 24), *DOWN), "fires", 8),
        ((step(0, 61, 20),), "clear", None),
        ((step(0, 99, 18), step(100, 161, 24)), "clear", None),  # 62 days above 18 mg
        ((step(0, 99, 18), step(100, 162, 24)), "fires", 24),
        ((step(0, 99, None), step(100, 161, 24)), "undecided", None),
    ],
)
def test_never_more_than_so_much_at_once(steps: Any, state: str, fall: int | None) -> None:
    found = check("taper", FALLING, order("tizanidine", *steps))
    assert (found.state, found.measured and found.measured.value) == (state, fall)
    assert found.severity is None
