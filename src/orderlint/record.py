"""What the kernel sees: one patient (or one definition), their orders with courses, and facts.

Frozen values without JSON, files or clocks. ``orderlint.fhir.build`` makes them; ``orderlint.kernel``
judges them. Every fact keeps the resource it came from, so that a message can say so.
"""

from __future__ import annotations

from datetime import date

from orderlint.dosing.model import DateSpan, Plan, Strength
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple


class Place(NamedTuple):
    """Where an element stands. ``pointer`` counts from the document's root.

    ``line`` and ``byte`` are where the document begins in its file: 1 and 0 for a whole file, the
    line and offset of the resource for NDJSON.
    """

    file: str
    pointer: str
    line: int = 1
    byte: int = 0

    def child(self, relative: str) -> Place:
        """The place of ``relative`` (a pointer, "" for itself) below this one."""
        return Place(self.file, self.pointer + relative, self.line, self.byte)


class Reason(NamedTuple):
    """A reason for an order: the condition groups of ``terminology`` that its codes or words fall in."""

    groups: frozenset[str]
    text: str
    source: str  # "MedicationRequest/1" or the Condition it points to


Ranges = tuple[tuple[Fraction | None, bool, Fraction | None, bool], ...]  # low, closed, high, closed


class Choice(NamedTuple):
    """Something that has to be chosen in a definition for an order or a service of it to be had.

    ``of``: how many branches the group has of which one is surely taken; 0 where perhaps none is.
    ``again``: the group can be gone through more than once, and another branch taken then.
    """

    group: str
    branch: str  # "" of an action that may be left out
    of: int = 0
    again: bool = False


class Guard(NamedTuple):
    """Something in a definition that may keep patients out, for one kind of fact.

    Ages in years (half-open: 64 completed years is below 65), kidney function in mL/min. Ask
    :mod:`orderlint.guards` who gets past: a guard that was evaluated may well let everyone in.
    """

    fact: str  # "age", "renal", "hepatic", "electrolytes" ...
    kind: str  # "condition", "useContext", "dynamicValue", "instruction"
    text: str  # the expression or the words
    verdict: str  # "evaluated", or "taken-at-its-word" where a part of it can't be evaluated
    place: Place
    allowed: Ranges | None = None  # at most these get past; None: no bound is known (taken at its word)
    surely: Ranges = ()  # of these it is plain that they get past, whatever the rest of the words means


class Drug(NamedTuple):
    """One ingredient that an order was recognised to hold."""

    ingredient: str  # canonical name of terminology, lower case
    groups: frozenset[str]
    how: str  # "RxNorm product 197391", "name 'Lioresal' (brand)", ...
    uncoded: bool  # known from text alone
    release: str | None = None  # "IR", "ER", "ODT"
    where: str = ""  # pointer of the element it was read from, relative to the order


class Turn(NamedTuple):
    """When an order's turn comes among those of its definition or request group (``relatedAction``).

    ``begins``: days from ``since`` to the first day of the order where it has no date. ``since``: "" for the
    first day of the definition, or for the calendar; else what tells a day that nobody knows from others,
    with ``why`` it isn't known. ``of``: the request group; "" of a definition, or of none. ``conditions``:
    what may keep the order out, as pointers.
    """

    begins: int = 0
    since: str = ""
    why: str = ""
    of: str = ""
    conditions: frozenset[str] = frozenset()


AT_ONCE = Turn()  # nothing is said: on the first day, or on its own


class Moment(NamedTuple):
    """A day with a time, as written: the day's ordinal, the second of that day, and the minutes by which its
    zone is ahead of UTC (None: no zone is written)."""

    day: int
    second: int
    zone: int | None

    def relieved_by(self, begins: Moment) -> bool:
        """Whether what ends now is over when something begins, on this very day and by the same clock."""
        return self.day == begins.day and self.zone == begins.zone and self.second <= begins.second


class Clock(NamedTuple):
    """The times at which an order begins and ends, on its first and last day; None: that day has none."""

    begins: Moment | None
    stops: Moment | None


class Order(NamedTuple):
    """One order or one ordering action of a definition."""

    place: Place
    resource: str  # "MedicationRequest/1", or "file#pointer" where there is no id
    key: str  # unique in the run; never printed
    status: str | None
    intent: str | None
    drugs: tuple[Drug, ...]
    route: str | None  # route class: "oral", "enteral", "intrathecal", "topical" ...; None: not stated
    form_route: str | None  # route class that the dose form implies, None where not known
    plan: Plan
    written: DateSpan | None  # authoredOn
    start: DateSpan | None  # first day of the dosage, else written
    stopped: DateSpan | None  # when a stopped or completed order ended, if that can be known
    reasons: tuple[Reason, ...] = ()
    guards: tuple[Guard, ...] = ()
    alternatives: tuple[
        tuple[str, str], ...
    ] = ()  # (selection group, branch): other branches are not taken too
    stage_of: frozenset[str] = frozenset()  # keys of orders that are this one at other stages
    pointers: tuple[tuple[str, str], ...] = ()  # named elements: ("medication", "/medicationCodeableConcept")
    twin: str = ""  # equal for copies of one order in several files: they count once in a sum
    drug_conflict: str | None = None  # its code and its text name different drugs, in words
    action: str | None = None  # title (else id, else pointer) of the definition's action that makes it
    strengths: tuple[Strength, ...] = ()  # what one unit of its product holds, as far as known
    dose_form: str | None = None  # unit of its product's form: "{tablet}", "{patch}", "mL"; None: not known
    earlier_stages: frozenset[str] = frozenset()  # keys of the orders that it names as come before it
    use: str = ""  # which action of its definition makes it, as pointers; two actions make two orders
    choices: tuple[Choice, ...] = ()  # what has to be chosen in its definition for it, outermost first
    repeated: bool = False  # its action, or one above it, may be chosen more than once
    turn: Turn = AT_ONCE  # when it begins, as far as the actions of its definition say
    clock: Clock | None = None  # when on its first and last day it begins and ends, where a time is written
    continues_unknown: bool = False  # it names an order before it that is not among those of its patient

    def pointer(self, name: str) -> str:
        """The pointer of a named element, relative to the order; the order itself where there is none."""
        for known, pointer in self.pointers:
            if known == name:
                return pointer
        return ""

    @property
    def over(self) -> bool:
        """The order has ended, whether or not it is known when."""
        return self.status in ("stopped", "completed")


class Lab(NamedTuple):
    """A measured value in the canonical unit of its kind."""

    kind: str  # group of terminology.labs: "egfr", "crcl", "creatinine", "potassium", "weight" ...
    value: Fraction
    unit: str
    on: DateSpan
    source: str  # "Observation/gfr"
    comparator: str | None = None  # "<", "<=", ">", ">=": the value is a bound, as in eGFR ">60"
    pointer: str = ""
    lowest_normal: Fraction | None = None  # where the laboratory's own reference range begins, in ``unit``


class ConditionFact(NamedTuple):
    """A diagnosis, with the groups of terminology that it falls in."""

    groups: frozenset[str]
    active: bool
    onset: DateSpan | None
    abated: DateSpan | None
    source: str
    recorded: DateSpan | None = None  # when it was written down, where that is said


class Statement(NamedTuple):
    """A drug that the patient takes or may not take, from another resource than an order."""

    kind: str  # "statement", "allergy", "dispense"
    drugs: tuple[Drug, ...]
    active: bool
    since: DateSpan | None
    until: DateSpan | None
    source: str
    route: str | None = None  # route class, stated or implied by the form; None: not known


class ProcedureFact(NamedTuple):
    """A procedure done or planned (dialysis, ...)."""

    groups: frozenset[str]
    status: str | None
    on: DateSpan | None
    source: str
    goes_on: bool = False  # in progress since ``on``, and no end is said


class Facts(NamedTuple):
    """What is known of a patient."""

    birth: DateSpan | None = None
    birth_source: str | None = None
    died: DateSpan | None = None
    sex: str | None = None  # "male", "female", None: not known
    labs: tuple[Lab, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    statements: tuple[Statement, ...] = ()
    procedures: tuple[ProcedureFact, ...] = ()
    unknown: str = ""  # why nothing is known of the patient: what is not on record may still be so
    dead: bool = False  # the patient has died; ``died`` says when, where that is known


class Service(NamedTuple):
    """Something else than a medicine that is ordered: a laboratory test, monitoring, a therapy."""

    words: tuple[str, ...]  # titles, descriptions and displays of its codes
    labs: frozenset[str]  # kinds of laboratory values (terminology.labs) that its codes ask for
    source: str  # "ServiceRequest/1", or the definition whose action it is
    choices: tuple[Choice, ...] = ()  # what has to be chosen in the definition for it, outermost first
    begins: DateSpan | None = None  # the period in which it is to be done, as far as it is said
    ends: DateSpan | None = None


class Record(NamedTuple):
    """One patient's orders and facts (``mode`` "patient"), or one definition or template ("template").

    ``as_of`` comes in as data: the kernel has no clock.
    """

    mode: str
    patient: str | None  # "Patient/1" as reports show it
    orders: tuple[Order, ...]
    facts: Facts
    as_of: date
    definition: str | None = None  # "PlanDefinition/1", where the orders are a definition's
    services: tuple[Service, ...] | None = None  # what else is ordered; None: that can't be known


class InputFault(NamedTuple):
    """Something the reader has to say of the input itself (rules.md, last table but one)."""

    rule: str
    severity: str
    message: str
    place: Place
    resource: str | None = None
    patient: str | None = None
    drug: str | None = None
    line: int | None = None  # where known without looking (a syntax error); else found from the pointer
    column: int | None = None
