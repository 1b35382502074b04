"""What came of an audit: the heads of all results added up, and the findings of all, merged."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from orderlint.assemble import from_fault
from orderlint.audit.executor import Found, joined
from orderlint.audit.job import Job, phase_of
from orderlint.audit.join.changes import merge
from orderlint.audit.join.figures import merge as merge_figures
from orderlint.audit.join.rows import finding_row, with_message
from orderlint.audit.units import Store, bases
from orderlint.config import Config
from orderlint.engine import left_out, wanted
from orderlint.fhir.conformance.lines import repeated
from orderlint.fhir.source.documents import Document
from orderlint.protocols.expired import expired
from orderlint.protocols.model import ProtocolSet
from orderlint.record import InputFault, Place


class Outcome(NamedTuple):
    """What an audit found. The findings stand in ``rows``, sorted, one JSON text each; read them once."""

    ledger: dict[str, int]
    summary: dict[str, Any]
    severities: Counter[str]
    notes: tuple[str, ...]
    rows: Iterator[tuple[str, str]]  # JSON, severity
    empty: bool


class Results(NamedTuple):
    """Everything that a run left: heads of phases here, those of groups in the store."""

    job: Job
    found: Mapping[str, Found]
    groups: int
    store: Store
    unread: tuple[InputFault, ...]  # inputs that could not even be sources
    all_protocols: ProtocolSet  # also those that no rule of this run is of


def outcome(results: Results) -> Outcome:
    """The ledger, the summary and the findings."""
    job, store = results.job, results.store
    total: Counter[str] = Counter()
    for phase, units in results.found.items():
        for unit, head in units:
            source = job.sources[unit.source]
            for name in ("not_covered", "skipped", "outside", "parsed"):
                total[name] += head[name]
            if phase == (phase_of(source.type) if source.type else "orders"):
                total["lines"] += head["lines"]
    summary: dict[str, Any] = {"shares": {}, "hits": {}, "undecided": {}, "notes": {}, "reasons": {}}
    repeats: Counter[str] = Counter()
    changed: list[dict[str, Any]] = []
    figures: list[dict[str, Any]] = []
    broken: set[str] = set()
    for number in range(results.groups):
        head = store.take(joined(number))
        total.update(head["counts"])
        broken |= set(head.get("broken", ()))
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
    total["warning"] += len(repeats)  # of findings that repeat, the report holds one
    if repeats:
        summary["hits"].setdefault("rule", Counter())["invalid-resource"] += len(repeats)
    summary["changes"] = merge(changed) if changed else None
    summary["figures"] = merge_figures(figures) if figures else None
    own = _own_rows(results)
    for row in own:
        total[row[3]] += 1
        total["invalid"] += row[0][2] == "invalid-resource"
        summary["hits"].setdefault("rule", Counter())[row[0][2]] += 1
    broken |= {row[0][0] for row in own if row[0][2] == "invalid-json"}
    empty = not total["lines"] and not any(not s.scannable and s.size for s in job.sources)
    return Outcome(
        ledger=_ledger(results, total, len(broken)),
        summary=summary,
        severities=Counter({k: total[k] for k in ("error", "warning", "info")}),
        notes=tuple(left_out(job.config, job.settings.rules)),
        rows=_rows(own, store, results.groups, repeats),
        empty=empty,
    )


def _ledger(results: Results, total: Counter[str], unreadable: int) -> dict[str, int]:
    sources = results.job.sources
    orders = total["assessed"] + total["not_covered"] + total["skipped"] + total["unverifiable"]
    return {
        "inputs": len(sources) + len(results.unread),
        "unreadable": unreadable,
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
        "bytes_scanned": sum(s.size for s in sources),
        "suppressed": total["suppressed"],
    }


def _own_rows(results: Results) -> list[Any]:
    """Findings about lines and inputs that never came to a partition."""
    job: Job = results.job
    config: Config = job.config
    faults: list[tuple[InputFault, Document | None]] = [(f, None) for f in results.unread]
    faults += [(f, None) for f in expired(job.protocols.protocols, job.settings.today)]
    for found in results.found.values():
        before = bases(found)
        for unit, head in found:
            name, base = job.sources[unit.source].name, before[unit.name]
            for rule, line, column, byte, words, raw in head["faults"]:
                place = Place(name, "", line + base, byte)
                known = line + base if column is not None else None
                document = Document(name, line + base, byte, {}, raw, True) if raw else None
                faults.append((InputFault(rule, "error", words, place, line=known, column=column), document))
    advice = {name: rule.advice for name, rule in results.all_protocols.rules.items()}
    return sorted(
        finding_row(from_fault(f, advice), document, job.settings.secret)
        for f, document in faults
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
            more = repeats[same] - 1
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
