"""Words that compare a fact as plainly as an expression does, and words that don't."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.fhir.read.plain_words import plainly_meant
from orderlint.interval_sets import ANYTHING, interval
from orderlint.terminology.table import rows


@pytest.mark.parametrize(
    "text",
    [
        "patient aged 65 or over",
        "65 years and older",
        "Age 65 or older",
        "Age65OrOlder",
        "age_65_or_over",
        "patients of at least 65 years of age",
        "the patient is 65 years old or older",
        "age ≥ 65",
        "Only patients aged 65 and above",
    ],
)
def test_the_elderly(text: str) -> None:
    assert plainly_meant(text) == ("age", interval(Fraction(65), True, None, False))


@pytest.mark.parametrize("text", ["IsElderly", "Is Elderly", '"Is Elderly"', "geriatric patients"])
def test_elderly_is_no_number(text: str) -> None:
    assert plainly_meant(text) == ("age", ANYTHING)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("over 65", 66, None),
        ("AgeOver65", 66, None),
        ("aged 18 or over", 18, None),
        ("age under 65", None, 65),
    ],
)
def test_other_ages(text: str, low: int | None, high: int | None) -> None:
    ends = [None if end is None else Fraction(end) for end in (low, high)]
    assert plainly_meant(text) == ("age", interval(ends[0], True, ends[1], False))


@pytest.mark.parametrize(
    "text",
    [
        "eGFR below 30",
        "EGFRBelow30",
        "eGFR below 30 mL/min/1.73 m²",
        "eGFR is less than 30 mL/min",
        "eGFR < 30",
        "kidney function under 30",
        "patients with a creatinine clearance lower than 30",
    ],
)
def test_the_kidneys(text: str) -> None:
    assert plainly_meant(text) == ("renal", interval(None, False, Fraction(30), False))


@pytest.mark.parametrize(
    "text", ["OnDialysis", "Patient is on dialysis", "on haemodialysis", "dialysis patients"]
)
def test_dialysis(text: str) -> None:
    assert plainly_meant(text) == ("renal", interval(None, False, Fraction(0), True))


@pytest.mark.parametrize(
    "text",
    [
        "Is Not Elderly",
        "not aged 65 or over",
        "patients aged 65 or over are excluded",
        "unless on dialysis",
        "18 or older and under 65",
        "Not on dialysis",
        "no dialysis",
        "elderly excluded",
        "weight over 65 kg",
        "renal impairment",
        "aged 65 or over with spasm",
        "Inclusion Criteria",
        "ElderlyExclusion",
        "!IsElderly",
        "dialysis or eGFR below 30",
        "IsElderly.not()",
        "IsElderly = false",
        "not eGFR < 30",
        "non-elderly",
        "PreDialysis",
        "dialysis not needed",
        "elderly on dialysis",
        "aged under 6 months",
        "creatinine below 2",
        "aged 65 or over " * 50,
        "aged 9999999999 or over",
        "",
        "eGFR 30",
    ],
)
def test_anything_else_is_words(text: str) -> None:
    assert plainly_meant(text) is None


def test_the_table() -> None:
    for kind, fact, words, comparison, _ in rows("guard_plain"):
        assert fact in ("", "age", "renal")
        assert words == " ".join(words.lower().split())
        assert kind in ("filler", "compares")
        if kind == "filler" or not comparison:
            assert not comparison
            continue
        operator, number = comparison.split()
        assert operator in ("<", "<=", ">", ">=")
        assert (number == "#") == ("#" in words)
