"""What came of an audit: the heads of all results added up, and the findings of all, merged."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orderlint.assemble import from_fault
from orderlint.audit.executor import Found, joined
from orderlint.audit.job import Job, phase_of_source
from orderlint.audit.join.changes import merge
from orderlint.audit.join.figures import merge as merge_figures
from orderlint.audit.join.rows import finding_row, shared_by, with_message
from orderlint.audit.results.pseudonyms import Pseudonyms
from orderlint.audit.results.versions import versions
from orderlint.audit.units import Store, bases
from orderlint.config import Config
from orderlint.engine import left_out, wanted
from orderlint.fhir.conformance.lines import repeated
from orderlint.protocols.expired import expired
from orderlint.protocols.model import ProtocolSet
from orderlint.record import InputFault, Place


class Unread(NamedTuple):
    """An input that could not be read, or not all of it. ``line`` and ``why`` are of the first place."""

    file: str
    line: int | None
    why: str
    places: int


class Outcome(NamedTuple):
    """What an audit found. The findings stand in ``rows``, sorted, one JSON text each; read them once."""

    ledger: dict[str, int]
    summary: dict[str, Any]
    severities: Counter[str]
    notes: tuple[str, ...]
    rows: Iterator[tuple[str, str]]  # JSON, severity
    empty: bool
    unread: tuple[Unread, ...] = ()
    met: int | None = None  # of a list of patients: those who have an order in the export
    listed: int = 0  # how many they are


class Results(NamedTuple):
    """Everything that a run left: heads of phases here, those of groups in the store."""

    job: Job
    found: Mapping[str, Found]
    groups: int
    store: Store
    unread: tuple[InputFault, ...]  # inputs that could not even be sources
    all_protocols: ProtocolSet  # also those that no rule of this run is of
    notes: tuple[str, ...] = ()  # about the export


def outcome(results: Results) -> Outcome:
    """The ledger, the summary and the findings."""
    job, store = results.job, results.store
    total: Counter[str] = Counter()
    for phase, units in results.found.items():
        for unit, head in units:
            source = job.sources[unit.source]
            for name in ("not_covered", "skipped", "outside", "parsed", "resources"):
                total[name] += head[name]
            if phase == phase_of_source(source):
                total["lines"] += head["lines"]
                total["resources"] += head["lines"] if source.scannable else 0
                total["whole"] += head["documents"] and not head["by_line"]
    summary: dict[str, Any] = {"shares": {}, "hits": {}, "undecided": {}, "notes": {}, "reasons": {}}
    repeats: Counter[str] = Counter()
    changed: list[dict[str, Any]] = []
    figures: list[dict[str, Any]] = []
    torn: list[Any] = []  # rows about what could not be read
    for number in range(results.groups):
        head = store.take(joined(number))
        total.update(head["counts"])
        if head.get("broken"):
            torn += [row for row in _run(store, number) if row[0][2] == "invalid-json"]
        for kind in ("shares", "hits"):
            for name, counts in head[kind].items():
                summary[kind].setdefault(name, Counter()).update(counts)
        for kind in ("undecided", "notes", "reasons"):
            summary[kind] = Counter(summary[kind]) + Counter(head[kind])
        repeats.update(head["repeats"])
        if head["changes"] is not None:
            changed.append(head["changes"])
        if head["figures"] is not None:
            figures.append(head["figures"])
    shared = [known for one in repeats if (known := shared_by(one)) is not None]
    rules = summary["hits"].setdefault("rule", Counter()) if repeats else Counter()
    total["warning"] += len(repeats) - len(shared)  # of findings that repeat, the report holds one
    total.update(severity for severity, *_ in shared)
    total["invalid"] += len({tuple(about) for _, rule, *about in shared if rule == "invalid-resource"})
    rules.update({"invalid-resource": len(repeats) - len(shared)})
    rules.update(rule for _, rule, *_ in shared)
    summary |= _changes(job, changed)
    summary["figures"] = merge_figures(figures) if figures else None
    own = _own_rows(results)
    for row in own:
        total[row[3]] += 1
        total["invalid"] += row[0][2] == "invalid-resource"
        summary["hits"].setdefault("rule", Counter())[row[0][2]] += 1
    torn += [row for row in own if row[0][2] == "invalid-json"]
    unread = _unread(torn, Pseudonyms(job.settings.secret))
    return Outcome(
        ledger=_ledger(results, total, len(unread)),
        summary=summary,
        severities=Counter({k: total[k] for k in ("error", "warning", "info")}),
        notes=(*left_out(job.config, job.settings.rules), *results.notes),
        rows=_rows(own, store, results.groups, repeats),
        empty=not total["resources"] and not unread,
        unread=unread,
        met=_met(results),
        listed=len(job.settings.patients or ()),
    )


def _unread(rows: Iterable[Any], names: Pseudonyms) -> tuple[Unread, ...]:
    found: dict[str, Unread] = {}
    for (file, line, *_, words), *_ in sorted(rows):
        known = found.get(file)
        first = known or Unread(file, line or None, names.text(words), 0)
        found[file] = first._replace(places=first.places + 1)
    return tuple(found.values())


def _met(results: Results) -> int | None:
    listed = results.job.settings.patients
    if listed is None:
        return None
    return listed.among(head["met"] for _, head in results.found["orders"])


def _changes(job: Job, heads: list[dict[str, Any]]) -> dict[str, Any]:
    """``changes``, verdicts that differ from those of the baseline, and ``baseline``: what was compared."""
    if job.baseline is None:
        return {"changes": None, "baseline": None}
    merged = merge(heads)
    return {
        "changes": {name: merged[name] for name in ("orders", "changes")},
        "baseline": {
            "protocols": versions(job.protocols, job.baseline),
            "same_settings": job.protocols.settings == job.baseline.settings,
            "orders": merged["held"],
            "judged": merged["judged"],
        },
    }


def _ledger(results: Results, total: Counter[str], unreadable: int) -> dict[str, int]:
    sources = results.job.sources
    inputs = {s.name for s in sources} | {f.place.file for f in results.unread if f.rule == "invalid-json"}
    orders = total["assessed"] + total["not_covered"] + total["skipped"] + total["unverifiable"]
    return {
        "inputs": len(inputs),
        "unreadable": unreadable,
        "resources": total["resources"],
        "invalid": total["invalid"],
        "orders": orders,
        "assessed": total["assessed"],
        "not_covered": total["not_covered"],
        "skipped": total["skipped"],
        "unverifiable": total["unverifiable"],
        "outside": total["outside"],
        "lines_scanned": total["lines"],
        "lines_parsed": total["parsed"],
        "read_whole": total["whole"],
        "bytes_scanned": sum(s.size for s in sources),
        "suppressed": total["suppressed"],
    }


def _own_rows(results: Results) -> list[Any]:
    """Findings about lines and inputs that never came to a partition."""
    job: Job = results.job
    config: Config = job.config
    faults = [*results.unread, *expired(job.protocols.protocols, job.settings.today)]
    for found in results.found.values():
        before = bases(found)
        for unit, head in found:
            name, base = job.sources[unit.source].name, before[unit.name]
            for rule, line, column, byte, words in head["faults"]:
                place = Place(name, "", line + base, byte)
                known = line + base if column is not None else None
                faults.append(InputFault(rule, "error", words, place, line=known, column=column))
    advice = {name: rule.advice for name, rule in results.all_protocols.rules.items()}
    return sorted(
        finding_row(from_fault(f, advice), job.settings.secret)
        for f in faults
        if wanted(f.rule, config, job.settings.rules)
    )


def _rows(own: list[Any], store: Store, groups: int, repeats: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    from orderlint.fingerprint import unique  # noqa: PLC0415

    runs = [own, *(_run(store, number) for number in range(groups))]
    merged = (_Row(*row[1:4]) for row in _once(heapq.merge(*runs), repeats))
    for row in unique(merged):  # type: ignore[arg-type]
        yield row.text, row.severity  # type: ignore[attr-defined]


def _once(rows: Iterable[Any], repeats: Mapping[str, int]) -> Iterator[Any]:
    """Of rows that repeat, the first, which says how many more there are."""
    said: set[str] = set()
    for row in rows:
        same = row[4]
        if not same:
            yield row
        elif same not in said:
            said.add(same)
            more = repeats[same] - 1 if shared_by(same) is None else 0
            yield (*row[:2], with_message(row[2], lambda m: repeated(m, more)), *row[3:]) if more else row  # noqa: B023


def _run(store: Store, number: int) -> Iterator[Any]:
    name = joined(number)
    for block in store.parts(name):
        yield from store.rows(name, block)


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
