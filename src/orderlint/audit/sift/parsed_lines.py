"""Lines and documents parsed whole and read by the readers of ``check``: whatever is not plain ends here."""

from __future__ import annotations

from io import BytesIO

from orderlint.audit import keys, medications
from orderlint.audit.export.inputs import as_input
from orderlint.audit.job import (
    FACTS,
    PARSED,
    WHOLE,
    WITH_ACTIONS,
    Job,
    phase_of,
    types_that_matter,
)
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

_BY_OTHER_WAYS = frozenset(("Patient", "Medication", "MedicationRequest"))  # known without asking by their id


class ParsedLines:
    """Reads for one sift. ``tells``: lines are counted here, and what is wrong with them is told, and in no
    other phase."""

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
        self._found.resources -= self._tells
        self.fault("invalid-json", line, 1, byte, too_long(LIMITS.document_bytes))

    def unreadable(self, why: str, byte: int) -> None:
        """The source can't be read on from ``byte``, behind the lines before."""
        self.fault("invalid-json", self._found.lines + 1, 1, byte, why)

    def line(self, whole: bytes, line: int, byte: int) -> None:
        """One line with its end."""
        raw = whole.rstrip(b"\r\n")
        self._found.resources -= self._tells  # until one is found in it
        if not raw.strip(b" \t\r"):
            return
        self._found.parsed += self._tells
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
            self.fault("invalid-resource", line, 1, byte, words)
            return
        kind, own = value["resourceType"], self._source.type
        if isinstance(kind, str) and own is not None and kind != own and kind in self._matter:
            self._found.mixed = self._found.mixed or phase_of(kind) != phase_of(own)
        self.document(Document(self._source.name, line, byte, value, raw, ndjson=True))

    def fault(self, rule: str, line: int, column: int | None, byte: int, words: str) -> None:
        """What is wrong with a line or a source."""
        if self._tells:
            self._found.faults.append((rule, line, column, byte, words))

    def documents(self, data: bytes | None = None) -> None:
        """A source that is no plain NDJSON, from its bytes or from where it is."""
        source = as_input(self._source) if data is None else Input(self._source.name, None, data)
        found, broken = self._found, 0
        for part in read_documents(source):
            if isinstance(part, InputFault):
                line = part.line or part.place.line
                self.fault(part.rule, line, part.column, part.place.byte, part.message)
                broken += 1
            else:
                line = part.line
                found.documents += 1
                found.by_line = found.by_line or part.ndjson
                self.document(part)
            found.lines = max(found.lines, line)
        if found.by_line:
            found.parsed += (found.documents + broken) * self._tells
        else:
            found.lines = 0

    def document(self, document: Document) -> None:
        """A document, or the value of a line."""
        read = list(resources(document))
        held = [r for r in read if isinstance(r, Resource)]
        self._found.resources += len(held) * self._tells
        value = document.value if isinstance(document.value, dict) else {}
        several = value.get("resourceType") == "Bundle" or not document.ndjson
        sent = False
        if self._phase == "medications":
            self._medications(held, document)
            self._actions(held, several)
        elif self._phase == "orders":
            if several:
                sent = self._bundle(held, document)
            else:
                sent = self._orders(held, document, faulty=len(held) < len(read))
        elif held and not several:
            sent = self._fact(held[0], held, document)
        if len(held) < len(read) and not sent and self._phase == self._due(held, several):
            # Part of it is no resource, and nobody knows what it would have been.
            self._send(self._job.part_of(document.byte), document)

    def _send(self, part: int, document: Document) -> None:
        how = PARSED if document.ndjson else WHOLE
        self._found.send(part, document.raw, document.line, document.byte, how)

    def _due(self, held: list[Resource], several: bool) -> str:
        """The phase in which it is told that a part of a line is no resource."""
        kind = self._source.type
        if kind is not None:
            return phase_of(kind)
        if several or not held or any(phase_of(r.type) == "orders" for r in held):
            return "orders"
        return phase_of(held[0].type)

    def _medications(self, held: list[Resource], document: Document) -> None:
        for one in held:
            if one.type in ("Medication", "Substance") and one.parent is None and one.id:
                name, state = f"{one.type}/{one.id}", self._medication_state(one)
                self._found.medication(name, state, document.raw, document.line, document.byte)
        if self._source.type in ("Medication", "Substance"):
            self._found.mixed = self._found.mixed or any(phase_of(r.type) == "orders" for r in held)

    def _actions(self, held: list[Resource], several: bool) -> None:
        """The orders that actions name: they are needed, whatever their drug, where the actions are."""
        naming = [r for r in held if r.type in WITH_ACTIONS]
        if naming:
            part = self._job.part(next(iter(self._bundled(held) if several else _subjects(held)), None))
            tails = {tail for one in naming for tail in _named(one)}
            self._found.named.update(
                (keys.key64(t), part) for t in tails if t.startswith("MedicationRequest/")
            )

    def _orders(self, held: list[Resource], document: Document, *, faulty: bool) -> bool:
        """Whether they are dealt with. ``faulty``: not all that the line holds are resources."""
        found = self._found
        orders = [r for r in held if r.type == "MedicationRequest"]
        defining = [r for r in held if r.type in DEFINING]
        if not orders and not defining:
            return False
        going = [order for order in orders if not _skipped(order.value)]
        states = [self._drug_state(order, held) for order in going]
        first = held[0]
        naming = self._naming(first)
        alone = first.type in ("MedicationRequest", *DEFINING)  # else it is read again, as what it is
        if alone and not (defining or faulty or naming) and all(state == OTHER for state in states):
            for order in orders:
                found.apart(keys.subject_key(order), skipped=order not in going)
            return True
        about = _subjects(held)
        certain = any(keys.subject_key(one) is None for one in defining)
        inside = [found.inside(subject) for subject in about]
        if not certain and not any(inside):
            found.outside += len(orders)
            return True
        certain = certain or (len(about) > 1 and not found.everyone)  # Join leaves out those of others
        self._tie(about if alone else [*about, keys.subject_key(first), f"{first.type}/{first.id}"])
        part = self._job.part(about[0])
        found.joins += [(part, other) for other in naming if other != part]
        for subject in about[1:]:
            found.note(subject)
        self._want(defining, part)
        found.order(
            document.raw,
            document.line,
            document.byte,
            about[0],
            certain=certain,
            beside=alone and len(about) == 1 and states == [KNOWN] and not (naming or faulty),
            names=bool(defining) or b"\\u" in document.raw,
            how=PARSED,
        )
        return True

    def _naming(self, order: Resource) -> tuple[int, ...]:
        """The partitions of those whose actions name this order."""
        if order.type != "MedicationRequest" or not order.id or not self._job.named:
            return ()
        return self._job.named.get(keys.key64(f"{order.type}/{order.id}"), ())

    def _want(self, defining: list[Resource], part: int) -> None:
        """What else actions name has to be there."""
        for tail in {tail for one in defining if one.type in WITH_ACTIONS for tail in _named(one)}:
            kind = keys.type_of(tail)
            if kind is not None and kind not in _BY_OTHER_WAYS:
                self._found.wanted.add((keys.key64(tail), kind, part))

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

    def _bundle(self, held: list[Resource], document: Document) -> bool:
        """A container goes to one partition, with those of its patients. Whether it does."""
        about = self._bundled(held)
        if not about:
            return False
        self._tie(about)
        for subject in about:
            self._found.note(subject)
        part = self._job.part(about[0])
        for one in held:
            self._found.joins += [(part, other) for other in self._naming(one) if other != part]
            if one.type == "MedicationRequest" and not self._found.everyone:
                self._found.inside(keys.subject_key(one))  # it is known to have one; Join leaves out others
        self._want([r for r in held if r.type in DEFINING], part)
        self._send(part, document)
        return True

    @staticmethod
    def _bundled(held: list[Resource]) -> list[str | None]:
        """Everything that what matters in a container is about, and is called."""
        about: list[str | None] = []
        for one in held:
            by_patient = phase_of(one.type) == "orders" or one.type in FACTS
            if by_patient:
                about.append(keys.subject_key(one))
            if by_patient or one.type == "Patient":
                about += [f"{one.type}/{one.id}"] if one.id else []
                about += [keys.tail(one.full_url)] if one.full_url else []
        return about

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

    def _fact(self, first: Resource, held: list[Resource], document: Document) -> bool:
        """Whether it goes to a partition."""
        job = self._job
        if any(phase_of(r.type) == "orders" for r in held):
            if self._source.type is not None:
                self._found.mixed = True
                return True
            if phase_of(first.type) == "orders":
                return True  # read in its own phase
        parts: list[int] = []
        if first.type in FACTS:
            subject = keys.subject_key(first)
            if subject is not None and keys.key32(subject) in job.relevant:
                parts.append(job.part(subject))
        if first.id and (first.type in job.about or first.type in job.wanted_types):
            parts += by_id(job, f"{first.type}/{first.id}")
        for part in parts:
            self._send(part, document)
        return bool(parts)


def _subjects(held: list[Resource]) -> list[str | None]:
    """Whom the orders of a line are for, then whom its definitions and groups are."""
    orders = [r for r in held if r.type == "MedicationRequest"]
    return [keys.subject_key(r) for r in (*orders, *(r for r in held if r.type in DEFINING))]


def _named(group: Resource) -> set[str]:
    """The tails of what actions name, nested ones too."""
    found: set[str] = set()
    todo: list[object] = [group.value.get("action")]
    while todo:
        value = todo.pop()
        if isinstance(value, list):
            todo += value
        elif isinstance(value, dict):
            named = value.get("resource")
            said = named.get("reference") if isinstance(named, dict) else None
            if isinstance(said, str):
                found.add(keys.tail(said))
            todo.append(value.get("action"))
    return found


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
