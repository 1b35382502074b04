"""What a fingerprint survives, and what makes it another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orderlint.findings import Finding
from orderlint.fingerprint import content_hash, fingerprint, unique, within_resource
from orderlint.record import Place

BASE = Finding(
    rule="a-rule",
    severity="error",
    message="m",
    basis="patient",
    place=Place("orders.json", "/entry/3/resource/dosageInstruction/0"),
    resource="MedicationRequest/1",
    drug="drug a",
)


def at(pointer: str, **other: Any) -> Finding:
    return BASE._replace(place=BASE.place._replace(pointer=pointer), **other)


@pytest.mark.parametrize(
    "same",
    [
        at("/entry/9/resource/dosageInstruction/0"),
        at("/entry/0/resource/contained/2/dosageInstruction/0"),
        at("/7/dosageInstruction/0"),
        at("/context/draftOrders/entry/1/resource/dosageInstruction/0"),
        at("/dosageInstruction/0"),
        BASE._replace(
            line=7, column=2, message="other words", severity="warning", clause="X-9", protocol="p"
        ),
        BASE._replace(place=Place("./orders.json", "/entry/3/resource/dosageInstruction/0", 12, 3456)),
    ],
)
def test_the_same(same: Finding) -> None:
    assert fingerprint(same) == fingerprint(BASE)
    assert fingerprint(same, "whatever") == fingerprint(BASE, None)


@pytest.mark.parametrize(
    "other",
    [
        at("/entry/3/resource/dosageInstruction/1"),
        at("/entry/3/resource/dosageInstruction"),
        BASE._replace(rule="b-rule"),
        BASE._replace(drug="drug b"),
        BASE._replace(drug=None),
        BASE._replace(resource="MedicationRequest/2"),
        BASE._replace(place=BASE.place._replace(file="x/orders.json")),
    ],
)
def test_another(other: Finding) -> None:
    assert fingerprint(other) != fingerprint(BASE)


def test_the_content_counts_where_there_is_no_id() -> None:
    nameless = BASE._replace(resource="orders.json#/entry/3/resource")
    moved = at("/entry/4/resource/dosageInstruction/0", resource="orders.json#/entry/4/resource")
    assert fingerprint(nameless, "h1") == fingerprint(moved, "h1")
    assert fingerprint(nameless, "h1") != fingerprint(moved, "h2")
    assert fingerprint(nameless, "h1") != fingerprint(nameless)


@pytest.mark.parametrize(
    ("pointer", "inside"),
    [
        ("/entry/3/resource", ""),
        ("/entry/3/resource/action/0/action/12", "/action/0/action/12"),
        ("/entry/0/item", "/entry/0/item"),
        ("/dosageInstruction/0/timing", "/dosageInstruction/0/timing"),
        ("/3", ""),
        ("", ""),
    ],
)
def test_within_resource(pointer: str, inside: str) -> None:
    assert within_resource(pointer) == inside


def test_content_is_hashed_whatever_its_formatting_and_its_meta() -> None:
    one: dict[str, Any] = {"a": [1, {"b": Decimal("1.50")}], "c": "x"}
    assert content_hash(one) == content_hash(
        {"meta": {"tag": []}, "c": "x", "a": [1, {"b": Decimal("1.50")}]}
    )
    assert content_hash(one) != content_hash({**one, "c": "y"})
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    assert content_hash({"a": deep}) is None
    assert len(content_hash({"a": "\udcff"}) or "") == 32


def test_equal_ones_are_told_apart_and_stay_so() -> None:
    three = [BASE._replace(fingerprint="f" * 32, line=n) for n in (1, 2, 3)]
    first = list(unique(three))
    assert first[0].fingerprint == "f" * 32
    assert len({f.fingerprint for f in first}) == 3
    assert list(unique(three)) == first
    assert [f.fingerprint for f in unique(three[:2])] == [f.fingerprint for f in first[:2]]
