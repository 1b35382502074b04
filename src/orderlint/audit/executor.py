"""Who does the work of an audit: a seam with this machine's processes on one side, or Spark."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from orderlint.audit.export.inputs import Source
from orderlint.audit.job import WITH_ACTIONS, Job, phase_of
from orderlint.audit.units import Store, Unit
from orderlint.record import InputFault

Told = Callable[[str, int, int], None]  # what is being done, how much is done, how much there is
Head = dict[str, Any]
Found = list[tuple[Unit, Head]]

_BLOCK = 16  # rows


class ExecutorFailed(Exception):
    """The work could not be done, and why, in one line that is fit to print."""


class Executor(Protocol):
    """Does the work somewhere; what comes of it is the same wherever that is."""

    name: str

    def sources(self, paths: list[str]) -> tuple[list[Source], list[InputFault]]:
        """The sources in the order of their names, and faults for what can't be one."""
        ...

    def phase(self, job: Job, phase: str, told: Told) -> Found:
        """Sift the sources of a phase. What is sent to partitions is kept for ``join``.

        Lines in a head are counted from the start of its unit, bytes from the start of its source.
        """
        ...

    def join(self, job: Job, groups: list[list[int]], found: Mapping[str, Found], told: Told) -> None:
        """Judge every group of partitions; the head, and the sorted rows ``in_blocks``, go to the store, as
        ``joined(number)``."""
        ...

    def forget(self) -> None:
        """Nothing that was sifted so far counts any more."""
        ...


MakeExecutor = Callable[[Store, int], Executor]  # where results go, how many processes


def joined(number: int) -> str:
    """The name of the result of a group of partitions."""
    return f"join-{number:05}"


def in_blocks(rows: list[Any]) -> dict[int, list[Any]]:
    """Rows a few at a time: when those of all groups are merged, few of each have to be in memory."""
    return {at // _BLOCK: rows[at : at + _BLOCK] for at in range(0, len(rows), _BLOCK)}


def in_phase(job: Job, source: Source, phase: str) -> bool:
    """Whether anything of a source is read in this phase. Actions are read before orders too, for what they
    name."""
    if not source.scannable:
        return phase != "facts" or source.number in job.by_line
    if source.type is None or phase_of(source.type) == phase:
        return True
    return phase == "medications" and (source.type == "Bundle" or source.type in WITH_ACTIONS)
