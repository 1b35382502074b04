"""Allergies and intolerances to covered drugs."""

from __future__ import annotations

from typing import Any

from orderlint.fhir.read.allergy import allergy
from orderlint.fhir.read.shape import Faults
from orderlint.record import Statement

BACLOFEN = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1292"}]}


def read(**written: Any) -> Statement | None:
    return allergy({"code": BACLOFEN, **written}, "AllergyIntolerance/1", Faults())


def concept(code: str) -> dict[str, Any]:
    return {"coding": [{"code": code}]}


def test_an_allergy_to_a_covered_drug() -> None:
    found = read(clinicalStatus=concept("active"), recordedDate="2026-01-01")
    assert found is not None
    assert (found.kind, [d.ingredient for d in found.drugs], found.active) == ("allergy", ["baclofen"], True)
    assert found.since is not None
    found = read(code={"text": "rash"}, reaction=[{"substance": BACLOFEN}])
    assert found is not None and [d.ingredient for d in found.drugs] == ["baclofen"]


def test_one_that_is_over_is_not_active() -> None:
    for status in (concept("resolved"), "inactive"):
        found = read(clinicalStatus=status)
        assert found is not None and not found.active


def test_refuted_or_denied_or_of_another_substance_is_none() -> None:
    assert read(verificationStatus=concept("refuted")) is None
    assert read(code={"text": "No known allergy to baclofen"}) is None
    assert read(code={"text": "peanuts"}) is None
