"""Lines decoded for what it takes to tell whether they matter. Whatever is not plain is parsed whole.

Each reader has ``block``, for whole lines, and ``line``, for one with its end. Needs msgspec; imported late.
A decoder doesn't say that a key occurs twice. That the keys which decide occur once is seen by counting
them, in a whole block at once.
"""

from __future__ import annotations

from io import BytesIO

from msgspec import UNSET

from orderlint.audit import keys
from orderlint.audit.decoders import (
    FactLine,
    OrderLine,
    Problems,
    fact_line,
    head,
    keys_are_told_once,
    medication_line,
    order_line,
)
from orderlint.audit.job import FACTS, Job, phase_of
from orderlint.audit.medications import FULL
from orderlint.audit.memo import (
    KNOWN,
    OTHER,
    TO_MEDICATION,
    UNCLEAR,
    Drugs,
    Memo,
    condition_of,
    has_lab,
    procedure_of,
)
from orderlint.audit.odd import Odd, Tally
from orderlint.audit.parsed_lines import ParsedLines, by_id
from orderlint.audit.sifted import Sifted
from orderlint.fhir.build.facts import STATEMENTS
from orderlint.fhir.build.orders import SKIPPED_STATUS
from orderlint.fhir.build.records import DEFINING

_MOST = 30_000  # subjects remembered
_GOING = frozenset(("active", "on-hold", "completed", "ended", "stopped", "draft", "unknown"))
_ID, _SUBJECT = b'"id"', b'"subject"'


class _Decoded:
    """Walks the lines of a block; those in which anything odd stands are parsed."""

    keys: tuple[bytes, ...] = ()  # a line that nobody needs has each of them, and must not have it twice

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        self._job = job
        self._found = found
        self._parsed = parsed.line
        self._odd = Odd()
        self._tallies = [Tally(key) for key in self.keys]

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        """Whether nobody needs a line, if its keys occur once. Deals with it otherwise."""
        raise NotImplementedError

    def _left(self, lines: int) -> None:
        """So many lines are needed by nobody."""

    def line(self, whole: bytes, line: int, byte: int) -> None:
        """One line with its end."""
        if self._open(whole, line, byte):
            self._counted(whole, line, byte)

    def block(self, data: bytes, byte: int) -> None:
        """Whole lines, which follow those before."""
        first = line = self._found.lines
        odd = self._odd.places(data)
        alarm = odd.pop() if odd else len(data)
        at = left = 0
        settled: set[int] = set()
        others = [0] * len(self.keys)
        is_open = self._open
        for whole in BytesIO(data):
            line += 1
            start = at
            at += len(whole)
            if alarm < at:
                while alarm < at:
                    alarm = odd.pop() if odd else len(data)
                self._parsed(whole, line, byte + start)
            elif is_open(whole, line, byte + start):
                left += 1
                continue
            settled.add(line)
            for number, key in enumerate(self.keys):
                others[number] += whole.count(key)
        self._found.lines = line
        if all(tally(data) == left + n for tally, n in zip(self._tallies, others, strict=True)):
            self._left(left)
            return
        for line, whole in enumerate(BytesIO(data), first + 1):
            if line not in settled:
                self._counted(whole, line, byte)
            byte += len(whole)

    def _counted(self, whole: bytes, line: int, byte: int) -> None:
        """A line that nobody needs, if its keys occur once."""
        if self._once(whole):
            self._left(1)
        else:
            self._parsed(whole, line, byte)

    def _once(self, whole: bytes) -> bool:
        return all(whole.count(key) == 1 for key in self.keys) or _told_once(whole)


def _told_once(whole: bytes) -> bool:
    return keys_are_told_once(whole.rstrip(b"\r\n"))


class OrderLines(_Decoded):
    """MedicationRequests."""

    keys = (b'"medication',)

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        self._drugs = Drugs(job)

    def _left(self, lines: int) -> None:
        self._found.not_covered += lines

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            order = order_line(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        named = order.medicationCodeableConcept
        if named is not UNSET:
            drugs = self._drugs.concept
            plain = order.medicationReference is UNSET and order.medication is UNSET
        elif (named := order.medicationReference) is not UNSET:
            drugs, plain = self._drugs.reference, order.medication is UNSET
        else:
            named, drugs, plain = order.medication, self._drugs.either, True
        if not plain or named is UNSET or order.resourceType != "MedicationRequest":
            self._parsed(whole, line, byte)
            return False
        if order.doNotPerform or (order.status not in _GOING and _is_off(order)):
            if _told_once(whole):
                self._found.skipped += 1
            else:
                self._parsed(whole, line, byte)
            return False
        element = bytes(named)
        state = drugs.known.get(element)
        if state is None:
            state = drugs(element)
        if state == OTHER:
            return True
        if state != UNCLEAR and order.subject is not UNSET and self._once(whole):
            subject = keys.subject_tail(bytes(order.subject))
            if subject is not None and whole.count(_SUBJECT) == 1:
                self._found.order(whole.rstrip(b"\r\n"), line, byte, subject, beside=state == KNOWN)
                return False
        self._parsed(whole, line, byte)
        return False


def _is_off(order: OrderLine) -> bool:
    return order.status is not None and order.status.strip() in SKIPPED_STATUS


class MedicationLines(_Decoded):
    """Medications."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        self._concepts = Drugs(job).concept

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            read = medication_line(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        if read.resourceType == "Medication" and read.id and read.code is not UNSET:
            state = self._concepts(bytes(read.code)) if read.status in (None, "active") else UNCLEAR
            if state != UNCLEAR and _told_once(whole):
                name, raw = f"Medication/{read.id}", whole.rstrip(b"\r\n")
                self._found.medication(name, TO_MEDICATION.get(state, FULL), raw, line, byte)
                return False
        self._parsed(whole, line, byte)
        return False


class FactLines(_Decoded):
    """Whatever says something of a patient, the Patient included; and what orders name as a reason."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        self._own = found.source.type
        self._by_id = job.about | job.wanted_types
        self.keys = (
            *((_ID,) if self._own in self._by_id else ()),
            *((_SUBJECT,) if self._own in FACTS else ()),
        )
        super().__init__(job, found, parsed)
        self._drugs = Drugs(job)
        self._codes = {"Condition": Memo(condition_of), "Procedure": Memo(procedure_of)}
        self._strangers: set[bytes] = set()  # subjects who have no order
        self._only_facts = self._own in FACTS and self._own not in self._by_id

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        if self._only_facts:  # parts() in short, for the usual line, of somebody who has no order
            try:
                read = fact_line(whole)
            except Problems:
                self._parsed(whole, line, byte)
                return False
            if read.subject is not UNSET and read.patient is UNSET and read.resourceType == self._own:
                element = bytes(read.subject)
                if element in self._strangers:
                    return True
                subject = keys.subject_tail(element)
                if subject is not None and keys.key32(subject) not in self._job.relevant:
                    if len(self._strangers) >= _MOST:
                        self._strangers.clear()
                    self._strangers.add(element)
                    return True
        parts = self.parts(whole)
        if parts is None:
            self._parsed(whole, line, byte)
            return False
        for part in parts:
            self._found.send(part, whole.rstrip(b"\r\n"), line, byte)
        return not parts

    def sure_parts(self, whole: bytes) -> list[int] | None:
        """The partitions that need a line; None where it has to be parsed to tell."""
        parts = self.parts(whole)
        return parts if parts or self._once(whole) else None

    def parts(self, whole: bytes) -> list[int] | None:
        """The partitions that need a line, if its keys occur once; None where it has to be parsed to tell.

        What goes to two partitions has to be sound: each would tell its faults.
        """
        try:
            read = fact_line(whole)
        except Problems:
            return None
        kind, own = read.resourceType, self._own
        if own is None:
            if not _told_once(whole):
                return None
        elif kind != own:
            return None
        parts: list[int] = []
        if kind in self._by_id:
            if not read.id:
                return None
            parts = by_id(self._job, f"{kind}/{read.id}")
            if len(set(parts)) > 1:
                return None
        if kind not in FACTS:
            return parts
        element = read.subject
        if read.patient is not UNSET:
            if element is not UNSET or not _told_once(whole):
                return None
            element = read.patient
        subject = keys.subject_tail(bytes(element)) if element is not UNSET else None
        if subject is None:
            return None
        if keys.key32(subject) in self._job.relevant:
            if self._may_matter(kind, read, whole):
                part = self._job.part(subject)
                return [part] if set(parts) <= {part} else None
            if not _told_once(whole):
                return None
        return parts

    def _may_matter(self, kind: str, read: FactLine, whole: bytes) -> bool:
        """False only where it is sure that no rule can use the line, if its keys occur once."""
        if kind == "Observation":
            return has_lab(whole)
        memo = self._codes.get(kind)
        if memo is not None:
            return read.code is UNSET or memo(bytes(read.code)) != OTHER
        if kind in STATEMENTS:
            said = (
                (read.medicationCodeableConcept, self._drugs.concept),
                (read.medicationReference, self._drugs.reference),
                (read.medication, self._drugs.either),
            )
            return [drugs(bytes(element)) for element, drugs in said if element is not UNSET] != [OTHER]
        return True


class MixedLines(_Decoded):
    """Resources of several types, one a line."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        own = ParsedLines(job, found, tells=True)  # what only the reader of a type sees, is told in its phase
        self._orders = OrderLines(job, found, own)
        self._medications = MedicationLines(job, found, own)
        self._facts = FactLines(job, found, own)
        self._used = FACTS | job.about | job.wanted_types

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            read = head(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        kind, phase = read.resourceType, self._found.phase
        if read.contained is not UNSET or kind == "Bundle" or (phase == "orders" and kind in DEFINING):
            self._parsed(whole, line, byte)
        elif phase == "medications" and phase_of(kind) == phase:
            self._medications.line(whole, line, byte)
        elif phase == "orders" and kind == "MedicationRequest":
            self._orders.line(whole, line, byte)
        elif phase == "facts" and kind in self._used:
            self._facts.line(whole, line, byte)
        return False
