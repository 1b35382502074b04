"""The place of a pointer: what stands there is the value, however the document is formatted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.fhir.json.position import Span, expression, locate

KEYS = st.text(alphabet='ab/~" \\é😀\n0', max_size=4)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-99, 99)
    | st.floats(allow_nan=False, allow_infinity=False)
    | KEYS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
GAPS = st.sampled_from(["", " ", "\n", "\r\n", "\t", "\n\n  ", "  \r\n"])


@st.composite
def documents(draw: st.DrawFn) -> tuple[object, str]:
    """A value and one of the ways to write it down."""
    value = draw(VALUES)

    def gap() -> str:
        return draw(GAPS)

    def write(each: object) -> str:
        if isinstance(each, dict):
            members = [
                f"{gap()}{write(str(key))}{gap()}:{gap()}{write(item)}{gap()}" for key, item in each.items()
            ]
            return "{" + (",".join(members) or gap()) + "}"
        if isinstance(each, list):
            return "[" + (",".join(f"{gap()}{write(item)}{gap()}" for item in each) or gap()) + "]"
        return json.dumps(each, ensure_ascii=draw(st.booleans()))

    return value, gap() + write(value) + gap()


def pointers(value: object, here: str = "") -> Iterator[tuple[str, object, str | None]]:
    """Every pointer of ``value``, with what it names and, in an object, the key."""
    yield here, value, None
    children = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, item in children:
        token = str(key).replace("~", "~0").replace("/", "~1")
        for index, (pointer, each, name) in enumerate(pointers(item, f"{here}/{token}")):
            yield pointer, each, (key if index == 0 and isinstance(key, str) else name)


def cut(text: str, span: Span) -> str:
    """The text of a span, found without any of the arithmetic under test."""
    lines = text.split("\n")[span.line - 1 : span.end_line]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@settings(max_examples=300, deadline=None)
@given(documents(), st.booleans(), st.integers(1, 5))
def test_text_of_the_span_is_the_value(document: tuple[object, str], mark: bool, first_line: int) -> None:
    value, text = document
    data = (b"\xef\xbb\xbf" if mark else b"") + text.encode()
    expected = list(pointers(value))
    spans = locate(data, [pointer for pointer, _, _ in expected], first_line)
    for pointer, each, key in expected:
        span = spans[pointer]
        shifted = span._replace(line=span.line - first_line + 1, end_line=span.end_line - first_line + 1)
        there = cut(text, shifted)
        assert there == there.strip()
        assert json.loads(there if key is None else f"{{{there}}}") == (each if key is None else {key: each})


@settings(max_examples=100, deadline=None)
@given(documents(), st.sampled_from(["nowhere", "999", "-", "01", "x/3/y"]))
def test_absent_gives_the_nearest_ancestor(document: tuple[object, str], absent: str) -> None:
    value, text = document
    for pointer, _, _ in pointers(value):
        found = locate(text.encode(), [pointer, f"{pointer}/{absent}"])
        assert found[f"{pointer}/{absent}"] == found[pointer]


def test_member_begins_at_its_key_and_item_at_its_value() -> None:
    data = b'\xef\xbb\xbf{\r\n  "a/b": [1,\t{"x~": "\xc3\xa9", "y": null}],\r\n "c\\u0064": 3}'
    assert locate(data, ["", "/a~1b/1", "/a~1b/1/x~0", "/cd"]) == {
        "": Span(1, 1, 3, 14 + 1),
        "/a~1b/1": Span(2, 14, 2, 36),
        "/a~1b/1/x~0": Span(2, 15, 2, 24),
        "/cd": Span(3, 2, 3, 14),
    }


def test_line_of_ndjson_counts_from_its_file() -> None:
    assert locate(b'{"a": 1}', ["/a"], 7) == {"/a": Span(7, 2, 7, 8)}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"nope",
        b'{"a": [1, 2',
        b'{"a" 1}',
        b'{"a": 1, 2: 3}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
    ],
)
def test_what_is_no_json_raises_nothing(data: bytes) -> None:
    wanted = ["", "/a", "/a/1", "/a" * 5000, "/b"]
    found = locate(data, wanted)
    assert list(found) == wanted
    assert all(span.line == 1 and span.column >= 1 for span in found.values())


def test_hostile_nesting_beside_the_pointer() -> None:
    data = b'{"a": 1, "b": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    assert locate(data, ["/a", "/b/0"])["/a"] == Span(1, 2, 1, 8)


@pytest.mark.parametrize(
    ("pointer", "root", "path"),
    [
        (
            "/entry/3/resource/dosageInstruction/0",
            "Bundle",
            "Bundle.entry[3].resource.dosageInstruction[0]",
        ),
        ("", "MedicationRequest", "MedicationRequest"),
        ("/_birthDate/extension/0", "Patient", "Patient.birthDate.extension[0]"),
        ("/3/status", "", "$this[3].status"),
        ("/context/draftOrders/entry/0/resource", "", "context.draftOrders.entry[0].resource"),
        ("/prefetch/med-list/entry/0", "", "prefetch.`med-list`.entry[0]"),
        ("/prefetch/a~1`b\x1b", "", "prefetch.`a/\\`b\\u001b`"),
        ("", "", "$this"),
    ],
)
def test_expression(pointer: str, root: str, path: str) -> None:
    assert expression(pointer, root) == path


def test_nothing_heavy_is_imported() -> None:
    program = (
        "import sys; from orderlint.fhir.json import position; print('json' in sys.modules, len(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True)
    assert out.stdout.startswith("False")
