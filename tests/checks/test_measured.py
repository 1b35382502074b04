"""``measured``: a result around the order, or an order for it in a definition."""

from __future__ import annotations

from typing import Any

import pytest

from orderlint.checks.when import holds
from orderlint.dosing.model import DateSpan
from orderlint.facts.measured import measured_around
from orderlint.record import Facts, Service

from .made import lab, on, order, step, view

MINE = order("tizanidine", step(0, None, 6))
ASKED = {"measured": {"kind": "blood-pressure", "within_days": 30}}


def pressure(day: int) -> Any:
    return lab("blood-pressure", 120, day)


@pytest.mark.parametrize(("day", "state"), [(-31, "no"), (-30, "yes"), (0, "yes"), (30, "yes"), (31, "no")])
def test_so_many_days_before_or_after_the_order(day: int, state: str) -> None:
    assert holds(ASKED, view(MINE, labs=(pressure(day),))).state == state


def test_another_kind_of_result_is_none() -> None:
    assert holds(ASKED, view(MINE, labs=(lab("potassium", 4, 0),))).state == "no"
    assert holds(ASKED, view(MINE)).state == "no"


def test_it_says_what_was_measured_and_where() -> None:
    (fact,) = holds(ASKED, view(MINE, labs=(pressure(-3), pressure(-1)))).facts
    assert fact.startswith("blood pressure measured on 2026-02-28 (")


@pytest.mark.parametrize(
    ("services", "state"),
    [
        ((Service(("Blood pressure, lying and standing",), frozenset(), "x"),), "yes"),
        ((Service(("vital signs",), frozenset({"blood-pressure"}), "x"),), "yes"),
        ((Service(("Check the mood",), frozenset(), "x"),), "no"),
        ((), "no"),
        (None, "yes"),  # an order outside any definition: what stands beside it can't be known
    ],
)
def test_in_a_definition_an_order_for_it_counts(services: tuple[Service, ...] | None, state: str) -> None:
    seen = view(MINE, "template")
    seen.record = seen.record._replace(services=services)
    assert holds(ASKED, seen).state == state


def test_of_a_partial_date_all_must_lie_in_the_window() -> None:
    wide = pressure(0)._replace(on=DateSpan(on(-40).first, on(-10).first))
    assert measured_around(Facts(labs=(wide,)), "blood-pressure", on(0), 30) is None
    assert measured_around(Facts(labs=(wide,)), "blood-pressure", on(0), 40) == wide
