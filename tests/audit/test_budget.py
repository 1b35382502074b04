"""Sizes as people write them, and shares that add up."""

from __future__ import annotations

import pytest

from orderlint.audit.budget import MEMORY, budget, partitions, read_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512MB", 512_000_000),
        ("512MiB", 512 << 20),
        ("2g", 2_000_000_000),
        ("1.5GiB", 3 << 29),
        ("100000k", 10**8),
    ],
)
def test_sizes(text: str, size: int) -> None:
    assert read_size(text) == size


@pytest.mark.parametrize("text", ["", "MB", "-1GB", "1e9", "5 bananas", "1ib", "10MB", "9999999GB"])
def test_what_is_no_size_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"write a size|not enough"):
        read_size(text)


@pytest.mark.parametrize("memory", [1, 64 << 20, MEMORY, 1 << 40])
@pytest.mark.parametrize("jobs", [1, 2, 512])
def test_shares(memory: int, jobs: int) -> None:
    shares = budget(memory, jobs)
    assert shares.bits & (shares.bits - 1) == 0
    assert shares.window <= 1 << 20
    if memory >= MEMORY and jobs == 2:
        assert shares.bits + jobs * (shares.held + shares.window) < memory / 2


def test_partitions_do_not_depend_on_the_workers() -> None:
    assert partitions(10**9) == partitions(10**9, MEMORY)
    assert 16 <= partitions(0) <= partitions(10**9, 1) <= 4096
    assert 16 <= partitions(10**12) <= 4096
    assert partitions(10**11, MEMORY // 4) > partitions(10**11)
