"""The timings that the FHIR specification gives as examples, through the whole engine, 10 mg a time."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from orderlint.dosing.course import plan
from orderlint.dosing.model import (
    Amount,
    Course,
    DateSpan,
    Dose,
    DoseAndRate,
    Instruction,
    Product,
    Repeat,
    Timing,
)

ROWS: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("timing_table.yaml").read_text("utf-8"))
NUMBERS = ("frequency", "frequency_max", "period", "period_max", "duration", "duration_max")
TEN = Amount(Fraction(10), Fraction(10), "mg", "/doseAndRate/0/doseQuantity")
SPECIFIED = 17  # rows of the specification's own table, which come first


def read(fields: dict[str, Any]) -> Repeat:
    made: dict[str, Any] = {"pointer": "/timing/repeat"}
    for name, value in fields.items():
        if name in NUMBERS:
            made[name] = Fraction(str(value))
        elif name == "days":
            made["bounds_days"] = (Fraction(value), Fraction(value))
        elif name == "start":
            made["bounds_start"] = DateSpan(value, value)
        else:
            made[name] = tuple(value) if isinstance(value, list) else value
    return Repeat(**made)


def course(row: dict[str, Any]) -> Course:
    timing = Timing(
        repeat=read(row["repeat"]) if "repeat" in row else None,
        code=read(row["code"]) if "code" in row else None,
        pointer="/timing",
    )
    line = Instruction("/0", timing=timing, doses=(DoseAndRate(None, TEN, None, "/doseAndRate/0"),))
    begins = timing.repeat.bounds_start if timing.repeat else None
    start = begins or DateSpan(date(2015, 7, 1), date(2015, 7, 1))
    (found,) = plan((line,), Product("x"), None, start, ingredients=("x",)).courses
    return found


@pytest.mark.parametrize("row", ROWS, ids=[row["says"] for row in ROWS])
def test_the_busiest_day_and_the_mean(row: dict[str, Any]) -> None:
    found = course(row)
    (step,) = found.steps
    assert step.times_per_day == row["busiest"]
    assert found.peak == Dose(Fraction(10 * row["busiest"]), "mg/d")
    if row["mean"] is not None:
        assert step.mean == Dose(10 * Fraction(row["mean"]), "mg/d")
    assert step.last_day == row.get("last")
    assert found.end == ("open" if row.get("last") is None else "known")


def test_the_table_is_whole() -> None:
    """Seventeen rows of the specification, then ours; no row twice."""
    assert len(ROWS) > SPECIFIED
    assert len({row["says"] for row in ROWS}) == len(ROWS)
    assert len({str((row.get("repeat"), row.get("code"))) for row in ROWS}) == len(ROWS)
