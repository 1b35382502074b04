"""How far Spark has got with what it was asked, told while the driver waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

_EVERY = 0.3  # seconds


@contextmanager
def watched(context: Any, told: Any, phase: str, whole: int) -> Iterator[None]:
    """Tells ``told(phase, done, whole)`` by the tasks done of the stages that run."""
    over = Event()

    def watch() -> None:
        tracker = context.statusTracker()
        seen: dict[int, tuple[int, int]] = {}  # stage: tasks done, tasks
        while not over.wait(_EVERY):
            try:
                running = tracker.getActiveStageIds()
                for stage in (*seen, *running):
                    info = tracker.getStageInfo(stage)
                    if info is not None:
                        seen[stage] = info.numCompletedTasks, info.numTasks
            except Exception:  # it is only for show
                return
            tasks = sum(n for _, n in seen.values())
            told(phase, whole * sum(n for n, _ in seen.values()) // max(tasks, 1), whole)

    thread = Thread(target=watch, daemon=True)
    told(phase, 0, whole)
    thread.start()
    try:
        yield
        told(phase, whole, whole)
    finally:
        over.set()
        thread.join(5)
