"""What lines say of a patient, the Patient included; and what orders name as a reason. Decoded."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from itertools import accumulate
from operator import attrgetter
from typing import Any

from msgspec import UNSET

from orderlint.audit import keys
from orderlint.audit.job import FACTS, Job
from orderlint.audit.relevant import numbers_in
from orderlint.audit.sift.decoded_lines import SUBJECT, DecodedLines, decoded, told_once
from orderlint.audit.sift.decoders import (
    NOTHING,
    FactLine,
    Problems,
    StatementLine,
    fact_line,
    plain_head,
    statement_line,
)
from orderlint.audit.sift.memo import OTHER, elements, has_lab
from orderlint.audit.sift.odd import Subjects
from orderlint.audit.sift.parsed_lines import ParsedLines, by_id
from orderlint.audit.sift.sifted import Sifted
from orderlint.fhir.build.facts import STATEMENTS

_ID = b'"id"'
_SUBJECT_OF, _ID_OF = attrgetter("subject"), attrgetter("id")


class _Unread:
    """A line that is not plain: nothing is known of it."""

    id = ""
    subject = NOTHING


class FactLines(DecodedLines):
    """Reads for one sift."""

    def __init__(self, job: Job, found: Sifted, parsed: ParsedLines) -> None:
        self._own = found.source.type
        self._by_id = job.about | job.wanted_types
        named, about = self._own in self._by_id, self._own in FACTS
        self.keys = (*((_ID,) if named else ()), *((SUBJECT,) if about else ()))
        super().__init__(job, found, parsed)
        self._named, self._about = named, about
        self._drugs, self._codes = elements(job).drugs, elements(job).codes
        self._decode: Callable[[bytes], FactLine] = fact_line
        if self._own is None or self._own in STATEMENTS:
            self._decode = statement_line
        self._subjects = Subjects()
        self._head = plain_head(self._own or "", named=named, about=about)

    def _open(self, whole: bytes, line: int, byte: int) -> bool:
        try:
            read = self._decode(whole)
        except Problems:
            self._parsed(whole, line, byte)
            return False
        parts = self._parts(read, whole)
        if parts is None:
            self._parsed(whole, line, byte)
            return False
        for part in parts:
            self._found.send(part, whole.rstrip(b"\r\n"), line, byte)
        return not parts

    def _even(self, data: bytes, byte: int) -> None:
        """As above, many lines at once: those of people who have no order are counted."""
        if self._own is None or not self._plain:
            super()._even(data, byte)
            return
        before, lines = self._found.lines, BytesIO(data).readlines()
        near = self._near(decoded(self._head, lines, _Unread))
        self._note(len(lines), len(near))
        first, starts = before + 1, list(accumulate(map(len, lines), initial=byte)) if near else []
        for n in near:
            self.line(lines[n], first + n, starts[n])
        if not self._are_told_once(data, len(lines) - len(near), [lines[n] for n in near]):
            aside = set(near)
            for n, whole in enumerate(lines):
                if n not in aside:
                    self._counted(whole, first + n, byte)
                byte += len(whole)
        self._found.lines = before + len(lines)

    def _near(self, heads: Sequence[Any]) -> list[int]:
        """The numbers of those that somebody may need, or that are not plain."""
        relevant, near = self._job.relevant, set[int]()
        if self._about:
            near.update(numbers_in(relevant, keys.plain_keys32(list(map(_SUBJECT_OF, heads)))))
        if self._named:
            near.update(self._asked(list(map(_ID_OF, heads))))
        if not (self._about or self._named):
            near.update(n for n, head in enumerate(heads) if head is _Unread)
        return sorted(near)

    def _asked(self, names: list[str]) -> Iterable[int]:
        """The numbers of those that are asked for by their id, or have none."""
        relevant, begin = self._job.relevant, f"{self._own}/"
        before = keys.key32(begin)
        all_keys: Sequence[int | None] = keys.named_keys32(names, before)
        if not all_keys:
            all_keys = [keys.key32(name, before) if name else None for name in names]
        yield from numbers_in(relevant, all_keys)
        if self._own in self._job.wanted_types:
            wanted = self._job.wanted
            yield from (n for n, name in enumerate(names) if keys.key64(begin + name) in wanted)

    def sure_parts(self, lines: list[bytes]) -> list[list[int] | None]:
        """For each line with a code of a rule the partitions that need it; None where only parsing tells."""
        if not self._about or self._named or not self._subjects.once(b"".join(lines), len(lines)):
            return [self._sure_parts_of(whole) for whole in lines]
        subjects = list(map(_SUBJECT_OF, decoded(self._head, lines, _Unread)))
        relevant, part_of = self._job.relevant, self._job.part_of
        return [
            self._sure_parts_of(whole) if key is None else [part_of(key)] if key in relevant else []
            for whole, key in zip(lines, keys.plain_keys32(subjects), strict=True)
        ]

    def _sure_parts_of(self, whole: bytes) -> list[int] | None:
        try:
            parts = self._parts(self._decode(whole), whole, coded=True)
        except Problems:
            return None
        return parts if parts or self._once(whole) else None

    def _parts(self, read: FactLine, whole: bytes, *, coded: bool = False) -> list[int] | None:
        """The partitions that need a line, if its keys occur once; None where it has to be parsed to tell.

        What goes to two partitions has to be sound: each would tell its faults.
        """
        kind, own = read.resourceType, self._own
        if own is None:
            if not told_once(whole):
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
            if element is not UNSET or not told_once(whole):
                return None
            element = read.patient
        subject = keys.subject_tail(bytes(element)) if element is not UNSET else None
        if subject is None:
            return None
        if keys.key32(subject) in self._job.relevant:
            if coded or self._may_matter(kind, read, whole):
                part = self._job.part(subject)
                return [part] if set(parts) <= {part} else None
            if not told_once(whole):
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
