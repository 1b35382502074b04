"""The lines of one unit: which of them anyone needs, and which of them is counted and left.

Bytes are searched first. Whatever is not as plain as can be is parsed and judged by the same readers
as ever, so that the quick way only ever saves time. What is needed goes, as raw bytes, to the
partition of its patient; there it is parsed (again) and built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from orderlint.audit import keys, memo
from orderlint.audit.job import Job, phase_of, types_that_matter
from orderlint.audit.medications import FULL, PLAIN, Row
from orderlint.audit.patterns import (
    BROKEN,
    CONCEPT,
    CONCEPT_KEY,
    FOREIGN,
    LAB,
    ODD,
    OFF,
    POINTER,
    POINTER_KEY,
    patterns,
)
from orderlint.audit.scanner import Scanner
from orderlint.audit.units import Unit
from orderlint.audit.windows import windows
from orderlint.fhir.build.facts import FACT_TYPES
from orderlint.fhir.build.orders import is_skipped
from orderlint.fhir.build.records import DEFINING
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.medication import identify
from orderlint.fhir.read.order import read_order
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import Input
from orderlint.record import InputFault

_STATUS = re.compile(rb'"status"[ \t\r]*:[ \t\r]*"(?:cancelled|entered-in-error)"')
_POINTS = re.compile(rb'"reference"[ \t\r]*:[ \t\r]*"([^"\\]*)"')
_ALSO = re.compile(rb'"(?:ingredient|status)"')
_NEVER_REASONS = frozenset(
    ("Patient", "Medication", "Practitioner", "PractitionerRole", "Organization", "Encounter", "Location",
     "MedicationRequest", "Coverage", "CarePlan", "ServiceRequest")
)  # fmt: skip


class Sift:
    """One unit at work. The results stand in the attributes."""

    def __init__(self, job: Job, unit: Unit) -> None:
        self.job = job
        self.unit = unit
        self.source = job.sources[unit.source]
        self.lines = self.parsed = self.not_covered = self.skipped = self.outside = 0
        self.resources = 0
        self.sent: dict[int, list[tuple[Any, ...]]] = {}
        self.faults: list[tuple[str, int, int | None, int, str, bytes]] = []
        self.joins: list[tuple[int, int]] = []
        self.patients: set[int] = set()
        self.about: set[str] = set()
        self.wanted: set[tuple[int, str, int]] = set()
        self.medications: list[Row] = []
        self.kept: list[
            tuple[int, int, bytes]
        ] = []  # line, byte, raw of Medications that can't be read again
        self.mixed = False
        self.bytes = 0
        self._facts = memo.Facts()
        self._concepts = memo.Memo(memo.drug_of)
        self._displays = memo.Memo(lambda said: memo.drug_of({"text": said}))
        self._tells = self.source.type is not None or unit.phase == "facts" or not self.source.scannable

    def head(self) -> dict[str, Any]:
        """All that is no line."""
        names = ("lines", "parsed", "not_covered", "skipped", "outside", "resources", "faults", "joins",
                 "medications", "mixed", "bytes")  # fmt: skip
        found = {name: getattr(self, name) for name in names}
        return found | {
            "patients": sorted(self.patients),
            "about": sorted(self.about),
            "wanted": sorted(self.wanted),
        }

    def run(self) -> Iterator[int]:
        """Work; yields how many bytes are done, now and then."""
        if not self.source.scannable:
            yield from self._documents()
            return
        scanner = None
        own = self.source.type
        if own is not None and not self.job.settings.parse_all:
            matter = types_that_matter(self.job)
            scanner = Scanner(patterns(own, matter))
            every = own in matter and own != "Observation"
        for window in windows(self.source, self.unit.first, self.unit.last):
            if scanner is None:
                self._each(window.buffer, window.end, window.byte)
            else:
                with memoryview(window.buffer) as view:
                    found = scanner.matches(view[: window.end])
                self._scanned(window.buffer, window.end, window.byte, found, every)
            self.bytes += window.end
            yield window.end

    # -- walking the lines ------------------------------------------------------------------------

    def _each(self, buffer: bytearray, end: int, byte: int) -> None:
        start = 0
        while start < end:
            stop = buffer.find(b"\n", start, end)
            stop = end if stop < 0 else stop
            self.lines += 1
            raw = bytes(buffer[start:stop]).rstrip(b"\r")
            if raw.strip(b" \t\r"):
                self._line_parsed(raw, self.lines, byte + start)
            start = stop + 1

    def _scanned(self, buffer: bytearray, end: int, byte: int, found: Sequence[int], every: bool) -> None:
        """Walk the lines that have a match; with ``every`` the others too."""
        before = self.lines
        counted = start = 0
        at, most = 0, len(found)  # a match belongs to the line that its last byte is in
        first_odd = BROKEN if buffer[0] != 0x7B else 0
        last_odd = end if buffer[end - 1] not in (0x0A, 0x7D) else -1
        while start < end:
            if every or first_odd:
                here = start
            else:
                if at == most and last_odd < 0:
                    break
                spot = (found[at] >> 12) - 1 if at < most else end - 1
                here = buffer.rfind(b"\n", start, spot) + 1 or start
                here = max(here, start)
            stop = buffer.find(b"\n", here, end)
            if stop < 0:
                stop = end
            flags = first_odd
            first_odd = 0
            hits = []
            while at < most:
                match = found[at]
                spot = match >> 12
                flag = match & 4095
                if spot - 1 > stop:
                    break
                flags |= flag
                hits.append(match)
                at += 1
            if stop == end and last_odd >= 0:
                flags |= BROKEN
                last_odd = -1
            self.lines = before + counted + buffer.count(b"\n", start, here) + 1
            counted = self.lines - before
            if flags or every:
                raw = bytes(buffer[here:stop])
                if raw.endswith(b"\r"):
                    raw = raw.rstrip(b"\r")
                if flags & (ODD | FOREIGN | BROKEN):
                    if raw.strip(b" \t\r"):
                        self._line_parsed(raw, self.lines, byte + here)
                else:
                    self._line_quick(raw, self.lines, byte + here, flags, hits, here)
            start = stop + 1
        if start < end:
            counted += buffer.count(b"\n", start, end) + (buffer[end - 1] != 0x0A)
        self.lines = before + counted

    # -- one line, quickly ------------------------------------------------------------------------

    def _line_quick(self, raw: bytes, line: int, byte: int, flags: int, hits: list[int], here: int) -> None:
        own = self.source.type or ""
        if not raw.startswith(b'{"resourceType":"' + own.encode() + b'"') and keys.quick_type(raw) != own:
            self._line_parsed(raw, line, byte)
        elif own == "MedicationRequest":
            if not self._order_quick(raw, line, byte, flags, hits, here):
                self._line_parsed(raw, line, byte)
        elif own in ("Medication", "Substance"):
            if not self._medication_quick(raw, line, byte):
                self._line_parsed(raw, line, byte)
        elif own in DEFINING or own == "Bundle":
            self._line_parsed(raw, line, byte)
        elif own == "Observation" and not flags & LAB and own not in self.job.wanted_types:
            return
        else:
            self._fact_quick(own, raw, line, byte)

    def _order_quick(self, raw: bytes, line: int, byte: int, flags: int, hits: list[int], here: int) -> bool:
        """True where the line was dealt with."""
        if flags & OFF:
            for found in _STATUS.finditer(raw):
                if raw[found.start() - 1] != 0x5C and keys.depth(raw, found.start()) == 1:
                    self.skipped += 1
                    return True
        if raw.count(b'"medication') != 1 or b'"product' in raw:
            return False
        if flags & CONCEPT:
            key, flag = CONCEPT_KEY, CONCEPT
        elif flags & POINTER:
            key, flag = POINTER_KEY, POINTER
        else:
            return False
        start = raw.find(key)
        if start < 1 or raw[start - 1] == 0x5C or keys.depth(raw, start) != 1:
            return False
        stop = max((m >> 12) for m in hits if m & 4095 == flag) - here
        element = raw[raw.index(b"{", start) : stop]
        state = self._concepts(element) if flag == CONCEPT else self._pointed(element)
        if state == memo.UNCLEAR:
            return False
        if state == memo.OTHER:
            self.not_covered += 1
            return True
        subject = keys.quick_subject(raw)
        if subject is None:
            return False
        self._send_order(raw, line, byte, subject)
        return True

    def _pointed(self, element: bytes) -> int:
        found = _POINTS.findall(element)
        tail = keys.simple_tail(found[0]) if len(found) == 1 and b'"extension"' not in element else None
        if tail is None:
            return memo.UNCLEAR
        state = self.job.medications.state(keys.key64(tail))
        if state != PLAIN:
            return memo.DRUG
        return memo.OTHER if b'"display"' not in element else self._shown(element)

    def _shown(self, element: bytes) -> int:
        try:
            value = parse(element)
        except JsonProblem:
            return memo.UNCLEAR
        said = value.get("display") if isinstance(value, dict) else None
        if not isinstance(said, str):
            return memo.UNCLEAR
        import json  # noqa: PLC0415

        return memo.DRUG if self._displays(json.dumps(said).encode()) == memo.DRUG else memo.OTHER

    def _medication_quick(self, raw: bytes, line: int, byte: int) -> bool:
        if _ALSO.search(raw.replace(b'"status":"active"', b"").replace(b'"status":"generated"', b"")):
            return False
        ident = keys.quick_id(raw)
        found = memo.CODE.search(raw)
        if (
            ident is None
            or found is None
            or keys.depth(raw, found.start()) != 1
            or self.source.type != "Medication"
        ):
            return False
        state = self._concepts(found[1])
        if state == memo.UNCLEAR:
            return False
        self._keep_medication(f"Medication/{ident}", PLAIN if state == memo.OTHER else FULL, raw, line, byte)
        return True

    def _keep_medication(self, name: str, state: int, raw: bytes, line: int, byte: int) -> None:
        self.medications.append((keys.key64(name), state, self.unit.source, byte, line))
        if self.source.packed or not self.source.scannable:
            self.kept.append((line, byte, raw))

    def _fact_quick(self, kind: str, raw: bytes, line: int, byte: int) -> None:
        job = self.job
        if kind in job.about or kind in job.wanted_types:
            ident = keys.quick_id(raw)
            if ident is None:
                self._line_parsed(raw, line, byte)
                return
            self._by_id(f"{kind}/{ident}", raw, line, byte)
        if kind in FACT_TYPES:
            subject = keys.quick_subject(raw)
            if subject is None:
                self._line_parsed(raw, line, byte)
            elif keys.key64(subject) in job.relevant and self._facts.may_matter(kind, raw):
                self._send(job.part(subject), raw, line, byte)

    def _by_id(self, name: str, raw: bytes, line: int, byte: int) -> None:
        key = keys.key64(name)
        if key in self.job.relevant:
            self._send(self.job.part(name), raw, line, byte)
        for part in self.job.wanted.get(key, ()):
            self._send(part, raw, line, byte)

    # -- one line, parsed -------------------------------------------------------------------------

    def _line_parsed(self, raw: bytes, line: int, byte: int) -> None:
        self.parsed += 1
        try:
            value = parse(raw)
        except JsonProblem as problem:
            self._fault("invalid-json", line + problem.line - 1, problem.column, byte, problem.message)
            return
        if not isinstance(value, dict):
            self._fault("invalid-json", line, 1, byte, "a line of NDJSON has to be an object")
            return
        if "resourceType" not in value:
            words = "the line has no resourceType, unlike those before it"
            self._fault("invalid-resource", line, None, byte, words, raw)
            return
        kind = value["resourceType"]
        own = self.source.type
        if isinstance(kind, str) and own is not None and kind != own and kind in types_that_matter(self.job):
            self.mixed = self.mixed or phase_of(kind) != self.unit.phase
        self._document(Document(self.source.name, line, byte, value, raw, ndjson=True))

    def _documents(self) -> Iterator[int]:
        for part in read_documents(Input(self.source.name, self.source.path)):
            if isinstance(part, InputFault):
                if self.unit.phase == "orders":
                    self._fault(
                        part.rule, part.line or part.place.line, part.column, part.place.byte, part.message
                    )
                continue
            self.parsed += 1
            self._document(part)
        yield self.source.size

    def _document(self, document: Document) -> None:
        held = [r for r in resources(document) if isinstance(r, Resource)]
        raw, line, byte = document.raw, document.line, document.byte
        if self.unit.phase == "medications":
            for one in held:
                if one.type in ("Medication", "Substance") and one.parent is None and one.id:
                    self._keep_medication(f"{one.type}/{one.id}", _state(one), raw, line, byte)
        elif self.unit.phase == "orders":
            several = document.value if isinstance(document.value, dict) else {}
            if several.get("resourceType") == "Bundle" or not document.ndjson:
                self._bundle(held, raw, line, byte, document.ndjson)
            else:
                self._orders_parsed(held, raw, line, byte)
        elif held and document.ndjson:
            self._fact_parsed(held[0], held, raw, line, byte)

    def _orders_parsed(self, held: list[Resource], raw: bytes, line: int, byte: int) -> None:
        orders = [r for r in held if r.type == "MedicationRequest"]
        defining = [r for r in held if r.type in DEFINING]
        skipped = other = 0
        needed = bool(defining)
        for order in orders:
            if is_skipped(read_order(order.value)):
                skipped += 1
            elif self._is_other(order, held):
                other += 1
            else:
                needed = True
        if not needed:
            self.skipped += skipped
            self.not_covered += other
            return
        about = [keys.subject_key(r) for r in (*orders, *defining)]
        for subject in about:
            if self.job.part(subject) != self.job.part(about[0]):
                self.joins.append((self.job.part(about[0]), self.job.part(subject)))
        for subject in about[1:]:
            self._note(subject)
        self._send_order(raw, line, byte, about[0], certain=bool(defining))

    def _is_other(self, order: Resource, held: list[Resource]) -> bool:
        """Whether an order is surely of a drug that nobody here knows."""
        index = Index.of(held)
        sure = True

        def resolve(reference: str) -> Resource | None:
            nonlocal sure
            found = index.resolve(reference, order)
            if found is None:
                sure = sure and self.job.medications.state(keys.key64(keys.tail(reference))) == PLAIN
            return found

        drug = identify(order.value, resolve)
        if drug.drugs or not sure:
            return False
        return drug.dangling or not drug.unidentified  # dangling here: it is in another file, and plain

    def _bundle(self, held: list[Resource], raw: bytes, line: int, byte: int, ndjson: bool) -> None:
        """A container goes to one partition, with those of all patients that it speaks of."""
        matter = [
            r for r in held if phase_of(r.type) == "orders" or r.type in FACT_TYPES or r.type == "Patient"
        ]
        if not matter:
            return
        about: list[str | None] = []
        for one in matter:
            if one.type in FACT_TYPES or phase_of(one.type) == "orders":
                about.append(keys.subject_key(one))
            if one.id:
                about.append(f"{one.type}/{one.id}")
            if one.full_url:
                about.append(keys.tail(one.full_url))
        for subject in about[1:]:
            if self.job.part(subject) != self.job.part(about[0]):
                self.joins.append((self.job.part(about[0]), self.job.part(subject)))
        for subject in about:
            self._note(subject)
        self._send(self.job.part(about[0]), raw, line, byte, ndjson)

    def _fact_parsed(self, first: Resource, held: list[Resource], raw: bytes, line: int, byte: int) -> None:
        job = self.job
        if any(phase_of(r.type) == "orders" for r in held):
            if self.source.type is None and phase_of(first.type) == "orders":
                return  # read in its own phase
            if self.source.type is not None or phase_of(first.type) == "facts":
                self.mixed = self.source.type is not None
            return
        if first.type in FACT_TYPES:
            subject = keys.subject_key(first)
            if subject is not None and keys.key64(subject) in job.relevant:
                self._send(job.part(subject), raw, line, byte)
        if first.id and (first.type in job.about or first.type in job.wanted_types):
            self._by_id(f"{first.type}/{first.id}", raw, line, byte)

    # -- what comes of a line ---------------------------------------------------------------------

    def _send_order(
        self, raw: bytes, line: int, byte: int, subject: str | None, *, certain: bool = False
    ) -> None:
        if not certain and not self.job.selected(subject):
            self.outside += 1
            return
        part = self.job.part(subject)
        self._note(subject)
        if b"eason" in raw or certain:
            for reference in keys.references(raw):
                tail = keys.tail(reference)
                kind = keys.type_of(tail)
                if kind is not None and kind not in _NEVER_REASONS:
                    self.wanted.add((keys.key64(tail), kind, part))
        self._send(part, raw, line, byte)

    def _note(self, subject: str | None) -> None:
        if subject is not None:
            self.patients.add(keys.key64(subject))
            kind = keys.type_of(subject)
            if kind is not None:
                self.about.add(kind)

    def _send(self, part: int, raw: bytes, line: int, byte: int, ndjson: bool = True) -> None:
        self.sent.setdefault(part, []).append((self.unit.source, line, byte, raw, ndjson))

    def _fault(
        self, rule: str, line: int, column: int | None, byte: int, words: str, raw: bytes = b""
    ) -> None:
        if self._tells:
            self.faults.append((rule, line, column, byte, words, raw))


def _state(medication: Resource) -> int:
    """PLAIN where a Medication, read with everything in it, is of no drug that terminology knows."""
    if medication.type != "Medication" or "eference" in repr(medication.value.get("ingredient")):
        return FULL
    order = {"medicationReference": {"reference": "Medication/x"}}
    found = identify(order, lambda _: medication)
    return FULL if found.drugs or found.unidentified else PLAIN
