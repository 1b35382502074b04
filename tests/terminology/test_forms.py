"""Dose forms and dose units in words and codes."""

from __future__ import annotations

import pytest

from orderlint.dosing.units import dimension
from orderlint.terminology.forms import form_unit, unit_alias
from orderlint.terminology.table import rows

SNOMED = "http://snomed.info/sct"
FORM = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("tablet", "{tablet}"),
        ("tablet(s)", "{tablet}"),
        ("Tablets", "{tablet}"),
        ("TAB", "{tablet}"),
        ("tbl", "{tablet}"),
        ("{tbl}", "{tablet}"),
        ("{tablets}", "{tablet}"),
        ("732936001", "{tablet}"),
        ("pill", "{pill}"),
        ("caps", "{capsule}"),
        ("puffs", "{puff}"),
        ("patches", "{patch}"),
        ("gtts", "[drp]"),
        ("suppositories", "{suppository}"),
        ("each", "{each}"),
        ("dose", "{dose}"),
        ("teaspoonfuls", "[tsp_us]"),
        ("mg", None),
        ("mL", None),
        ("%", None),
        ("blob", None),
        ("", None),
        ("tablet " * 10_000, None),
    ],
)
def test_words_for_units(text: str, unit: str | None) -> None:
    assert unit_alias(text) == unit


@pytest.mark.parametrize(
    ("system", "code", "text", "unit"),
    [
        (SNOMED, "385055001", None, "{tablet}"),
        (SNOMED, "732937005", None, "{capsule}"),
        (SNOMED, "385023001", None, "mL"),
        (SNOMED, "1", "Film-coated tablet (qualifier value)", "{tablet}"),
        (SNOMED, "1", None, None),
        (FORM, "TAB", None, "{tablet}"),
        (FORM, "ERTAB", None, "{tablet}"),
        (FORM, "TPATCH", None, "{patch}"),
        (None, "tablets", None, "{tablet}"),
        (None, None, "Oral suspension", "mL"),
        (None, None, "Powder for oral suspension", "{sachet}"),
        (None, None, None, None),
        (None, None, "nonsense", None),
    ],
)
def test_forms(system: str | None, code: str | None, text: str | None, unit: str | None) -> None:
    assert form_unit(system, code, text) == unit


def test_every_unit_is_one_that_doses_know() -> None:
    used = {unit for _, unit, *_ in rows("units")} | {unit for _, unit, *_ in rows("forms")}
    used |= {unit for _, _, unit, _ in rows("form_codes")}
    assert {unit for unit in used if dimension(unit) is None} == set()
