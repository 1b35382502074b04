"""One audit: medications, orders, facts, then the join. An executor works, here it is put together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from orderlint import __version__
from orderlint.audit.budget import budget, partitions
from orderlint.audit.executor import Found, MakeExecutor, Told, joined
from orderlint.audit.export.expand import expand, miscounted
from orderlint.audit.job import PHASES, Job, Settings
from orderlint.audit.local.executor import LocalExecutor
from orderlint.audit.medications import Medications
from orderlint.audit.patient_list import PatientList
from orderlint.audit.relevant import Relevant
from orderlint.audit.results.outcome import Outcome, Results, outcome
from orderlint.audit.results.output import is_output
from orderlint.audit.unfinished import Begun, Unfinished
from orderlint.audit.units import Store, bases
from orderlint.config import Config
from orderlint.digest import digest
from orderlint.engine import chosen_rules
from orderlint.protocols.model import ProtocolSet

__all__ = ["Audit", "Changed", "Outcome"]

# What results don't depend on, or only by what is asked for apart.
_APART = frozenset(("jobs", "today", "as_of", "figures", "secret", "patients"))
_OPTIONS = {"rules": "--rule", "patients": "--select-patients", "secret": "--pseudonymize"}


class OwnOutput(Exception):
    """A file of the export was left by an audit; ``str()`` says which."""


class Changed(Exception):
    """What was begun can't be gone on with: ``str()`` says what is another now."""


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
        *,
        dated: bool = True,
    ) -> None:
        """``baseline``: another version of the protocols, to compare its verdicts with those of the run.

        ``dated``: ``settings.as_of`` was asked for; else it is the day on which the run was begun.
        """
        self.paths = paths
        self.config = config
        self.settings = settings
        self.dated = dated
        self.unfinished = Unfinished(folder)
        self.all_protocols = protocols
        self.protocols = chosen_rules(protocols, config, settings.rules)
        self.baseline = chosen_rules(baseline, config, settings.rules) if baseline is not None else None
        self.store = Store(folder)
        self.executor = (executor or LocalExecutor)(self.store, settings.jobs)
        self.export = expand(paths, elsewhere=self.executor.name == "local")
        self.sources, unread = self.executor.sources(self.export.paths)
        self.unread = [*self.export.faults, *unread]
        self.mixed: set[int] = set()

    def begin(self, resume: bool) -> None:
        """Make the folder, or go on with what is in it. Raises OwnOutput, Changed, Busy, OSError."""
        for source in self.sources:
            if is_output(source.path.removeprefix("file://")):
                raise OwnOutput(f"{source.name} is the result of an audit, not part of an export")
        self.unfinished.open()
        begun = self.unfinished.begun() if resume else None
        if begun is None:
            self.unfinished.clear()
        else:
            self._go_on(begun)
        self._note_state()

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
        said = (*self.unread, *self.export.said, *miscounted(self.export.counts, job, found))
        notes = tuple(self.export.notes)
        return outcome(Results(job, found, len(groups), self.store, said, self.all_protocols, notes))

    def done(self) -> None:
        """Everything is written: what was half done is of no more use."""
        self.unfinished.remove()

    def _go_on(self, begun: Begun) -> None:
        """With the days of the run that was begun. What is only written in the end may be another."""
        parts = self._parts()
        names = sorted(set(parts) | set(begun.parts))
        others = [name for name in names if parts.get(name) != begun.parts.get(name)]
        if others:
            said = ", ".join(others[:-1]) + " and " * (len(others) > 1) + others[-1]
            raise Changed(f"{said} changed since the run that was interrupted")
        self.mixed = set(begun.mixed)
        if self.settings.figures and not begun.figures:
            self.store.drop(f"{joined(0)[:-5]}*")
        self.settings = self.settings._replace(
            today=begun.today,
            as_of=self.settings.as_of if self.dated else begun.as_of,
            figures=self.settings.figures or begun.figures,
        )

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

    def _parts(self) -> dict[str, str]:
        """Everything that results depend on, by its name, as digests."""
        settings = self.settings
        options = {name: value for name, value in settings._asdict().items() if name not in _APART}
        said: dict[str, object] = {
            "the version of orderlint": __version__,
            "the engine": self.executor.name,
            "the export": (
                [(s.name, s.size, s.stamp) for s in self.sources],
                sorted(f.place.file for f in self.unread),
            ),
            "the protocols": self.all_protocols[1:],
            "the configuration": self.config._replace(fail_on=None),
            "--compare": self.baseline.instances if self.baseline is not None else None,
            "--as-of": settings.as_of if self.dated else None,
            **{_OPTIONS.get(name, f"--{name.replace('_', '-')}"): value for name, value in options.items()},
        }
        found = {
            name: digest(json.dumps(one, default=_steady, sort_keys=True).encode())
            for name, one in said.items()
        }
        for name, value in (("secret", settings.secret), ("patients", settings.patients)):
            data = value.tobytes() if isinstance(value, PatientList) else value
            found[_OPTIONS[name]] = digest(digest(data).encode()) if data is not None else ""
        return found

    def _note_state(self) -> None:
        settings = self.settings
        said = self._parts(), frozenset(self.mixed), settings.today, settings.as_of, settings.figures
        self.unfinished.note(Begun(*said))

    def _start_again(self) -> None:
        """A file turned out to hold several types: its lines are looked at in every phase from now on."""
        self.executor.forget()
        self.store.drop("*-*")
        self._note_state()


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
        named = ((key, part) for _, head in found for key, part in head["named"])
        return job._replace(medications=Medications(rows), named=_by_key(named))
    if phase == "facts":
        return job
    wanted = {row for _, head in found for row in head["wanted"]}
    return job._replace(
        relevant=Relevant.of((head["relevant"] for _, head in found), budget(job.settings.memory).bits),
        about=job.about.union(*(head["about"] for _, head in found)),
        wanted=_by_key((key, part) for key, _, part in wanted),
        wanted_types=frozenset(kind for _, kind, _ in wanted),
        by_line=frozenset(unit.source for unit, head in found if head["by_line"]),
    )


def _by_key(rows: Iterable[tuple[int, int]]) -> dict[int, tuple[int, ...]]:
    """Keys of resources, and the partitions that need each."""
    found: dict[int, set[int]] = {}
    for key, part in rows:
        found.setdefault(key, set()).add(part)
    return {key: tuple(sorted(parts)) for key, parts in found.items()}


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
