"""The results as Markdown: a table, and the ratios that there are goals for."""

from __future__ import annotations

import json
import re
import statistics
from typing import NamedTuple

from measure.process import Run
from measure.variants import MODES, Variant

_SUMMARY = re.compile(r"(\d+) assessed, .*?(\d+) could not be verified")
_GOALS = {"orjson": 6.0, "duckdb": 1.5, "workers": 1.7}


class Result(NamedTuple):
    """A variant, the run whose memory was watched, the runs that were timed."""

    variant: Variant
    watched: Run
    timed: list[Run]

    @property
    def seconds(self) -> list[float]:
        """Of whole processes; of the sample and extrapolated where the peer read a sample."""
        return [said(run).get("extrapolated_seconds", run.seconds) for run in self.timed]

    @property
    def median(self) -> float:
        """The median of the seconds."""
        return statistics.median(self.seconds)


def said(run: Run) -> dict[str, float]:
    """The last line of a peer, or what the summary of an audit counts."""
    found = _SUMMARY.search(run.out)
    if found:
        return {"covered": int(found[1]) + int(found[2])}
    lines = run.out.strip().splitlines()
    known = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
    return dict(known)


def table(results: list[Result], gigabytes: float) -> list[str]:
    """One line a variant."""
    base = next((r.median for r in results if r.variant.who == "orjson"), None)
    lines = [
        "| variant | median s | min | max | GB/s | times orjson | MB, largest process | MB, all processes | covered orders |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for result in results:
        counts = said(result.watched)
        mark = " *" if "extrapolated_seconds" in counts else ""
        loop = result.variant.who == "loop"
        cells = [
            result.variant.name + mark,
            f"{result.median:.2f}",
            f"{min(result.seconds):.2f}",
            f"{max(result.seconds):.2f}",
            "" if loop else f"{gigabytes / result.median:.3f}",
            "" if loop or base is None else f"{base / result.median:.2f}",
            f"{result.watched.largest:.0f}",
            f"{result.watched.together:.0f}",
            str(counts.get("covered", "")),
        ]
        lines.append(f"| {' | '.join(cells)} |")
    for result in results:
        counts = said(result.watched)
        if "extrapolated_seconds" in counts:
            known = ", ".join(f"{key} {value}" for key, value in counts.items() if key != "peer")
            lines += ["", f"\\* {result.variant.name}: extrapolated by bytes from a sample ({known})."]
    return lines


def goals(results: list[Result], jobs: int) -> list[str]:
    """The ratios that there are goals for, where both sides were measured. The goals are for the scan."""
    at = {(r.variant.who, r.variant.cores): r.median for r in results}
    lines = []
    for mode in MODES:
        for cores in sorted({1, jobs}):
            mine = at.get((f"orderlint {mode}", cores))
            for peer, with_ in (("orjson", 1), ("duckdb", cores)):
                theirs = at.get((peer, with_))
                if mine is not None and theirs is not None:
                    goal = cores == jobs and mode == "scan"
                    lines.append(
                        _ratio(f"{mode} on {cores}, {peer} on {with_}", theirs / mine, peer if goal else "")
                    )
        one, all_ = at.get((f"orderlint {mode}", 1)), at.get((f"orderlint {mode}", jobs))
        if one is not None and all_ is not None and jobs > 1:
            spins = at.get(("loop", 1), 0.0) / at.get(("loop", jobs), 1.0)
            control = f"; an empty loop {spins:.2f}" if spins else ""
            goal = mode == "scan" and jobs == 2
            words = f"{mode} on {jobs}, the same on 1"
            lines.append(_ratio(words, one / all_, "workers" if goal else "") + control)
    counts = {said(r.watched)["covered"] for r in results if "covered" in said(r.watched)}
    if len(counts) > 1:
        lines.append(f"- NOT COMPARABLE: the counts of covered orders differ: {sorted(counts)}")
    return lines


def _ratio(words: str, ratio: float, goal: str) -> str:
    return f"- {words}: {ratio:.2f} times as fast" + (f" (goal {_GOALS[goal]:g})" if goal else "")
