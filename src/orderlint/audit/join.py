"""One partition: its lines parsed, built and judged by the builder and the kernel of ``check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from orderlint.assemble import assemble, from_fault, one_per_rule_and_order
from orderlint.audit import keys
from orderlint.audit.job import Job
from orderlint.audit.pseudonyms import Pseudonyms
from orderlint.audit.units import Store
from orderlint.engine import (
    Read,
    Sources,
    _conformance,
    _holder,
    _tag_suppressions,
    _wanted,
    _without_repeats,
)
from orderlint.fhir.build.facts import FACT_TYPES, STATEMENTS
from orderlint.fhir.build.found import COVERED, NOT_COVERED, SKIPPED, UNKNOWN, Built, name_of
from orderlint.fhir.build.records import Builder
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.codes import concept_of
from orderlint.fhir.read.medication import drugs_of, identify
from orderlint.fhir.read.observation import LOINC
from orderlint.fhir.read.reason import coded_groups, groups_of
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document
from orderlint.findings import Finding
from orderlint.kernel import judge
from orderlint.record import InputFault, Order, Place, Record
from orderlint.report.json_report import findings_json
from orderlint.terminology.labs import lab

_DEEPEST = 8  # Medications of Medications
_UNDECIDED = frozenset(("age-unknown", "renal-function-unknown", "dose-unverifiable", "check-failed",
                        "medication-unidentified", "unresolved-reference"))  # fmt: skip


class Join:
    """One partition (several, where containers tie them together) at work."""

    def __init__(self, job: Job, store: Store, units: Iterable[str], bases: Mapping[str, int]) -> None:
        self.job = job
        self.store = store
        self.units = list(units)
        self.bases = bases
        self.counts: Counter[str] = Counter()
        self.shares: dict[str, Counter[str]] = {
            n: Counter() for n in ("drug", "month", "prescriber", "department")
        }
        self.hits: dict[str, Counter[str]] = {
            n: Counter() for n in ("rule", *(f"rule by {n}" for n in self.shares))
        }
        self.undecided: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self._who: dict[str, tuple[str, str]] = {}  # order: prescriber, department
        self._when: dict[str, tuple[str, str, str]] = {}  # the same with the month before them
        self._broken: set[str] = set()
        self._unpacked: dict[int, dict[int, bytes]] = {}

    def run(self, parts: Iterable[int]) -> tuple[dict[str, Any], list[Any]]:
        """The head of the result, and the findings as rows: sorting key, fingerprint, JSON, suppressed."""
        documents, faults = self._read(parts)
        held: list[Resource] = []
        for document in documents:
            for one in resources(document):
                if isinstance(one, InputFault):
                    faults.append(one)
                else:
                    held.append(one)
        index = Index()
        for one in held:
            index.add(one)
            if one.type == "MedicationRequest":
                self._who[name_of(one)] = _people(one)
        documents += self._medications(held, index)
        orders_of = [
            r for r in held if r.type not in FACT_TYPES or r.parent is not None or _relevant(r, index)
        ]
        builder = Builder(orders_of, index, self.job.protocols.names_drug, self.job.settings.as_of)
        built = builder.build()
        outside = self._early(built.records)
        findings, unverifiable = self._judged(built, outside)
        used = self._used(built, orders_of)
        read = Read(0, tuple(documents), tuple(held), (), 0)
        if self.job.settings.conformance:
            more, _ = _conformance(read._replace(resources=tuple(used)))
            faults += more
        faults += [f for f in built.faults if f.resource not in outside]
        advice = {name: rule.advice for name, rule in self.job.protocols.rules.items()}
        wanted = [
            f for f in _without_repeats(faults) if _wanted(f.rule, self.job.config, self.job.settings.rules)
        ]
        findings += [from_fault(f, advice) for f in wanted]
        self.counts["invalid"] = len(
            {(f.place.file, f.place.byte) for f in faults if f.rule == "invalid-resource"}
        )
        self._count(built, unverifiable, outside)
        rows = self._rows(findings, read, documents)
        return self._head(), rows

    # -- reading ----------------------------------------------------------------------------------

    def _read(self, parts: Iterable[int]) -> tuple[list[Document], list[InputFault]]:
        rows: dict[tuple[int, int], tuple[int, bytes, bool]] = {}
        for unit in self.units:
            base = self.bases[unit]
            for part in parts:
                for source, line, byte, raw, ndjson in self.store.rows(unit, part):
                    rows[source, byte] = (line + base, raw, ndjson)
        documents: list[Document] = []
        faults: list[InputFault] = []
        for (source, byte), (line, raw, ndjson) in sorted(rows.items()):
            name = self.job.sources[source].name
            try:
                value = parse(raw)
            except JsonProblem as problem:
                place = Place(name, "", line, byte)
                at = line + problem.line - 1
                faults.append(
                    InputFault(
                        "invalid-json", "error", problem.message, place, line=at, column=problem.column
                    )
                )
                continue
            self.counts["parsed"] += 1
            documents.append(Document(name, line, byte, value, raw, ndjson))
        return documents, faults

    def _medications(self, held: Iterable[Resource], index: Index) -> list[Document]:
        """The Medications that orders and statements name, and what these name, put into the index."""
        seen: set[str] = set()
        documents: list[Document] = []
        todo = {t for r in held if r.type == "MedicationRequest" or r.type in STATEMENTS for t in _named(r)}
        for _ in range(_DEEPEST):
            fresh: set[str] = set()
            for tail in todo - seen:
                seen.add(tail)
                for source, byte, line in self.job.medications.places(keys.key64(tail)):
                    document = self._medication(source, byte, line)
                    if document is None:
                        continue
                    documents.append(document)
                    for one in [r for r in resources(document) if isinstance(r, Resource)]:
                        if not any(one.place == r.place for r in self._known(index, one)):
                            index.add(one)
                        fresh |= _named(one)
            todo = fresh
            if not todo:
                break
        return documents

    @staticmethod
    def _known(index: Index, one: Resource) -> tuple[Resource, ...]:
        found = index.resolve(f"{one.type}/{one.id}", one) if one.id else None
        return (found,) if found is not None else index.ambiguous(f"{one.type}/{one.id}", one)

    def _medication(self, source: int, byte: int, line: int) -> Document | None:
        where = self.job.sources[source]
        if where.packed or not where.scannable:
            raw = self._kept(source).get(byte, b"")
        else:
            with open(where.path, "rb") as file:  # noqa: PTH123
                file.seek(byte)
                raw = file.readline().rstrip(b"\r\n")
        try:
            value = parse(raw)
        except JsonProblem:
            return None
        return Document(where.name, line, byte, value, raw, where.scannable)

    def _kept(self, source: int) -> dict[int, bytes]:
        known = self._unpacked.get(source)
        if known is None:
            known = self._unpacked[source] = {}
            for unit in self.store.folder.glob(f"medications-{source:05}-*"):
                for _, byte, raw in self.store.rows(unit.name, 0):
                    known[byte] = raw
        return known

    # -- judging ----------------------------------------------------------------------------------

    def _early(self, records: Iterable[Record]) -> set[str]:
        """The orders written before the day from which on orders are judged."""
        since = self.job.settings.since
        if since is None:
            return set()
        orders = [o for r in records for o in r.orders]
        return {o.resource for o in orders if o.written is not None and o.written.last < since}

    def _judged(self, built: Built, outside: set[str]) -> tuple[list[Finding], set[str]]:
        findings: list[Finding] = []
        unverifiable: set[str] = set()
        for record in built.records:
            done = assemble(record, judge(record, self.job.protocols), self.job.protocols)
            findings += [f for f in done.findings if f.resource not in outside]
            unverifiable |= done.unverifiable
            for note in done.notes:
                self.notes[note.partition(": ")[2]] += 1
            for order in record.orders:
                if order.resource not in outside:
                    self._share(order)
        return one_per_rule_and_order(findings), unverifiable

    def _share(self, order: Order) -> None:
        for name, value in self._traits(order).items():
            for one in value:
                self.shares[name][one] += 1

    def _traits(self, order: Order) -> dict[str, list[str]]:
        drugs = sorted({d.ingredient for d in order.drugs if self.job.protocols.names_drug(d.ingredient)})
        month = order.written.first.isoformat()[:7] if order.written is not None else "no date"
        requester, department = self._who.get(order.resource, ("", ""))
        if not drugs:
            return {}
        self._when[order.resource] = (month, requester, department)
        return {
            "drug": drugs,
            "month": [month],
            "prescriber": [requester] if requester else [],
            "department": [department] if department else [],
        }

    def _used(self, built: Built, held: list[Resource]) -> list[Resource]:
        """The orders that are covered, and everything that they rest on."""
        judged = {
            o.place
            for r in built.records
            for o in r.orders
            if any(self.job.protocols.names_drug(d.ingredient) for d in o.drugs)
        }
        people = {r.patient for r in built.records}
        return [
            r
            for r in held
            if r.parent is None
            and (r.type in FACT_TYPES or r.place in judged or f"{r.type}/{r.id}" in people)
        ]

    # -- counting and writing ---------------------------------------------------------------------

    def _count(self, built: Built, unverifiable: set[str], outside: set[str]) -> None:
        names = {o.key: o.resource for r in built.records for o in r.orders}
        for key, state in built.states.items():
            if names.get(key) in outside:
                self.counts["outside"] += 1
            elif state == UNKNOWN or (state == COVERED and key in unverifiable):
                self.counts["unverifiable"] += 1
            else:
                self.counts[{COVERED: "assessed", NOT_COVERED: "not_covered", SKIPPED: "skipped"}[state]] += 1

    def _rows(self, findings: list[Finding], read: Read, documents: list[Document]) -> list[Any]:
        from orderlint.report.ordering import in_order  # noqa: PLC0415
        from orderlint.suppress import apply  # noqa: PLC0415

        if not findings:
            return []
        suppressions = (*self.job.config.suppressions, *_tag_suppressions(read))
        marked = _marked(findings, read)
        hidden: tuple[Finding, ...] = ()
        if suppressions:
            files = {d.file for d in documents}
            applied = apply(
                marked, suppressions, self.job.settings.today, files, resources_in_run=frozenset()
            )
            extra = [f for f in applied.extra if f.resource is not None]
            marked, hidden = [*applied.kept, *extra], applied.hidden
        located = Sources((), documents).located([*marked, *hidden])
        known = in_order(located[: len(marked)])
        rows = []
        for finding in known:
            self._tally(finding)
            rows.append(_row(finding, self.job.settings.secret))
        self.counts["suppressed"] = len(hidden)
        self._broken |= {f.place.file for f in known if f.rule == "invalid-json"}
        return rows

    def _tally(self, finding: Finding) -> None:
        self.counts[finding.severity] += 1
        self.hits["rule"][finding.rule] += 1
        if finding.rule in _UNDECIDED:
            self.undecided[f"{finding.rule}"] += 1
        if finding.drug:
            self.hits["rule by drug"][f"{finding.rule}\t{finding.drug}"] += 1
        month, requester, department = self._when.get(finding.resource or "", ("", "", ""))
        for name, value in (("month", month), ("prescriber", requester), ("department", department)):
            if value:
                self.hits[f"rule by {name}"][f"{finding.rule}\t{value}"] += 1

    def _head(self) -> dict[str, Any]:
        names = Pseudonyms(self.job.settings.secret)
        return {
            "counts": dict(self.counts),
            "shares": {k: {names.text(n): c for n, c in v.items()} for k, v in self.shares.items()},
            "hits": {k: {names.text(n): c for n, c in v.items()} for k, v in self.hits.items()},
            "undecided": dict(self.undecided),
            "broken": sorted(self._broken),
            "notes": dict(self.notes.most_common(50)),
        }


def finding_row(finding: Finding, document: Document | None, secret: bytes | None) -> tuple[Any, ...]:
    """A finding about a line that was never joined, as a row."""
    documents = [document] if document is not None else []
    marked = _marked([finding], Read(0, (), (), (), 0))
    return _row(Sources((), documents).located(marked)[0], secret)


def _row(finding: Finding, secret: bytes | None) -> tuple[Any, ...]:
    """Sorting key, fingerprint, JSON, severity."""
    import json  # noqa: PLC0415

    from orderlint.report.sanitize import json_safe  # noqa: PLC0415

    said = Pseudonyms(secret).over(findings_json([finding])[0])
    text = json_safe(json.dumps(said, ensure_ascii=False, allow_nan=False))
    place = finding.place
    key = (place.file, finding.line or 0, finding.rule, finding.column or 0, place.byte, place.pointer,
           finding.resource or "", finding.drug or "", finding.message)  # fmt: skip
    return key, said["fingerprint"], text, finding.severity


def _marked(findings: Iterable[Finding], read: Read) -> list[Finding]:
    """Fingerprints; those that occur twice in the run are told apart when all findings come together."""
    from orderlint.fingerprint import content_hash, fingerprint  # noqa: PLC0415

    nameless = {(r.place.file, r.place.byte, r.place.pointer): r for r in read.resources if r.id is None}
    done = []
    for finding in findings:
        holder = _holder(finding, nameless) if nameless else None
        content = content_hash(holder.value) if holder is not None else None
        done.append(finding._replace(fingerprint=fingerprint(finding, content)))
    return done


def _people(order: Resource) -> tuple[str, str]:
    """Who prescribed, and for which department, where the order refers to them."""
    supply = order.value.get("dispenseRequest")
    performer = supply.get("performer") if isinstance(supply, dict) else None
    return _reference(order.value.get("requester")), _reference(order.value.get("performer")) or _reference(
        performer
    )


def _reference(value: object) -> str:
    said = value.get("reference") if isinstance(value, dict) else None
    return keys.tail(said) if isinstance(said, str) else ""


def _named(resource: Resource) -> set[str]:
    """The tails of all references of a resource that may be Medications or Substances."""
    found: set[str] = set()
    todo: list[object] = [resource.value]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            said = value.get("reference")
            if isinstance(said, str):
                tail = keys.tail(said)
                if tail.startswith(("Medication/", "Substance/", "urn:")):
                    found.add(tail)
            todo += value.values()
        elif isinstance(value, list):
            todo += value
    return found


def _relevant(fact: Resource, index: Index) -> bool:
    """Whether terminology knows what the fact is about: only then can a rule use it."""
    value, quiet = fact.value, Faults()
    if fact.type == "Observation":
        parts = [value, *(c for c in _list(value.get("component")) if isinstance(c, dict))]
        for part in parts:
            said = concept_of(part, "code", "", quiet)
            for coding in said.codings if said else ():
                if (
                    coding.code
                    and coding.system in (LOINC, None, "urn:oid:2.16.840.1.113883.6.1")
                    and lab(coding.code)
                ):
                    return True
        return False
    if fact.type == "Condition":
        return bool(groups_of(concept_of(value, "code", "", quiet)))
    if fact.type == "Procedure":
        said = concept_of(value, "code", "", quiet)
        return bool(said and (coded_groups(said) or groups_of(said)))
    if fact.type in STATEMENTS:
        return bool(identify(value, lambda reference: index.resolve(reference, fact)).drugs)
    said = concept_of(value, "code", "", quiet)
    substances = [
        concept_of(r, "substance", "", quiet) for r in _list(value.get("reaction")) if isinstance(r, dict)
    ]
    return any(drugs_of(c) for c in (said, *substances) if c is not None)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
