"""Products by code, and strengths as names write them."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest

from orderlint.dosing.units import dimension, split
from orderlint.terminology.products import Part, product, strengths_in_name
from orderlint.terminology.table import first_cells, rows

ONE = Fraction(1)


def part(ingredient: str, value: str, unit: str, per: str = "1", per_unit: str = "{tablet}") -> Part:
    return Part(ingredient, Fraction(value), unit, Fraction(per), per_unit)


def test_a_tablet_by_its_code() -> None:
    found = product("197391")
    assert found is not None
    assert found.parts == (part("baclofen", "10", "mg"),)
    assert (found.dose_form, found.route, found.release, found.doubtful) == ("{tablet}", "oral", "IR", False)


@pytest.mark.parametrize(
    ("code", "parts", "form", "route", "release"),
    [
        ("308516", (part("baclofen", "0.05", "mg", "1", "mL"),), "mL", "intrathecal", None),
        ("250976", (part("baclofen", "1", "mg", "1", "mL"),), "mL", "oral", "IR"),
        ("617299", (part("baclofen", "10", "mg"),), "{tablet}", "oral", "ODT"),
        ("828358", (part("cyclobenzaprine", "15", "mg", "1", "{capsule}"),), "{capsule}", "oral", "ER"),
        ("197696", (part("fentanyl", "0.075", "mg/h", "1", "{patch}"),), "{patch}", "transdermal", None),
        ("1544753", (part("dantrolene", "250", "mg", "1", "{injection}"),), "mL", "injection", None),
    ],
)
def test_forms_and_routes(
    code: str, parts: tuple[Part, ...], form: str, route: str, release: str | None
) -> None:
    found = product(code)
    assert found is not None
    assert (found.parts, found.dose_form, found.route, found.release) == (parts, form, route, release)


def test_a_combination_has_a_part_for_each_ingredient() -> None:
    found = product("197447")
    assert found is not None
    assert found.parts == (part("aspirin", "325", "mg"), part("carisoprodol", "200", "mg"))
    assert found.ingredients == ("carisoprodol",)


@pytest.mark.parametrize("code", ["2679605", "2586595", "2593382", "2667943"])
def test_unverified_strengths_are_not_used(code: str) -> None:
    found = product(code)
    assert found is not None
    assert found.doubtful
    assert found.parts == ()
    assert found.ingredients == ("baclofen",)


def test_a_pack_has_no_single_strength() -> None:
    found = product("1115015")
    assert found is not None
    assert (found.parts, found.ingredients) == ((), ("gabapentin",))


@pytest.mark.parametrize("code", ["", "0", "314076", "abc", "1" * 50, "197391,", "\n197391", "rxcui"])
def test_codes_that_are_not_there(code: str) -> None:
    assert product(code) is None


@pytest.mark.parametrize(
    ("name", "parts", "form", "route"),
    [
        ("baclofen 10 MG Oral Tablet", (part("baclofen", "10", "mg"),), "{tablet}", "oral"),
        (
            "1 ML baclofen 0.05 MG/ML Injection",
            (part("baclofen", "0.05", "mg", "1", "mL"),),
            "mL",
            "intrathecal",
        ),
        ("baclofen 5 MG/5 ML oral solution", (part("baclofen", "5", "mg", "5", "mL"),), "mL", "oral"),
        ("baclofen 250mg/5ml Suspension", (part("baclofen", "250", "mg", "5", "mL"),), "mL", None),
        ("lidocaine 1 % cream", (part("lidocaine", "1", "%", "1", "1"),), "g", "topical"),
        (
            "lidocaine 0.05 MG/MG Medicated Patch",
            (part("lidocaine", "0.05", "mg", "1", "mg"),),
            "{patch}",
            "topical",
        ),
        (
            "lidocaine 5 % (700 mg/patch)",
            (part("lidocaine", "700", "mg", "1", "{patch}"),),
            "{patch}",
            "transdermal",
        ),
        ("insulin 100 unit/mL", (part("insulin", "100", "[iU]", "1", "mL"),), None, None),
        ("nystatin 100,000 units/ml", (part("nystatin", "100000", "[iU]", "1", "mL"),), None, None),
        (
            "fentanyl 12 mcg/hr patch",
            (part("fentanyl", "12", "ug/h", "1", "{patch}"),),
            "{patch}",
            "transdermal",
        ),
        (
            "scopolamine 1.5 mg/72 hours patch",
            (part("scopolamine", "0.5", "mg/d", "1", "{patch}"),),
            "{patch}",
            "transdermal",
        ),
        (
            "Acetaminophen 325 MG / Hydrocodone 5 MG Oral Tablet",
            (part("acetaminophen", "325", "mg"), part("hydrocodone", "5", "mg")),
            "{tablet}",
            "oral",
        ),
        (
            "Tramadol 37.5 mg and paracetamol 325 mg tablets",
            (part("tramadol", "37.5", "mg"), part("paracetamol", "325", "mg")),
            "{tablet}",
            "oral",
        ),
        ("Lioresal 10mg tab", (part("baclofen", "10", "mg"),), "{tablet}", "oral"),
        ("10 mg baclofen tablets", (part("baclofen", "10", "mg"),), "{tablet}", "oral"),
        ("BACLOFEN\u00a010\u00a0MG", (part("baclofen", "10", "mg", "1", "1"),), None, None),
        ("baclofen 0.5mg", (part("baclofen", "0.5", "mg", "1", "1"),), None, None),
        ("baclofen 2,5 mg", (part("baclofen", "2.5", "mg", "1", "1"),), None, None),
        ("baclofen 500 µg", (part("baclofen", "500", "ug", "1", "1"),), None, None),
        ("baclofen 10 mg tablet, 100", (part("baclofen", "10", "mg"),), "{tablet}", "oral"),
        ("baclofen 10 mg tablets (30 tablets)", (part("baclofen", "10", "mg"),), "{tablet}", "oral"),
        (
            "polyethylene glycol 3350 17000 MG",
            (part("polyethylene glycol 3350", "17000", "mg", "1", "1"),),
            None,
            None,
        ),
        (
            "ethanol 0.5 ML/ML / lidocaine 20 MG/ML Topical Solution",
            (part("ethanol", "0.5", "mL", "1", "mL"), part("lidocaine", "20", "mg", "1", "mL")),
            "mL",
            "topical",
        ),
        (
            "dantrolene 20 MG Injection",
            (part("dantrolene", "20", "mg", "1", "{injection}"),),
            "mL",
            "injection",
        ),
        ("Gablofen 2 mg/mL", (part("baclofen", "2", "mg", "1", "mL"),), None, "intrathecal"),
    ],
)
def test_strengths_in_names(name: str, parts: tuple[Part, ...], form: str | None, route: str | None) -> None:
    found = strengths_in_name(name)
    assert found is not None
    assert (found.problem, found.dose_form, found.route) == (None, form, route)
    assert found.parts == parts


@pytest.mark.parametrize(
    ("name", "ingredient", "value"),
    [
        ("Baclofen-ratiopharm 10 mg Tabletten N2", "baclofen", "10"),
        ("Gabapentin-ratiopharm 300 mg Hartkapseln", "gabapentin", "300"),
        ("Tizanidin-neuraxpharm 4 mg", "tizanidine", "4"),
        ("Mylan-Baclofen 10 mg tablet", "baclofen", "10"),
        ("Ortoton 750 mg Filmtabletten", "methocarbamol", "750"),
    ],
)
def test_a_manufacturer_is_no_second_ingredient(name: str, ingredient: str, value: str) -> None:
    found = strengths_in_name(name)
    assert found is not None
    assert [(p.ingredient, p.value, p.unit) for p in found.parts] == [(ingredient, Fraction(value), "mg")]


@pytest.mark.parametrize(
    "name",
    [
        "baclofen-qwertolol 10 mg tablet",  # a company, or a second drug?
        "baclofen 12.5-25 mg",
        "baclofen 10 mg to 20 mg",
        "baclofen 10-20 mg tablet",
        "co-codamol 8/500",
        "co-codamol 30mg/500mg tablets",
        "Percocet 5/325",
        "Percocet 5 mg tablet",  # of which of its two drugs?
        "hydrocodone-acetaminophen 5-325 mg",
        "Acetaminophen / Hydrocodone 5 MG Oral Tablet",
        "carisoprodol-aspirin 200 mg tablet",
        "baclofen tizanidine 4 mg",
        "baclofen 10 mg 20 mg tablet",
        "{9 (Once-Daily gabapentin 300 MG Oral Tablet) / 69 (gabapentin 600 MG Oral Tablet) } Pack",
        "baclofen 10 mg oral solution",
        "baclofen 20 mg/day",
        "baclofen 10 mg/kg",
        "baclofen 1e9 mg",
        "baclofen 10 mg/0 mL",
        "baclofen 99999999999999999999999 mg",
        "baclofen 1,2,3 mg",
    ],
)
def test_what_is_unclear_is_a_problem_and_no_guess(name: str) -> None:
    found = strengths_in_name(name)
    assert found is not None
    assert found.parts == ()
    assert found.problem


@pytest.mark.parametrize(
    "name", ["", "baclofen", "Zanaflex (tizanidine)", "1 : 2", "@@@", "mg", "tizanidine HCl"]
)
def test_names_without_a_strength(name: str) -> None:
    assert strengths_in_name(name) is None


def test_a_name_with_a_form_alone() -> None:
    found = strengths_in_name("Percocet extended-release tablet")
    assert found is not None
    assert (found.parts, found.problem, found.dose_form, found.release) == ((), None, "{tablet}", "ER")


def test_hostile_names_take_no_time() -> None:
    begun = time.perf_counter()
    for name in ("9" * 50_000 + " mg", "1/" * 50_000, "baclofen / " * 20_000, "(" * 50_000, "1,1," * 20_000):
        strengths_in_name(name)
    assert time.perf_counter() - begun < 2


def test_every_part_of_the_table_is_in_a_unit_that_doses_know() -> None:
    for code in first_cells("products"):
        found = product(code)
        assert found is not None
        for one in found.parts:
            top, _, _, rest = split(one.unit)
            assert dimension(top), (code, one)
            assert rest is None
            assert dimension(one.per_unit), (code, one)
            assert one.value > 0 < one.per_value


def test_names_of_the_table_are_read_as_the_table_has_them() -> None:
    """The parser and the stored parts agree on a sample of all products."""
    for code, name, *_ in rows("products")[::40]:
        found, read = product(code), strengths_in_name(name)
        assert found is not None
        if found.parts and not found.doubtful:
            assert read is not None
            assert read.parts == found.parts, name


def test_one_lookup_is_quick() -> None:
    product.cache_clear()
    begun = time.perf_counter()
    for code in ("197391", "828358", "2634753"):
        assert product(code) is not None
    assert time.perf_counter() - begun < 0.05
