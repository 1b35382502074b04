"""What a sift has found: counts, findings, and the lines that go on, each with its partition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderlint.audit import keys
from orderlint.audit.budget import budget
from orderlint.audit.export.inputs import Source
from orderlint.audit.job import LINE, Job
from orderlint.audit.medications import Row
from orderlint.audit.patient_list import packed as list_packed
from orderlint.audit.relevant import packed

# Partition: source, line, byte, raw, and how it was met (see ``job``). Instead of the raw bytes of an order
# beside others there may be its patient's key, where they can be read again.
Sent = dict[int, list[tuple[Any, ...]]]
Going = tuple[int, bool, bytes, int, int]  # key32 of its Patient, beside others, raw, line, byte
Spill = Callable[[Sent], None]

_MARK = 4  # bytes at the start of a file that may be a byte order mark
_ROW = 200  # bytes that a row costs beside its line
_NEVER_REASONS = frozenset(
    ("Patient", "Medication", "Practitioner", "PractitionerRole", "Organization", "Encounter", "Location",
     "MedicationRequest", "Coverage", "CarePlan", "ServiceRequest")
)  # fmt: skip


class Sifted:
    """Filled by those who read lines. Lines and bytes are counted from where the sift began."""

    def __init__(self, job: Job, source: Source, phase: str, spill: Spill | None = None) -> None:
        self.job = job
        self.source = source
        self.phase = phase
        self.lines = self.parsed = self.not_covered = self.skipped = self.outside = 0
        self.documents = 0  # of a source that is not scannable
        self.resources = 0  # found by parsing, beyond one a line of a source that is scannable
        self.bytes = self.rows = 0
        self.by_line = False  # a source read the way of ``check`` turned out to be NDJSON
        self.mixed = False
        self.sent: Sent = {}
        self.spills = 0
        self.faults: list[tuple[str, int, int | None, int, str]] = []  # rule, line, column, byte, words
        self.joins: list[tuple[int, int]] = []
        self.patients: set[int] = set()
        self.met: set[int] = set()  # of a list of patients: key64 of those with an order
        self.about: set[str] = set()
        self.wanted: set[tuple[int, str, int]] = set()
        self.named: set[tuple[int, int]] = set()  # orders that actions name, partitions of those that do
        self.medications: list[Row] = []
        self.again = False  # whether lines can be read again, so that places will do for some
        self.kept: list[tuple[int, int, bytes]] = []  # line, byte, raw of what can't be read again
        self.everyone = job.settings.patients is None and job.settings.sample is None  # nobody is selected
        self._spill = spill
        self._held = 0
        self._room = budget(job.settings.memory, job.settings.jobs).held

    def head(self) -> dict[str, Any]:
        """All that is no line."""
        names = ("lines", "parsed", "documents", "resources", "not_covered", "skipped", "outside", "faults",
                 "joins", "medications", "mixed", "by_line", "bytes", "rows", "spills")  # fmt: skip
        found = {name: getattr(self, name) for name in names}
        return found | {
            "relevant": packed(self.patients),
            "met": list_packed(self.met),
            "about": sorted(self.about),
            "wanted": sorted(self.wanted),
            "named": sorted(self.named),
        }

    def forget(self) -> None:
        """What was found is written. Sift and readers hold each other, so it would stay for long."""
        for held in (
            self.sent,
            self.kept,
            self.patients,
            self.met,
            self.wanted,
            self.named,
            self.medications,
            self.faults,
        ):
            held.clear()

    def inside(self, subject: str | None) -> bool:
        """Whether this patient's orders are to be judged; who is on a list has one."""
        if self.everyone:
            return True
        listed = self.job.settings.patients
        if listed is not None and subject is not None and (key := keys.key64(subject)) in listed:
            self.met.add(key)
        return self.job.selected(subject)

    def apart(self, subject: str | None, *, skipped: bool) -> None:
        """An order that no rule can say anything about: it is skipped, or not covered."""
        if not self.inside(subject):
            self.outside += 1
        elif skipped:
            self.skipped += 1
        else:
            self.not_covered += 1

    def order(
        self,
        raw: bytes,
        line: int,
        byte: int,
        subject: str | None,
        *,
        certain: bool = False,
        beside: bool = False,
        names: bool = False,
        how: int = LINE,
    ) -> None:
        """An order that may be covered, with or without the end of its line.

        ``certain``: it is a definition, whoever is selected.
        ``beside``: no rule watches it, but it counts beside others of its patient, if one does watch these.
        ``names``: it may name a reason, though the word for it doesn't stand in the line.
        """
        if not self.inside(subject) and not certain:
            self.outside += 1
            return
        part = self.job.part(subject)
        if not beside:
            self.note(subject)
        if names or b"eason" in raw:
            self._may_name(raw, part)
        if beside and self.again and subject is not None and byte > _MARK:
            self.send(part, keys.key32(subject), line, byte, how)
        else:
            self.send(part, raw.rstrip(b"\r\n"), line, byte, how)

    def orders(self, orders: list[Going], *, reasons: bool) -> None:
        """Orders as above, each of a Patient, where everyone is selected."""
        sent, number, held, part_of = self.sent, self.source.number, 0, self.job.part_of
        for patient, beside, raw, line, byte in orders:
            part = part_of(patient)
            if reasons and b"eason" in raw:
                self._may_name(raw, part)
            if not beside:
                self.patients.add(patient)
                self.about.add("Patient")
            row: tuple[Any, ...]
            if beside and self.again and byte > _MARK:
                row = number, line, byte, patient, LINE
            else:
                row = number, line, byte, raw.rstrip(b"\r\n"), LINE
                held += len(raw)
            if part in sent:
                sent[part].append(row)
            else:
                sent[part] = [row]
        self.rows += len(orders)
        self._hold(held + _ROW * len(orders))

    def _may_name(self, raw: bytes, part: int) -> None:
        """Whatever an order refers to may be its reason."""
        for reference in keys.references(raw):
            tail = keys.tail(reference)
            kind = keys.type_of(tail)
            if kind is not None and kind not in _NEVER_REASONS:
                self.wanted.add((keys.key64(tail), kind, part))

    def medication(self, name: str, state: int, raw: bytes, line: int, byte: int) -> None:
        """A Medication or Substance: PLAIN or FULL."""
        self.medications.append((keys.key64(name), state, self.source.number, byte, line))
        if not self.source.placed:
            self.kept.append((line, byte, raw))

    def note(self, subject: str | None) -> None:
        """Somebody's orders are to be judged."""
        if subject is not None:
            self.patients.add(keys.key32(subject))
            if subject.partition("/")[0] not in self.about:
                kind = keys.type_of(subject)
                if kind is not None:
                    self.about.add(kind)

    def send(self, part: int, raw: bytes | int, line: int, byte: int, how: int = LINE) -> None:
        """A line, or a document, goes to a partition."""
        row = self.source.number, line, byte, raw, how
        self.rows += 1
        if part in self.sent:
            self.sent[part].append(row)
        else:
            self.sent[part] = [row]
        self._hold(_ROW + (len(raw) if isinstance(raw, bytes) else 0))

    def _hold(self, size: int) -> None:
        """So many bytes more; if it is too much, all goes to disk."""
        self._held += size
        if self._spill is not None and self._held > self._room:
            self._spill(self.sent)
            self.spills += 1
            self.sent = {}
            self._held = 0
