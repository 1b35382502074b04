"""What the text of an instruction adds to its structure, with a reader that is sure of a few texts."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from orderlint.dosing import sig
from orderlint.dosing.model import Instruction

from .written import amount, daily, line, only, peak, per, planned, said, steps, tablets, timing


class _Sig(NamedTuple):
    instructions: tuple[Instruction, ...]
    sure: bool = True


TEXTS = {
    "10 mg tid": _Sig((line(10, daily(3)),)),
    "10 mg tid for 7 days": _Sig((line(10, daily(3, days=7)),)),
    "perhaps": _Sig((line(10, daily(3)),), sure=False),
    "tid": _Sig((line(None, daily(3)),)),
    "10 mg": _Sig((line(10),)),
    "max 20": _Sig((line(None, None, max_per_period=(per(20, "mg", 1, "d"),)),)),
    "8 tablets daily": _Sig((line(amount(8, "{tablet}"), daily()),)),
    "taper": _Sig((line(30, daily(days=7), sequence=1), line(10, daily(days=7), sequence=2))),
    "two": _Sig((line(10, timing(when=("MORN",))), line(20, timing(when=("HS",))))),
}


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> None:
    sig._reading.cache_clear()
    monkeypatch.setattr(sig, "_reader", lambda: TEXTS.get)


@pytest.fixture(scope="module", autouse=True)
def forget() -> object:
    yield
    sig._reading.cache_clear()


def test_text_alone() -> None:
    found = only(line(text="10 mg tid for 7 days"))
    assert (steps(found), found.steps[0].from_text) == ([(0, 6, "30")], True)
    assert "/dosageInstruction/0/text" in found.steps[0].pointers


def test_unsure_or_unread_is_nothing() -> None:
    assert peak(line(text="perhaps")) is None
    assert peak(line(text="taper as directed")) is None
    assert not planned(line(20, daily(3), text="perhaps")).contradictions


def test_text_gives_the_dose_or_the_timing_that_is_missing() -> None:
    assert peak(line(None, daily(2), text="10 mg tid")) == "20 mg/d"
    found = only(line(20, timing(days=5), text="tid"))
    assert (steps(found), found.steps[0].from_text) == ([(0, 4, "60")], True)


def test_structure_with_a_fault_is_not_replaced_by_its_text() -> None:
    broken = timing(frequency=0, period=1, period_unit="d")
    assert peak(line(20, broken, text="10 mg tid")) is None


def test_text_gives_the_length_that_is_missing() -> None:
    found = only(line(10, daily(3), text="10 mg tid for 7 days"))
    assert (steps(found), found.end, found.steps[0].from_text) == ([(0, 6, "30")], "known", False)


def test_text_gives_the_cap_that_is_missing() -> None:
    found = only(line(10, daily(4), text="max 20", as_needed=True))
    assert (found.peak, found.steps[0].from_text) == ((20, "mg/d"), True)


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (line(20, daily(3), text="10 mg tid"), "at a time"),
        (line(10, daily(2), text="10 mg tid"), "a day"),
        (line(10, daily(3, days=5), text="10 mg tid for 7 days"), "7 days"),
        (line(10, daily(2), text="two"), "30 mg a day"),
    ],
)
def test_text_against_structure(order: Instruction, words: str) -> None:
    found = planned(order)
    assert words in said(found)
    assert all(note.pointer.endswith("/text") for note in found.contradictions)
    assert not found.courses[0].steps[0].from_text


def test_text_that_agrees() -> None:
    assert not planned(line(10, daily(3, days=7), text="10 mg tid for 7 days")).contradictions
    assert not planned(
        line(amount(1, "{tablet}"), daily(3), text="10 mg tid"), product=tablets(10)
    ).contradictions
    assert not planned(line(5, daily(8), text="8 tablets daily")).contradictions  # the day's tablets


def test_taper_in_the_text() -> None:
    assert steps(only(line(text="taper"))) == [(0, 6, "30"), (7, 13, "10")]


def test_taper_in_the_text_of_one_of_several_lines_is_not_sorted_in() -> None:
    assert peak(line(text="taper"), line(10, daily())) is None


def test_two_times_in_one_text() -> None:
    found = only(line(text="two", as_needed=True))
    assert found.peak == (30, "mg/d")
    assert found.steps[0].per_dose == (20, "mg")
    assert found.steps[0].as_needed


def test_reader_is_the_text_room() -> None:
    """The seam itself: the real reader takes a text and gives instructions, or None."""
    from orderlint.dosing.text import read

    found = read("Take 1 tablet by mouth three times a day")
    assert found is not None
    assert found.sure
    assert found.instructions[0].doses
