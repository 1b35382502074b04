"""A line taken apart says what the strict parser says of it."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.fhir.json import members
from orderlint.fhir.json.members import OWN, Elements, Members, places
from orderlint.fhir.json.position import Span, locate
from orderlint.fhir.json.strict import JsonProblem, parse

pytest.importorskip("msgspec", reason="lines are taken apart by msgspec, an extra")

KEYS = st.sampled_from(["id", "subject", "status", "code", "é", 'a"b', "name", "value", ""])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from([0.5, 1e30, -2.0]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
SHARED = Elements()  # as a worker has one for all of its lines


def outcome(read: Any, line: bytes) -> object:
    try:
        return read(line)
    except JsonProblem as problem:
        return (problem.message, problem.line, problem.column)


def same(line: bytes) -> object:
    ours = outcome(SHARED.parse, line)
    theirs = outcome(parse, line)
    assert ours == theirs
    assert repr(ours if not isinstance(ours, Members) else dict(ours)) == repr(theirs)
    return ours


@given(st.dictionaries(KEYS, VALUES, max_size=6), st.booleans(), st.booleans())
def test_any_object(value: dict[str, object], tight: bool, ascii_only: bool) -> None:
    line = json.dumps(value, separators=(",", ":") if tight else None, ensure_ascii=ascii_only)
    same(line.encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=12), st.integers(0, 40))
def test_any_damage(change: bytes, at: int) -> None:
    line = b'{"id":"a","status":"x","code":{"coding":[{"code":"1-2"}]},"n":1.50}'
    same(line[:at] + change + line[at + len(change) :])


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":"a","id":"b"}',
        b'{"status":"a","status":"b"}',
        b'{"status":"a","st\\u0061tus":"b"}',
        b'{"status":{"a":1,"a":2}}',
        b'{"id":"\\ud800"}',
        b'{"id":"\xff"}',
        b'{"id":"tab\there"}',
        b'{"subject":{"reference":"Patient/1","reference":"Patient/2"}}',
        b'{"subject":{"reference":"Patient\\/1"}}',
        b'{"n":NaN}',
        b'{"code":{"coding":[{"a":1,"a":1}]}}',
        b'{"code":{"a":{"b":1},"a":{"c":2}}}',
        b'{"code":{"a":"\\":","a":2}}',
        b'{"code":{"a" :1,"a":2}}',
        b'{"code":{"a" :1,"b":1,"b":2}}',
        b'{"code":{"":1,"":1E5}}',
        b'{"code":{"a":"\\/","a":"b"}}',
        b'{"identifier":[{"system":"http:\\/\\/a","value":"123456789012345678"}],"id":"a\x7f"}',
        '{"name":[{"family":"M\u00fcller\u2028\ufeff"}],"id":"\u00e9"}'.encode(),
        b'{"id":null,"name":null,"code":null}',
        b'{"id":"a","name":[{"family":"x","family":"y"}],"birthDate":"1950"}',
        b'{"code":[12345678901234567890123,-0,-0.0,1E400,1e-400,0.1000]}',
        b'{"code":[9223372036854775807,9223372036854775808,-9223372036854775809]}',
        b'{"code":["\x01"]}',
        b'{"code":["\\u0041\\ud83d\\ude00","\\ud83d"]}',
        b'{"code":[tru]}',
        b'{"code":[01]}',
        b'{"code":[1.]}',
        b'{"n":1e5,"m":10,"o":0.10,"p":-0}',
        b'{"a":' + b"[" * 199 + b"]" * 199 + b"}",
        b'{"a":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"id":' + b"[" * 199 + b"]" * 199 + b"}",
        b"[1]",
        b"",
        b" {}",
        b"{}",
        b'\xef\xbb\xbf{"id":"a"}',
        b'{"id":"a"} ',
        b'{"id":"a"}x',
        '{"id":"a"}'.encode("utf-16"),
    ],
)
def test_what_is_odd(line: bytes) -> None:
    same(line)


def test_equal_members_are_one_value() -> None:
    elements = Elements()
    one = elements.parse(b'{"id":"a","code":{"text":"x"},"status":"active"}')
    two = elements.parse(b'{"id":"b","status":"active","code":{"text":"x"}}')
    assert isinstance(one, Members)
    assert isinstance(two, Members)
    assert one["code"] is two["code"]
    assert one.shared["code"] is two.shared["code"]
    assert set(one.shared) == {"code", "status"}
    three = elements.parse(b'{"id":"a","code":{"text":"x" },"status":"stopped"}')
    assert isinstance(three, Members)
    assert three["code"] == one["code"]
    assert three.shared["code"].number != one.shared["code"].number


def test_what_is_worked_out_of_an_element_is_asked_once() -> None:
    asked = []

    def count(value: object) -> int:
        asked.append(value)
        return len(asked)

    elements = Elements()
    for _ in range(3):
        line = elements.parse(b'{"code":{"text":"x"}}')
        assert isinstance(line, Members)
        assert line.shared["code"].told(count) == 1
    assert asked == [{"text": "x"}]


def test_without_tells_lines_apart_by_all_but_the_named_members() -> None:
    elements = Elements()

    def said(line: bytes) -> tuple[int, ...] | None:
        found = elements.parse(line)
        assert isinstance(found, Members)
        return found.without(("id", "meta"))

    first = said(b'{"id":"a","meta":{"versionId":"1"},"status":"active"}')
    assert (
        first
        == said(b'{"id":"b","meta":{"versionId":"2"},"status":"active"}')
        == said(b'{"status":"active"}')
    )
    assert first != said(b'{"id":"a","status":"stopped"}')
    assert first != said(b'{"id":"a","intent":"active"}')
    assert said(b'{"subject":{"reference":"Patient/1"},"status":"active"}') is None, (
        "subject is no one else's"
    )


def test_the_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(members, "_MOST_BYTES", 2000)
    monkeypatch.setattr(members, "_MOST_KEYS", 3)
    elements = Elements()
    for n in range(100):
        assert elements.parse(b'{"code":"%d","k%d":1}' % (n, n)) == {"code": str(n), f"k{n}": 1}
    assert len(elements._known) <= 3
    assert all(len(table) < 10 for table in elements._known.values())


def test_own_members_are_in_no_table() -> None:
    """Names and birth dates least of all."""
    elements = Elements()
    line = elements.parse(b'{"name":[{"family":"Doe"}],"birthDate":"1950-01-01","gender":"female"}')
    assert isinstance(line, Members)
    assert set(elements._known) == {"gender"}
    assert {"name", "birthDate", "identifier", "telecom", "address"} <= OWN


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":"a","dose":[{"value":1},{"value":[2,3]}],"b":{"c":{"d":1}}}',
        '{"id":"é","dose":[{"value":1},{"value":[2,3]}],"b":{"c":{"d":1}}}'.encode(),
        b'{"id": "a","dose":[{"value":1},{"value":[2,3]}],"b":{"c":{"d":1}}}',
    ],
)
def test_places_are_those_of_a_walk(line: bytes) -> None:
    pointers = ["", "/id", "/dose", "/dose/1/value", "/dose/1/value/1", "/b/c/d", "/none", "/b/none", "/id/x"]
    text = line.decode()
    found = locate(line, pointers, 7)
    beyond = locate(b"\n" + line, pointers)  # two lines: walked
    for pointer in pointers:
        walked = beyond[pointer]
        assert found[pointer] == Span(7, walked.column, 7, walked.end_column), pointer
    assert text[found["/dose/1/value"].column - 1 :].startswith('"value":[2')


def test_places_tells_nothing_of_what_is_not_plain() -> None:
    assert places(b'{"a":1,"b":[2]}') == {"a": (1, 6), "b": (7, 14)}
    for line in (b'{"a": 1}', b'{"a":1,"a":2}', b"[1]", b"{", b'{"\\u0061":1}'):
        assert places(line) is None


def test_numbers_are_exact() -> None:
    line = Elements().parse(b'{"a":0.10,"b":[1.0]}')
    assert line == {"a": Decimal("0.10"), "b": [Decimal("1.0")]}
