"""Phases and join by forked workers, over units of files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from itertools import count
from typing import Any

from orderlint.audit.executor import Found, Told, in_blocks, in_phase, joined
from orderlint.audit.export.inputs import Source, find_sources
from orderlint.audit.job import PHASES, Job
from orderlint.audit.join.join import Join
from orderlint.audit.join.memory import Memory
from orderlint.audit.local.kept import Kept, beside, spilled
from orderlint.audit.local.workers import spread
from orderlint.audit.sift.sift import Sift
from orderlint.audit.units import Store, Unit, bases, split
from orderlint.fhir.conformance.cache import Cache
from orderlint.record import InputFault

_STEP = 32 << 20  # bytes of a unit


class LocalExecutor:
    """``jobs`` processes; a unit whose result is in the store is not done again."""

    name = "local"

    def __init__(self, store: Store, jobs: int, *, by_place: bool = True) -> None:
        """``by_place``: of some lines only the place is kept. Not for whoever carries rows elsewhere."""
        self.store = store
        self.jobs = jobs
        self.by_place = by_place

    def sources(self, paths: list[str]) -> tuple[list[Source], list[InputFault]]:
        """The files that paths and URLs name."""
        return find_sources(paths)

    def phase(self, job: Job, phase: str, told: Told, only: Collection[int] | None = None) -> Found:
        """Sift all units of a phase; with ``only`` those of these sources."""
        units = [
            u
            for s in job.sources
            if in_phase(job, s, phase) and (only is None or s.number in only)
            for u in _units(s, phase)
        ]
        todo = [n for n, u in enumerate(units) if not self.store.has(u.name)]
        total = sum(u.last - u.first for u in units)
        before = total - sum(units[n].last - units[n].first for n in todo)

        def step(number: int) -> Iterator[int]:
            name, spills = units[number].name, count()
            sift = Sift(
                job,
                units[number],
                spill=lambda sent: self.store.write(spilled(name, next(spills)), {}, sent),
            )
            source = job.sources[units[number].source]
            sift.again = self.by_place and source.placed
            yield from sift.run()
            blocks: dict[int, list[Any]] = dict(sift.sent)
            if sift.kept:
                blocks[beside(job)] = sift.kept
            self.store.write(name, sift.head(), blocks)
            sift.forget()

        spread(todo, step, self.jobs, lambda done: told(phase, before + done, total))
        return [(u, self.store.head(u.name)) for u in units]

    def join(self, job: Job, groups: list[list[int]], found: Mapping[str, Found], told: Told) -> None:
        """Judge every group."""
        todo = [n for n in range(len(groups)) if not self.store.has(joined(n))]
        units = [u.name for phase in PHASES for u, head in found[phase] if head["rows"]]
        before = {name: base for one in found.values() for name, base in bases(one).items()}

        memory = Memory(Cache.open())  # each worker has its own, and goes on with it from group to group

        def step(number: int) -> Iterator[int]:
            with closing(Kept(self.store, job, units, before)) as kept:
                head, rows = Join(job, kept, memory).run(groups[number])
            self.store.write(joined(number), head, in_blocks(rows))
            yield 1

        done: Callable[[int], None] = lambda n: told("join", len(groups) - len(todo) + n, len(groups))  # noqa: E731
        spread(todo, step, self.jobs, done)

    def forget(self) -> None:
        """All of it stands in the store."""


def _units(source: Source, phase: str) -> list[Unit]:
    if not source.placed:
        return [Unit(phase, source.number, 0, source.size)]
    return [Unit(phase, source.number, a, b) for a, b in split(source.size, _STEP)]
