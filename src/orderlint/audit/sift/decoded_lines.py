"""Lines decoded for what it takes to tell whether they matter. Whatever is not plain is parsed whole.

Each reader has ``block``, for whole lines, and ``line``, for one with its end. Needs msgspec; imported late.
A decoder doesn't say that a key occurs twice. That the keys which decide occur once is seen in a whole block
at once; only where that is not sure, line by line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from itertools import accumulate
from typing import TypeVar

from msgspec import UNSET

from orderlint.audit import keys
from orderlint.audit.job import FACTS, GOING, Job, phase_of
from orderlint.audit.medications import FULL
from orderlint.audit.sift.decoders import (
    FactLine,
    NamedLine,
    OrderLine,
    Problems,
    StatementLine,
    fact_line,
    head,
    keys_are_told_once,
    medication_line,
    named_line,
    order_line,
    statement_line,
)
from orderlint.audit.sift.memo import KNOWN, OTHER, TO_MEDICATION, UNCLEAR, elements, has_lab
from orderlint.audit.sift.odd import Odd, Reasons, Subjects, Tally
from orderlint.audit.sift.parsed_lines import ParsedLines, by_id
from orderlint.audit.sift.sifted import Sifted
from orderlint.fhir.build.facts import STATEMENTS
from orderlint.fhir.build.orders import SKIPPED_STATUS
from orderlint.fhir.build.records import DEFINING

_DRUG, _ID, _SUBJECT = b'"medication', b'"id"', b'"subject"'


# A line with its end that is dealt with once its block is read, its number and byte. No order: it can't be
# decoded. No state: more than its drug has to be looked at.
_Later = tuple[bytes, int, int, OrderLine | None, int | None]


class _Decoded:
    """Walks the lines of a block; those in which anything odd stands are parsed."""

    keys: tuple[bytes, ...] = ()  # a line that nobody needs has each of them, and must not have it twice

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        self._job = job
        self._found = found
        self._parsed = parsed.line
        self._odd = Odd()
        self._tallies = [Subjects() if key == _SUBJECT else Tally(key) for key in self.keys]

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
        at = 0
        for start, stop in self._odd.lines(data):
            if at < start:
                self._even(data[at:start], byte + at)
            self._found.lines += 1
            self._parsed(data[start:stop], self._found.lines, byte + start)
            at = stop
        if at < len(data):
            self._even(data[at:] if at else data, byte + at)

    def _even(self, data: bytes, byte: int) -> None:
        """Whole lines with nothing odd in them."""
        found = self._found
        for whole in BytesIO(data):
            found.lines += 1
            self.line(whole, found.lines, byte)
            byte += len(whole)

    def _are_told_once(self, data: bytes, lines: int, others: list[bytes]) -> bool:
        """Whether the keys occur once in each of so many lines that have them, the ``others`` left aside."""
        return all(
            tally.once(data, lines + sum(whole.count(key) for whole in others))
            for key, tally in zip(self.keys, self._tallies, strict=True)
        )

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

    keys = (_DRUG,)

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        self._drugs = elements(job).drugs
        self._subjects = Subjects()
        self._reasons = Reasons()

    def _left(self, lines: int) -> None:
        self._found.not_covered += lines

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            order = order_line(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        return self._judged(order, whole, line, byte)

    def _judged(self, order: OrderLine, whole: bytes, line: int, byte: int) -> bool:
        """As ``_open``, of a line that is decoded."""
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
        if order.doNotPerform or (order.status not in GOING and _is_off(order)):
            if _told_once(whole):
                self._found.skipped += 1
            else:
                self._parsed(whole, line, byte)
            return False
        state = drugs(bytes(named))
        if state == OTHER:
            return True
        if state != UNCLEAR and order.subject is not UNSET and self._once(whole):
            self._go(whole, line, byte, bytes(order.subject), state)
            return False
        self._parsed(whole, line, byte)
        return False

    def _even(self, data: bytes, byte: int) -> None:
        """As above, with the lines whose drug nobody knows counted at once."""
        lines, unneeded, first = self._found.lines, 0, byte
        line = lines
        later: list[_Later] = []
        concept, reference = self._drugs.concept, self._drugs.reference
        concepts, references = concept.known, reference.known
        for whole in BytesIO(data):
            line += 1
            start = byte
            byte += len(whole)
            try:
                order = order_line(whole)
            except Problems:
                later.append((whole, line, start, None, None))
                continue
            state = None
            named, also = order.medicationCodeableConcept, order.medicationReference
            if named is not UNSET:
                if also is UNSET:
                    element = bytes(named)
                    state = concepts.get(element)
                    if state is None:
                        state = concept(element)
            elif also is not UNSET:
                element = bytes(also)
                state = references.get(element)
                if state is None:
                    state = reference(element)
            if (
                state is None
                or order.medication is not UNSET
                or order.resourceType != "MedicationRequest"
                or order.status not in GOING
                or order.doNotPerform
                or (state != OTHER and (state == UNCLEAR or order.subject is UNSET))
            ):
                state = None
            if state == OTHER:
                unneeded += 1
            else:
                later.append((whole, line, start, order, state))
        others = [one[0] for one in later if one[4] is None]
        if self._are_told_once(data, line - lines - len(others), others):
            self._left(unneeded)
            self._all(later)
        else:
            for number, whole in enumerate(BytesIO(data), lines + 1):
                self.line(whole, number, first)
                first += len(whole)
        self._found.lines = line

    def _all(self, later: list[_Later]) -> None:
        """Lines in their order. That their subject is told once is seen in all of them together."""
        if not later:
            return
        going = [one[0] for one in later if one[4] is not None]
        joined = b"".join(going)
        known, reasons = self._subjects.once(joined, len(going)), self._reasons(joined)
        for whole, line, byte, order, state in later:
            if order is None:
                self._parsed(whole, line, byte)
            elif state is not None and known and order.subject is not UNSET:
                self._send(whole, line, byte, bytes(order.subject), state, reasons)
            elif self._judged(order, whole, line, byte):
                self._counted(whole, line, byte)

    def _go(self, whole: bytes, line: int, byte: int, element: bytes, state: int) -> None:
        if whole.count(_SUBJECT) == 1:
            self._send(whole, line, byte, element, state)
        else:
            self._parsed(whole, line, byte)

    def _send(
        self, whole: bytes, line: int, byte: int, element: bytes, state: int, reasons: bool = True
    ) -> None:
        subject = keys.subject_tail(element)
        if subject is None:
            self._parsed(whole, line, byte)
        else:
            self._found.order(whole, line, byte, subject, beside=state == KNOWN, reasons=reasons)


def _is_off(order: OrderLine) -> bool:
    return order.status is not None and order.status.strip() in SKIPPED_STATUS


class MedicationLines(_Decoded):
    """Medications."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        super().__init__(job, found, parsed)
        self._concepts = elements(job).drugs.concept

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
        self._drugs, self._codes = elements(job).drugs, elements(job).codes
        self._decode: Callable[[bytes], FactLine] = fact_line
        if self._own is None or self._own in STATEMENTS:
            self._decode = statement_line

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            read = self._decode(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        return self._judged(read, whole, line, byte)

    def _judged(self, read: NamedLine, whole: bytes, line: int, byte: int) -> bool:
        """As ``_open``, of a line that is decoded."""
        parts = self._parts(read, whole)
        if parts is None:
            self._parsed(whole, line, byte)
            return False
        for part in parts:
            self._found.send(part, whole.rstrip(b"\r\n"), line, byte)
        return not parts

    def _even(self, data: bytes, byte: int) -> None:
        """As above, with the lines of people who have no order counted at once."""
        if self._own is None:
            super()._even(data, byte)
            return
        lines, first = self._found.lines, byte
        walk = self._facts if self._own in FACTS else self._named
        others = walk(data, byte)
        if not self._are_told_once(data, self._found.lines - lines - len(others), list(others.values())):
            for line, whole in enumerate(BytesIO(data), lines + 1):
                if line not in others:
                    self._counted(whole, line, first)
                first += len(whole)

    def _facts(self, data: bytes, byte: int) -> dict[int, bytes]:
        """The lines that were dealt with; all others nobody needs, if their keys occur once."""
        own, relevant = self._own, self._job.relevant
        lines = BytesIO(data).readlines()
        reads = _decoded(self._decode, lines, _NOTHING)
        subjects = [
            bytes(read.subject)
            if read.subject is not UNSET and read.patient is UNSET and read.resourceType == own
            else b""
            for read in reads
        ]
        near = [n for n, key in enumerate(keys.plain_keys32(subjects)) if key is None or key in relevant]
        if own in self._by_id:
            near = sorted({*near, *self._asked(reads)})
        return self._one_by_one(near, lines, reads, byte)

    def _named(self, data: bytes, byte: int) -> dict[int, bytes]:
        """As above, of resources that only their id asks for."""
        lines = BytesIO(data).readlines()
        reads = _decoded(named_line, lines, _NAMELESS)
        if self._own in self._by_id:
            near = self._asked(reads)
        else:
            near = [n for n, read in enumerate(reads) if read.resourceType != self._own]
        return self._one_by_one(near, lines, reads, byte)

    def _asked(self, reads: Sequence[NamedLine]) -> list[int]:
        """The numbers of those that are asked for by their id, or have none."""
        own, begin, relevant, wanted = self._own, f"{self._own}/", self._job.relevant, self._job.wanted
        key32, before = keys.key32, keys.key32(begin)
        return [
            n
            for n, read in enumerate(reads)
            if read.resourceType != own
            or not read.id
            or key32(read.id, before) in relevant
            or (wanted and keys.key64(begin + read.id) in wanted)
        ]

    def _one_by_one(
        self, near: list[int], lines: list[bytes], reads: Sequence[NamedLine], byte: int
    ) -> dict[int, bytes]:
        """Judge these; those that nobody needs after all, and that have the keys, are not there again."""
        before = self._found.lines
        starts = list(accumulate(map(len, lines), initial=byte)) if near else []
        others: dict[int, bytes] = {}
        for n in near:
            read, whole, line = reads[n], lines[n], before + n + 1
            if self._judged(read, whole, line, starts[n]):
                if not isinstance(read, FactLine) or read.patient is UNSET:
                    continue
                self._counted(whole, line, starts[n])
            others[line] = whole
        self._found.lines = before + len(lines)
        return others

    def sure_parts(self, whole: bytes) -> list[int] | None:
        """The partitions that need a line with a code of a rule; None where it has to be parsed to tell."""
        try:
            parts = self._parts(self._decode(whole), whole, coded=True)
        except Problems:
            return None
        return parts if parts or self._once(whole) else None

    def _parts(self, read: NamedLine, whole: bytes, *, coded: bool = False) -> list[int] | None:
        """The partitions that need a line, if its keys occur once; None where it has to be parsed to tell.

        What goes to two partitions has to be sound: each would tell its faults.
        """
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
        if kind not in FACTS or not isinstance(read, FactLine):
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
            if coded or self._may_matter(kind, read, whole):
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
        if kind in STATEMENTS and isinstance(read, StatementLine):
            said = (
                (read.medicationCodeableConcept, self._drugs.concept),
                (read.medicationReference, self._drugs.reference),
                (read.medication, self._drugs.either),
            )
            return [drugs(bytes(element)) for element, drugs in said if element is not UNSET] != [OTHER]
        return True


Line = TypeVar("Line", bound=NamedLine)
_NOTHING, _NAMELESS = FactLine(resourceType=""), NamedLine(resourceType="")


def _decoded(decode: Callable[[bytes], Line], lines: list[bytes], nothing: Line) -> list[Line]:
    """All lines; ``nothing`` for one that can't be decoded: it is of no type, so that it is parsed."""
    try:
        return list(map(decode, lines))
    except Problems:
        return [_decoded(decode, [line], nothing)[0] for line in lines] if len(lines) > 1 else [nothing]


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
