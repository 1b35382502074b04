"""Concepts and references: what they plainly say is read, and nothing of a person is kept in the open."""

from __future__ import annotations

from orderlint.fhir.read import codes
from orderlint.fhir.read.shape import Faults


def test_a_concept_has_all_codings_and_words() -> None:
    faults = Faults()
    written = {"coding": [{"system": "s", "code": "1", "display": "One"}, {"code": "2"}], "text": " one "}
    found = codes.concept(written, "/code", faults)
    assert found is not None
    assert [(c.system, c.code, c.pointer) for c in found.codings] == [
        ("s", "1", "/code/coding/0"),
        (None, "2", "/code/coding/1"),
    ]
    assert found.names == ("one", "One")
    assert found.words == "one"
    assert not len(faults)


def test_a_string_is_the_text_of_a_concept() -> None:
    faults = Faults()
    found = codes.concept("baclofen", "/medicationCodeableConcept", faults)
    assert found is not None and found.text == "baclofen"
    assert len(faults) == 1


def test_a_bare_coding_and_a_lone_coding_are_read() -> None:
    faults = Faults()
    bare = codes.concept({"system": "s", "code": "1"}, "/code", faults)
    lone = codes.concept({"coding": {"system": "s", "code": "1"}}, "/code", faults)
    assert bare is not None and lone is not None
    assert bare.codings[0].code == lone.codings[0].code == "1"
    assert len(faults) == 2


def test_a_code_that_is_a_number_is_read_with_a_fault() -> None:
    faults = Faults()
    found = codes.concept({"coding": [{"code": 197391}]}, "/code", faults)
    assert found is not None and found.codings[0].code == "197391"
    assert len(faults) == 1
    absurd = codes.concept({"coding": [{"code": 10**5000}]}, "/code", faults)
    assert absurd is not None and absurd.codings[0].code is None


def test_a_token_is_equal_for_equal_identifiers_and_hides_them() -> None:
    one = codes.token({"system": "urn:mrn", "value": "12345"})
    assert one == codes.token({"value": "12345 ", "system": "urn:mrn", "use": "official"})
    assert one != codes.token({"system": "urn:other", "value": "12345"})
    assert one is not None and "12345" not in one
    assert codes.token({"system": "urn:mrn"}) is None
    assert codes.token({"value": "\ud800"}) is not None


def test_references_are_read_as_written() -> None:
    faults = Faults()
    found = codes.references_of({"basedOn": [{"reference": "A/1"}, "A/2", 3]}, "basedOn", "", faults)
    assert [r.reference for r in found] == ["A/1", "A/2"]
    assert [f.pointer for f in faults] == ["/basedOn/1", "/basedOn/2"]
