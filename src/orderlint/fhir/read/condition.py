"""Condition → a diagnosis with its groups, and when it was active."""

from __future__ import annotations

from orderlint.fhir.read.codes import concept_of
from orderlint.fhir.read.dates import choice, day
from orderlint.fhir.read.reason import groups_of
from orderlint.fhir.read.shape import Faults, Json, children, show
from orderlint.record import ConditionFact

_ACTIVE = frozenset(("active", "recurrence", "relapse"))
_OVER = frozenset(("inactive", "remission", "resolved"))
_UNSURE = frozenset(("unknown",))  # R5
_REFUTED = frozenset(("refuted", "entered-in-error"))
_VERIFIED = frozenset(("unconfirmed", "provisional", "differential", "confirmed", "unknown"))
_ABATED = ("abatementDateTime", "abatementAge", "abatementPeriod", "abatementRange", "abatementString")


def condition(value: Json, source: str, faults: Faults) -> ConditionFact | None:
    """Read a Condition; None where it says that there is no such diagnosis (refuted, entered in error).

    One without a clinical status is active unless it has abated. A status that isn't known counts as
    active: the safer reading. The onset, where none is given, is no later than the day of recording.
    """
    if status_code(value, "verificationStatus", _VERIFIED | _REFUTED, faults) in _REFUTED:
        return None
    abated = choice(value, "abatement", "", faults)
    recorded = day(value, "recordedDate", "", faults) or day(value, "assertedDate", "", faults)
    return ConditionFact(
        groups=_groups(value, faults),
        active=_active(value, faults),
        onset=choice(value, "onset", "", faults) or recorded,
        abated=abated,
        source=source,
        recorded=recorded,
    )


def _groups(value: Json, faults: Faults) -> frozenset[str]:
    """Those of the diagnosis and, of one that is known, of its stages: cirrhosis, "Child-Pugh class B"."""
    found = groups_of(concept_of(value, "code", "", faults))
    for stage, where in children(value, "stage", "", faults, False) if found else ():
        found |= groups_of(concept_of(stage, "summary", where, faults, False))
    return found


def _active(value: Json, faults: Faults) -> bool:
    status = status_code(value, "clinicalStatus", _ACTIVE | _OVER | _UNSURE, faults)
    if status is not None:
        return status not in _OVER
    if value.get("clinicalStatus") is not None:
        return True
    return value.get("abatementBoolean") is not True and all(value.get(key) is None for key in _ABATED)


def status_code(value: Json, key: str, allowed: frozenset[str], faults: Faults) -> str | None:
    """A status as one of ``allowed``: a CodeableConcept, or the plain code of STU3."""
    written = value.get(key)
    if written is None:
        return None
    codes: list[str]
    if isinstance(written, str):
        codes = [written]
    else:
        said = concept_of(value, key, "", faults)
        if said is None:
            return None
        codes = [c.code for c in said.codings if c.code] or ([said.text] if said.text else [])
    for code in codes:
        if code in allowed:
            return code
    words = f"{key} {show(codes[0])} is not a code that FHIR knows here" if codes else f"{key} has no code"
    faults.add(f"/{key}", words)
    return None
