"""Tasks spread over forked workers. What a worker makes, it leaves on disk; here only its death is told."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from mmap import mmap

Step = Callable[[int], Iterator[int]]  # the number of a task → how much is done, now and then
_MOST = 8_000  # tasks that fit a pipe
# Objects that have to be left over before Python looks for rings among them: by default it does so for each
# 700, a fifth of the time of a join, and there are hardly any. It still does, so that memory is bounded.
_LEFT_OVER = 100_000, 20, 20


class WorkerDied(Exception):
    """A worker ended before its work did."""


def spread(tasks: Sequence[int], step: Step, jobs: int, told: Callable[[int], None]) -> None:
    """Do all tasks with ``jobs`` processes. ``told`` hears how much is done in all, a few times a second."""
    if jobs == 1 or len(tasks) < 2 or not hasattr(os, "fork"):
        done = 0
        with _seldom_collected():
            for task in tasks:
                for amount in step(task):
                    done += amount
                    told(done)
        return
    for start in range(0, len(tasks), _MOST):
        _forked(tasks[start : start + _MOST], step, jobs, told)


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Garbage is collected seldom, and what is there already is left out of it."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_LEFT_OVER)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _forked(tasks: Sequence[int], step: Step, jobs: int, told: Callable[[int], None]) -> None:
    out, into = os.pipe()
    os.write(into, b"".join(task.to_bytes(4, "big") for task in tasks))
    os.close(into)
    board = mmap(-1, 8 * jobs)
    children: dict[int, int] = {}
    try:
        for worker in range(min(jobs, len(tasks))):
            sys.stdout.flush()
            sys.stderr.flush()
            child = os.fork()
            if child == 0:
                _work(out, step, board, worker)
            children[child] = worker
        while children:
            pid, status = os.waitpid(-1, os.WNOHANG) if children else (0, 0)
            if pid in children:
                del children[pid]
                if status:
                    raise WorkerDied(f"a worker ended with status {os.waitstatus_to_exitcode(status)}")
            elif pid == 0:
                time.sleep(0.02)  # it takes its time from the workers
            told(sum(int.from_bytes(board[8 * w : 8 * w + 8], "little") for w in range(jobs)))
    finally:
        os.close(out)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGTERM)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _work(tasks: int, step: Step, board: mmap, worker: int) -> None:
    """The life of one worker. It ends with its parent."""
    parent, done = os.getppid(), 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it, and ends its workers
    try:
        with _seldom_collected():
            while task := os.read(tasks, 4):
                for amount in step(int.from_bytes(task, "big")):
                    done += amount
                    board[8 * worker : 8 * worker + 8] = done.to_bytes(8, "little")
                    if os.getppid() != parent:
                        os._exit(1)
    except BaseException:
        if os.environ.get("ORDERLINT_DEBUG"):
            import traceback  # noqa: PLC0415

            traceback.print_exc()
        os._exit(1)
    os._exit(0)
