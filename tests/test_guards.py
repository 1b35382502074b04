"""Who gets past guards."""

from __future__ import annotations

from fractions import Fraction

import pytest

from orderlint.fhir.read.guard import guards_from_condition
from orderlint.guards import EVALUATED, TAKEN_AT_ITS_WORD, passage
from orderlint.interval_sets import ANYTHING
from orderlint.record import Guard, Place
from tests.kept_out import keep_out

HERE = Place("plan.json", "/action/0/condition/0")
ELDERLY = (Fraction(65), None)
POOR_KIDNEY = (None, Fraction(60))


def only(text: str, fact: str) -> Guard:
    (guard,) = [g for g in guards_from_condition(text, "text/cql", HERE) if g.fact == fact]
    return guard


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("AgeInYears() < 65", True),
        ("AgeInYears() <= 64", True),
        ("AgeInYears() <= 65", False),
        ("AgeInYears() >= 65", False),
        ("AgeInYears() >= 18", False),
        ("exists(%age)", False),
        ('"Is elderly"', None),
        ('AgeInYears() >= 18 and not "Is elderly"', None),
        ('AgeInYears() < 65 and not "Is elderly"', True),
        ('AgeInYears() < 65 or "Has Spasm"', None),
        ('AgeInYears() >= 65 or "Has Spasm"', False),
        ('AgeInYears() >= 18 and "Has Spasm"', False),
    ],
)
def test_a_guard_keeps_out_the_elderly(text: str, expected: bool | None) -> None:
    assert keep_out((only(text, "age"),), "age", *ELDERLY) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("%egfr >= 60", True),
        ("%egfr > 60", True),
        ("%egfr >= 59", False),
        ("%egfr < 60", False),
        ('not "On dialysis"', None),
        ("creatinine < 1.5", None),
    ],
)
def test_a_guard_keeps_out_poor_kidneys(text: str, expected: bool | None) -> None:
    assert keep_out((only(text, "renal"),), "renal", *POOR_KIDNEY) is expected


def test_all_guards_must_hold() -> None:
    low, high = only("AgeInYears() >= 18", "age"), only("AgeInYears() < 65", "age")
    word = only('"Is elderly"', "age")
    assert keep_out((), "age", *ELDERLY) is False
    assert keep_out((low,), "age", *ELDERLY) is False
    assert keep_out((low, high), "age", *ELDERLY) is True
    assert keep_out((low, word), "age", *ELDERLY) is None
    assert keep_out((word, high), "age", *ELDERLY) is True
    assert keep_out((high,), "renal", *POOR_KIDNEY) is False
    assert passage((low, word), "age").at_word == (word,)


def test_guards_made_elsewhere_need_no_surely() -> None:
    evaluated = Guard("age", "condition", "x", EVALUATED, HERE, ((Fraction(18), True, None, False),))
    assert keep_out((evaluated,), "age", *ELDERLY) is False
    word = Guard("age", "condition", "x", TAKEN_AT_ITS_WORD, HERE)
    assert keep_out((word,), "age", *ELDERLY) is None
    assert passage((evaluated, word), "age").surely == ()


def test_no_guards_let_everyone_pass() -> None:
    assert passage((), "age")[:2] == (ANYTHING, ANYTHING)
