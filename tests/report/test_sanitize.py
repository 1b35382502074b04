"""Untrusted text made visible."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from orderlint.report.sanitize import clipped, json_safe, visible


def test_what_it_escapes() -> None:
    assert visible("a\x1b[31mb\n\t\x9b\u202e\u2066\udcff\U000e0041") == (
        "a\\x1b[31mb\\n\\t\\x9b\\u202e\\u2066\\udcff\\U000e0041"
    )
    assert visible("::error::x") == "\\x3a:error::x"
    assert visible("##[group]") == "#\\x23[group]"


def test_what_it_leaves() -> None:
    for text in ("10 µg/d", "Größe — „x“", "薬", "Observation::x", "naïve e\u0301", "👩‍⚕️"):
        assert visible(text) == text


@given(st.text(), st.integers(1, 50))
def test_one_printable_line_whatever_comes_in(text: str, limit: int) -> None:
    for shown in (visible(text), clipped(text, limit)):
        assert not any(ord(c) < 32 or 127 <= ord(c) < 160 or 0xD800 <= ord(c) < 0xE000 for c in shown)
        assert "\n" not in shown
        shown.encode("utf-8")


@given(st.text())
def test_json_says_the_same_and_can_be_encoded(text: str) -> None:
    document = json_safe(json.dumps(text, ensure_ascii=False))
    document.encode("utf-8")
    assert "\x9b" not in document
    assert json.loads(document) == "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
