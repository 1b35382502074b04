"""Every line once, wherever a file is cut; and what can't be unpacked is said."""

from __future__ import annotations

import gzip
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from orderlint.audit.export.inputs import Source
from orderlint.audit.export.windows import windows
from orderlint.fhir.source.stream import Unreadable


def source(path: Path) -> Source:
    data = path.read_bytes()
    return Source(0, path.name, str(path), len(data), 0, data[:2] == b"\x1f\x8b", True, None)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.binary(max_size=30).map(lambda b: b.replace(b"\n", b"")), max_size=12),
    st.booleans(),
    st.lists(st.integers(0, 200), max_size=4),
    st.integers(1, 40),
)
def test_ranges_of_a_file_share_its_lines(
    tmp_path: Path, lines: list[bytes], ended: bool, cuts: list[int], size: int
) -> None:
    data = b"\n".join(lines) + (b"\n" if ended else b"")
    assume(data[:2] != b"\x1f\x8b")  # that would be gzip
    (tmp_path / "x").write_bytes(data)
    places = sorted({0, len(data), *(cut for cut in cuts if cut < len(data))})
    read = b""
    for first, last in pairwise(places):
        for window in windows(source(tmp_path / "x"), first, last, size):
            assert window.byte == len(read)
            piece = bytes(window.buffer[: window.end])
            assert piece.endswith(b"\n") or window.byte + window.end == len(data)
            read += piece
    assert read == data


def test_a_line_beyond_the_limit_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"one\n" + b"x" * 500 + b"\ntwo\n" + b"y" * 40)
    found = [
        (bytes(w.buffer[: w.end]), w.byte, w.over)
        for w in windows(source(tmp_path / "x"), 0, 1 << 62, size=8, limit=32)
    ]
    assert b"".join(piece for piece, _, _ in found) == b"one\ntwo\n"
    assert [(byte, over) for _, byte, over in found if over] == [(4, 501), (509, 40)]


def test_cut_and_bombs(tmp_path: Path) -> None:
    whole = gzip.compress(bytes(range(256)) * 400)
    (tmp_path / "cut").write_bytes(whole[:-200])
    with pytest.raises(Unreadable, match="cut off"):
        list(windows(source(tmp_path / "cut"), 0, 1 << 62))
    (tmp_path / "bad").write_bytes(whole[:40] + b"\xff" * 40 + whole[80:])
    with pytest.raises(Unreadable, match="damaged"):
        list(windows(source(tmp_path / "bad"), 0, 1 << 62))
    (tmp_path / "bomb").write_bytes(gzip.compress(b"\n" * (40 << 20)))
    with pytest.raises(Unreadable, match="200 times"):
        list(windows(source(tmp_path / "bomb"), 0, 1 << 62))
