"""MedicationStatement, -Usage, -Dispense, -Administration → the drugs that a patient takes or was given."""

from __future__ import annotations

from datetime import timedelta

from orderlint.dosing.model import DateSpan
from orderlint.fhir.read.codes import concept_of
from orderlint.fhir.read.dates import Period, day, period
from orderlint.fhir.read.dosage import route_of
from orderlint.fhir.read.medication import Resolve, identify
from orderlint.fhir.read.quantity import in_days, quantity_of
from orderlint.fhir.read.shape import Faults, Json, enum
from orderlint.record import Statement
from orderlint.terminology.routes import UNKNOWN

_STATUS = frozenset(
    (
        "active",
        "cancelled",
        "completed",
        "declined",
        "draft",
        "entered-in-error",
        "in-progress",
        "intended",
        "not-done",
        "not-taken",
        "on-hold",
        "preparation",
        "recorded",
        "stopped",
        "unknown",
    )
)
_NEVER = frozenset(("entered-in-error", "cancelled", "declined", "not-done", "not-taken", "draft"))
_OVER = frozenset(("completed", "stopped", "on-hold"))
_MOST_DAYS = 36500
ORAL = ("oral", "enteral")


def statement(value: Json, source: str, resolve: Resolve, faults: Faults) -> Statement | None:
    """Read one; None where nothing was taken, or where no drug of it is known to terminology.

    A completed dispense counts as taken for the days that it supplies, and as over where they are
    not given.
    """
    status = enum(value, "status", _STATUS, "", faults)
    if status in _NEVER or _not_taken(value):
        return None
    drug = identify(value, resolve)
    if not drug.drugs:
        return None
    route = _route(value) or drug.form_route
    kind = value.get("resourceType")
    if kind == "MedicationDispense":
        return _dispense(value, source, status, faults)._replace(drugs=drug.drugs, route=route)
    span = _effective(value, faults)
    active = status not in _OVER
    return Statement("statement", drug.drugs, active, span.start, span.end, source, route)


def _route(value: Json) -> str | None:
    """The route of its dosage, an oral one before others; None where none is stated that anyone understands.

    What is wrong with a dosage is not said: of what is taken only the drug and the days count.
    """
    written = value.get("dosageInstruction", value.get("dosage"))
    stated = [
        route_of(concept_of(body, "route", "", Faults()))
        for body in (written if isinstance(written, list) else [written])
        if isinstance(body, dict)
    ]
    known = [route for route in stated if route is not None and route != UNKNOWN]
    return next((route for route in known if route in ORAL), known[0] if known else None)


def _not_taken(value: Json) -> bool:
    """STU3's ``taken`` and ``notGiven``, R5's ``adherence``: the drug is on record as not taken."""
    if value.get("taken") == "n" or value.get("notGiven") is True or value.get("notDone") is True:
        return True
    adherence = value.get("adherence")
    said = adherence.get("code") if isinstance(adherence, dict) else None
    codings = said.get("coding") if isinstance(said, dict) else None
    never = ("not-taking", "not-taken", "stopped", "never-taken")
    return any(
        isinstance(c, dict) and c.get("code") in never
        for c in (codings if isinstance(codings, list) else ())
        if isinstance(c, dict) and isinstance(c.get("code"), str)
    )


def _effective(value: Json, faults: Faults) -> Period:
    """From when to when. A lone day of a statement is when it was true: its end is not known."""
    for stem in ("effective", "occurrence", "occurence"):  # R5 spells the last one so
        within = period(value, f"{stem}Period", "", faults)
        if within is not None:
            return within
        on = day(value, f"{stem}DateTime", "", faults)
        if on is not None:
            return Period(on, on if value.get("resourceType") == "MedicationAdministration" else None)
    return Period(day(value, "dateAsserted", "", faults), None)


def _dispense(value: Json, source: str, status: str | None, faults: Faults) -> Statement:
    since = day(value, "whenHandedOver", "", faults) or day(value, "whenPrepared", "", faults)
    supply, wrong = in_days(quantity_of(value, "daysSupply", "", faults), "daysSupply")
    if wrong is not None:
        faults.add("/daysSupply", f"the days of supply can't be read: {wrong}", False)
    until = None
    days = supply[1] if supply else None
    if since is not None and days is not None and 0 < days <= _MOST_DAYS:
        until = _later(since, int(days) - 1 if days.denominator == 1 else int(days))
    active = status in ("preparation", "in-progress", "active", "unknown", None) or until is not None
    return Statement("dispense", (), active and status != "stopped", since, until, source)


def _later(since: DateSpan, days: int) -> DateSpan | None:
    try:
        return DateSpan(since.first + timedelta(days=days), since.last + timedelta(days=days))
    except OverflowError:
        return None
