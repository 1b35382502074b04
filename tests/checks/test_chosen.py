"""Findings of a definition name the actions that they rest on; those of a patient don't."""

from __future__ import annotations

from datetime import date
from typing import Any

from orderlint.checks.chosen import LONGEST, MOST_NAMED, added_up, naming_actions, others_of
from orderlint.checks.outcome import Outcome
from orderlint.checks.view import View
from orderlint.record import Facts, Order, Record

from .made import SETTINGS, order, step


def bac(key: str, action: str | None = None, **more: Any) -> Order:
    return order("baclofen", step(0, None, 30), key=key, action=action, start=None, **more)


def seen(*orders: Order, mode: str = "template", definition: str | None = "PlanDefinition/p") -> View:
    record = Record(mode, None, orders, Facts(), date(2026, 6, 1), definition)
    return View(record, orders[0], orders[0].drugs[0], SETTINGS)


def said(view: View, *beside: Order) -> str:
    return naming_actions(view, Outcome("fires", message="too much", beside=beside)).message


def test_one_action() -> None:
    assert said(seen(bac("1", "Night dose"))) == "too much (action 'Night dose' of PlanDefinition/p)"


def test_several_actions() -> None:
    one, two, three = bac("1", "A", use="/action/0"), bac("2", "B", use="/action/1"), bac("3", "C")
    view = seen(one, two, three)
    assert said(view, two) == "too much (with 'A' and 'B' of PlanDefinition/p chosen together)"
    assert said(view, two, three) == "too much (with 'A', 'B' and 'C' of PlanDefinition/p chosen together)"


def test_equal_titles_are_told_by_their_place() -> None:
    one, two = bac("1", "A", use="/action/0"), bac("1", "A", use="/action/1 > /action/0")
    assert "with 'A' at /action/0 and 'A' at /action/1 > /action/0 of" in said(seen(one, two), two)


def test_of_very_many_some_are_named() -> None:
    many = [bac(str(i), f"t{i}") for i in range(MOST_NAMED + 5)]
    assert said(seen(*many), *many[1:]).count("'t") == MOST_NAMED
    assert "and 5 more of" in said(seen(*many), *many[1:])


def test_titles_of_strangers_are_made_harmless() -> None:
    message = said(seen(bac("1", "x\x1b[31m\u202e\n\n" + "long " * 1000)))
    assert message.isprintable()
    assert len(message) < LONGEST + 60
    assert message.endswith("…' of PlanDefinition/p)")


def test_neither_of_a_patient_nor_outside_a_definition_nor_where_nothing_fires() -> None:
    named = bac("1", "Baclofen for Mrs Smith")
    for view in (seen(named, mode="patient"), seen(named, definition=None), seen(bac("1"))):
        assert said(view) == "too much"
    assert naming_actions(seen(named), Outcome("clear", message="")).message == ""


def test_what_is_added_up() -> None:
    one, two = bac("1", use="/action/0"), bac("1", use="/action/1")
    three = bac("3", use="/action/2", repeated=True)
    view = seen(one, two, three)
    parts = view.busiest_day(frozenset({"oral"})).parts
    assert others_of(view, parts) == (two, three)
    assert added_up(view, parts) == (
        " together with MedicationRequest/1 again, MedicationRequest/3"
        " (MedicationRequest/3 twice, since it may be chosen more than once)"
    )
    alone = seen(one)
    assert added_up(alone, alone.busiest_day(frozenset({"oral"})).parts) == ""
