"""One partition: its lines parsed, built and judged by the builder and the kernel of ``check``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, Protocol

from orderlint.assemble import assemble, from_fault, one_per_rule_and_order, unsaid
from orderlint.audit import keys
from orderlint.audit.job import FACTS, LINE, WHOLE, Job
from orderlint.audit.join import rows
from orderlint.audit.join.changes import Changes
from orderlint.audit.join.companions import ORDER
from orderlint.audit.join.memory import Memory
from orderlint.audit.join.relevance import may_name, named, relevant
from orderlint.audit.join.tally import Tally
from orderlint.audit.sift.parsed_lines import by_id
from orderlint.engine import Read, Sources, tagged_suppressions, wanted, without_repeats
from orderlint.fhir.build.facts import FACT_TYPES, STATEMENTS
from orderlint.fhir.build.found import COVERED, NOT_COVERED, SKIPPED, UNKNOWN, Built, key_of, name_of
from orderlint.fhir.build.records import Builder
from orderlint.fhir.build.services import REQUEST
from orderlint.fhir.conformance.gate import Item, fault_of
from orderlint.fhir.conformance.lines import repeatable
from orderlint.fhir.json.members import Members
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, only_resource, resources
from orderlint.fhir.source.documents import Document
from orderlint.findings import Finding
from orderlint.kernel import judge
from orderlint.record import InputFault, Place, Record

if TYPE_CHECKING:
    from orderlint.audit.join.figures import Figures

_DEEPEST = 8  # Medications of Medications
_NAMING = frozenset(("MedicationRequest", *STATEMENTS))
_MOST_NOTES = 50
_ORDER_NOTHING = frozenset(("Patient", *FACT_TYPES, REQUEST))

Row = tuple[int, int, int, bytes, int]  # source, line and byte in it, the line, how it was met (see ``job``)


class Reader(Protocol):
    """Where the lines of a partition come from."""

    def rows(self, part: int) -> Iterable[Row]:
        """Everything sent to a partition; no bytes for an order that nobody has to look at."""
        ...

    def medication(self, source: int, byte: int) -> bytes:
        """The bytes of the Medication that begins there; none where it is not known."""
        ...


class Join:
    """One partition (several, where containers tie them together) at work."""

    def __init__(self, job: Job, reader: Reader, memory: Memory | None = None) -> None:
        """``memory`` is shared by all partitions of a worker."""
        self.job = job
        self.reader = reader
        self.memory = Memory() if memory is None else memory
        self.tally = Tally(job.protocols, job.settings.secret)
        self.notes: Counter[str] = Counter()
        self.changes = Changes(job.baseline, job.settings.secret) if job.baseline is not None else None
        self.figures = _figures(job)
        self._naming: set[tuple[str, int]] = set()  # documents that may name a Medication
        self._repeats: dict[tuple[Place, str], str] = {}  # place and words of a fault: what it repeats
        self._shared: set[tuple[str, int]] = set()  # documents of Medications, which others may have as well
        self._others: set[tuple[str, int]] = set()  # documents whose faults another partition tells
        self._broken: set[str] = set()
        self._covered: set[str] = set()  # keys of orders that a rule of now was held against

    def run(self, parts: Iterable[int]) -> tuple[dict[str, Any], list[Any]]:
        """The head of the result, and the findings as rows (see ``rows``)."""
        parts = frozenset(parts)
        documents, faults = self._read(parts)
        held: list[Resource] = []
        for document in documents:
            alone = only_resource(document)
            read = [alone] if alone is not None else list(resources(document))
            found = [one for one in read if isinstance(one, Resource)]
            if self.job.wanted and found and self._is_told_elsewhere(found[0], parts):
                self._others.add((document.file, document.byte))
            elif len(found) < len(read):
                faults += [one for one in read if isinstance(one, InputFault)]
            held += found
        index = Index()
        for one in held:
            index.add(one)
            if one.type == "MedicationRequest":
                self.tally.meet(name_of(one), one)
        documents += self._medications(held, index)
        orders_of = [
            r for r in held if r.type not in FACT_TYPES or r.parent is not None or relevant(r, index)
        ]
        builder = Builder(
            orders_of,
            index,
            self.job.covers,
            self.job.settings.as_of,
            self.memory.reading,
            of_patients=True,
        )
        built = builder.build()
        unselected = self._unselected(held)
        outside = self._early(built.records) | unselected.keys()
        findings, unverifiable = self._judged(built, outside)
        all_of_it = Read(0, tuple(documents), tuple(held), (), 0)
        if self.job.settings.conformance:
            faults += self._conformance(self._used(built, orders_of))
            self.memory.forms.keep()
        faults += [f for f in built.faults if f.resource not in outside]
        advice = {name: rule.advice for name, rule in self.job.protocols.rules.items()}
        config, rules = self.job.config, self.job.settings.rules
        told = [f for f in without_repeats(faults) if wanted(f.rule, config, rules)]
        findings += [from_fault(f, advice) for f in unsaid(told, findings)]
        self.tally.counts["invalid"] = len(
            {
                (f.place.file, f.place.byte, f.resource or f.place.pointer)
                for f in faults
                if f.rule == "invalid-resource" and (f.place.file, f.place.byte) not in self._shared
            }
        )
        self._count(built, unverifiable, outside, frozenset(chain.from_iterable(unselected.values())))
        done = self._rows(findings, all_of_it, documents, built, outside)
        return self._head(done), done

    # -- reading ----------------------------------------------------------------------------------

    def _read(self, parts: Iterable[int]) -> tuple[list[Document], list[InputFault]]:
        rows: dict[tuple[int, int], tuple[int, bytes, int]] = {}
        for part in parts:
            for source, line, byte, raw, how in self.reader.rows(part):
                rows[source, byte] = (line, raw, how)
        ordered = sorted([row for row in rows.items() if row[1][1]])
        orders: list[int] = []
        read: dict[int, Document | InputFault] = {}
        plain = True  # whether no other line holds an order
        for n, (place, (line, raw, how)) in enumerate(ordered):
            if how != WHOLE and ORDER in raw:
                orders.append(n)
            else:
                found = read[n] = self._document(place, line, raw, how != WHOLE)
                plain = plain and _holds_no_order(found)
        lines = [ordered[n][1][1] for n in orders]
        needed = self.memory.companions.needed(lines, self.job, self._only_medication, plain=plain)
        for n, is_needed in zip(orders, needed, strict=True):
            if is_needed:
                line, raw, how = ordered[n][1]
                read[n] = self._document(ordered[n][0], line, raw, how != WHOLE)
        self.tally.counts["not_covered"] += len(rows) - len(read)
        told = [read[n] for n in sorted(read)]
        documents = [one for one in told if isinstance(one, Document)]
        faults = [one for one in told if isinstance(one, InputFault)]
        self.tally.counts["parsed"] += sum(ordered[n][1][2] == LINE for n in read)
        self.tally.counts["resources"] -= len(faults)  # they looked as if they were
        return documents, faults

    def _is_told_elsewhere(self, resource: Resource, parts: Collection[int]) -> bool:
        """Whether another partition tells what is wrong with a resource that orders of several may name: that
        of its patient, if that has it too; else the first that asked for it."""
        asked = by_id(self.job, f"{resource.type}/{resource.id}") if resource.id else []
        if not asked:
            return False
        subject = keys.subject_key(resource) if resource.type in FACTS else None
        if subject is not None and keys.key32(subject) in self.job.relevant:
            asked = [self.job.part(subject)]
        return min(asked) not in parts

    def _document(self, place: tuple[int, int], line: int, raw: bytes, ndjson: bool) -> Document | InputFault:
        name, byte = self.job.sources[place[0]].name, place[1]
        try:
            value = self.memory.elements.parse(raw) if ndjson else parse(raw)
        except JsonProblem as problem:
            at = line + problem.line - 1
            where = Place(name, "", line, byte)
            return InputFault("invalid-json", "error", problem.message, where, line=at, column=problem.column)
        if isinstance(value, Members) or may_name(raw):
            self._naming.add((name, byte))
        return Document(name, line, byte, value, raw, ndjson)

    def _may_name(self, resource: Resource) -> bool:
        return (resource.place.file, resource.place.byte) in self._naming

    def _medications(self, held: Iterable[Resource], index: Index) -> list[Document]:
        """The Medications that orders and statements name, and what these name, put into the index."""
        seen: set[str] = set()
        documents: list[Document] = []
        todo = {t for r in held if r.type in _NAMING and self._may_name(r) for t in named(r)}
        for _ in range(_DEEPEST):
            fresh: set[str] = set()
            for tail in todo - seen:
                seen.add(tail)
                for source, byte, line in self.job.medications.places(keys.key64(tail)):
                    document = self._medication(source, byte, line)
                    if document is None:
                        continue
                    documents.append(document)
                    self._shared.add((document.file, document.byte))
                    for one in [r for r in resources(document) if isinstance(r, Resource)]:
                        if not any(one.place == r.place for r in self._known(index, one)):
                            index.add(one)
                        fresh |= named(one)
            todo = fresh
            if not todo:
                break
        return documents

    @staticmethod
    def _known(index: Index, one: Resource) -> tuple[Resource, ...]:
        found = index.resolve(f"{one.type}/{one.id}", one) if one.id else None
        return (found,) if found is not None else index.ambiguous(f"{one.type}/{one.id}", one)

    def _only_medication(self, tail: str) -> Resource | None:
        """The Medication of this tail, where there is one and it holds no other."""
        places = self.job.medications.places(keys.key64(tail))
        document = self._medication(*places[0]) if len(places) == 1 else None
        found = only_resource(document) if document is not None else None
        return found if found is not None and f"{found.type}/{found.id}" == tail else None

    def _medication(self, source: int, byte: int, line: int) -> Document | None:
        where = self.job.sources[source]
        raw = self.reader.medication(source, byte)
        try:
            value = parse(raw)
        except JsonProblem:
            return None
        return Document(where.name, line, byte, value, raw, where.scannable)

    # -- judging ----------------------------------------------------------------------------------

    def _early(self, records: Iterable[Record]) -> set[str]:
        """The orders written before the day from which on orders are judged.

        Where one of several with the same name was not, all of them are judged.
        """
        since = self.job.settings.since
        if since is None:
            return set()
        orders = [o for r in records for o in r.orders]
        late = {o.resource for o in orders if o.written is None or o.written.last >= since}
        return {o.resource for o in orders} - late

    def _unselected(self, held: Iterable[Resource]) -> dict[str, list[str]]:
        """The orders of patients who are not selected, which came in a container; their keys by their name.

        Where one of several with the same name is of a selected patient, all of them are judged.
        """
        if self.job.settings.patients is None and self.job.settings.sample is None:
            return {}
        found: dict[str, list[str]] = {}
        chosen: set[str] = set()
        for one in held:
            if one.type == "MedicationRequest":
                if self.job.selected(keys.subject_key(one)):
                    chosen.add(name_of(one))
                else:
                    found.setdefault(name_of(one), []).append(key_of(one))
        return {name: made for name, made in found.items() if name not in chosen}

    def _judged(self, built: Built, outside: set[str]) -> tuple[list[Finding], set[str]]:
        findings: list[Finding] = []
        unverifiable: set[str] = set()
        for record in built.records:
            verdicts = judge(record, self.job.protocols)
            done = assemble(record, verdicts, self.job.protocols)
            findings += [f for f in done.findings if f.resource not in outside]
            unverifiable |= done.unverifiable
            self._covered |= done.covered
            if done.unverifiable:
                self.tally.reasons(verdicts, outside)
            if self.changes is not None:
                self.changes.add(record, verdicts, outside)
            for note in done.notes:
                self.notes[note.partition(": ")[2]] += 1
            for order in record.orders:
                if order.resource not in outside:
                    self.tally.order(order)
        return one_per_rule_and_order(findings), unverifiable

    def _conformance(self, used: Iterable[Resource]) -> list[InputFault]:
        """What is wrong with the covered orders and the facts that they rest on."""
        faults = []
        for resource in used:
            if (resource.place.file, resource.place.byte) in self._others:
                continue
            for line in self.memory.forms.lines_of(resource.value, None):
                item = Item(resource.value, resource.place, name_of(resource))
                fault = fault_of(item, line)
                faults.append(fault)
                repeats = repeatable(resource.value, line)
                if repeats is not None:
                    self._repeats[fault.place, fault.message] = f"{resource.place.file}\0{repeats}"
        return faults

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

    def _count(
        self, built: Built, unverifiable: set[str], outside: set[str], unselected: frozenset[str]
    ) -> None:
        names = {o.key: o.resource for r in built.records for o in r.orders}
        for key, state in built.states.items():
            if key in unselected or names.get(key) in outside:
                self.tally.counts["outside"] += 1
            elif state == UNKNOWN or (state == COVERED and key in unverifiable):
                self.tally.counts["unverifiable"] += 1
            elif state == COVERED and key not in self._covered and self.job.baseline is not None:
                self.tally.counts["not_covered"] += 1
            else:
                self.tally.counts[
                    {COVERED: "assessed", NOT_COVERED: "not_covered", SKIPPED: "skipped"}[state]
                ] += 1

    def _rows(
        self,
        findings: list[Finding],
        read: Read,
        documents: list[Document],
        built: Built,
        outside: set[str],
    ) -> list[rows.Row]:
        from orderlint.report.ordering import in_order  # noqa: PLC0415
        from orderlint.suppress import apply  # noqa: PLC0415

        if not findings:
            if self.figures is not None:
                _drawn(self.figures, built, (), outside)
            return []
        suppressions = (*self.job.config.suppressions, *tagged_suppressions(read))
        marked = rows.marked(findings, read)
        hidden: tuple[Finding, ...] = ()
        if suppressions:
            files = {d.file for d in documents}
            applied = apply(
                marked, suppressions, self.job.settings.today, files, resources_in_run=frozenset()
            )
            extra = [f for f in applied.extra if f.resource is not None]
            marked, hidden = [*applied.kept, *extra], applied.hidden
        if self.figures is not None:
            _drawn(self.figures, built, marked, outside)
        known = in_order(Sources((), documents).located(marked))
        found = []
        for finding in known:
            repeats = self._repeats.get((finding.place, finding.message), "")
            if (finding.place.file, finding.place.byte) in self._shared:
                repeats = rows.shared(finding)
            if not repeats:
                self.tally.finding(finding)
            found.append(rows.row(finding, self.job.settings.secret, repeats))
        self.tally.counts["suppressed"] = len(hidden)
        self._broken |= {f.place.file for f in known if f.rule == "invalid-json"}
        return found

    def _head(self, found: Iterable[rows.Row]) -> dict[str, Any]:
        return {
            **self.tally.head(),
            "repeats": dict(Counter(row[4] for row in found if row[4])),
            "broken": sorted(self._broken),
            "notes": dict(self.notes.most_common(_MOST_NOTES)),
            "figures": self.figures.head() if self.figures is not None else None,
            "changes": self.changes.head() if self.changes is not None else None,
        }


def _holds_no_order(found: Document | InputFault) -> bool:
    """Whether a line is plainly a resource of a type that orders nothing, and holds no other."""
    if isinstance(found, InputFault):
        return True
    alone = only_resource(found)
    return alone is not None and alone.type in _ORDER_NOTHING


def _figures(job: Job) -> Figures | None:
    if not job.settings.figures:
        return None
    from orderlint.audit.join.figures import Figures  # noqa: PLC0415 -- only the page needs them

    return Figures(job.protocols, job.settings.secret)


def _drawn(figures: Figures, built: Built, findings: Iterable[Finding], outside: set[str]) -> None:
    by_order: dict[str, list[Finding]] = {}
    for finding in findings:
        by_order.setdefault(finding.order, []).append(finding)
    for record in built.records:
        figures.add(record, [f for o in record.orders for f in by_order.get(o.key, ())], outside)
