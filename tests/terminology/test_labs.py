"""What LOINC codes measure, and which of them say nothing of kidney function."""

from __future__ import annotations

import pytest

from orderlint.terminology.labs import lab
from orderlint.terminology.table import rows


@pytest.mark.parametrize(
    ("code", "kind", "prop", "unit"),
    [
        ("2160-0", "creatinine", "mass", "mg/dL"),
        ("14682-9", "creatinine", "molar", "umol/L"),
        ("77140-2", "creatinine", "molar", "umol/L"),
        ("35203-9", "creatinine", None, None),  # mass or moles
        ("98979-8", "egfr", "ArVRat", "mL/min/{1.73_m2}"),
        ("35591-7", "crcl", None, "mL/min"),  # Cockcroft-Gault is no eGFR
        ("35592-5", "crcl", "ArVRat", "mL/min/{1.73_m2}"),
        ("2823-3", "potassium", "molar", "mmol/L"),
        ("19123-9", "magnesium", "mass", "mg/dL"),
        ("2601-3", "magnesium", "molar", "mmol/L"),
        ("29463-7", "weight", None, "kg"),
        ("8302-2", "height", None, "cm"),
        ("8277-6", "bsa", None, "m2"),
        ("1975-2", "bilirubin", "mass", "mg/dL"),
        ("14631-6", "bilirubin", "molar", "umol/L"),
        ("1751-7", "albumin", "mass", "g/dL"),
        ("6301-6", "inr", None, "{INR}"),
        ("8480-6", "blood-pressure", None, "mm[Hg]"),
    ],
)
def test_kinds(code: str, kind: str, prop: str | None, unit: str | None) -> None:
    found = lab(code)
    assert found is not None
    assert (found.kind, found.property, found.usual_unit, found.usable) == (kind, prop, unit, True)


@pytest.mark.parametrize("code", ["11041-1", "11042-9", "51619-5", "51620-3", "44784-7"])
def test_creatinine_around_dialysis_is_not_used(code: str) -> None:
    found = lab(code)
    assert found is not None
    assert found.kind == "creatinine"
    assert not found.usable
    assert found.note


@pytest.mark.parametrize(
    "code",
    [
        "78006-4",
        "102097-3",
        "45066-8",
        "50383-9",
        "40112-5",
        "12194-7",
        "24447-5",
        "2824-1",
        "26746-8",
        "13451-0",
        "",
        "x",
    ],
)
def test_unverified_and_other_specimens_are_not_there(code: str) -> None:
    assert lab(code) is None


def test_direct_bilirubin_is_not_total_bilirubin() -> None:
    direct = lab("1968-7")
    assert direct is not None
    assert direct.kind == "bilirubin-direct"


def test_what_is_not_usable_says_why() -> None:
    assert all(note for *_, usable, note in rows("labs") if usable == "no")
