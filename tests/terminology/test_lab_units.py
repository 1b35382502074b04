"""Units of kidney function as laboratories write them."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.terminology.lab_units import factor


@pytest.mark.parametrize("kind", ["egfr", "crcl"])
@pytest.mark.parametrize(
    ("unit", "times"),
    [
        ("mL/min/1.73sq.m", 1),
        ("mL/min/1.73 sq m", 1),
        ("ml/min/1.73 SQ. M.", 1),
        ("mL/min/1.73 square metres", 1),
        ("mL/min/1.73 m2 BSA", 1),
        ("mL/min per 1.73 m²", 1),
        ("mL/minute/1.73 m2", 1),
        ("ml/min/1,73 m²", 1),
        ("ml/s/1,73 m2", 60),
    ],
)
def test_spellings_of_one_unit(kind: str, unit: str, times: int) -> None:
    assert factor(kind, unit) == Fraction(times)


def test_per_body_surface_area_is_a_unit_of_egfr_alone() -> None:
    assert factor("egfr", "mL/min/BSA") == 1
    assert factor("crcl", "mL/min/BSA") is None


@pytest.mark.parametrize("unit", ["mL/min/m2", "mL/min/1.7", "mL/min/1.73m3", "L/min/1.73m2", "1.73 sq m"])
def test_other_units_are_not(unit: str) -> None:
    assert factor("egfr", unit) is None
