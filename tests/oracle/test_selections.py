"""The worst combination of a definition, as the program finds it and as trying every selection does."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, given, settings

from orderlint.checks.together import runs_with
from orderlint.checks.view import View
from orderlint.fhir.build.records import build
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.protocols.loader import load
from orderlint.record import Place, Record

from .selections import (
    DRUGS,
    Node,
    Selection,
    definitions,
    plan_of,
    request_group_of,
    selections,
)

SETTINGS: dict[str, Any] = {**load().settings, "governs": {}}
ORAL = frozenset({"oral", "enteral"})
EXAMPLES = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def record_of(values: list[dict[str, Any]]) -> Record:
    resources = [
        Resource(value, value["resourceType"], value["id"], Place("o.json", f"/{i}"), None, ("f",))
        for i, value in enumerate(values)
    ]
    index = Index()
    for resource in resources:
        index.add(resource)
    found = build(resources, index, lambda name: True, date(2026, 6, 1)).records
    first = f"{values[0]['resourceType']}/{values[0]['id']}"
    return next(r for r in found if r.definition == first or r.mode == "patient")


def views(record: Record) -> list[View]:
    return [View(record, order, order.drugs[0], SETTINGS) for order in record.orders]


def sums(root: Node, drug: str, found: set[Selection]) -> dict[Selection, int]:
    leaves = list(root.leaves())
    return {s: sum(n * mg for n, (name, mg) in zip(s, leaves, strict=True) if name == drug) for s in found}


def names_in(root: Node, chosen: Selection) -> set[str]:
    return {name for n, (name, _) in zip(chosen, root.leaves(), strict=True) if n}


def given_ones(root: Node, every: set[Selection]) -> list[View]:
    """The orders that somebody may be given; the conditions on one may contradict each other."""
    of = views(record_of(plan_of(root)))
    assert len(of) == len(list(root.leaves()))
    return [v for n, v in enumerate(of) if any(s[n] for s in every)]


def total(view: View) -> int:
    day = view.busiest_day(ORAL).total
    assert day is not None
    return int(day.value)


@EXAMPLES
@given(definitions())
def test_the_worst_sum_of_each_drug(root: Node) -> None:
    every = selections(root)
    for drug in {name for s in every for name in names_in(root, s)}:
        found = [total(v) for v in given_ones(root, every) if v.drug.ingredient == drug]
        assert max(found) == max(sums(root, drug, every).values())


def worst_by_order(root: Node, every: set[Selection]) -> list[int | None]:
    """For each order the worst sum of its drug with it; None where no patient is given it."""
    found: list[int | None] = []
    for nth, (drug, _) in enumerate(root.leaves()):
        found.append(max((n for s, n in sums(root, drug, every).items() if s[nth]), default=None))
    return found


@EXAMPLES
@given(definitions(multiples=False))
def test_the_worst_sum_with_each_order(root: Node) -> None:
    wanted = worst_by_order(root, selections(root))
    found = [total(v) for v in views(record_of(plan_of(root)))]
    assert [f for f, w in zip(found, wanted, strict=True) if w is not None] == [w for w in wanted if w]


@EXAMPLES
@given(definitions(multiples=False))
def test_request_groups_of_a_patient(root: Node) -> None:
    wanted = worst_by_order(root, selections(root))
    record = record_of(request_group_of(root, "Patient/p"))
    assert record.mode == "patient"
    found = [total(v) for v in views(record)]
    assert [f for f, w in zip(found, wanted, strict=True) if w is not None] == [w for w in wanted if w]


@EXAMPLES
@given(definitions())
def test_what_runs_together(root: Node) -> None:
    every = selections(root)
    of = given_ones(root, every)
    for size in (2, 3):
        for names in combinations(DRUGS, size):
            found = any(
                runs_with(v, {"with": frozenset(names) - {v.drug.ingredient}, "at_least": size - 1}).possible
                for v in of
                if v.drug.ingredient in names
            )
            assert found == any(set(names) <= names_in(root, s) for s in every), names
