"""Two resources of one form are equally valid: against the models' own tables, and by trying."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from orderlint.fhir.build.facts import FACT_TYPES
from orderlint.fhir.conformance.elements import elements
from orderlint.fhir.conformance.forms import OPEN_TEXT, Forms, form_of
from orderlint.fhir.conformance.lines import lines_of
from orderlint.fhir.conformance.models import model
from orderlint.fhir.json.strict import parse

RULES = Path(__file__).parents[3] / "fixtures" / "rules"
TYPES = sorted((FACT_TYPES | {"Patient", "MedicationRequest", "Medication"}) - {"MedicationUsage"})
FREE = {"string", "markdown"}  # any text that isn't blank is one
# Elements of an open name whose type is neither: what may stand in for one another there.
MORE = {"Attachment", "Expression"}


def shapes(release: str) -> dict[str, Any]:
    """Every model that a resource of our types may hold."""
    found: dict[str, Any] = {}
    todo = [m for t in TYPES if (m := model(t, release)) is not None]
    while todo:
        shape = todo.pop()
        name = f"{shape.__module__}.{shape.__name__}"
        if name in found:
            continue
        found[name] = shape
        for element in elements(shape).values():
            if element.entry is not None and element.type != "Resource":
                todo.append(element.model)  # noqa: PERF401
    return found


@pytest.mark.parametrize("release", ["R4", "R5"])
def test_open_names_are_free_texts_everywhere(release: str) -> None:
    names = set()
    for shape in shapes(release).values():
        for element in elements(shape).values():
            if element.entry is not None or element.name.startswith("_"):
                continue
            if element.name in OPEN_TEXT:
                names.add(element.name)
                assert not element.codes, (shape, element.name)
                assert element.type in FREE | {"decimal"}, (shape, element.name, element.type)
            if element.name in ("id", "reference"):
                assert element.type in ("id", "string", "uri"), (shape, element.name, element.type)
            dated = [c for c in element.codes if c[:1].isdigit() and len(c) >= 10]
            assert not dated, "no list of codes holds a date"
    assert {"display", "family", "text", "value"} <= names


def resources() -> list[dict[str, Any]]:
    found = []
    for path in sorted(RULES.glob("baclofen-*/*/*.json"))[:150]:
        value = parse(path.read_bytes())
        entries = value.get("entry") if isinstance(value, dict) else None
        found += [e["resource"] for e in entries or () if isinstance(e, dict) and "resource" in e]
    return [r for r in found if r.get("resourceType") in TYPES]


SWAPS: list[tuple[str, str]] = [
    ("2026-01-05", "1931-12-28"),
    ("Patient/", "Patient/another-"),
    ("mg", "m g"),
]


def test_what_is_remembered_is_what_would_be_found() -> None:
    forms = Forms()
    found = resources()
    assert len(found) > 100
    for resource in [*found, *found]:
        assert forms.lines_of(resource, None) == lines_of(resource, None)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        (lambda r: r.update(id="other-1"), True),
        (lambda r: r.update(authoredOn="1999-12-28"), True),
        (lambda r: r.update(authoredOn="2026-02-30"), False),
        (lambda r: r.update(authoredOn="2026-02-03T10:00:00Z"), False),
        (lambda r: r["subject"].update(reference="Patient/99"), True),
        (lambda r: r["subject"].update(reference="Group/99"), False),
        (lambda r: r["subject"].update(reference="urn:uuid:5"), False),
        (lambda r: r.update(status="activ"), False),
        (lambda r: r.update(status="stopped"), False),
        (lambda r: r.update(id="not an id"), False),
        (lambda r: r.update(id=""), False),
        (lambda r: r["subject"].update(display="Somebody Else"), True),
        (lambda r: r["subject"].update(display=" Somebody"), False),
        (lambda r: r["subject"].update(display=""), False),
        (lambda r: r["dose"].update(value=Decimal("12.5")), True),
        (lambda r: r["dose"].update(value=Decimal("12.0")), False),
        (lambda r: r["dose"].update(value=Decimal("-2.5")), False),
        (lambda r: r["dose"].update(value=True), False),
        (lambda r: r["dose"].update(value="2.5"), False),
        (lambda r: r.update(extra=1), False),
        (lambda r: r.update(subject=[r["subject"]]), False),
    ],
)
def test_what_a_form_leaves_out(change: Any, same: bool) -> None:
    def made() -> dict[str, Any]:
        return {
            "resourceType": "MedicationRequest",
            "id": "m1",
            "status": "active",
            "authoredOn": "2026-01-05",
            "subject": {"reference": "Patient/1", "display": "Any One"},
            "dose": {"value": Decimal("2.5")},
        }

    other = made()
    change(other)
    assert (form_of(other) == form_of(made())) is same
    json.dumps(str(form_of(other)))  # it can be shown


def test_a_fault_is_never_remembered_as_none() -> None:
    forms = Forms()
    good = {"resourceType": "Patient", "id": "a", "birthDate": "1950-02-03"}
    assert forms.lines_of(good, None) == []
    for wrong in ({"birthDate": "1950-02-31"}, {"id": "a b"}, {"gender": "x"}, {"active": "true"}):
        assert forms.lines_of({**good, **wrong}, None) == lines_of({**good, **wrong}, None) != []


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderlint.fhir.conformance.forms._MOST", 3)
    forms = Forms()
    for n in range(10):
        forms.lines_of({"resourceType": "Patient", "language": f"x{n}"}, None)
    assert len(forms._faultless) <= 3
