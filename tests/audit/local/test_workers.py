"""Tasks leave this process as it was; workers say why they end, and end with their parent."""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderlint.audit.local.workers import WorkerDied, spread


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


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (MemoryError(), "a worker ran out of memory"),
        (KeyError("Patient/MARKER"), "internal error in a worker (KeyError); ORDERLINT_DEBUG=1 shows where"),
        (ValueError("a\nb"), "internal error in a worker (ValueError); ORDERLINT_DEBUG=1 shows where"),
    ],
)
def test_a_worker_says_why_it_ends_and_nothing_else(error: Exception, words: str) -> None:
    def step(number: int) -> Iterator[int]:
        if number:
            raise error
        yield 1

    with pytest.raises(WorkerDied) as raised:
        spread([0, 1, 2], step, 2, lambda _: None)
    assert str(raised.value) == words


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_a_worker_that_was_killed() -> None:
    def step(number: int) -> Iterator[int]:
        os.kill(os.getpid(), signal.SIGKILL)
        yield number

    with pytest.raises(WorkerDied, match="ended by signal 9 "):
        spread([0, 1], step, 2, lambda _: None)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks here")
def test_workers_hear_nothing_and_end_with_their_parent(tmp_path: Path) -> None:
    """Whatever else happens to a group of processes, what is half done is left to the parent."""

    def step(number: int) -> Iterator[int]:
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            os.kill(os.getpid(), getattr(signal, name))
        (tmp_path / str(number)).write_text(str(os.getpid()))
        yield 1
        time.sleep(60)

    parent = os.fork()
    if parent == 0:
        try:
            spread([0, 1], step, 2, lambda _: None)
        finally:
            os._exit(0)
    until = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.1)
    workers = [int(p.read_text()) for p in tmp_path.iterdir()]
    assert len(workers) == 2
    os.kill(parent, signal.SIGKILL)
    os.waitpid(parent, 0)
    until = time.monotonic() + 10
    while any(map(_lives, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(_lives, workers))


def _lives(process: int) -> bool:
    """Whether it is there, and no zombie that nobody has waited for."""
    try:
        os.kill(process, 0)
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
