"""What changed between two versions, in words, and for orders."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from orderlint.protocols.difference.documents import beside_built_in, data_of, documents
from orderlint.protocols.difference.meaning import differences
from orderlint.protocols.difference.orders import changes
from tests.protocols.files import written


def said(folder: Path, *edits: tuple[str, str]) -> list[str]:
    old, new = written(folder), written(folder, *edits, name="new.yaml")
    return differences(list(data_of(documents(old))), list(data_of(documents(new))))


def test_nothing_changed(tmp_path: Path) -> None:
    assert said(tmp_path) == []
    assert said(tmp_path, ("routes: [oral, enteral]", "routes:\n          - enteral\n          - oral")) == []
    assert said(tmp_path, ("dose: 61 mg", "dose: 62 mg")) == [], "examples are no meaning"


def test_a_limit_with_whom_it_is_for(tmp_path: Path) -> None:
    assert said(tmp_path, ("limit: 60 mg/d", "limit: 50 mg/d")) == [
        "baclofen-max-daily-dose (OUR-001): limit 60 mg/d → 50 mg/d, age from 18"
    ]


def test_who_severity_status(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        ("{age: {from: 18}}", "{age: {from: 65}}"),
        ("severity: error", "severity: info"),
        ("status: approved", "status: under-review"),
        ("drugs: [baclofen]", "drugs: [baclofen, tizanidine]"),
    ) == [
        "protocol our-hospital: status approved → under-review",
        "baclofen-max-daily-dose (OUR-001): severity error → info",
        "baclofen-max-daily-dose (OUR-001): drugs baclofen → baclofen, tizanidine",
        "baclofen-max-daily-dose (OUR-001): who age from 18 → age from 65",
    ]


def test_bands(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        ("max_daily: 10 mg/d", "max_daily: 15 mg/d"),
        ("{dialysis: true}\n              avoid: true", "{dialysis: true}\n              max_daily: 5 mg/d"),
    ) == [
        "baclofen-renal-adjustment (OUR-002): band on dialysis any dose avoid → most a day 5 mg/d",
        "baclofen-renal-adjustment (OUR-002): band kidney function from 21 to below 60 "
        "most a day 10 mg/d → most a day 15 mg/d",
    ]


def test_clauses_and_rules_come_and_go(tmp_path: Path) -> None:
    other = said(
        tmp_path,
        ("  - id: OUR-003", "  - id: OUR-004"),
        ("[OUR-003]", "[OUR-004]"),
        ("[OUR-003]", "[OUR-004]"),
        ("[OUR-003]", "[OUR-004]"),
        ("rule: baclofen-max-daily-dose", "rule: muscle-relaxant-max-dose"),
        (
            "title: Ceilings of Our Hospital",
            "title: Ceilings of Our Hospital\nrules:\n"
            "  muscle-relaxant-max-dose: {title: T, why: W, advice: A}",
        ),
    )
    assert "clause OUR-003: removed (Figures by kidney function.)" in other
    assert "clause OUR-004: added (Figures by kidney function.)" in other
    assert "baclofen-max-daily-dose (OUR-001): removed (error; limit 60 mg/d; age from 18)" in other
    assert "muscle-relaxant-max-dose (OUR-001): added (error; limit 60 mg/d; age from 18)" in other


def order(number: int, milligrams: int) -> dict[str, object]:
    return {
        "resourceType": "MedicationRequest",
        "id": str(number),
        "status": "active",
        "intent": "order",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "baclofen"},
        "dosageInstruction": [
            {
                "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": {"value": milligrams, "unit": "mg"}}],
            }
        ],
        "authoredOn": f"2026-0{number}-01",
    }


def test_orders_that_change_verdict(tmp_path: Path) -> None:
    old, new = (
        documents(written(tmp_path)),
        documents(written(tmp_path, ("limit: 60 mg/d", "limit: 50 mg/d"), name="new.yaml")),
    )
    path = tmp_path / "o.json"
    none = "0 of 1 orders change verdict"
    for number, milligrams, counted, line in (
        (1, 55, "1 of 1 orders change verdict",
                "baclofen-max-daily-dose clear → error (baclofen can reach 55 mg/d; the limit is 50 mg/d)"),
        (2, 50, none, None),
        (3, 70, f"{none}; 1 keeps its own for another reason",
                "baclofen-max-daily-dose error (baclofen can reach 70 mg/d; the limit is 60 mg/d) → error "
                "(baclofen can reach 70 mg/d; the limit is 50 mg/d)"),
    ):  # fmt: skip
        patient = {"resourceType": "Patient", "id": "p", "birthDate": "1980-01-01"}
        path.write_text(json.dumps([patient, order(number, milligrams)]))
        found = changes([str(path)], beside_built_in(old, new), beside_built_in(new, old), date(2026, 6, 1))
        assert (found.orders, found.unusable, found.counted) == (1, False, counted)
        said = found.lines if counted.startswith("1") else found.reworded
        assert [x.split("baclofen: ", 1)[1] for x in said] == ([line] if line else [])
        assert len(found.lines + found.reworded) == len(said)


def test_another_version_of_a_built_in_file_takes_its_place(tmp_path: Path) -> None:
    from orderlint.protocols.store import built_in_files

    path = tmp_path / "aka-spasm.yaml"
    path.write_text(built_in_files()[0].read_text("utf-8").replace("limit: 80 mg/d", "limit: 79 mg/d", 1))
    mine = documents(path)
    whole = beside_built_in(mine, [])
    assert [p.id for p in whole.protocols].count("aka-spasm") == 1
    lines = differences(list(data_of(documents(built_in_files()[0]))), list(data_of(mine)))
    assert lines == ["baclofen-max-daily-dose (AKA-004): limit 80 mg/d → 79 mg/d"]
