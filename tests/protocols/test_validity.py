"""Clauses that hold from a day, or up to one."""

from __future__ import annotations

from datetime import date

import pytest

from orderlint.dosing.model import DateSpan
from orderlint.protocols.loader import load
from orderlint.protocols.model import Clause, Instance
from orderlint.protocols.validity import in_force


def clause(name: str, first: str | None, last: str | None) -> Clause:
    days = (date.fromisoformat(d) if d else None for d in (first, last))
    return Clause("p", name, "s", "s", "rule", "s", "", "", *days)


def instance(*clauses: Clause) -> Instance:
    return load().instances[0]._replace(clauses=clauses, dated=True)


@pytest.mark.parametrize(
    ("first", "last", "day", "holds"),
    [
        ("2026-03-01", None, ("2026-02-28", "2026-02-28"), False),
        ("2026-03-01", None, ("2026-03-01", "2026-03-01"), True),
        (None, "2026-03-01", ("2026-03-01", "2026-03-01"), True),
        (None, "2026-03-01", ("2026-03-02", "2026-03-02"), False),
        ("2026-03-15", None, ("2026-03-01", "2026-03-31"), True),  # it may: nobody knows the day
        ("2026-04-01", None, ("2026-03-01", "2026-03-31"), False),
    ],
)
def test_days(first: str | None, last: str | None, day: tuple[str, str], holds: bool) -> None:
    span = DateSpan(*(date.fromisoformat(d) for d in day))
    assert (in_force(instance(clause("A-1", first, last)), span) is not None) == holds


def test_of_several_clauses_those_that_hold_are_cited() -> None:
    both = instance(clause("A-1", None, "2026-01-31"), clause("A-2", "2026-02-01", None))
    january = in_force(both, DateSpan(date(2026, 1, 31), date(2026, 1, 31)))
    february = in_force(both, DateSpan(date(2026, 2, 1), date(2026, 2, 1)))
    assert january is not None
    assert february is not None
    assert [c.id for c in january.clauses] == ["A-1"]
    assert [c.id for c in february.clauses] == ["A-2"]


def test_built_in_clauses_always_hold() -> None:
    assert not any(i.dated for i in load().instances)
