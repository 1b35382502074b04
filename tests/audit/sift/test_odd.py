"""What a decoder doesn't see, with Hyperscan and without."""

from __future__ import annotations

import pytest

from orderlint.audit.sift import odd, scanner
from orderlint.audit.sift.patterns import codes

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
    assert [data[start:stop] for start, stop in odd.Odd().lines(data)] == [lines[n] for n in (1, 3, 4, 5)]
    assert odd.Odd().lines(lines[0] + lines[-1]) == []


@pytest.mark.parametrize("searching", WAYS)
def test_tally(searching: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd, "available", lambda: searching)
    tally = odd.Tally(b'"medication')
    assert tally(b'{"medicationReference":{},"medication":1}\n{"x":"\\"medication"}') == 3
    assert tally(b"{}") == 0


@pytest.mark.parametrize("searching", WAYS)
@pytest.mark.parametrize(
    ("lines", "having", "once"),
    [
        ([b'{"subject":1}', b'{"a":{"subject":2}}', b"{}"], 2, True),
        ([b'{"subject":1}', b'{"subject":1,"subject":2}'], 2, False),
        ([b'{"subject":1,"x":{"object":2}}', b"{}"], 1, True),
        ([b'{"x":{"subject":1},"subject":2}', b'{"subject":1}'], 2, False),
    ],
)
def test_a_subject_told_twice_is_noticed(
    searching: bool, lines: list[bytes], having: int, once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odd, "available", lambda: searching)
    for end in (b"\n", b"\r\n"):
        assert odd.Subjects().once(end.join(lines), having) is once


@pytest.mark.parametrize("searching", WAYS)
def test_reasons(searching: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(odd, "available", lambda: searching)
    assert odd.Reasons()(b'{"a":1}\n{"reasonReference":[]}')
    assert not odd.Reasons()(b'{"a":1}\n{"medicationReference":{}}')


def test_no_number_spells_the_code_of_a_lab() -> None:
    assert all("-" in code for code in codes())  # else a code written as a number would be overlooked
