"""Hand-written readings, and texts that must stay unread."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from orderlint.dosing.text import read, unread


def _table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("text_sigs", Path(__file__).with_name("sig_table.py"))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SIGS = _table()


@pytest.mark.parametrize(("text", "said"), SIGS.READ.items())
def test_says(text: str, said: str) -> None:
    assert SIGS.describe(read(text)) == said


@pytest.mark.parametrize("text", SIGS.UNREAD)
def test_unread(text: str) -> None:
    assert SIGS.describe(read(text)) is None


def test_the_table_is_long_enough() -> None:
    assert len(SIGS.READ) + len(SIGS.UNREAD) >= 150
    assert len(SIGS.UNREAD) >= 40


@pytest.mark.parametrize(
    "more",
    [
        " 20 mg",
        " 3 tablets",
        " twice daily",
        " q4h",
        " weekly",
        " x 3",
        " 5",
        " not",
        " unless",
        " or 2",
        " taper",
    ],
)
@pytest.mark.parametrize("text", ["10 mg TID", "take 1 tablet by mouth every 8 hours as needed for spasms"])
def test_nothing_dose_like_is_left_over(text: str, more: str) -> None:
    assert read(text) is not None
    assert read(text + more) is None


@pytest.mark.parametrize("text", ["take 1 tab TID. Then rest.", "1 tab TID for pain, up the dose later"])
def test_words_that_may_change_a_dose_are_not_passed_over(text: str) -> None:
    assert read(text) is None


def test_pointers_and_sequences() -> None:
    sig = read("10 mg TID x 7 days then 5 mg at noon and 10 mg at night x 7 days")
    assert sig is not None
    assert [i.sequence for i in sig.instructions] == [1, 2, 2]
    assert {i.pointer for i in sig.instructions} == {""}
    single = read("1 tab QAM and 2 tabs QHS")
    assert single is not None
    assert [i.sequence for i in single.instructions] == [None, None]


def test_unread_names_the_words_without_meaning() -> None:
    assert unread("taper frobnicate 10 mg TID 10.000") == ("taper", "frobnicate", "10.000")
    assert unread("10 mg TID") == ()
    assert unread("x" * 5000) == ()


def test_wrong_types_are_unread() -> None:
    for junk in (None, 5, ["10 mg TID"], {"text": "10 mg TID"}, b"10 mg TID"):
        assert read(junk) is None  # type: ignore[arg-type]
        assert unread(junk) == ()  # type: ignore[arg-type]
