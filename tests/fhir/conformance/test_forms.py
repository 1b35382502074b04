"""Two resources of one form are equally valid: against the models' own tables, and by trying."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orderlint.fhir.build.facts import FACT_TYPES
from orderlint.fhir.conformance.cache import Cache
from orderlint.fhir.conformance.elements import elements
from orderlint.fhir.conformance.forms import OPEN_TEXT, Forms, form_of
from orderlint.fhir.conformance.lines import lines_of
from orderlint.fhir.conformance.models import model
from orderlint.fhir.json.members import Elements, Members
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


def lines(values: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same as lines of NDJSON are read."""
    elements = Elements()
    found = [elements.parse(msgspec.json.Encoder(decimal_format="number").encode(v)) for v in values]
    return [v for v in found if isinstance(v, Members)]


def test_lines_have_the_faults_of_plain_objects() -> None:
    forms, found = Forms(), resources()
    broken = [{**r, "status": "strange"} for r in found] + [{**r, "id": "a b"} for r in found]
    broken += [{**r, "subject": {"reference": "Patient/1", "display": ""}} for r in found]
    for one, line in zip(found + broken, lines(found + broken), strict=True):
        assert forms.lines_of(line, None) == lines_of(one, None)
    assert len(forms._numbers) < sum(len(line.shared) for line in lines(found)) / 5, "elements share forms"


def test_hashes_of_faultless_forms_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = Cache(str(tmp_path), "versions")
    first = Forms(cache)
    good = lines(
        [{"resourceType": "Patient", "id": "a", "name": [{"family": "D'Oe"}], "birthDate": "1950-02-03"}]
    )
    wrong = lines([{"resourceType": "Patient", "id": "b", "gender": "x"}])
    assert first.lines_of(good[0], None) == []
    fault = first.lines_of(wrong[0], None)
    assert fault
    first.keep()
    kept = "".join(p.read_text("utf-8") for p in tmp_path.rglob("*.json"))
    assert kept
    assert "D'Oe" not in kept
    assert "1950" not in kept

    judged: list[object] = []
    monkeypatch.setattr(
        "orderlint.fhir.conformance.forms._judged", lambda r, v: judged.append(r) or lines_of(r, v)
    )
    second = Forms(cache)
    assert second.lines_of(good[0], None) == []
    assert second.lines_of({**good[0], "birthDate": "1951-02-04"}, None) == []
    assert not judged
    assert second.lines_of(wrong[0], None) == fault
    assert second.lines_of({**good[0], "gender": "y"}, None)
    assert len(judged) == 2
    other = Forms(Cache(str(tmp_path), "other versions"))
    other.lines_of(good[0], None)
    assert len(judged) == 3


def test_it_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderlint.fhir.conformance.forms._MOST", 3)
    forms = Forms()
    for n in range(10):
        forms.lines_of({"resourceType": "Patient", "language": f"x{n}"}, None)
    assert len(forms._faultless) <= 3
