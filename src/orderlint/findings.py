"""Findings, the ledger and the result of a run: plain values, from whatever front door they came."""

from __future__ import annotations

from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple
from orderlint.record import Place

SEVERITIES = ("error", "warning", "info")  # worst first


class Measure(NamedTuple):
    """A number with its unit, as reports print it."""

    value: Fraction
    unit: str


class Citation(NamedTuple):
    """The clause that a finding rests on, and where its figure stands."""

    protocol: str
    clause: str
    section: str
    statement: str
    source: str


class Finding(NamedTuple):
    """One thing wrong with one order, or with the input. ``line`` and ``column`` are filled in last,
    by ``orderlint.fhir.json.position``, and only when there are findings."""

    rule: str
    severity: str
    message: str
    basis: str | None  # "patient", "template"; None for findings about the input
    place: Place
    resource: str | None
    patient: str | None = None
    drug: str | None = None
    measured: Measure | None = None
    limit: Measure | None = None
    protocol: str | None = None
    clause: str | None = None
    citations: tuple[Citation, ...] = ()
    advice: str = ""  # what to do, in words
    facts: tuple[str, ...] = ()  # what it rests on: "eGFR 45 on 2026-02-15 (Observation/gfr)"
    expression: str = ""  # FHIRPath of the place, "Bundle.entry[3].resource.dosageInstruction[0]"
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    fingerprint: str = ""
    suppressed: str | None = None  # the reason given, where a suppression hides the finding
    order: str = ""  # tells the order from every other of the run; never printed
    figures: tuple[str, ...] = ()  # clauses of the citations that supply a figure of the verdict


class Ledger(NamedTuple):
    """What became of every input and order. ``orders`` is always the sum of the last four."""

    inputs: int = 0
    unreadable: int = 0
    resources: int = 0
    invalid: int = 0
    orders: int = 0
    assessed: int = 0
    not_covered: int = 0
    skipped: int = 0
    unverifiable: int = 0


class ProtocolInfo(NamedTuple):
    """A protocol as a report names it."""

    id: str
    version: str
    status: str
    title: str = ""
    review: str = ""  # one line on who reviewed it and when, or that nobody has
    disclaimer: str = ""


class Result(NamedTuple):
    """Everything a report needs. ``findings`` are sorted by file, line, rule, and never suppressed ones."""

    version: str
    protocols: tuple[ProtocolInfo, ...]
    ledger: Ledger
    findings: tuple[Finding, ...]
    suppressed: tuple[Finding, ...] = ()
    notes: tuple[str, ...] = ()  # things said once a run: guards taken at their word, ...
