"""Where the text of an instruction says more than its structure: carried beside the dose, never the dose."""

from __future__ import annotations

import pytest

from orderlint.dosing.model import Instruction, Step

from .written import amount, daily, line, only, per, planned, tablets, timing


def _said(step: Step) -> tuple[str, str, str] | None:
    """A day, at a time, times a day, of the larger reading."""
    most = step.upper
    if most is None or most.per_dose is None:
        return None
    return f"{most.daily.value}", f"{most.per_dose.value}", f"{most.times_per_day}"


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (line(10, daily(2), text="Take 25 mg by mouth 4 times daily"), ("100", "25", "4")),
        (line(20, daily(3), text="Take 40 mg three times daily"), ("120", "40", "3")),
        (line(20, daily(2), text="four times a day"), ("80", "20", "4")),
        (line(10, daily(4), text="25 mg at bedtime"), ("40", "25", "4")),  # more at a time, less a day
        (line(10, daily(2), text="5 mg tid for 3 days then increase to 25 mg qid"), ("100", "25", "4")),
        (line(10, daily(2), text="10 mg in the morning and 20 mg at night"), ("30", "20", "2")),
    ],
)
def test_text_that_says_more(order: Instruction, said: tuple[str, str, str]) -> None:
    found = planned(order)
    step = found.courses[0].steps[0]
    assert _said(step) == said
    assert found.says_more
    assert not step.from_text


@pytest.mark.parametrize(
    "order",
    [
        line(30, daily(3), text="10 mg tid"),
        line(10, daily(3), text="10 mg tid"),
        line(5, daily(8), text="40 mg daily"),  # the day's amount
        line(10, daily(2), text="perhaps 25 mg"),
        line(10, timing(count=1), text="10 mg tid"),  # a single dose, and how often it could be
        line(10, daily(4), text="10 mg q4h prn", as_needed=True, max_per_period=(per(30, "mg", 1, "d"),)),
        line(text="25 mg qid"),
    ],
)
def test_text_that_says_no_more(order: Instruction) -> None:
    found = planned(order)
    assert not found.says_more
    assert all(step.upper is None for step in found.courses[0].steps)


def test_the_dose_stays_that_of_the_structure() -> None:
    step = only(line(10, daily(2), text="Take 25 mg by mouth 4 times daily")).steps[0]
    assert (step.daily, step.per_dose) == ((20, "mg/d"), (10, "mg"))


def test_a_text_at_every_line_is_of_all_of_them() -> None:
    text = "300 mg in the morning, 300 mg at noon and 600 mg at bedtime"
    lines = [
        line(d, timing(when=(slot,)), text=text) for d, slot in ((300, "MORN"), (300, "NOON"), (600, "HS"))
    ]
    assert not planned(*lines).says_more
    more = text.replace("600", "900")
    lines = [each._replace(text=more) for each in lines]
    assert _said(planned(*lines).courses[0].steps[0]) == ("1500", "900", "3")


def test_a_cap_of_the_text_alone() -> None:
    every4 = timing(frequency=1, period=4, period_unit="h")
    dose = amount(1, "{tablet}")
    text = "1 tablet every 4 hours as needed, max 3 tablets in 24 hours"
    capped = only(line(dose, every4, text=text, as_needed=True), product=tablets(20)).steps[0]
    assert (capped.words, capped.from_text) == ({"cap"}, True)
    assert (capped.daily, capped.uncapped, capped.uncapped_single) == (
        (60, "mg/d"),
        (120, "mg/d"),
        (20, "mg"),
    )
    idle = text.replace("max 3", "max 8")
    free = only(line(dose, every4, text=idle, as_needed=True), product=tablets(20)).steps[0]
    assert (free.words, free.from_text, free.uncapped) == (frozenset(), False, None)
    unbounded = line(dose, None, text="max 3 tablets in 24 hours", as_needed=True)
    assert "times" in only(unbounded, product=tablets(20)).steps[0].words


@pytest.mark.parametrize(
    ("text", "words"),
    [("10 mg tid", {"dose", "times"}), ("10 mg tid for 7 days", {"dose", "times"}), ("perhaps", set())],
)
def test_what_was_read_from_the_text(text: str, words: set[str]) -> None:
    assert only(line(text=text)).steps[0].words == words
    assert only(line(10, daily(3), text="10 mg tid for 7 days")).steps[0].words == {"length"}


def test_steps_whose_lengths_stand_only_in_their_texts() -> None:
    found = only(
        line(10, daily(3), sequence=1, text="10 mg three times daily for 7 days"),
        line(5, daily(3), sequence=2, text="then 5 mg three times daily for 7 days"),
        line(5, daily(1), sequence=3, text="Then, 5 mg daily for 7 days, then stop"),
    )
    days = [(s.first_day, s.last_day, s.daily and s.daily.value) for s in found.steps]
    assert (days, found.end) == ([(0, 6, 30), (7, 13, 15), (14, 20, 5)], "known")
    assert all("length" in step.words for step in found.steps)
    assert "/dosageInstruction/0/text" in found.steps[0].pointers


def test_then_is_no_word_to_begin_with_where_nothing_comes_before() -> None:
    assert only(line(text="then 10 mg tid")).peak is None
