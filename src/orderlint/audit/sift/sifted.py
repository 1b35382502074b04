"""What a sift has found: counts, findings, and the lines that go on, each with its partition."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from orderlint.audit import keys
from orderlint.audit.budget import budget
from orderlint.audit.export.inputs import Source
from orderlint.audit.job import Job
from orderlint.audit.medications import Row
from orderlint.audit.relevant import packed

# Partition: source, line, byte, raw, whether from NDJSON. Instead of the raw bytes of an order beside others
# there may be its patient's key, where they can be read again.
Sent = dict[int, list[tuple[Any, ...]]]
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
        self.resources = 0
        self.bytes = 0
        self.mixed = False
        self.sent: Sent = {}
        self.spills = 0
        self.faults: list[tuple[str, int, int | None, int, str, bytes]] = []
        self.joins: list[tuple[int, int]] = []
        self.patients: set[int] = set()
        self.about: set[str] = set()
        self.wanted: set[tuple[int, str, int]] = set()
        self.medications: list[Row] = []
        self.again = False  # whether lines can be read again, so that places will do for some
        self.kept: list[tuple[int, int, bytes]] = []  # line, byte, raw of what can't be read again
        self._all = job.settings.patients is None and job.settings.sample is None  # patients are selected
        self._spill = spill
        self._held = 0
        self._room = budget(job.settings.memory, job.settings.jobs).held

    def head(self) -> dict[str, Any]:
        """All that is no line."""
        names = ("lines", "parsed", "not_covered", "skipped", "outside", "resources", "faults", "joins",
                 "medications", "mixed", "bytes", "spills")  # fmt: skip
        found = {name: getattr(self, name) for name in names}
        return found | {
            "relevant": packed(self.patients),
            "about": sorted(self.about),
            "wanted": sorted(self.wanted),
        }

    def forget(self) -> None:
        """What was found is written. Sift and readers hold each other, so it would stay for long."""
        for held in (self.sent, self.kept, self.patients, self.wanted, self.medications, self.faults):
            held.clear()

    def order(
        self,
        raw: bytes,
        line: int,
        byte: int,
        subject: str | None,
        *,
        certain: bool = False,
        beside: bool = False,
        escapes: bool = False,
        reasons: bool = True,
    ) -> None:
        """An order that may be covered, with or without the end of its line.

        ``certain``: it is a definition, whoever is selected.
        ``beside``: no rule watches it, but it counts beside others of its patient, if one does watch these.
        ``escapes``: there may be escapes of letters in the line. ``reasons``: a reason may be named in it.
        """
        if not (certain or self._all or self.job.selected(subject)):
            self.outside += 1
            return
        part = self.job.part(subject)
        if not beside:
            self.note(subject)
        if certain or (reasons and b"eason" in raw) or (escapes and b"\\u" in raw):
            for reference in keys.references(raw):
                tail = keys.tail(reference)
                kind = keys.type_of(tail)
                if kind is not None and kind not in _NEVER_REASONS:
                    self.wanted.add((keys.key64(tail), kind, part))
        if beside and self.again and subject is not None and byte > _MARK:
            self.send(part, keys.key32(subject), line, byte)
        else:
            self.send(part, raw.rstrip(b"\r\n"), line, byte)

    def medication(self, name: str, state: int, raw: bytes, line: int, byte: int) -> None:
        """A Medication or Substance: PLAIN or FULL."""
        self.medications.append((keys.key64(name), state, self.source.number, byte, line))
        if self.source.packed or not self.source.scannable:
            self.kept.append((line, byte, raw))

    def note(self, subject: str | None) -> None:
        """Somebody's orders are to be judged."""
        if subject is not None:
            self.patients.add(keys.key32(subject))
            if subject.partition("/")[0] not in self.about:
                kind = keys.type_of(subject)
                if kind is not None:
                    self.about.add(kind)

    def send(self, part: int, raw: bytes | int, line: int, byte: int, ndjson: bool = True) -> None:
        """A line goes to a partition."""
        row = self.source.number, line, byte, raw, ndjson
        if part in self.sent:
            self.sent[part].append(row)
        else:
            self.sent[part] = [row]
        self._held += _ROW + (len(raw) if isinstance(raw, bytes) else 0)
        if self._spill is not None and self._held > self._room:
            self._spill(self.sent)
            self.spills += 1
            self.sent = {}
            self._held = 0
