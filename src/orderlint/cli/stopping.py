"""Ctrl-C, SIGTERM and SIGHUP as one exception, on whose way out everything begun is cleared away."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


class Stopped(KeyboardInterrupt):
    """The run was told to end, by this signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def words_of(stop: KeyboardInterrupt) -> str:
    """``interrupted``, or by which signal."""
    number = _number(stop)
    return "interrupted" if number == signal.SIGINT else f"ended by {signal.Signals(number).name}"


def status_of(stop: KeyboardInterrupt) -> int:
    """The exit status, as shells have it: 130 for Ctrl-C, 143 for SIGTERM, 129 for SIGHUP."""
    return 128 + _number(stop)


def _number(stop: KeyboardInterrupt) -> int:
    return stop.number if isinstance(stop, Stopped) else signal.SIGINT


@contextmanager
def heard() -> Iterator[None]:
    """Within it, these signals are raised as Stopped. The first one counts: clearing away is not disturbed.

    A signal that is ignored from outside, as SIGHUP is by nohup, stays ignored.
    """
    numbers = [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}
    ours = [number for number in numbers if before[number] not in (signal.SIG_IGN, None)]

    def stop(number: int, _: FrameType | None) -> None:
        for one in ours:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped(number)

    try:
        try:
            for number in ours:
                signal.signal(number, stop)
        except ValueError:  # not in the main thread, which alone hears signals
            ours.clear()
        yield
    finally:
        for number in ours:
            signal.signal(number, before[number])
