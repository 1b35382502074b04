"""Lines and documents parsed whole and read by the readers of ``check``: whatever is not plain ends here."""

from __future__ import annotations

from io import BytesIO

from orderlint.audit import keys, medications
from orderlint.audit.job import FACTS, Job, phase_of, types_that_matter
from orderlint.audit.medications import FULL, PLAIN
from orderlint.audit.sift.memo import KNOWN, MATTERS, OTHER, TO_MEDICATION, Drugs
from orderlint.audit.sift.sifted import Sifted
from orderlint.fhir.build.orders import SKIPPED_STATUS
from orderlint.fhir.build.reading import NAMING
from orderlint.fhir.build.records import DEFINING
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.medication import identify
from orderlint.fhir.read.shape import Faults, Json, flag, text
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document, read_documents
from orderlint.fhir.source.files import Input
from orderlint.fhir.source.limits import LIMITS
from orderlint.fhir.source.stream import too_long
from orderlint.record import InputFault


class ParsedLines:
    """Reads for one sift. ``tells``: what is wrong with a line is told here, and in no other phase."""

    def __init__(self, job: Job, found: Sifted, *, tells: bool) -> None:
        self._job = job
        self._found = found
        self._source = found.source
        self._phase = found.phase
        self._drugs = Drugs(job)
        self._matter = types_that_matter(job)
        self._tells = tells

    def block(self, data: bytes, byte: int) -> None:
        """Every line of a block."""
        line = self._found.lines
        for whole in BytesIO(data):
            line += 1
            self.line(whole, line, byte)
            byte += len(whole)
        self._found.lines = line

    def over(self, line: int, byte: int) -> None:
        """A line beyond the limit of a document."""
        self.fault("invalid-json", line, 1, byte, too_long(LIMITS.document_bytes))

    def unreadable(self, why: str) -> None:
        """The source can't be read on."""
        self.fault("invalid-json", max(self._found.lines, 1), None, 0, why)

    def line(self, whole: bytes, line: int, byte: int) -> None:
        """One line with its end."""
        raw = whole.rstrip(b"\r\n")
        if not raw.strip(b" \t\r"):
            return
        self._found.parsed += 1
        try:
            value = parse(raw)
        except JsonProblem as problem:
            at = line + problem.line - 1
            self.fault("invalid-json", at, problem.column, byte, problem.message)
            return
        if not isinstance(value, dict):
            self.fault("invalid-json", line, 1, byte, "a line of NDJSON has to be an object")
            return
        if "resourceType" not in value:
            words = "the line has no resourceType, unlike those before it"
            self.fault("invalid-resource", line, None, byte, words, raw)
            return
        kind, own = value["resourceType"], self._source.type
        if isinstance(kind, str) and own is not None and kind != own and kind in self._matter:
            self._found.mixed = self._found.mixed or phase_of(kind) != self._phase
        self.document(Document(self._source.name, line, byte, value, raw, ndjson=True))

    def fault(
        self, rule: str, line: int, column: int | None, byte: int, words: str, raw: bytes = b""
    ) -> None:
        """What is wrong with a line or a source."""
        if self._tells:
            self._found.faults.append((rule, line, column, byte, words, raw))

    def documents(self, data: bytes | None = None) -> None:
        """A source that is no NDJSON, from its bytes or from where it is."""
        source = Input(self._source.name, self._source.path if data is None else None, data)
        for part in read_documents(source):
            if isinstance(part, InputFault):
                line = part.line or part.place.line
                self.fault(part.rule, line, part.column, part.place.byte, part.message)
                continue
            self._found.parsed += 1
            self.document(part)

    def document(self, document: Document) -> None:
        """A document, or the value of a line."""
        held = [r for r in resources(document) if isinstance(r, Resource)]
        raw, line, byte = document.raw, document.line, document.byte
        if self._phase == "medications":
            for one in held:
                if one.type in ("Medication", "Substance") and one.parent is None and one.id:
                    self._found.medication(
                        f"{one.type}/{one.id}", self._medication_state(one), raw, line, byte
                    )
        elif self._phase == "orders":
            several = document.value if isinstance(document.value, dict) else {}
            if several.get("resourceType") == "Bundle" or not document.ndjson:
                self._bundle(held, raw, line, byte, document.ndjson)
            else:
                self._orders(held, raw, line, byte)
        elif held and document.ndjson:
            self._fact(held[0], held, raw, line, byte)

    def _orders(self, held: list[Resource], raw: bytes, line: int, byte: int) -> None:
        orders = [r for r in held if r.type == "MedicationRequest"]
        defining = [r for r in held if r.type in DEFINING]
        states = [self._drug_state(order, held) for order in orders if not _skipped(order.value)]
        if not defining and all(state == OTHER for state in states):
            self._found.skipped += len(orders) - len(states)
            self._found.not_covered += len(states)
            return
        about = [keys.subject_key(r) for r in (*orders, *defining)]
        beside = len(about) == 1 and states == [KNOWN]
        self._tie(about)
        for subject in about[1:]:
            self._found.note(subject)
        self._found.order(raw, line, byte, about[0], certain=bool(defining), beside=beside, escapes=True)

    def _drug_state(self, order: Resource, held: list[Resource]) -> int:
        """OTHER, KNOWN or MATTERS."""
        index = Index.of(held)
        elsewhere: list[int] = []

        def resolve(reference: str) -> Resource | None:
            found = index.resolve(reference, order)
            if found is None:
                elsewhere.append(self._job.medications.state(keys.key64(keys.tail(reference))))
            return found

        drug = identify(order.value, resolve)
        if drug.dangling and (not elsewhere or sum(key.startswith(NAMING) for key in order.value) > 1):
            return MATTERS  # it leads nowhere, whatever else it says
        if not all(state in (PLAIN, medications.KNOWN) for state in elsewhere):
            return MATTERS
        if elsewhere:  # it names something there, whatever it says here
            drug = drug._replace(unidentified=False)
        state = self._drugs.state(drug)
        return max(state, KNOWN) if medications.KNOWN in elsewhere else state

    def _bundle(self, held: list[Resource], raw: bytes, line: int, byte: int, ndjson: bool) -> None:
        """A container goes to one partition, with those of all patients that it speaks of."""
        matter = [r for r in held if phase_of(r.type) == "orders" or r.type in FACTS or r.type == "Patient"]
        if not matter:
            return
        about: list[str | None] = []
        for one in matter:
            if one.type in FACTS or phase_of(one.type) == "orders":
                about.append(keys.subject_key(one))
            if one.id:
                about.append(f"{one.type}/{one.id}")
            if one.full_url:
                about.append(keys.tail(one.full_url))
        self._tie(about)
        for subject in about:
            self._found.note(subject)
        self._found.send(self._job.part(about[0]), raw, line, byte, ndjson)

    def _medication_state(self, medication: Resource) -> int:
        """PLAIN or KNOWN where a Medication, read with everything in it, is surely of no covered drug."""
        if medication.type != "Medication" or "eference" in repr(medication.value.get("ingredient")):
            return FULL
        order = {"medicationReference": {"reference": "Medication/x"}}
        return TO_MEDICATION.get(self._drugs.state(identify(order, lambda _: medication)), FULL)

    def _tie(self, about: list[str | None]) -> None:
        """The partitions of all these have to be read as one."""
        first = self._job.part(about[0])
        for subject in about[1:]:
            other = self._job.part(subject)
            if other != first:
                self._found.joins.append((first, other))

    def _fact(self, first: Resource, held: list[Resource], raw: bytes, line: int, byte: int) -> None:
        job = self._job
        if any(phase_of(r.type) == "orders" for r in held):
            if self._source.type is not None:
                self._found.mixed = True
                return
            if phase_of(first.type) == "orders":
                return  # read in its own phase
        if first.type in FACTS:
            subject = keys.subject_key(first)
            if subject is not None and keys.key32(subject) in job.relevant:
                self._found.send(job.part(subject), raw, line, byte)
        if first.id and (first.type in job.about or first.type in job.wanted_types):
            for part in by_id(job, f"{first.type}/{first.id}"):
                self._found.send(part, raw, line, byte)


def by_id(job: Job, name: str) -> list[int]:
    """The partitions that need a resource because of its id."""
    found = [job.part(name)] if keys.key32(name) in job.relevant else []
    if job.wanted:
        found += job.wanted.get(keys.key64(name), ())
    return found


def _skipped(order: Json) -> bool:
    """As :func:`orderlint.fhir.build.orders.is_skipped`, without reading all of the order."""
    quiet = Faults()
    status = text(order, "status", "", quiet)
    return status in SKIPPED_STATUS or bool(flag(order, "doNotPerform", "", quiet))
