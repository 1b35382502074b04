"""Tasks spread over forked workers. What one makes, it leaves on disk; here its death is told, and why."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from mmap import mmap

Step = Callable[[int], Iterator[int]]  # the number of a task → how much is done, now and then
_MOST = 8_000  # tasks that fit a pipe
# Objects that have to be left over before Python looks for rings among them: by default it does so for each
# 700, a fifth of the time of a join, and there are hardly any. It still does, so that memory is bounded.
_LEFT_OVER = 100_000, 20, 20


_SIGNALS = tuple(getattr(signal, n) for n in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, n))
_WORDS = 500  # bytes in which a worker says why it ends


class WorkerDied(Exception):
    """A worker ended before its work did; ``str()`` says why, in one line without data."""


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
    last, words = os.pipe()
    os.set_blocking(last, False)
    children: dict[int, int] = {}
    try:
        for worker in range(min(jobs, len(tasks))):
            sys.stdout.flush()
            sys.stderr.flush()
            parent = os.getpid()
            with _held_back():  # a worker must not hear anything as if it were its parent
                child = os.fork()
                if child == 0:
                    _work(parent, out, step, board, worker, words)
                children[child] = worker
        while children:
            pid, status = os.waitpid(-1, os.WNOHANG) if children else (0, 0)
            if pid in children:
                del children[pid]
                if status:
                    raise WorkerDied(_why(os.waitstatus_to_exitcode(status), last))
            elif pid == 0:
                time.sleep(0.02)  # it takes its time from the workers
            told(sum(int.from_bytes(board[8 * w : 8 * w + 8], "little") for w in range(jobs)))
    finally:
        for end in (out, last, words):
            os.close(end)
        for child in children:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        for child in children:
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


@contextmanager
def _held_back() -> Iterator[None]:
    """Signals that end the run wait."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _why(status: int, last: int) -> str:
    """Why a worker ended."""
    with suppress(BlockingIOError):
        said = os.read(last, _WORDS).decode("utf-8", "replace").partition("\n")[0]
        if said:
            return said
    if status < 0:
        return f"a worker was ended by signal {-status} ({signal.strsignal(-status)})"
    return f"a worker ended with status {status}"


def _last_words(error: BaseException) -> bytes:
    """Why, in one line without data: what an exception says may hold some."""
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror
    elif isinstance(error, MemoryError):
        said = "a worker ran out of memory"
    else:
        said = f"internal error in a worker ({type(error).__name__}); ORDERLINT_DEBUG=1 shows where"
    return said.encode("utf-8", "replace")[: _WORDS - 1] + b"\n"


def _end_with(parent: int) -> None:
    """End this worker as soon as its parent has ended: what it writes would stand in another's way."""
    while os.getppid() == parent:
        time.sleep(0.2)
    os._exit(1)


def _work(parent: int, tasks: int, step: Step, board: mmap, worker: int, words: int) -> None:
    """The life of one worker. Its parent hears the signals, and ends it."""
    done = 0
    try:
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        with _seldom_collected():
            while task := os.read(tasks, 4):
                for amount in step(int.from_bytes(task, "big")):
                    done += amount
                    board[8 * worker : 8 * worker + 8] = done.to_bytes(8, "little")
    except BaseException as error:
        if os.environ.get("ORDERLINT_DEBUG"):
            import traceback  # noqa: PLC0415

            traceback.print_exc()
        with suppress(OSError):
            os.write(words, _last_words(error))
        os._exit(1)
    os._exit(0)
