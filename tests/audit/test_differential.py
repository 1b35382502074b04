"""Reading only what may matter finds what parsing every line finds, whatever an enemy writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from orderlint.audit.sift import odd, scanner, sift
from tests.audit.adversary import write
from tests.audit.running import audited

SEEDS = st.integers(0, 10**9)
unhurried = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
fewer = settings(unhurried, max_examples=8)

needs_decoder = pytest.mark.skipif(not scanner.decoding(), reason="msgspec is not installed")


def same(folder: Path, **quick: object) -> None:
    """The same findings, byte for byte, and the same ledger but for the lines parsed."""
    ledger, findings = audited(folder, **quick)
    expected_ledger, expected = audited(folder, parse_all=True)
    assert findings == expected
    ledger.pop("lines_parsed")
    expected_ledger.pop("lines_parsed")
    assert ledger == expected_ledger


@pytest.mark.skipif(not scanner.available(), reason="hyperscan is not installed")
@needs_decoder
@unhurried
@given(SEEDS)
@example(1064)  # an order that counts only beside others, and has a null
@example(26675)  # a drug that is known, beside a reference that leads nowhere
def test_searching_and_decoding(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("export")
    write(folder, seed)
    same(folder)


@needs_decoder
@fewer
@given(SEEDS)
def test_decoding_without_searching(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    folder = tmp_path_factory.mktemp("export")
    write(folder, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(odd, "available", lambda: False)
        patch.setattr(sift, "available", lambda: False)
        same(folder)


def test_without_a_decoder_every_line_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, 7)
    monkeypatch.setattr(sift, "decoding", lambda: False)
    assert audited(tmp_path) == audited(tmp_path, parse_all=True)


@needs_decoder
def test_little_memory_finds_the_same(tmp_path: Path) -> None:
    write(tmp_path, 11)
    same(tmp_path, memory=1)
