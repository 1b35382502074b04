"""Codes and texts that name covered drugs, and those that don't."""

from __future__ import annotations

import subprocess
import sys

import pytest

from orderlint.terminology.drugs import (
    groups_of,
    ingredients_in,
    recognise_code,
    recognise_text,
    scan_codes,
    scan_names,
)
from orderlint.terminology.names import all_names
from orderlint.terminology.words import words

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ATC = "http://www.whocc.no/atc"
SNOMED = "http://snomed.info/sct"


def named(text: str) -> list[str]:
    return [one.ingredient for one in recognise_text(text)]


@pytest.mark.parametrize(
    ("system", "code", "ingredients"),
    [
        (RXNORM, "1292", ["baclofen"]),
        ("urn:oid:2.16.840.1.113883.6.88", "1292", ["baclofen"]),
        (RXNORM, "52101", ["cyclobenzaprine"]),  # a salt
        (RXNORM, "197391", ["baclofen"]),  # a product
        (RXNORM, "1101333", ["gabapentin enacarbil"]),  # a prodrug is not gabapentin mg for mg
        (RXNORM, "2586595", ["baclofen"]),  # a product whose strength nobody verified
        (ATC, "M03BX01", ["baclofen"]),
        (ATC, "m03bx01", ["baclofen"]),
        (ATC, "N03AX12", ["gabapentin"]),  # its former code
        (ATC, "N02AJ06", ["codeine"]),  # with paracetamol
        (ATC, "D04AB01", ["lidocaine"]),
        (SNOMED, "387342009", ["baclofen"]),
        ("http://snomed.info/sct/900000000000207008/version/20240101", "387342009", ["baclofen"]),
        (SNOMED, "387167001", ["orphenadrine"]),
    ],
)
def test_codes_name_their_drug(system: str, code: str, ingredients: list[str]) -> None:
    hit = recognise_code(system, code)
    assert [one.ingredient for one in hit.drugs] == ingredients
    assert hit.known_system
    assert not any(one.by_text for one in hit.drugs)


def test_a_product_with_two_covered_drugs_names_both() -> None:
    hit = recognise_code(RXNORM, "856769")
    assert {one.ingredient for one in hit.drugs} == {"amitriptyline", "chlordiazepoxide"}


@pytest.mark.parametrize(
    ("system", "code", "known"),
    [
        (RXNORM, "314076", True),  # lisinopril
        ("http://hl7.org/fhir/sid/ndc", "0172-4096-60", True),
        ("http://fhir.de/CodeSystem/ifa/pzn", "03041347", True),
        ("http://hl7.org/fhir/sid/cvx", "140", True),
        ("https://dmd.nhs.uk", "319740004", True),
        (RXNORM, "baclofen", False),  # no RxNorm code looks like this
        (RXNORM, "", False),
        ("http://loinc.org", "1292", False),
        ("urn:local", "1292", False),
        (None, "1292", False),
        ("", "1292", False),
    ],
)
def test_known_systems_of_other_drugs(system: str | None, code: str, known: bool) -> None:
    hit = recognise_code(system, code)
    assert (hit.known_system, hit.drugs, hit.product) == (known, (), None)


@pytest.mark.parametrize(
    ("system", "code", "decisive"),
    [
        (RXNORM, "314076", True),
        (RXNORM, "1292", True),
        ("http://hl7.org/fhir/sid/ndc", "0172-4096-60", False),
        ("https://dmd.nhs.uk", "319740004", False),
        ("http://snomed.info/sct", "319740004", False),
        ("http://snomed.info/sct", "387342009", True),
    ],
)
def test_a_product_code_that_nobody_listed_may_be_a_covered_drug(
    system: str, code: str, decisive: bool
) -> None:
    assert recognise_code(system, code).decisive == decisive


def test_the_display_counts_where_the_code_is_not_in_the_table() -> None:
    hit = recognise_code(RXNORM, "999999999", "baclofen 7 MG Oral Tablet")
    assert [(one.ingredient, one.by_text) for one in hit.drugs] == [("baclofen", True)]
    assert recognise_code(RXNORM, "1292", "tizanidine").drugs[0].ingredient == "baclofen"


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("baclofen", "name 'baclofen'"),
        ("BACLOFEN 10 MG TABLET", "name 'baclofen'"),
        ("baclofen\u00a010\u00a0mg", "name 'baclofen'"),
        ("bac\u00adlofen", "name 'baclofen'"),
        ("bac\u200blofen 10mg", "name 'baclofen'"),
        ("oral\u200bbaclofen", "name 'baclofen'"),
        ("Baclofén", "name 'baclofen'"),
        ("ｂａｃｌｏｆｅｎ", "name 'baclofen'"),
        ("baclofen10mg", "name 'baclofen'"),
        ("Lioresal® (Baclofen)", "name 'baclofen'"),
        ("LIORESAL", "name 'Lioresal' (brand)"),
        ("bacloflen", "misspelling 'bacloflen' of baclofen"),
        ("baclofene", "name 'baclofene' (other language)"),
    ],
)
def test_texts_name_baclofen(text: str, how: str) -> None:
    assert [(one.ingredient, one.how, one.by_text) for one in recognise_text(text)] == [
        ("baclofen", how, True)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "allergy",
        "baclofenate",
        "xbaclofen",
        "MS",
        "tablet",
        "Somatic therapy",
        "10 mg",
        "GBN 300",
        "{}",
    ],
)
def test_texts_that_name_no_covered_drug(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "ingredients"),
    [
        ("Acetaminophen 325 MG / Hydrocodone 5 MG Oral Tablet", ["hydrocodone"]),
        ("baclofen and tizanidine", ["baclofen", "tizanidine"]),
        ("carisoprodol-aspirin-codeine", ["carisoprodol", "codeine"]),
        ("amitriptyline 2% / ketamine 0.5% cream", ["amitriptyline", "ketamine"]),
        ("gabapentin enacarbil 600 mg", ["gabapentin enacarbil"]),
        ("co-codamol 8/500", ["codeine"]),
        ("Percocet", ["oxycodone"]),
        ("human albumin 20 %", ["albumin human"]),
        ("GBN", ["gabapentin"]),
        ("Soma", ["carisoprodol"]),
        ("flexaril", ["cyclobenzaprine"]),
    ],
)
def test_several_names(text: str, ingredients: list[str]) -> None:
    assert named(text) == ingredients


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("cyclobenzaprine ER 15 mg", "ER"),
        ("Amrix", "ER"),
        ("24 HR cyclobenzaprine 15 MG Extended Release Oral Capsule", "ER"),
        ("Kemstro", "ODT"),
        ("baclofen ODT", "ODT"),
        ("tizanidine IR", "IR"),
        ("baclofen 10 mg tablet", None),
        ("baclofen 10 mg once daily", None),
    ],
)
def test_release(text: str, release: str | None) -> None:
    assert recognise_text(text)[0].release == release


def test_groups() -> None:
    assert {"skeletal-muscle-relaxant", "cns-active", "muscle-relaxant"} <= groups_of("baclofen")
    assert "beers-relaxant" not in groups_of("baclofen")
    assert ingredients_in("beers-relaxant") == {
        "carisoprodol",
        "chlorzoxazone",
        "cyclobenzaprine",
        "metaxalone",
        "methocarbamol",
        "orphenadrine",
    }
    assert ingredients_in("strong-cyp1a2-inhibitor") == {"ciprofloxacin", "enoxacin", "fluvoxamine"}
    assert "dantrolene" not in ingredients_in("cns-active")
    assert {"oxycodone", "zolpidem", "diazepam", "pregabalin"} <= ingredients_in("cns-active")
    assert ingredients_in("nobody") == frozenset() == groups_of("metformin")


def test_groups_that_interactions_speak_of() -> None:
    lowering = ingredients_in("antihypertensive")
    assert {
        "lisinopril",
        "valsartan",
        "metoprolol",
        "amlodipine",
        "doxazosin",
        "furosemide",
        "clonidine",
    } <= lowering
    assert "dexmedetomidine" not in lowering  # a sedative, though an alpha-2 agonist
    assert {"clonidine", "guanfacine", "methyldopa", "dexmedetomidine"} <= ingredients_in("alpha-2-agonist")
    assert "tizanidine" not in ingredients_in("alpha-2-agonist")  # it would interact with itself
    assert {"tocainide", "mexiletine", "quinidine", "flecainide"} <= ingredients_in("class-1-antiarrhythmic")
    weaker = ingredients_in("weaker-cyp1a2-inhibitor")
    assert {"zileuton", "levofloxacin", "verapamil", "famotidine", "ethinylestradiol", "acyclovir"} <= weaker
    assert not weaker & ingredients_in("strong-cyp1a2-inhibitor")


@pytest.mark.parametrize(
    ("system", "code", "ingredient"),
    [
        (RXNORM, "29046", "lisinopril"),
        (RXNORM, "2599", "clonidine"),
        (ATC, "C09AA05", "ramipril"),
        (ATC, "C09BA03", "lisinopril"),  # with a diuretic
        (ATC, "C07AB02", "metoprolol"),
        (ATC, "G03AA07", "ethinylestradiol"),
        (ATC, "J01MA04", "enoxacin"),
    ],
)
def test_codes_of_drugs_that_interact(system: str, code: str, ingredient: str) -> None:
    assert [one.ingredient for one in recognise_code(system, code).drugs] == [ingredient]


def test_every_name_names_its_own_ingredients() -> None:
    for name in all_names():
        assert set(name.ingredients) <= set(named(name.name)), name


def test_every_text_that_is_known_holds_a_word_of_the_scan() -> None:
    scan = scan_names()
    for name in all_names():
        assert scan & set(words(name.name)), name
    assert all(word.isascii() and word == word.lower() for word in scan)


def test_the_scan_has_the_codes_of_products_ingredients_and_salts() -> None:
    assert {"1292", "197391", "52101", "M03BX01", "387342009"} <= scan_codes()


@pytest.mark.parametrize("code", ["1" * 100_000, "12\n92", '"1292', "１２９２", "1292,", "\x00"])
def test_hostile_codes(code: str) -> None:
    assert recognise_code(RXNORM, code).drugs == ()


def test_hostile_texts() -> None:
    assert named("baclofen " * 100_000) == ["baclofen"]
    assert named("\u202ebaclofen\x1b[31m") == ["baclofen"]


def test_importing_reads_no_file() -> None:
    script = (
        "import sys\n"
        "import csv, fractions, functools, pathlib, re, typing\n"
        "opened = []\n"
        "sys.addaudithook(lambda e, a: opened.append(a[0]) if e == 'open' else None)\n"
        "import orderlint.terminology.drugs\n"
        "print([x for x in opened if str(x).endswith(('.csv', '.yaml'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_both_ways_of_asking_for_a_group_agree() -> None:
    everything = {i for name in all_names() for i in name.ingredients}
    groups = {g for i in everything for g in groups_of(i)}
    assert len(groups) > 10
    for group in groups:
        assert ingredients_in(group) >= {i for i in everything if group in groups_of(i)}
        assert all(group in groups_of(i) for i in ingredients_in(group))
