"""One audit: medications, orders, facts, then the join. An executor works, here it is put together."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from orderlint import __version__
from orderlint.audit.budget import budget, partitions
from orderlint.audit.executor import Found, MakeExecutor, Told
from orderlint.audit.export.manifest import expand
from orderlint.audit.job import PHASES, Job, Settings
from orderlint.audit.local.executor import LocalExecutor
from orderlint.audit.medications import Medications
from orderlint.audit.relevant import Relevant
from orderlint.audit.results.outcome import Outcome, Results, outcome
from orderlint.audit.units import Store, bases
from orderlint.config import Config
from orderlint.digest import digest
from orderlint.engine import chosen_rules
from orderlint.protocols.model import ProtocolSet

__all__ = ["Audit", "Changed", "Outcome"]


class Changed(Exception):
    """What was begun can't be gone on with: the export or the options are others."""


class Audit:
    """One run over ``folder``, where everything half done is kept."""

    def __init__(
        self,
        paths: list[str],
        protocols: ProtocolSet,
        config: Config,
        settings: Settings,
        folder: Path,
        executor: MakeExecutor | None = None,
        baseline: ProtocolSet | None = None,
    ) -> None:
        """``baseline``: another version of the protocols, to compare its verdicts with those of the run."""
        self.paths = paths
        self.config = config
        self.settings = settings
        self.folder = folder
        self.all_protocols = protocols
        self.protocols = chosen_rules(protocols, config, settings.rules)
        self.baseline = chosen_rules(baseline, config, settings.rules) if baseline is not None else None
        self.store = Store(folder)
        self.executor = (executor or LocalExecutor)(self.store, settings.jobs)
        files, missing = expand(paths)
        self.sources, unread = self.executor.sources(files)
        self.unread = [*missing, *unread]
        self.mixed: set[int] = set()

    def begin(self, resume: bool) -> None:
        """Make the folder, or go on with what is in it. Raises Changed."""
        stamp = self._stamp()
        said = self.folder / "audit.json"
        if said.is_file():
            known = json.loads(said.read_text("utf-8"))
            if resume and known.get("stamp") != stamp:
                raise Changed(
                    "the export, the options or the version changed since the run that was interrupted"
                )
            if resume:
                self.mixed = set(known.get("mixed", ()))
            else:
                shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._note_state(stamp)

    def run(self, told: Told) -> Outcome:
        """All of it."""
        while True:
            job = self._job()
            found: dict[str, Found] = {}
            for phase in PHASES:
                found[phase] = self.executor.phase(job, phase, told)
                if any(head["mixed"] for _, head in found[phase]):
                    break
                job = _grown(job, phase, found[phase])
            else:
                break
            self.mixed |= {u.source for one in found.values() for u, head in one if head["mixed"]}
            self._start_again()
        groups = _groups(job, found)
        self.executor.join(job, groups, found, told)
        return outcome(Results(job, found, len(groups), self.store, tuple(self.unread), self.all_protocols))

    def done(self) -> None:
        """Everything is written: what was half done is of no more use."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _job(self) -> Job:
        sources = tuple(s._replace(type=None) if s.number in self.mixed else s for s in self.sources)
        size = sum(s.size * (8 if s.packed else 1) for s in sources)
        parts = partitions(size, self.settings.memory)
        return Job(
            sources,
            self.protocols,
            self.config,
            self.settings,
            parts,
            Medications(()),
            baseline=self.baseline,
        )

    def _stamp(self) -> str:
        said = [
            __version__,
            self.executor.name,
            [(s.name, s.size, s.stamp) for s in self.sources],
            sorted(f.place.file for f in self.unread),
            self.settings._replace(jobs=1, secret=None),
            digest(self.settings.secret) if self.settings.secret else "",
            self.all_protocols.instances,
            self.baseline.instances if self.baseline is not None else (),
            self.config,
        ]
        return digest(json.dumps(said, default=_steady, sort_keys=True).encode())

    def _note_state(self, stamp: str) -> None:
        draft = self.folder / ".audit.json"
        draft.write_text(json.dumps({"stamp": stamp, "mixed": sorted(self.mixed)}), "utf-8")
        draft.replace(self.folder / "audit.json")

    def _start_again(self) -> None:
        """A file turned out to hold several types: its lines are looked at in every phase from now on."""
        self.executor.forget()
        self.store.clear(but="audit.json")
        self._note_state(self._stamp())


def _steady(value: object) -> object:
    """Sets in an order that is the same in every process."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return dict(value) if isinstance(value, Mapping) else str(value)


def _grown(job: Job, phase: str, found: Found) -> Job:
    """The job for the phases to come."""
    if phase == "medications":
        before = bases(found)
        rows = ((*row[:4], row[4] + before[unit.name]) for unit, head in found for row in head["medications"])
        return job._replace(medications=Medications(rows))
    if phase == "facts":
        return job
    wanted: dict[int, set[int]] = {}
    types: set[str] = set()
    for _, head in found:
        for key, kind, part in head["wanted"]:
            wanted.setdefault(key, set()).add(part)
            types.add(kind)
    return job._replace(
        relevant=Relevant.of((head["relevant"] for _, head in found), budget(job.settings.memory).bits),
        about=job.about.union(*(head["about"] for _, head in found)),
        wanted={key: tuple(sorted(parts)) for key, parts in wanted.items()},
        wanted_types=frozenset(types),
    )


def _groups(job: Job, found: Mapping[str, Found]) -> list[list[int]]:
    """The partitions, those together that a container ties together."""
    leads = list(range(job.parts + 1))

    def lead(part: int) -> int:
        while leads[part] != part:
            part = leads[part]
        return part

    for _, head in found["orders"]:
        for a, b in head["joins"]:
            leads[lead(a)] = lead(b)
    groups: dict[int, list[int]] = {}
    for part in range(job.parts + 1):
        groups.setdefault(lead(part), []).append(part)
    return list(groups.values())
