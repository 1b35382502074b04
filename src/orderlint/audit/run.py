"""One audit: medications, orders, facts, then the join, each spread over all workers and kept on disk."""

from __future__ import annotations

import heapq
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from orderlint import __version__
from orderlint.assemble import from_fault
from orderlint.audit.inputs import Source, find_sources
from orderlint.audit.job import PHASES, Job, Settings, phase_of
from orderlint.audit.join import Join, finding_row
from orderlint.audit.medications import Medications
from orderlint.audit.sift import Sift
from orderlint.audit.units import Store, Unit, split
from orderlint.audit.workers import spread
from orderlint.config import Config
from orderlint.digest import digest
from orderlint.engine import _chosen, _left_out, _wanted
from orderlint.fhir.source.documents import Document
from orderlint.protocols.expired import expired
from orderlint.protocols.model import ProtocolSet
from orderlint.record import InputFault, Place

_STEP = 32 << 20  # bytes of a unit
_PART = 64 << 20  # bytes of input for each partition of patients
_LEAST, _MOST = 16, 4096  # partitions

Told = Callable[[str, int, int], None]  # what is being done, bytes done, bytes in all


class Changed(Exception):
    """What was begun can't be gone on with: the export or the options are others."""


class Outcome(NamedTuple):
    """What an audit found. The findings stand in ``rows``, sorted, one JSON text each; read them once."""

    ledger: dict[str, int]
    summary: dict[str, Any]
    severities: Counter[str]
    notes: tuple[str, ...]
    rows: Iterator[tuple[str, str]]  # JSON, severity
    empty: bool


class Audit:
    """One run over ``folder``, where everything half done is kept."""

    def __init__(
        self, paths: list[str], protocols: ProtocolSet, config: Config, settings: Settings, folder: Path
    ) -> None:
        self.paths = paths
        self.config = config
        self.settings = settings
        self.folder = folder
        self.all_protocols = protocols
        self.protocols = _chosen(protocols, config, settings.rules)
        self.store = Store(folder)
        self.sources, self.unread = find_sources(paths)
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
            bases: dict[str, int] = {}
            heads: dict[str, list[tuple[Unit, dict[str, Any]]]] = {}
            for phase in PHASES:
                heads[phase] = self._phase(job, phase, told)
                bases.update(_bases(heads[phase]))
                if any(head["mixed"] for _, head in heads[phase]):
                    break
                job = _grown(job, phase, heads[phase], bases)
            else:
                break
            self.mixed |= {u.source for found in heads.values() for u, head in found if head["mixed"]}
            self._start_again()
        groups = _groups(job, heads)
        units = [u.name for phase in ("orders", "facts") for u, _ in heads[phase]]
        self._join(job, groups, units, bases, told)
        return self._outcome(job, heads, bases, len(groups))

    def done(self) -> None:
        """Everything is written: what was half done is of no more use."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _job(self) -> Job:
        sources = tuple(s._replace(type=None) if s.number in self.mixed else s for s in self.sources)
        size = sum(s.size * (8 if s.packed else 1) for s in sources)
        parts = min(max(size // _PART, _LEAST), _MOST)
        return Job(sources, self.protocols, self.config, self.settings, parts, Medications(()))

    def _phase(self, job: Job, phase: str, told: Told) -> list[tuple[Unit, dict[str, Any]]]:
        units = [u for s in job.sources if _in_phase(s, phase) for u in _units(s, phase)]
        todo = [n for n, u in enumerate(units) if not self.store.has(u.name)]
        total = sum(u.last - u.first for u in units)
        before = total - sum(units[n].last - units[n].first for n in todo)

        def step(number: int) -> Iterator[int]:
            sift = Sift(job, units[number])
            yield from sift.run()
            blocks: dict[int, list[Any]] = dict(sift.sent)
            if sift.kept:
                blocks = {0: sift.kept}
            self.store.write(units[number].name, sift.head(), blocks)

        spread(todo, step, self.settings.jobs, lambda done: told(phase, before + done, total))
        return [(u, self.store.head(u.name)) for u in units]

    def _join(
        self, job: Job, groups: list[list[int]], units: list[str], bases: dict[str, int], told: Told
    ) -> None:
        todo = [n for n in range(len(groups)) if not self.store.has(f"join-{n:05}")]

        def step(number: int) -> Iterator[int]:
            head, rows = Join(job, self.store, units, bases).run(groups[number])
            self.store.write(f"join-{number:05}", head, {0: rows})
            yield 1

        spread(
            todo,
            step,
            self.settings.jobs,
            lambda done: told("join", len(groups) - len(todo) + done, len(groups)),
        )

    def _outcome(
        self,
        job: Job,
        heads: dict[str, list[tuple[Unit, dict[str, Any]]]],
        bases: dict[str, int],
        groups: int,
    ) -> Outcome:
        total: Counter[str] = Counter()
        for phase, found in heads.items():
            for unit, head in found:
                source = job.sources[unit.source]
                for name in ("not_covered", "skipped", "outside", "parsed"):
                    total[name] += head[name]
                if phase == (phase_of(source.type) if source.type else "orders"):
                    total["lines"] += head["lines"]
        summary: dict[str, Any] = {"shares": {}, "hits": {}, "undecided": {}, "notes": {}}
        for number in range(groups):
            head = self.store.head(f"join-{number:05}")
            total.update(head["counts"])
            for kind in ("shares", "hits"):
                for name, counts in head[kind].items():
                    summary[kind].setdefault(name, Counter()).update(counts)
            for kind in ("undecided", "notes"):
                summary[kind] = Counter(summary[kind]) + Counter(head[kind])
        own = self._own_rows(job, heads, bases)
        for row in own:
            total[row[3]] += 1
            total["invalid"] += row[0][2] == "invalid-resource"
            summary["hits"].setdefault("rule", Counter())[row[0][2]] += 1
        broken = {row[0][0] for row in own if row[0][2] == "invalid-json"}
        for number in range(groups):
            broken |= set(self.store.head(f"join-{number:05}").get("broken", ()))
        orders = total["assessed"] + total["not_covered"] + total["skipped"] + total["unverifiable"]
        ledger = {
            "inputs": len(self.sources) + len(self.unread),
            "unreadable": len(broken),
            "resources": total["lines"],
            "invalid": total["invalid"],
            "orders": orders,
            "assessed": total["assessed"],
            "not_covered": total["not_covered"],
            "skipped": total["skipped"],
            "unverifiable": total["unverifiable"],
            "outside": total["outside"],
            "lines_scanned": total["lines"],
            "lines_parsed": total["parsed"],
            "bytes_scanned": sum(s.size for s in self.sources),
            "suppressed": total["suppressed"],
        }
        severities = Counter({k: total[k] for k in ("error", "warning", "info")})
        notes = tuple(_left_out(self.config, self.settings.rules))
        empty = not total["lines"] and not any(not s.scannable and s.size for s in self.sources)
        return Outcome(ledger, summary, severities, notes, self._rows(own, groups), empty)

    def _own_rows(
        self, job: Job, heads: dict[str, list[tuple[Unit, dict[str, Any]]]], bases: dict[str, int]
    ) -> list[Any]:
        """Findings about lines and inputs that never came to a partition."""
        faults: list[tuple[InputFault, Document | None]] = [(f, None) for f in self.unread]
        faults += [(f, None) for f in expired(self.protocols.protocols, self.settings.today)]
        for found in heads.values():
            for unit, head in found:
                name, base = job.sources[unit.source].name, bases[unit.name]
                for rule, line, column, byte, words, raw in head["faults"]:
                    place = Place(name, "", line + base, byte)
                    known = line + base if column is not None else None
                    document = Document(name, line + base, byte, {}, raw, True) if raw else None
                    faults.append(
                        (InputFault(rule, "error", words, place, line=known, column=column), document)
                    )
        advice = {name: rule.advice for name, rule in self.all_protocols.rules.items()}
        return sorted(
            finding_row(from_fault(f, advice), document, self.settings.secret)
            for f, document in faults
            if _wanted(f.rule, self.config, self.settings.rules)
        )

    def _rows(self, own: list[Any], groups: int) -> Iterator[tuple[str, str]]:
        from orderlint.fingerprint import unique  # noqa: PLC0415

        runs = [own, *(self._run(number) for number in range(groups))]
        merged = (_Row(*row[1:]) for row in heapq.merge(*runs))
        for row in unique(merged):  # type: ignore[arg-type]
            yield row.text, row.severity  # type: ignore[attr-defined]

    def _run(self, number: int) -> Iterator[Any]:
        yield from self.store.rows(f"join-{number:05}", 0)

    def _stamp(self) -> str:
        said = [
            __version__,
            [(s.name, s.size, s.stamp) for s in self.sources],
            sorted(f.place.file for f in self.unread),
            self.settings._replace(jobs=1, secret=None),
            digest(self.settings.secret) if self.settings.secret else "",
            self.all_protocols.instances,
            self.config,
        ]
        return digest(json.dumps(said, default=_steady, sort_keys=True).encode())

    def _note_state(self, stamp: str) -> None:
        draft = self.folder / ".audit.json"
        draft.write_text(json.dumps({"stamp": stamp, "mixed": sorted(self.mixed)}), "utf-8")
        draft.replace(self.folder / "audit.json")

    def _start_again(self) -> None:
        """A file turned out to hold several types: its lines are looked at in every phase from now on."""
        for path in self.folder.iterdir():
            if path.name != "audit.json":
                path.unlink()
        self.store = Store(self.folder)
        self._note_state(self._stamp())


def _steady(value: object) -> object:
    """Sets in an order that is the same in every process."""
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=str)
    return dict(value) if isinstance(value, Mapping) else str(value)


class _Row:
    """A finding as ``fingerprint.unique`` sees it; its text holds the fingerprint too."""

    def __init__(self, fingerprint: str, text: str, severity: str) -> None:
        self.fingerprint = fingerprint
        self.text = text
        self.severity = severity

    def _replace(self, fingerprint: str) -> _Row:
        said = '"fingerprint": "{}"'
        text = self.text.replace(said.format(self.fingerprint), said.format(fingerprint))
        return _Row(fingerprint, text, self.severity)


def _in_phase(source: Source, phase: str) -> bool:
    if not source.scannable:
        return phase != "facts"
    return source.type is None or phase_of(source.type) == phase


def _units(source: Source, phase: str) -> list[Unit]:
    if source.packed or not source.scannable or "://" in source.path:
        return [Unit(phase, source.number, 0, 1 << 62 if source.scannable else source.size)]
    return [Unit(phase, source.number, a, b) for a, b in split(source.size, _STEP)]


def _bases(found: list[tuple[Unit, dict[str, Any]]]) -> dict[str, int]:
    """How many lines of its source stand before each unit."""
    bases: dict[str, int] = {}
    lines: Counter[int] = Counter()
    for unit, head in sorted(found):
        bases[unit.name] = lines[unit.source]
        lines[unit.source] += head["lines"]
    return bases


def _grown(job: Job, phase: str, found: list[tuple[Unit, dict[str, Any]]], bases: dict[str, int]) -> Job:
    if phase == "medications":
        rows = ((*row[:4], row[4] + bases[unit.name]) for unit, head in found for row in head["medications"])
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
        relevant=frozenset(key for _, head in found for key in head["patients"]),
        about=job.about.union(*(head["about"] for _, head in found)),
        wanted={key: tuple(sorted(parts)) for key, parts in wanted.items()},
        wanted_types=frozenset(types),
    )


def _groups(job: Job, heads: dict[str, list[tuple[Unit, dict[str, Any]]]]) -> list[list[int]]:
    """The partitions, those together that a container ties together."""
    leads = list(range(job.parts + 1))

    def lead(part: int) -> int:
        while leads[part] != part:
            part = leads[part]
        return part

    for _, head in heads["orders"]:
        for a, b in head["joins"]:
            leads[lead(a)] = lead(b)
    groups: dict[int, list[int]] = {}
    for part in range(job.parts + 1):
        groups.setdefault(lead(part), []).append(part)
    return list(groups.values())
