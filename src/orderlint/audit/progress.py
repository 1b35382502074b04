"""How far a run has got: a bar with rate and time left on a terminal, silence anywhere else."""

from __future__ import annotations

import time
from typing import TextIO

_WIDTH = 24
_EVERY = 0.2  # seconds
_WORDS = {"medications": "Medications", "orders": "orders", "facts": "facts", "join": "judging"}


class Progress:
    """Hears from the run; draws on ``stream`` where that is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = stream.isatty()
        self._last = 0.0
        self._phase = ""
        self._began = 0.0
        self._from = 0
        self.words = "nothing was read yet"

    def __call__(self, phase: str, done: int, total: int) -> None:
        now = time.monotonic()
        if phase != self._phase:
            self._phase, self._began, self._from, self._last = phase, now, done, 0.0
        share = min(done / total, 1.0) if total else 1.0
        what = f"{_WORDS[phase]}: {100 * share:.0f} %"
        self.words = f"{what} of this step"
        if not self._shown or now - self._last < _EVERY:
            return
        self._last = now
        rate = (done - self._from) / max(now - self._began, 1e-6)
        left = (total - done) / rate if rate > 0 else 0.0
        speed = f"{rate / 1e6:.0f} MB/s" if phase != "join" else f"{rate:.1f} parts/s"
        bar = "#" * int(share * _WIDTH)
        self._stream.write(f"\r\x1b[K[{bar:<{_WIDTH}}] {what}, {speed}, {left:.0f} s left")
        self._stream.flush()

    def end(self) -> None:
        """Take the bar away."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
