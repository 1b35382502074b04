"""What a decoder doesn't see, with Hyperscan and without."""

from __future__ import annotations

import pytest

from orderlint.audit import odd, scanner
from orderlint.audit.patterns import codes

WAYS = [False, *([True] if scanner.available() else [])]


@pytest.mark.parametrize("searching", WAYS)
def test_odd_places_are_in_their_lines(searching: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd, "available", lambda: searching)
    lines = [
        b'{"resourceType":"A","x":"\\u003c \\u00fc \\n \\\\"}\n',
        b'{"resourceType":"A","x":"\\u0061"}\n',
        '{"resourceType":"Ä"}\n'.encode(),
        b'{"resourceType":"A","x":"\xff"}\n',
        b'{"resourceType":"A","resourceType":"B"}\n',
        b'{"x":"\\ud83d"}\n',
        b'{"x":1}',
    ]
    data = b"".join(lines)
    places = odd.Odd().places(data)
    assert places == sorted(places, reverse=True)
    assert {data.count(b"\n", 0, place) for place in places} == {1, 3, 4, 5}


@pytest.mark.parametrize("searching", WAYS)
def test_tally(searching: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd, "available", lambda: searching)
    tally = odd.Tally(b'"medication')
    assert tally(b'{"medicationReference":{},"medication":1}\n{"x":"\\"medication"}') == 3
    assert tally(b"{}") == 0


def test_no_number_spells_the_code_of_a_lab() -> None:
    assert all("-" in code for code in codes())  # else a code written as a number would be overlooked
