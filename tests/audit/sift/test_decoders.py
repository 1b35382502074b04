"""What the decoder is asked beside values: whether a key is told once, and whether a line is plain."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("msgspec")

from orderlint.audit.job import GOING
from orderlint.audit.sift.decoded_lines import decoded
from orderlint.audit.sift.decoders import Problems, keys_are_told_once, plain_head, plain_order

WORDS = st.sampled_from(("code", "status", "x", ',"code":1', '{"code":1', '"', "\\", ",", '\\"code":'))
VALUES = st.recursive(
    WORDS | st.integers(0, 2),
    lambda more: st.lists(more, max_size=2) | st.dictionaries(WORDS, more, max_size=3),
)


@given(
    st.lists(st.tuples(WORDS, VALUES), min_size=1, max_size=6), st.sampled_from(((",", ":"), (", ", ": ")))
)
def test_a_key_that_is_told_twice_is_never_taken_for_one(
    members: list[tuple[str, Any]], spaces: tuple[str, str]
) -> None:
    texts = [json.dumps(k) + spaces[1] + json.dumps(v, separators=spaces) for k, v in members]
    line = ("{" + spaces[0].join(texts) + "}").encode()
    if len({k for k, _ in members}) < len(members):
        assert not keys_are_told_once(line)


@pytest.mark.parametrize(
    "more",
    [
        {"resourceType": "X"},
        {"status": "cancelled"},
        {"status": None},
        {"medication": {}},
        {"doNotPerform": False},
        {"contained": []},
        {"patient": {}},
        {"productReference": {}},
    ],
)
def test_only_plain_orders_are_plain(more: dict[str, Any]) -> None:
    plain: dict[str, Any] = {"resourceType": "MedicationRequest", "medicationReference": {"a": 1}}
    for status in GOING:
        assert (
            bytes(plain_order(json.dumps({**plain, "status": status}).encode()).medicationReference)
            == b'{"a": 1}'
        )
    with pytest.raises(Problems):
        plain_order(json.dumps({**plain, "status": "active", **more}).encode())


def test_heads_are_of_their_type() -> None:
    head = plain_head("Condition", named=True, about=True)
    whole = {"resourceType": "Condition", "id": "c", "subject": {}}
    assert head(json.dumps(whole).encode()).id == "c"
    for other in ({"resourceType": "Patient"}, {"id": None}, {"patient": {}}, {"contained": []}):
        with pytest.raises(Problems):
            head(json.dumps({**whole, **other}).encode())


@given(st.lists(st.booleans(), max_size=12))
def test_what_cannot_be_decoded_keeps_its_place(sound: list[bool]) -> None:
    def decode(line: bytes) -> int:
        return len(json.loads(line))

    lines = [b'"%s"' % (b"x" * n) if good else b"{" for n, good in enumerate(sound)]
    assert decoded(decode, lines, -1) == [n if good else -1 for n, good in enumerate(sound)]
