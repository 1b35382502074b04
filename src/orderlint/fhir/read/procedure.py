"""Procedure → a procedure done or planned, with its groups (dialysis ...)."""

from __future__ import annotations

from orderlint.fhir.read.codes import concept_of
from orderlint.fhir.read.dates import choice
from orderlint.fhir.read.reason import coded_groups, groups_of
from orderlint.fhir.read.shape import Faults, Json, enum
from orderlint.record import ProcedureFact

_STATUS = frozenset(
    [
        "preparation",
        "in-progress",
        "not-done",
        "on-hold",
        "stopped",
        "completed",
        "entered-in-error",
        "unknown",
        "suspended",
        "aborted",
    ]  # the last two are STU3's
)
_NOT_DONE = frozenset(("not-done", "entered-in-error"))


def procedure(value: Json, source: str, faults: Faults) -> ProcedureFact | None:
    """Read a Procedure; None where it was not done."""
    status = enum(value, "status", _STATUS, "", faults)
    if status in _NOT_DONE or value.get("notDone") is True:
        return None
    when = choice(value, "performed", "", faults) or choice(value, "occurrence", "", faults)
    said = concept_of(value, "code", "", faults)
    # Much is done about dialysis that is none (access, teaching): words count only where no code does.
    coded = said is not None and any(c.code for c in said.codings)
    groups = coded_groups(said) if coded else groups_of(said)
    return ProcedureFact(groups, status, when, source, status == "in-progress" and _endless(value))


def _endless(value: Json) -> bool:
    """Whether the period in which it is done has a beginning and no end."""
    periods = [value.get(key) for key in ("performedPeriod", "occurrencePeriod")]
    return any(isinstance(p, dict) and p.get("start") is not None and p.get("end") is None for p in periods)
