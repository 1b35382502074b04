"""Route classes from codes and words."""

from __future__ import annotations

import pytest

from orderlint.terminology.routes import form_route, route_class

SNOMED = "http://snomed.info/sct"
V3 = "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration"


@pytest.mark.parametrize(
    ("system", "code", "text", "route"),
    [
        (None, None, None, None),
        (None, None, "  ", None),
        (SNOMED, "26643006", None, "oral"),
        (SNOMED, "72607000", None, "intrathecal"),
        (SNOMED, "72607000", "Intradermal route", "intrathecal"),  # the code counts
        (SNOMED, "127492001", None, "enteral"),
        (SNOMED, "127490009", None, "enteral"),
        (SNOMED, "404820008", None, "epidural"),
        (SNOMED, "255560000", "Intravenous (qualifier value)", "intravenous"),
        (SNOMED, "1", None, "unknown"),
        (V3, "PO", None, "oral"),
        (V3, "SQ", None, "injection"),
        (V3, "IT", None, "intrathecal"),
        (V3, "ITINJ", None, "intrathecal"),
        (V3, "TRNSDERM", None, "transdermal"),
        (V3, "SL", None, "buccal"),
        ("urn:local", "15", "oral", "oral"),
        (None, None, "PO", "oral"),
        (None, None, "p.o.", "oral"),
        (None, None, "by mouth", "oral"),
        (None, None, "IT", "intrathecal"),
        (None, None, "via intrathecal pump", "intrathecal"),
        (None, None, "via PEG tube", "enteral"),
        (None, None, "by mouth or nasogastric tube", "oral"),
        (None, None, "injection, intravenous", "intravenous"),
        (None, None, "oral inhalation", "inhaled"),
        (None, None, "apply it to the skin", "topical"),
        (None, None, "take it orally", "oral"),
        (None, None, "IV or PO", "unknown"),
        (None, None, "oral or rectal", "unknown"),
        (None, None, "telepathy", "unknown"),
    ],
)
def test_classes(system: str | None, code: str | None, text: str | None, route: str | None) -> None:
    assert route_class(system, code, text) == route


def test_the_route_that_a_form_implies() -> None:
    assert form_route(None, None, "Oral tablet") == "oral"
    assert form_route(SNOMED, "385055001", None) == "oral"
    assert form_route(None, None, "Solution for injection") == "injection"
    assert form_route(None, None, "Transdermal patch") == "transdermal"
    assert form_route(None, None, "Solution") is None
    assert form_route(None, None, None) is None
