"""Why no result of kidney function counts: in words that are true."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.facts.kidney import kidney_on
from orderlint.protocols.loader import load
from orderlint.record import Facts, Lab

SETTINGS: dict[str, Any] = dict(load().settings["kidney"])
DAY = date(2026, 3, 1)
BEFORE, AFTER = "a result counts within 365 days before the order", "a result counts within 7 days after it"


def lab(days_after: int, kind: str = "egfr") -> Lab:
    day = DAY + timedelta(days_after)
    return Lab(kind, Fraction(1), "", DateSpan(day, day), f"Observation/{days_after}")


def why(*labs: Lab) -> str:
    return kidney_on(Facts(labs=labs), DateSpan(DAY, DAY), SETTINGS).why


@pytest.mark.parametrize(
    ("labs", "said"),
    [
        ((lab(9),), f"the only eGFR came 9 days after the order; {AFTER}"),
        ((lab(30), lab(20)), f"the first eGFR came 20 days after the order; {AFTER}"),
        ((lab(-366),), f"the only eGFR came 366 days before the order; {BEFORE}"),
        ((lab(-900), lab(-400)), f"the last eGFR came 400 days before the order; {BEFORE}"),
        ((lab(-400, "crcl"),), f"the only creatinine clearance came 400 days before the order; {BEFORE}"),
        ((lab(-400, "creatinine"),), f"the only creatinine came 400 days before the order; {BEFORE}"),
        (
            (lab(-400), lab(9)),
            "the only eGFR before the order came 400 days before it, the next eGFR 9 days after it; "
            f"{BEFORE} or within 7 days after it",
        ),
        (
            (lab(-3, "creatinine"),),
            "creatinine is on record, but not with an age and a date that allow an eGFR",
        ),
        ((), "no eGFR, creatinine, CKD stage or dialysis on record"),
    ],
)
def test_says_when_the_results_came(labs: tuple[Lab, ...], said: str) -> None:
    assert why(*labs) == said


def test_a_day_that_is_not_known_well_enough() -> None:
    year = DateSpan(date(2025, 1, 1), date(2025, 12, 31))  # may be more than a year before
    assert "not known well enough" in why(lab(0)._replace(on=year))
