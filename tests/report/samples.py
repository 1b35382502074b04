"""Hand-made results for the report tests, with the source lines they point into. All invented."""

from __future__ import annotations

from fractions import Fraction

from orderlint.findings import Citation, Finding, Ledger, Measure, ProtocolInfo, Result
from orderlint.record import Place
from orderlint.report.context import Context, RuleText

ORDERS = """\
{
  "resourceType": "MedicationRequest",
  "id": "mr-1",
  "status": "active",
  "medicationCodeableConcept": {
    "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "0", "display": "drug A"}]
  },
  "subject": {"reference": "Patient/p-1", "display": "Erika Mustermann"},
  "identifier": [{"system": "urn:mrn", "value": "MRN-4711"}],
  "dosageInstruction": [
    {
      "sequence": 1,
      "text": "40 mg three times a day",
      "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
      "doseAndRate": [{"doseQuantity": {"value": 40, "unit": "mg"}}]
    }
  ]
}
""".splitlines()

ONE_LINE = (
    '{"resourceType":"Bundle","entry":['
    + '{"resource":{"resourceType":"Patient","id":"p-2","name":[{"family":"Mustermann","given":["Max"],'
    + '"text":"Max Mustermann"}],"birthDate":"1940-02-03"}},' * 30
    + '{"resource":{"resourceType":"MedicationRequest","id":"mr-2","subject":{"display":"Max Mustermann"},'
    + '"dosageInstruction":[{"text":"1 tablet","doseAndRate":[{"doseQuantity":{"value":1}}]}]}},'
    + '{"resource":{"resourceType":"Patient","birthDate":"1940-02-03"}}]}'
)
TEXT_COLUMN = ONE_LINE.index('"text":"1 tablet"') + 1

WIDE = [
    "{",
    '\t"id": "mr-3",',
    '\t"text": "薬 \u202e10 mg\u0007", "dose": {"value": 10}, "e\u0301": "\x1b[31m"',
    "}",
]
DOSE_COLUMN = WIDE[2].index('"dose"') + 1

BROKEN = (
    '{"resourceType": "Patient", "id": "x, "name": [{"family": "Mustermann"}], "birthDate": "1940-02-03"}'
)

FILES = {
    "orders/a.json": ORDERS,
    "orders/one line.json": [ONE_LINE],
    "orders/wide.json": WIDE,
    "orders/bröken #1?.json": ["", BROKEN],
}

CITATION = Citation(
    "demo", "DEM-001", "Maximum dose", "Do not exceed 80 mg a day of drug A.", "Invented protocol, table 1"
)
SECOND = Citation("other", "OTH-007", "", "No more than 100 mg/d.", "")
FIGURE = Citation("figures", "FIG-002", "Figures", "The ceiling is 80.4 mg/d.", "Invented label, section 2")
THIRD = Citation("other", "OTH-009", "", "Mind the ceiling.", "")

MAXIMUM = Finding(
    rule="drug-a-max-daily-dose",
    severity="error",
    message="drug A 120 mg/d is above the maximum of 80.4 mg/d",
    basis="patient",
    place=Place("orders/a.json", "/dosageInstruction/0"),
    resource="MedicationRequest/mr-1",
    patient="Patient/p-1",
    drug="drug a",
    measured=Measure(Fraction(120), "mg/d"),
    limit=Measure(Fraction(402, 5), "mg/d"),
    protocol="demo",
    clause="DEM-001",
    citations=(CITATION, SECOND, THIRD, FIGURE),
    figures=("FIG-002",),
    advice="lower the dose to 80.4 mg a day or less, in steps",
    facts=("eGFR 45 on 2026-02-15 (Observation/gfr)", "age 70 on 2026-03-01 (Patient/p-1)"),
    expression="MedicationRequest.dosageInstruction[0]",
    line=11,
    column=5,
    end_line=16,
    end_column=6,
    fingerprint="0123456789abcdef0123456789abcdef",
)
ONE_OF_LINE = MAXIMUM._replace(
    rule="drug-a-start-dose",
    severity="warning",
    message="the first dose of drug A is 40 mg, more than 5 mg at a time",
    place=Place("orders/a.json", "/dosageInstruction/0/doseAndRate/0/doseQuantity"),
    expression="MedicationRequest.dosageInstruction[0].doseAndRate[0].doseQuantity",
    basis="template",
    patient=None,
    measured=Measure(Fraction(1, 3), "mg"),
    limit=None,
    citations=(),
    facts=(),
    advice="",
    line=15,
    column=24,
    end_line=15,
    end_column=66,
    fingerprint="1123456789abcdef0123456789abcdef",
)
WINDOW = Finding(
    rule="dose-unverifiable",
    severity="warning",
    message="the dose can't be computed: one tablet, and its strength is not known",
    basis="patient",
    place=Place("orders/one line.json", "/entry/30/resource/dosageInstruction/0"),
    resource="MedicationRequest/mr-2",
    drug="drug a",
    expression="Bundle.entry[30].resource.dosageInstruction[0].text",
    line=1,
    column=TEXT_COLUMN,
    end_line=1,
    end_column=TEXT_COLUMN + len('"text":"1 tablet"'),
    fingerprint="2123456789abcdef0123456789abcdef",
)
HOSTILE = Finding(
    rule="dose-contradiction",
    severity="info",
    message="text says \x1b]0;pwned\x07 \u202ereversed\u202c\n::error::forged "
    "[click](http://evil) \udcff <b>é</b>",
    basis="patient",
    place=Place("orders/wide.json", "/dose"),
    resource="MedicationRequest/mr-3",
    drug="薬\x9b1m",
    facts=("fact one\nsecond line \x1b[2J ##[group]x",),
    advice="write the dose once, " * 12 + "please",
    expression="MedicationRequest.dose",
    line=3,
    column=DOSE_COLUMN,
    end_line=3,
    end_column=DOSE_COLUMN + len('"dose": {"value": 10}'),
    fingerprint="3123456789abcdef0123456789abcdef",
)
UNREADABLE = Finding(
    rule="invalid-json",
    severity="error",
    message="not JSON: a comma is missing",
    basis=None,
    place=Place("orders/bröken #1?.json", ""),
    resource=None,
    line=2,
    column=BROKEN.index("name") + 1,
    fingerprint="4123456789abcdef0123456789abcdef",
)
NO_LINE = Finding(
    rule="unresolved-reference",
    severity="warning",
    message="the order's medication points to nothing in the run",
    basis=None,
    place=Place("-", "/medicationReference"),
    resource="-#",
    expression="MedicationRequest.medicationReference",
    fingerprint="5123456789abcdef0123456789abcdef",
)
HIDDEN = ONE_OF_LINE._replace(suppressed="agreed with the ward\x1b[1m, ticket 12")

PROTOCOLS = (
    ProtocolInfo(
        "demo", "2026-01-01", "under-review", "A protocol for tests", "pending human review", "Not for use."
    ),
    ProtocolInfo("other", "2", "approved", "Another", "A. Reviewer, 2026-01-02", "Not for use."),
)

FULL = Result(
    version="0.1.0",
    protocols=PROTOCOLS,
    ledger=Ledger(6, 1, 120, 1, 40, 30, 6, 2, 2),
    findings=(MAXIMUM, ONE_OF_LINE, WINDOW, HOSTILE, UNREADABLE, NO_LINE),
    suppressed=(HIDDEN,),
    notes=("the condition '%custom > 3' of PlanDefinition/x was taken at its word",),
)
CLEAN = Result("0.1.0", PROTOCOLS, Ledger(2, 0, 9, 0, 4, 3, 1, 0, 0), ())
UNDECIDED = Result("0.1.0", (), Ledger(1, 0, 1, 0, 1, 0, 0, 0, 1), ())
EMPTY = Result("0.1.0", (), Ledger(1, 0, 3, 0, 0, 0, 0, 0, 0), ())

RULES = {
    "drug-a-max-daily-dose": RuleText(
        "Maximum daily dose of drug A", "More than this is harmful.", "Lower it."
    ),
}


def lines(file: str, first: int, last: int) -> list[str]:
    """The source of the samples; a file that isn't there can't be read."""
    if file not in FILES:
        raise FileNotFoundError(file)
    return FILES[file][first - 1 : last]


CONTEXT = Context(rules=RULES, lines=lines, show_suppressed=True)
