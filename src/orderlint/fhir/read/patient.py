"""Patient → birth, death and sex. What identifies a person is never read, and no message quotes a date."""

from __future__ import annotations

from orderlint.dosing.model import DateSpan
from orderlint.fhir.read.dates import day
from orderlint.fhir.read.shape import Faults, Json, enum, flag
from orderlint.namedtuple import NamedTuple

_GENDERS = frozenset(("male", "female", "other", "unknown"))


class Person(NamedTuple):
    """``birth`` as precisely as written, None where unknown; ``sex`` "male", "female" or None.

    ``dead``: the patient has died, whether or not it can be read when.
    """

    birth: DateSpan | None = None
    died: DateSpan | None = None
    dead: bool = False
    sex: str | None = None


def person(patient: Json, faults: Faults) -> Person:
    """Read a Patient."""
    died = day(patient, "deceasedDateTime", "", faults)
    dead = flag(patient, "deceasedBoolean", "", faults) or False
    gender = enum(patient, "gender", _GENDERS, "", faults)
    return Person(
        day(patient, "birthDate", "", faults),
        died,
        dead or patient.get("deceasedDateTime") is not None,
        gender if gender in ("male", "female") else None,
    )
