"""``orderlint protocols``: list, show, validate, test, diff; their words and exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orderlint.cli.main import cli
from tests.protocols.files import written


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, ["protocols", *arguments])
    assert "Traceback" not in result.output
    return result


def test_list_and_show(tmp_path: Path) -> None:
    lines = run("list").output.split("\n")
    assert [line.split()[0] for line in lines if line] == [
        "aka-spasm",
        "muscle-cramp",
        "prescribing-information",
    ]
    written(tmp_path)
    (tmp_path / "orderlint.toml").write_text('protocols = ["our.yaml"]')
    assert "our-hospital 1 (approved): 3 clauses, 2 rules." in run("list").output
    whole = run("show", "our-hospital").output
    assert "author A. Author" in whole
    assert all(name in whole for name in ("OUR-001", "OUR-002", "OUR-003"))
    assert "Rules: baclofen-max-daily-dose (error)" in run("show", "OUR-001").output
    assert "as AKA-038" in run("show", "CRA-013").output
    assert run("show", "nothing").exit_code == 2


def test_validate(tmp_path: Path) -> None:
    path = written(tmp_path)
    result = run("validate", str(path))
    assert (result.exit_code, result.output) == (0, "no faults\n")
    written(tmp_path, ("limit: 60 mg/d", "limit: 60 mL"), ("checker: B. Checker", "checker: A. Author"))
    result = run("validate", str(path))
    assert result.exit_code == 2
    assert result.output.count("our.yaml:") == 2
    assert result.output.endswith("2 errors, 0 warnings\n")


def test_validate_warns_of_an_expired_review(tmp_path: Path) -> None:
    written(tmp_path, ("2026-02-15\n", "2020-02-15\n"), ("2027-02-15", "2021-02-15"))
    result = run("validate", "our.yaml")
    assert result.exit_code == 1
    assert "our.yaml:9:3: warning: review: the review has expired: it was due on 2021-02-15" in result.output


@pytest.mark.parametrize("command", ["validate", "test", "diff"])
def test_a_file_that_isnt_there(command: str) -> None:
    result = run(command, *["gone.yaml"] * (2 if command == "diff" else 1))
    assert result.exit_code == 2
    assert "no such protocol file or folder" in result.output


def test_test(tmp_path: Path) -> None:
    path = written(tmp_path)
    result = run("test", str(path))
    assert (result.exit_code, result.output) == (0, "6 examples, 0 failed\n")
    written(tmp_path, ("limit: 60 mg/d", "limit: 61 mg/d"))
    result = run("test", str(path))
    assert result.exit_code == 1
    assert "OUR-001, example 1: expected fires" in result.output
    written(tmp_path, ("limit: 60 mg/d", "limits: 61 mg/d"))
    result = run("test", str(path))
    assert result.exit_code == 2
    assert "'limits' is not known here; did you mean 'limit'?" in result.output


def test_mutate_says_the_share_and_the_survivors(tmp_path: Path) -> None:
    result = run("test", "--mutate", str(written(tmp_path)))
    assert result.exit_code == 0
    assert "without its `when` changes no verdict" in result.output
    assert result.output.strip().endswith("%)")


def test_diff(tmp_path: Path) -> None:
    written(tmp_path, name="old.yaml")
    written(tmp_path, ("limit: 60 mg/d", "limit: 50 mg/d"), name="new.yaml")
    same = run("diff", "old.yaml", "old.yaml")
    assert (same.exit_code, same.output) == (0, "nothing changed in meaning\n")
    result = run("diff", "old.yaml", "new.yaml")
    assert result.exit_code == 1
    assert result.output == "baclofen-max-daily-dose (OUR-001): limit 60 mg/d → 50 mg/d, age from 18\n"
    (tmp_path / "broken.json").write_text("{")
    assert run("diff", "old.yaml", "new.yaml", "broken.json").exit_code == 2
    (tmp_path / "new.yaml").write_text("{")
    assert run("diff", "old.yaml", "new.yaml").exit_code == 2


def test_the_built_in_protocols_are_sound() -> None:
    """What CI asks of the protocols: no fault, every example right."""
    fixtures = Path(__file__).parents[2] / "fixtures" / "rules"
    result = run("validate", "--fixtures", str(fixtures))
    assert (result.exit_code, result.output) == (0, "no faults\n")
    result = run("test")
    assert result.exit_code == 0, result.output


def test_nine_of_ten_mutants_of_the_built_in_protocols_are_caught() -> None:
    fixtures = Path(__file__).parents[2] / "fixtures" / "rules"
    last = run("test", "--mutate", "--fixtures", str(fixtures)).output.strip().split("\n")[-1]
    assert float(last.split("(")[1].rstrip("%)")) >= 90, last
