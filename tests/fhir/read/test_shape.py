"""Any JSON shape gives a value and faults, never an exception."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orderlint.fhir.read import shape
from orderlint.fhir.read.shape import Fault, Faults

ODD = [None, True, 0, Decimal("1.5"), "x", [], {}, [1], [{}], {"a": {"b": []}}, [None, "x", {}]]


@pytest.mark.parametrize("value", ODD)
def test_no_shape_raises(value: object) -> None:
    faults = Faults()
    parent = {"k": value, "_k": value}
    shape.mapping(value, "/k", faults)
    shape.items(value, "/k", faults)
    shape.child(parent, "k", "", faults)
    shape.children(parent, "k", "", faults)
    shape.text(parent, "k", "", faults)
    shape.flag(parent, "k", "", faults)
    shape.whole(parent, "k", "", faults)
    shape.enum(parent, "k", frozenset(("x",)), "", faults)
    shape.absent({"_k": value}, "k")
    assert all(f.pointer.startswith("/k") and f.message for f in faults)


def test_a_wrong_type_names_the_element_and_what_stands_there() -> None:
    faults = Faults()
    assert shape.child({"timing": "daily"}, "timing", "/dosageInstruction/0", faults) is None
    assert list(faults) == [
        Fault("/dosageInstruction/0/timing", "timing is a string where an object belongs", True)
    ]


def test_one_value_where_a_list_belongs_is_read_with_a_fault() -> None:
    faults = Faults()
    assert shape.children({"note": {"text": "x"}}, "note", "", faults) == [({"text": "x"}, "/note")]
    assert len(faults) == 1


def test_a_list_of_one_where_one_value_belongs_is_read_with_a_fault() -> None:
    faults = Faults()
    assert shape.mapping([{"a": 1}], "/subject", faults) == {"a": 1}
    assert len(faults) == 1


def test_broken_items_of_a_list_cost_only_themselves() -> None:
    faults = Faults()
    found = shape.children({"k": [{"a": 1}, "x", None, {"a": 2}]}, "k", "", faults)
    assert [where for _, where in found] == ["/k/0", "/k/3"]
    assert [f.pointer for f in faults] == ["/k/1", "/k/2"]


@pytest.mark.parametrize("value", [True, Decimal("1.5"), "3", [3]])
def test_only_whole_numbers_are_whole(value: object) -> None:
    faults = Faults()
    assert shape.whole({"count": value}, "count", "", faults) is None
    assert len(faults) == 1


def test_an_unknown_code_is_a_fault_and_no_value() -> None:
    faults = Faults()
    assert shape.enum({"status": "Actve"}, "status", frozenset(("active",)), "", faults) is None
    assert "'Actve'" in next(iter(faults)).message


def test_wrong_values_are_shown_short_and_printable() -> None:
    shown = shape.show("\x1b[31m" + "a" * 200 + "\n")
    assert "\x1b" not in shown
    assert len(shown) < 50


def test_absent_values_say_why() -> None:
    why = {
        "extension": [
            {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
        ]
    }
    assert shape.absent({"_authoredOn": why}, "authoredOn") == "masked"
    assert shape.absent({"authoredOn": "2026", "_authoredOn": why}, "authoredOn") is None
    assert shape.absent({}, "authoredOn") is None


def test_the_same_fault_is_kept_once() -> None:
    faults = Faults()
    faults.add("/a", "wrong")
    faults.add("/a", "wrong")
    assert len(faults) == 1


def test_faults_of_a_part_move_below_it() -> None:
    part, whole = Faults(), Faults()
    part.add("/status", "wrong", False)
    whole.extend(part, "/contained/0")
    assert list(whole) == [Fault("/contained/0/status", "wrong", False)]
