"""A drug for which another is to be tried first."""

from typing import Any

import pytest

from orderlint.tri import COURSE, RENAL

from .made import check, guard, lab, order, statement, step

PARAMS: dict[str, Any] = {
    "after": frozenset({"baclofen"}),
    "unless_condition": {"kidney": {"below": 60}},
    "says": "it is second line",
}
MINE = order("tizanidine", step(0, None, 6))
GOOD = lab("egfr", "90", unit="mL/min/{1.73_m2}")


def test_nothing_before_it_fires() -> None:
    assert check("second-line", PARAMS, MINE, labs=(GOOD,)).state == "fires"


@pytest.mark.parametrize(("start", "state"), [(-400, "clear"), (0, "clear"), (1, "fires")])
def test_before_or_as_it_begins(start: int, state: str) -> None:
    first = order("baclofen", step(0, 6, 15), key="2", start=start)
    assert check("second-line", PARAMS, [MINE, first], labs=(GOOD,)).state == state


def test_a_statement_or_an_allergy_excuses() -> None:
    taken = statement("baclofen", since=-50)
    assert check("second-line", PARAMS, MINE, labs=(GOOD,), statements=(taken,)).state == "clear"
    allergy = statement("baclofen", kind="allergy")
    assert check("second-line", PARAMS, MINE, labs=(GOOD,), statements=(allergy,)).state == "clear"
    over = statement("baclofen", kind="allergy", active=False)
    assert check("second-line", PARAMS, MINE, labs=(GOOD,), statements=(over,)).state == "fires"


def test_the_condition_excuses_and_unknown_leaves_it_open() -> None:
    poor = lab("egfr", "45", unit="mL/min/{1.73_m2}")
    assert check("second-line", PARAMS, MINE, labs=(poor,)).state == "clear"
    unknown = check("second-line", PARAMS, MINE)
    assert (unknown.state, unknown.needs[0].kind) == ("undecided", RENAL)


def test_missing_dates_leave_it_open() -> None:
    undated = order("baclofen", step(0, 6, 15), key="2", start=None)
    found = check("second-line", PARAMS, [MINE, undated], labs=(GOOD,))
    assert (found.state, found.needs[0].kind) == ("undecided", COURSE)
    mine = order("tizanidine", step(0, None, 6), start=None)
    later = order("baclofen", step(0, 6, 15), key="2", start=200)
    assert check("second-line", PARAMS, [mine, later], labs=(GOOD,)).state == "undecided"


def test_in_a_definition() -> None:
    mine = order("tizanidine", step(0, None, 6), start=None)
    beside = order("baclofen", step(0, None, 15), key="2", start=None)
    assert check("second-line", PARAMS, mine, "template").state == "fires"
    assert check("second-line", PARAMS, [mine, beside], "template").state == "clear"
    guarded = check("second-line", PARAMS, mine._replace(guards=(guard("renal"),)), "template")
    assert guarded.state == "clear"
    assert guarded.notes
