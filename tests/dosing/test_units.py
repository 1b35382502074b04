from fractions import Fraction
from pathlib import Path

import pytest

from orderlint.dosing import units
from orderlint.dosing.units import canonical, counts_as, factor, split

FORM = "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm"
SNOMED = "http://snomed.info/sct"
UCUM = "http://unitsofmeasure.org"


@pytest.mark.parametrize(
    ("text", "system", "unit"),
    [
        ("mg", UCUM, "mg"),
        ("MG", None, "mg"),
        ("milligram", UCUM, "mg"),
        ("mcg", UCUM, "ug"),
        ("MCG", None, "ug"),
        ("µg", None, "ug"),
        ("μg", None, "ug"),
        ("Gram", None, "g"),
        ("ml", UCUM, "mL"),
        ("cc", None, "mL"),
        ("TAB", FORM, "{tablet}"),
        ("{tbl}", None, "{tablet}"),
        ("tbl", UCUM, "{tablet}"),
        ("Tablets", None, "{tablet}"),
        ("{pill}", UCUM, "{pill}"),
        ("428673006", SNOMED, "{tablet}"),
        ("258684004", SNOMED, "mg"),
        ("OPDROP", FORM, "[drp]"),
        ("drop", UCUM, "[drp]"),
        ("TAB", "urn:oid:1.2.392.100495.20.2.101", "{tablet}"),
        ("錠", None, "{tablet}"),
        ("U", UCUM, "U"),
        ("units", None, "U"),
        ("[iU]", UCUM, "[iU]"),
        ("mEq", UCUM, "meq"),
        ("mg/m²", None, "mg/m2"),
        ("ml/hr", None, "mL/h"),
        ("mcg/kg/min", None, "ug/kg/min"),
        ("mg/day", None, "mg/d"),
        ("mg/d/kg", None, "mg/kg/d"),
        ("mg/(kg.d)", UCUM, "mg/kg/d"),
        ("mg.kg-1.d-1", UCUM, "mg/kg/d"),
        ("mg per kg per day", None, "mg/kg/d"),
        ("mg/kg/dose", None, "mg/kg"),
        ("mg{total}", UCUM, "mg"),
        ("mg/24 h", None, "mg/d"),
        ("umol/L", UCUM, "umol/L"),
        ("µmol/L", None, "umol/L"),
        ("mL/min/{1.73_m2}", UCUM, "mL/min/{1.73_m2}"),
        ("mL/min/1.73m2", None, "mL/min/{1.73_m2}"),
        ("mL/min/1.73 m²", None, "mL/min/{1.73_m2}"),
        ("mL/min", UCUM, "mL/min"),
    ],
)
def test_canonical(text: str, system: str | None, unit: str) -> None:
    assert canonical(text, system) == unit


@pytest.mark.parametrize(
    "text",
    ["", " ", "blob", "{blob}", "mg/", "/mg", "mg/blob", "mg//kg", "mg*2", "m" * 500, "mg/kg/kg", "1/1"],
)
def test_unknown_is_none_and_not_one(text: str) -> None:
    assert canonical(text) is None


@pytest.mark.parametrize(
    ("unit", "to", "times"),
    [
        ("g", "mg", 1000),
        ("ug", "mg", "1/1000"),
        ("ug/kg/min", "mg/kg/d", "36/25"),
        ("mg/dL", "g/L", "1/100"),
        ("umol/L", "mmol/L", "1/1000"),
        ("wk", "h", 168),
        ("[iU]", "U", 1),
        ("[lb_av]", "kg", "45359237/100000000"),
    ],
)
def test_factor(unit: str, to: str, times: int | str) -> None:
    assert factor(unit, to) == Fraction(times)
    back = factor(to, unit)
    assert back is not None
    assert back * Fraction(times) == 1


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("mg", "mL"),
        ("mg", "mmol"),
        ("{tablet}", "mg"),
        ("{tablet}", "{capsule}"),
        ("[drp]", "mL"),
        ("mL/min", "mL/min/{1.73_m2}"),
        ("mg/kg", "mg"),
        ("blob", "blob"),
        ("U", "[USP'U]"),
        ("%", "1"),
    ],
)
def test_no_factor_across_dimensions(unit: str, to: str) -> None:
    assert factor(unit, to) is None


def test_split() -> None:
    assert split("ug/kg/min") == ("ug", "kg", "min", None)
    assert split("mg/mL") == ("mg", None, None, "mL")
    assert split("mg/m2") == ("mg", "m2", None, None)
    assert split("kg/m2").body is None  # a body mass index is no dose per surface


def test_forms_that_count_the_same() -> None:
    assert counts_as("{pill}", "{tablet}")
    assert counts_as("1", "{tablet}")
    assert counts_as("{puff}", "{actuation}")
    assert not counts_as("{tablet}", "{patch}")
    assert not counts_as("{tablet}", "mL")
    assert not counts_as("1", "mL")
    assert not counts_as("{each}", "{dose}")


def test_tables_are_plain_and_agree() -> None:
    data = Path(units.__file__).parent / "data"
    known = {line.split(",")[0] for line in (data / "units.csv").read_text("utf-8").splitlines()[1:]}
    seen = set()
    for line in (data / "unit_aliases.csv").read_text("utf-8").splitlines()[1:]:
        alias, unit, system = line.split(",")
        assert unit in known, line
        assert system in ("", "snomed", "form"), line
        assert alias == alias.strip()
        assert (alias, system) not in seen, line
        seen.add((alias, system))
    assert '"' not in (data / "unit_aliases.csv").read_text("utf-8")
