"""The tables themselves: no key twice, names that the others know, sources where they belong."""

from __future__ import annotations

import pytest

from orderlint.terminology.ingredients import ingredients_in
from orderlint.terminology.table import first_cells, rows

KEYS = {  # table → how many of the first cells make its key
    "code_systems": (1, 2),
    "condition_groups": (0, 1),
    "conditions_icd": (0, 1),
    "conditions_snomed": (0, 1),
    "drug_codes": (0, 2),
    "drug_groups": (0, 1),
    "drug_names": (0, 1),
    "drugs": (0, 1),
    "example_codes": (0, 2),
    "form_codes": (0, 2),
    "labs": (0, 1),
    "lab_units": (0, 3),
    "products": (0, 1),
    "routes": (0, 2),
    "timing": (0, 2),
}


@pytest.mark.parametrize("table", sorted(KEYS))
def test_no_code_stands_twice(table: str) -> None:
    first, last = KEYS[table]
    keys = [tuple(cell.casefold() for cell in row[first:last]) for row in rows(table)]
    twice = {key for key in keys if keys.count(key) > 1} if len(set(keys)) != len(keys) else set()
    assert not twice


def test_groups_have_members_that_are_known_drugs_and_a_source() -> None:
    known, groups = set(first_cells("drugs")), set(first_cells("drug_groups"))
    groups |= {group for _, own, *_ in rows("drugs") for group in own.split()}
    for group, members, title, source in rows("drug_groups"):
        assert title and source, group
        assert ingredients_in(group), group
        for member in members.split("|"):
            name = member.lstrip("@!")
            assert name in (groups if member.startswith("@") else known), f"{group}: {member}"


def test_every_drug_has_a_name_to_be_recognised_by() -> None:
    named = {name.casefold() for name, *_ in rows("drug_names")}
    assert not {drug for drug in first_cells("drugs") if drug.casefold() not in named}


def test_codes_that_examples_are_written_with_are_those_of_the_other_tables() -> None:
    labs = {loinc: kind for loinc, kind, *_ in rows("labs")}
    routes = {(system, code): route for system, code, route in rows("routes")}
    for what, key, system, code, _ in rows("example_codes"):
        if what == "lab":
            assert labs[code] == key
        else:
            assert system == "http://snomed.info/sct"
            assert routes["snomed", code] == key
