"""One whole process: how long, how much memory, what it said."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_EVERY = 0.05  # seconds between two looks at the memory


class Run(NamedTuple):
    """``largest``: MB resident at the peak of the largest single process (``ru_maxrss`` of ``wait4``);
    never less than the 15 MB of the Python that started it.

    ``together``: MB of the process and all that it started at one moment, shared pages counted once (``Pss`` of
    ``/proc/PID/smaps_rollup``, looked at 20 times a second: a shorter peak goes unseen); 0 where not watched.
    """

    seconds: float
    largest: float
    together: float
    status: int
    out: str
    error: str


def run(command: Sequence[str], environment: dict[str, str] | None = None, *, watch: bool = False) -> Run:
    """Run a command to its end. Watching the memory takes time: a run that is timed is not watched."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as error:
        begin = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=error,
            env=environment,
            start_new_session=True,
        )
        watcher = _Watcher(process.pid) if watch else None
        if watcher is not None:
            watcher.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:  # it has a session of its own, so that Ctrl-C ends only us
            os.killpg(process.pid, signal.SIGKILL)
            raise
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if watcher is not None:
            watcher.stop()
        out.seek(0)
        error.seek(0)
        return Run(
            seconds,
            usage.ru_maxrss / 1024,
            watcher.most / 1024 if watcher is not None else 0.0,
            process.returncode,
            out.read().decode(errors="replace"),
            error.read().decode(errors="replace"),
        )


class _Watcher(threading.Thread):
    """Looks at the memory of a process and its descendants until told to stop. ``most`` is in KiB."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.pid = pid
        self.most = 0
        self._ended = threading.Event()

    def run(self) -> None:
        while not self._ended.wait(_EVERY):
            self.most = max(self.most, sum(map(_pss, _tree(self.pid))))

    def stop(self) -> None:
        self._ended.set()
        self.join()


def _tree(pid: int) -> list[int]:
    found, todo = [], [pid]
    while todo:
        one = todo.pop()
        found.append(one)
        for path in Path(f"/proc/{one}/task").glob("*/children"):
            with suppress(OSError):
                todo += map(int, path.read_text().split())
    return found


def _pss(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
