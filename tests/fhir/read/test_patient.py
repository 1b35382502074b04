"""A patient's birth, death and sex; nothing that names one."""

from __future__ import annotations

from datetime import date

from orderlint.dosing.model import DateSpan
from orderlint.fhir.read.patient import person
from orderlint.fhir.read.shape import Faults


def test_birth_may_be_partial() -> None:
    faults = Faults()
    found = person({"birthDate": "1950-06", "gender": "female"}, faults)
    assert found.birth == DateSpan(date(1950, 6, 1), date(1950, 6, 30))
    assert (found.sex, found.dead) == ("female", False)
    assert not len(faults)


def test_death_is_known_with_or_without_its_day() -> None:
    faults = Faults()
    assert person({"deceasedBoolean": True}, faults).dead
    died = person({"deceasedDateTime": "2026-01-02T10:00:00Z"}, faults)
    assert died.dead and died.died == DateSpan(date(2026, 1, 2), date(2026, 1, 2))
    assert not person({"deceasedBoolean": False}, faults).dead
    broken = person({"deceasedDateTime": "last spring"}, faults)
    assert broken.dead and broken.died is None


def test_other_and_unknown_are_no_sex_and_no_fault() -> None:
    faults = Faults()
    assert person({"gender": "other"}, faults).sex is None
    assert person({"gender": "unknown"}, faults).sex is None
    assert not len(faults)


def test_a_broken_birth_date_is_unknown_and_never_quoted() -> None:
    faults = Faults()
    assert person({"birthDate": "12.06.1950", "gender": "F"}, faults) == (None, None, False, None)
    assert [f.pointer for f in faults] == ["/gender", "/birthDate"]
    assert not any("1950" in f.message for f in faults)
