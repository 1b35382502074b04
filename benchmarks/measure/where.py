"""Where the time of an audit goes: seconds by phase, and by room of the house within each phase.

    python benchmarks/measure/where.py EXPORT [--mode scan]

One process and one worker. The phases are timed in a run without a profiler; the rooms are shares of a second
run under cProfile, which makes calls dearer than work in C. Time spent in the standard library and in other
packages belongs to the room that called them.
"""

from __future__ import annotations

import argparse
import cProfile
import io
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import redirect_stdout, suppress
from pathlib import Path
from typing import Any

_BEGIN = time.perf_counter()
_DAY = "2026-01-01"
_SHOWN = 0.005  # rooms with less than this share of all are shown together
_ROUNDS = 200  # of handing library time to callers
_SPLIT = ("fhir", "audit")  # rooms shown by their own rooms

Function = tuple[str, int, str]


class Clock:
    """Seconds by phase; with ``profile`` also seconds by room."""

    def __init__(self, profile: bool) -> None:
        self.profile = profile
        self.seconds: dict[str, float] = {}
        self.rooms: dict[str, dict[str, float]] = {}
        self.last = _BEGIN

    def lap(self, name: str) -> None:
        """What passed since the last lap was ``name``."""
        now = time.perf_counter()
        self.seconds[name] = self.seconds.get(name, 0.0) + now - self.last
        self.last = now

    def around(self, name: str, before: str, work: Any) -> Any:
        """Do ``work`` as the phase ``name``; what passed before it was ``before``."""
        self.lap(before)
        profiler = cProfile.Profile() if self.profile else None
        if profiler is not None:
            profiler.enable()
        try:
            return work()
        finally:
            if profiler is not None:
                profiler.disable()
                self.rooms[name] = _rooms(profiler)
            self.lap(name)


def measure(export: str, mode: str, profile: bool) -> Clock:
    """One audit in this process."""
    from orderlint.audit.local.executor import LocalExecutor  # noqa: PLC0415 -- start-up is measured too
    from orderlint.cli.main import main as orderlint  # noqa: PLC0415

    clock = Clock(profile)
    phase, join = LocalExecutor.phase, LocalExecutor.join

    def timed_phase(self: Any, job: Any, name: str, *more: Any) -> Any:
        return clock.around(
            name, "start-up" if not clock.seconds else "between", lambda: phase(self, job, name, *more)
        )

    def timed_join(self: Any, *more: Any) -> None:
        clock.around("join", "between", lambda: join(self, *more))

    LocalExecutor.phase, LocalExecutor.join = timed_phase, timed_join  # type: ignore[assignment, method-assign]
    sys.argv = ["orderlint", "audit", export, "--no-config", "--as-of", _DAY, "--fail-on", "never"]
    sys.argv += ["--jobs", "1", f"--{mode}"]
    with redirect_stdout(io.StringIO()), suppress(SystemExit):
        orderlint()
    clock.lap("summary")
    return clock


def _rooms(profiler: cProfile.Profile) -> dict[str, float]:
    """Own seconds by room; those of libraries and of C go up, caller by caller, until they reach a room."""
    profiler.create_stats()
    stats: dict[Function, Any] = profiler.stats
    found: dict[str, float] = defaultdict(float)
    homeless: dict[Function, float] = {}
    for function, (_, _, own, _, _) in stats.items():
        room = _room(function[0])
        if room:
            found[room] += own
        else:
            homeless[function] = homeless.get(function, 0.0) + own
    column = 2  # own seconds under each caller, at first; then the seconds with all that was called
    for _ in range(_ROUNDS):
        above: dict[Function, float] = {}
        for function, amount in homeless.items():
            callers = {c: said[column] for c, said in stats[function][4].items() if c != function}
            whole = sum(callers.values())
            if not whole:
                found["(not known)"] += amount
            for caller, part in callers.items():
                if not part:
                    continue
                room = _room(caller[0])
                if room:
                    found[room] += amount * part / whole
                else:
                    above[caller] = above.get(caller, 0.0) + amount * part / whole
        homeless, column = above, 3
        if sum(homeless.values()) < 1e-3:
            break
    found["(not known)"] += sum(homeless.values())
    return dict(found)


def _room(path: str) -> str | None:
    """The room that a file of orderlint is in."""
    _, within, rest = path.rpartition("/orderlint/")
    if not within or "site-packages" in rest:
        return None
    first, *more = rest.removesuffix(".py").split("/")
    if not more:
        return "kernel and other files at the top"
    return f"{first}/{more[0]}" if first in _SPLIT else first


def table(seconds: dict[str, float], rooms: dict[str, dict[str, float]]) -> list[str]:
    """Markdown: phases, then rooms by phase."""
    whole = sum(seconds.values())
    lines = ["| phase | s | share |", "|---|--:|--:|"]
    lines += [f"| {name} | {took:.2f} | {took / whole:.0%} |" for name, took in seconds.items()]
    lines += [f"| all | {whole:.2f} | |", ""]
    phases = [name for name in seconds if name in rooms]
    of_all: dict[str, float] = defaultdict(float)
    shares: dict[str, dict[str, float]] = {}
    for phase in phases:
        profiled = sum(rooms[phase].values()) or 1.0
        shares[phase] = {room: own / profiled * seconds[phase] for room, own in rooms[phase].items()}
        for room, own in shares[phase].items():
            of_all[room] += own
    shown = [room for room in sorted(of_all, key=lambda r: -of_all[r]) if of_all[room] >= whole * _SHOWN]
    rest = [room for room in of_all if room not in shown]
    lines += [f"| room | {' | '.join(phases)} | all, s | share |", f"|---|{'--:|' * (len(phases) + 2)}"]
    for name, held in [*((room, [room]) for room in shown), (f"{len(rest)} other rooms", rest)]:
        cells = [sum(shares[phase].get(room, 0.0) for room in held) for phase in phases]
        took = sum(cells)
        lines.append(
            f"| {name} | {' | '.join(f'{c:.2f}' for c in cells)} | {took:.2f} | {took / whole:.0%} |"
        )
    return lines


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export")
    parser.add_argument("--mode", default="scan")
    parser.add_argument("--only", choices=("seconds", "rooms"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only:
        clock = measure(arguments.export, arguments.mode, arguments.only == "rooms")
        print(json.dumps([clock.seconds, clock.rooms]))
        return
    found = []
    for only in ("seconds", "rooms"):
        with tempfile.TemporaryDirectory() as scratch:
            command = [
                sys.executable,
                str(Path(__file__)),
                arguments.export,
                "--mode",
                arguments.mode,
                "--only",
                only,
            ]
            done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        found.append(json.loads(done.stdout))
    print("\n".join(table(found[0][0], found[1][1])))


if __name__ == "__main__":
    main()
