"""Tasks in this process leave it as it was."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from orderlint.audit.local.workers import spread


def test_garbage_is_collected_as_before() -> None:
    seen: list[tuple[int, int, int]] = []
    before = gc.get_threshold()

    def step(number: int) -> Iterator[int]:
        seen.append(gc.get_threshold())
        if number:
            raise KeyError
        yield 1

    with pytest.raises(KeyError):
        spread([0, 1], step, 1, lambda _: None)
    assert gc.get_threshold() == before
    assert gc.get_freeze_count() == 0
    assert gc.isenabled()
    assert [threshold[0] > before[0] for threshold in seen] == [True, True]
