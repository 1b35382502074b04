"""What the strict reader takes, and what it refuses, where."""

from __future__ import annotations

import json
import sys
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.fhir.json.fault import first_fault
from orderlint.fhir.json.strict import JsonProblem, parse, wide_encoding


def problem(data: bytes) -> JsonProblem:
    with pytest.raises(JsonProblem) as caught:
        parse(data)
    return caught.value


def test_numbers_keep_their_digits() -> None:
    value = parse(b"[20.1, 0.10, 7, -0, 1e2]")
    assert [str(each) for each in value] == ["20.1", "0.10", "7", "0", "1E+2"]  # type: ignore[attr-defined]
    assert [type(each) for each in value] == [Decimal, Decimal, int, int, Decimal]  # type: ignore[attr-defined]


def test_whole_number_beyond_the_limit_of_int() -> None:
    digits = "9" * (sys.get_int_max_str_digits() + 1)
    assert parse(f'{{"value": {digits}}}'.encode()) == {"value": Decimal(digits)}


@pytest.mark.parametrize(
    ("text", "message", "line", "column"),
    [
        ("", "the file is empty", 1, 1),
        (" \n\t", "the file is empty but for white space", 1, 1),
        ('{"a": {"frequency": 1,\n  "frequency": 4}}', 'duplicate key "frequency", first at 1:8', 2, 3),
        ('{"a": 1, "\\u0061": 1}', 'duplicate key "a", first at 1:2', 1, 10),
        ("[1, NaN]", "NaN is no JSON number", 1, 5),
        ("[Infinity]", "Infinity is no JSON number", 1, 2),
        ("[-Infinity]", "-Infinity is no JSON number", 1, 2),
        ("[" * 201 + "]" * 201, "nested deeper than 200 levels", 1, 201),
        ('{"a":' * 250 + "1" + "}" * 250, "nested deeper than 200 levels", 1, 1001),
        ("[" * 100_000, "nested deeper than 200 levels", 1, 201),
        ('["\\ud800"]', r"\ud800 is half of a surrogate pair and no character", 1, 3),
        ('["\\uDC00\\uD800"]', r"\uDC00 is half of a surrogate pair and no character", 1, 3),
        ('["é\tx"]', "a control character (U+0009) in a string has to be escaped", 1, 4),
        ('["\\x"]', "a backslash and 'x' are no escape of JSON", 1, 3),
        ('["\\u12g4"]', "an escape \\u needs four hexadecimal digits", 1, 3),
        ("[1e99999999999999999999]", "a number with an exponent beyond reading", 1, 2),
        ("[01]", "a number may not begin with 0 and another digit", 1, 2),
        ("[1.]", "a number needs a digit after its point or exponent", 1, 3),
        ("[-]", "a number needs a digit after its minus", 1, 2),
        ("{}\n{}", "unexpected content after the end of the document", 2, 1),
        ('{"a": 1,\r\n}', "a comma with no member after it", 2, 1),
        ("[1,]", "a comma with no item after it", 1, 4),
        ('{"a": 1 "b": 2}', "expected a comma or '}', not '\"'", 1, 9),
        ('{"a": [1}', "found '}' where the array that begins at 1:7 needs ']'", 1, 9),
        ('{"a" 1}', 'expected a colon after the key "a"', 1, 6),
        ("{a: 1}", "expected a key in double quotes, not 'a'", 1, 2),
        ("{'a': 1}", "JSON takes double quotes, not single ones", 1, 2),
        ("{} // no", "unexpected content after the end of the document", 1, 4),
        ("{\n// no\n}", "JSON has no comments", 2, 1),
        ("<Bundle/>", "expected a JSON value, not '<' (XML is not read)", 1, 1),
        ("[True]", "expected a JSON value, not 'T'", 1, 2),
        ('{"a": [1', "the document ends inside the array that begins at 1:7", 1, 9),
        ('{"a": "x', "the document ends inside the string that begins at 1:7", 1, 9),
        ('{"a"', 'the document ends after the key "a"', 1, 5),
    ],
)
def test_refused_with_its_place(text: str, message: str, line: int, column: int) -> None:
    found = problem(text.encode())
    assert (found.message, found.line, found.column) == (message, line, column)


def test_nesting_up_to_the_limit_is_read() -> None:
    for text in ("[" * 200 + "]" * 200, '{"a":' * 199 + "[]" + "}" * 199):
        parse(text.encode())


def test_brackets_in_strings_hide_no_nesting() -> None:
    assert "deeper" in problem(b'["]",' * 201 + b"1" + b"]" * 201).message


def test_pairs_and_escaped_backslashes_are_no_half_surrogates() -> None:
    assert parse(rb'["\uD83D\ude00", "\\ud800"]') == ["😀", r"\ud800"]


def test_message_neither_quotes_values_nor_controls_a_terminal() -> None:
    escape = "\\u001b[2J"
    found = problem(f'{{"{escape}": "Jane Doe", "{escape}": 1}}'.encode())
    assert "\x1b" not in str(found)
    assert "Jane" not in str(found)
    assert len(problem(b'{"' + b"k" * 10_000 + b'": 1, "' + b"k" * 10_000 + b'": 1}').message) < 200


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_named(encoding: str) -> None:
    data = '{"resourceType": "Patient"}'.encode(encoding)
    assert wide_encoding(data) == encoding[:6].upper()
    assert encoding[:6].upper() in problem(data).message


def test_not_utf8() -> None:
    found = problem(b'{\n"a": "\xc3\xa9\xff"}')
    assert (found.message, found.line, found.column, found.offset) == ("not UTF-8: byte 0xff", 2, 8, 9)


def test_byte_order_mark_is_taken_and_not_counted() -> None:
    assert parse(b"\xef\xbb\xbf[1]") == [1]
    assert problem(b"\xef\xbb\xbf[x]").column == 2


@given(st.text(alphabet='{}[]",:\\ud8cn10.-eE+tfals \n\té', max_size=40))
def test_slow_path_agrees_with_the_scanner(text: str) -> None:
    """A document is refused exactly where there is a fault; what is read is what ``json`` reads."""
    fault = first_fault(text, 200)
    try:
        value = parse(text.encode())
    except JsonProblem as refused:
        assert fault is not None
        assert not refused.message.startswith("not JSON")
        assert refused.offset == fault.offset
    else:
        assert fault is None
        assert value == json.loads(text, parse_float=Decimal)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_what_json_writes_is_read(value: object) -> None:
    text = json.dumps(value, ensure_ascii=False)
    assert parse(text.encode()) == value
    for cut in range(len(text)):
        fault = first_fault(text[:cut], 200)
        assert fault is None or fault.at_end, text[:cut]
