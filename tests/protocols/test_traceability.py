"""Every statement of the source protocols is a clause, and every rule rests on its clauses."""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from orderlint.protocols.loader import load
from orderlint.protocols.store import built_in_files
from orderlint.protocols.yaml_file import read_yaml

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
SPEC = SHARED / "spec"

AKA = [f"AKA-{n:03}" for n in range(1, 61)]
CRA = [f"CRA-{n:03}" for n in range(1, 48)]

# Rules of the specification whose column of clauses names a statement that is unsafe as written: it is kept
# as a note with its correction, and a note carries no rule.
UNSAFE = {"AKA-007", "AKA-021", "AKA-022", "CRA-008"}

# The clauses of each rule, written by hand after the specification; in front the clause with the check.
CLAUSES = {
    "albumin-cramp-dose": "CRA-028",
    "amitriptyline-ketamine-topical": "AKA-023 AKA-024 AKA-025",
    "baclofen-abrupt-stop": "AKA-037 AKA-038 CRA-013 CRA-024 CRA-039 CRA-041",
    "baclofen-child": "PI-BAC-19",
    "baclofen-divided-doses": "AKA-005",
    "baclofen-elderly-dose": "AKA-044 CRA-015",
    "baclofen-hepatic-adjustment": "AKA-042 AKA-043 CRA-044",
    "baclofen-indication": "CRA-005 CRA-006 CRA-007 CRA-011 CRA-017 CRA-018",
    "baclofen-max-daily-dose": "AKA-004 CRA-004 CRA-038",
    "baclofen-opioid": "PI-BAC-17",
    "baclofen-pregnancy": "PI-BAC-18",
    "baclofen-renal-adjustment": "AKA-040 CRA-016",
    "baclofen-start-dose": "AKA-002 AKA-051 CRA-002 CRA-009 CRA-036",
    "baclofen-titration": "AKA-003 AKA-053 CRA-003",
    "cns-active-load": "AKA-030 AKA-046 CRA-020",
    "cramp-alternatives": "CRA-029 CRA-030",
    "cyclobenzaprine-contraindication": "PI-CYC-1 PI-CYC-2",
    "cyclobenzaprine-elderly": "AKA-026 AKA-046",
    "elderly-dementia-relaxant": "AKA-031",
    "elderly-fall-history": "AKA-029",
    "electrolytes-first": "CRA-012 CRA-025 CRA-026 CRA-027 CRA-033 CRA-034 CRA-035",
    "gabapentin-er-max-dose": "PI-GAB-6",
    "gabapentin-max-daily-dose": "AKA-011",
    "gabapentin-renal-adjustment": "AKA-041",
    "gabapentin-start-dose": "AKA-010 AKA-044 AKA-052",
    "gabapentinoid-abrupt-stop": "PI-GAB-3",
    "gabapentinoid-duplicate": "AKA-009",
    "gabapentinoid-opioid": "AKA-030 AKA-046",
    "lidocaine-heat": "AKA-048",
    "lidocaine-patch-wear": "AKA-019 AKA-054",
    "lidocaine-systemic-risk": "PI-LID-3",
    "monitoring-missing": "AKA-017 AKA-018 AKA-032 AKA-033 AKA-034 AKA-035 AKA-039 AKA-045 CRA-037",
    "muscle-relaxant-duplicate": "AKA-014 AKA-057",
    "muscle-relaxant-duration": "AKA-036 AKA-039",
    "muscle-relaxant-elderly": "AKA-027 AKA-028 AKA-029 AKA-030 AKA-031 AKA-046",
    "muscle-relaxant-hepatic": "AKA-042",
    "muscle-relaxant-max-dose": (
        "PI-MAX-1 PI-MAX-2 PI-MAX-3 PI-MAX-4 PI-MAX-5 PI-MAX-6 PI-MAX-7 PI-MAX-8 PI-MAX-9"
    ),
    "orphenadrine-contraindication": "PI-ORP-1",
    "pregabalin-max-daily-dose": "AKA-009",
    "pregabalin-renal-adjustment": "AKA-009",
    "quinidine-cramp": "CRA-031 CRA-032",
    "tizanidine-abrupt-stop": "PI-TIZ-4",
    "tizanidine-cyp1a2": "PI-TIZ-7",
    "tizanidine-hypotension": "AKA-017 PI-TIZ-8 PI-TIZ-9",
    "tizanidine-interaction": "AKA-017 PI-TIZ-2",
    "tizanidine-second-line": "AKA-014",
    "tizanidine-single-dose": "PI-TIZ-3",
    "tizanidine-start-dose": "AKA-015 AKA-016",
}


@cache
def documents() -> dict[str, Any]:
    """The built-in files by protocol id, examples and all."""
    read = (read_yaml(path.read_bytes(), str(path))[0] for path in built_in_files())
    return {data["protocol"]: data for data in read}


def clauses() -> dict[str, Any]:
    return {c["id"]: c for data in documents().values() for c in data["clauses"]}


def spoken_by() -> dict[str, set[str]]:
    """The clauses that each rule cites."""
    found: dict[str, set[str]] = {}
    for instance in load().instances:
        found.setdefault(instance.rule, set()).update(c.id for c in instance.clauses)
    return found


def test_the_source_files_hold_their_statements_and_no_others() -> None:
    assert [c["id"] for c in documents()["aka-spasm"]["clauses"]] == AKA
    assert [c["id"] for c in documents()["muscle-cramp"]["clauses"]] == CRA


def test_figures_and_label_rules_keep_to_their_own_ids() -> None:
    ids = [c["id"] for c in documents()["prescribing-information"]["clauses"]]
    assert all(re.fullmatch(r"PI-[A-Z]+-[0-9]+", name) for name in ids), ids


def test_an_id_is_given_once() -> None:
    ids = [c["id"] for data in documents().values() for c in data["clauses"]]
    assert len(ids) == len(set(ids))


@pytest.mark.skipif(not SPEC.is_dir(), reason="the shared specification is not beside the repository")
def test_no_row_of_the_list_of_statements_is_lost() -> None:
    with (SPEC / "clauses.csv").open(encoding="utf-8", newline="") as file:
        rows = [row["id"] for row in csv.DictReader(file)]
    assert rows == AKA + CRA


def test_each_rule_rests_on_its_clauses() -> None:
    assert {rule: " ".join(sorted(ids)) for rule, ids in spoken_by().items()} == CLAUSES


@pytest.mark.skipif(not SPEC.is_dir(), reason="the shared specification is not beside the repository")
def test_each_row_of_the_specification_is_a_rule_with_its_clauses() -> None:
    """The last column of its tables, ``AKA-027…031, AKA-046`` written out."""
    stated = spoken_by()
    missing = []
    tables, _, _ = (SPEC / "rules.md").read_text(encoding="utf-8").partition("## What the linter says")
    for line in tables.splitlines():
        match = re.match(r"\| `([a-z-]+)` \|.*\|([^|]*)\|$", line)
        if match is None:
            continue
        rule, named = match[1], _written_out(match[2])
        missing += [f"{rule}: {name}" for name in named - UNSAFE if name not in stated.get(rule, set())]
        if rule not in stated:
            missing.append(rule)
    assert missing == []


def _written_out(column: str) -> set[str]:
    found = set()
    for prefix, first, last in re.findall(r"(AKA|CRA)-(\d{3})(?:…(\d{3}))?", column):
        found |= {f"{prefix}-{n:03}" for n in range(int(first), int(last or first) + 1)}
    return found


def test_what_is_unsafe_is_a_note_and_never_a_rule() -> None:
    for name in UNSAFE:
        assert clauses()[name]["encode"] == "note"
        assert "rules" not in clauses()[name]


# Clinical notes, section 12: what is wrong, unsafe or unsupported in the sources, by its number there.
WRONG = {
    1: "AKA-007",
    2: "AKA-040",
    3: "AKA-008",
    4: "AKA-027",
    5: "AKA-004",
    6: "AKA-001",
    7: "AKA-021",
    8: "AKA-019 AKA-048",
    9: "AKA-022 AKA-023 AKA-024 AKA-025",
    10: "AKA-013",
    11: "AKA-010",
    12: "AKA-036",
    13: "AKA-015 AKA-016 AKA-017 AKA-018",
    14: "AKA-050",
    15: "AKA-052",
    16: "AKA-044",
    17: "CRA-008",
    18: "CRA-016",
    19: "CRA-044",
    20: "CRA-006",
    21: "CRA-004 CRA-011",
    22: "CRA-022 CRA-042",
    23: "CRA-029 CRA-030",
    24: "CRA-031 CRA-032",
    25: "CRA-041",
    26: "AKA-002 CRA-002",
    27: "PI-OMIT-1",
    28: "AKA-058 AKA-059 CRA-045 CRA-046",
}


@pytest.mark.parametrize("number", WRONG)
def test_what_is_wrong_in_the_sources_carries_its_correction(number: int) -> None:
    for name in WRONG[number].split():
        assert clauses()[name].get("correction", "").strip(), name


def test_what_is_not_encoded_says_why() -> None:
    for clause in clauses().values():
        if clause["encode"] == "not-encoded":
            assert len(clause["reason"].split()) >= 8, clause["id"]
            assert "rules" not in clause


def test_references_between_clauses_lead_somewhere() -> None:
    known = clauses()
    for clause in known.values():
        for name in clause.get("see", ()):
            assert name in known, f"{clause['id']} → {name}"
            assert name != clause["id"]
        for name in re.findall(r"\b(?:AKA|CRA|PI)-[A-Z0-9]+(?:-[0-9]+)?\b", clause.get("correction", "")):
            assert name in known, f"{clause['id']} speaks of {name}"
