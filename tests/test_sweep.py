"""``orderlint sweep``: each cell is the verdict that a patient of that age and kidney function would get."""

from __future__ import annotations

import json
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orderlint.cli.sweep import command

URL = "http://example.org/ActivityDefinition/"
RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"


def activity(name: str, code: str, dose: float, times: int) -> dict[str, Any]:
    quantity = {"value": dose, "unit": "mg", "system": "http://unitsofmeasure.org", "code": "mg"}
    return {
        "resourceType": "ActivityDefinition",
        "id": name,
        "url": URL + name,
        "status": "draft",
        "kind": "MedicationRequest",
        "productCodeableConcept": {"coding": [{"system": RXNORM, "code": code}]},
        "dosage": [
            {
                "timing": {"repeat": {"frequency": times, "period": 1, "periodUnit": "d"}},
                "doseAndRate": [{"doseQuantity": quantity}],
            }
        ],
    }


def plan(condition: str | None, *activities: dict[str, Any], title: str = "Spasm") -> dict[str, Any]:
    actions: list[dict[str, Any]] = []
    for each in activities:
        action: dict[str, Any] = {"title": each["id"], "definitionCanonical": each["url"]}
        if condition is not None:
            expression = {"language": "text/cql", "expression": condition}
            action["condition"] = [{"kind": "applicability", "expression": expression}]
        actions.append(action)
    definition = {
        "resourceType": "PlanDefinition",
        "id": "p",
        "status": "draft",
        "title": title,
        "action": actions,
    }
    entries = [{"resource": r} for r in (definition, *activities)]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def run(tmp_path: Path, content: Any, *options: str) -> tuple[int, str]:
    file = tmp_path / "p.json"
    file.write_text(json.dumps(content))
    result = CliRunner().invoke(
        command, [str(file), "--as-of", "2026-03-01", "--protocol", "aka-spasm", *options]
    )
    return result.exit_code, result.output


def rows(output: str) -> dict[str, list[str]]:
    """The letters of each row by its kidney function, blank cells kept."""
    grid = [line for line in output.splitlines() if " | " in line and not line.strip().startswith("kidney")]
    return {line.split(" | ")[0].strip(): list(line.split(" | ")[1].split("  mL")[0][1::3]) for line in grid}


BACLOFEN = activity("bac", "1292", 5, 2)


def test_the_bands_of_the_kidneys_by_age(tmp_path: Path) -> None:
    code, output = run(tmp_path, plan(None, BACLOFEN), "--ages", "40,64,65,80", "--kidney", "29,30,59,60")
    found = rows(output)
    assert code == 1
    assert found["60"][2:] == found["60"][:2]  # nothing by age at normal kidneys
    assert "E" not in found["60"]
    assert found["59"][:2] != ["E", "E"]
    assert found["59"][2:] == ["E", "E"]
    assert found["30"][2:] == ["E", "E"]
    assert found["29"] == ["E"] * 4
    assert found["dialysis"] == ["E"] * 4
    assert "First that fails: age 40, kidney function 29" in output


def test_who_is_kept_out_gets_nothing(tmp_path: Path) -> None:
    guarded = plan("AgeInYears() < 65", activity("cyc", "21949", 5, 3))
    code, output = run(tmp_path, guarded, "--ages", "40,64,65,80", "--kidney", "90")
    cells = (rows(output)["90"] + ["", ""])[:4]
    assert "E" not in cells
    assert [c.strip() for c in cells[2:]] == ["", ""]
    assert code == 0


def test_a_guard_taken_at_its_word_is_shown_as_such(tmp_path: Path) -> None:
    guarded = plan('"Age is appropriate"', activity("cyc", "21949", 5, 3))
    _, output = run(tmp_path, guarded, "--ages", "40,80", "--kidney", "90")
    assert set(rows(output)["90"]) == {"~"}


def test_the_grid_has_a_cell_on_both_sides_of_every_bound(tmp_path: Path) -> None:
    _, output = run(tmp_path, plan(None, BACLOFEN))
    assert {"29", "30", "59", "60", "dialysis"} <= rows(output).keys()
    ages = next(line for line in output.splitlines() if "age in years" in line)
    assert " 64 65 " in ages


def test_nothing_to_sweep_is_status_2(tmp_path: Path) -> None:
    code, output = run(tmp_path, plan(None, activity("other", "161", 500, 3)))
    assert code == 2
    assert "nothing was swept" in output


@pytest.mark.parametrize("value", ["", "a", "0", "65,,70", "1000"])
def test_a_list_that_is_none(tmp_path: Path, value: str) -> None:
    code, output = run(tmp_path, plan(None, BACLOFEN), "--ages", value)
    assert code == 2
    assert "Traceback" not in output


class _Scripts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)
        assert not any(name.startswith("on") or name in ("src", "href") for name, _ in attrs)


def test_the_page_is_whole_and_harmless(tmp_path: Path) -> None:
    hostile = activity("bac", "1292", 5, 2)
    hostile["id"] = "x<script>alert(1)</script>"
    page = tmp_path / "out.html"
    code, _ = run(tmp_path, plan(None, hostile, title="<img onerror=x>"), "--html", str(page))
    assert code == 1
    text = page.read_text()
    parser = _Scripts()
    parser.feed(text)
    assert "script" not in parser.tags
    assert parser.tags.count("td") > 50
    assert "http:" not in text
    assert date.today().isoformat() not in text
