"""Peak memory of an audit at several sizes of export, which is made for it and deleted again."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from measure.process import run
from measure.variants import audit

_EXPORT = Path(__file__).resolve().parent.parent / "export.py"
_SLOPE, _MOST = 1.0, 500.0  # goals: MB more for each GB, MB at all
_ROOM = 1.3  # an export and what an audit keeps beside it


def series(sizes: list[float], mode: str, jobs: int, environment: dict[str, str]) -> None:
    """Print a line for each size (GB), as soon as it is known, and the slopes between the first and the last."""
    print("| GB | workers | seconds | MB, largest process | MB, all processes |")
    print("|--:|--:|--:|--:|--:|")
    largest: dict[int, list[float]] = {}
    together: dict[int, list[float]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="orderlint-benchmark-") as scratch:
            free = shutil.disk_usage(scratch).free / 1e9
            if free < size * _ROOM:
                raise SystemExit(f"{size:g} GB need {size * _ROOM:.0f} GB of disk; {free:.0f} GB are free")
            export = Path(scratch) / "export"
            subprocess.run([sys.executable, str(_EXPORT), str(export), "--gb", str(size)], check=True)
            real = sum(path.stat().st_size for path in export.iterdir()) / 1e9
            for workers in sorted({1, jobs}):
                done = run(audit(export, mode, "--jobs", str(workers)), environment, watch=True)
                if done.status:
                    raise SystemExit(f"the audit ended with {done.status}: {done.error}")
                largest.setdefault(workers, []).append(done.largest)
                together.setdefault(workers, []).append(done.together)
                print(
                    f"| {real:.2f} | {workers} | {done.seconds:.1f} | {done.largest:.0f} | {done.together:.0f} |",
                    flush=True,
                )
    print()
    for words, found in (("largest process", largest), ("all processes", together)):
        for workers, peaks in found.items():
            apart = sizes[-1] - sizes[0]
            slope = (
                f"{(peaks[-1] - peaks[0]) / apart:+.2f} MB for each GB more (goal {_SLOPE:g}), "
                if apart
                else ""
            )
            print(
                f"- {workers} worker{'s' * (workers > 1)}, {words}: {slope}at most {max(peaks):.0f} MB (goal {_MOST:g})"
            )
