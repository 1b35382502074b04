"""``orderlint rules``: the list, one rule's page, both formats, both audiences, and wrong names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orderlint.cli.main import cli
from orderlint.protocols.guide import text
from orderlint.protocols.guide.page import pages
from orderlint.protocols.loader import load
from tests.protocols.files import written


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["rules", *arguments])


def test_the_list_has_every_rule() -> None:
    result = run()
    assert result.exit_code == 0
    for name, info in load().rules.items():
        assert any(
            line.split()[0] == name and info.title in line
            for line in result.output.split("\n")
            if line.strip()
        )


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_page_says_all_of_a_rule(form: str) -> None:
    text = " ".join(run("baclofen-max-daily-dose", "--format", form).output.split())
    rule = load().rules["baclofen-max-daily-dose"]
    parts = (
        "AKA-004",
        "CRA-004",
        "Source: ",
        "80 mg/d",
        "30 mg/d",
        "where muscle-cramp governs",
        "How to satisfy it",
        "When to suppress it",
    )
    for part in (rule.title, " ".join(rule.why.split()), " ".join(rule.advice.split()), *parts):
        assert part in text, part
    assert "ires (error): baclofen" in text
    assert "lear: baclofen" in text
    assert 'rule = "baclofen-max-daily-dose"' in text
    assert "Pending human review: aka-spasm (under-review)" in text


def test_every_page_can_be_shown() -> None:
    made = pages()
    assert {page.rule.name for page in made} == set(load().rules)
    for page in made:
        assert page.rule.title in " ".join(text.render(page, "pharmacist").split())
        for shown in (page.fires, page.clear):
            assert shown is None or shown.fhir is not None, (
                f"{page.rule.name}: an example without a FHIR form"
            )


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_a_page_shows_both_examples_as_fhir_that_can_be_checked(form: str) -> None:
    said = run("baclofen-max-daily-dose", "--format", form).output
    found = []
    for start in (i for i in range(len(said)) if said.startswith("{\n", i)):
        value, _ = json.JSONDecoder().raw_decode(said, start)
        if isinstance(value, dict) and value.get("resourceType") == "Bundle":
            found.append(value)
    assert len(found) == 2
    for bundle, status in zip(found, (1, 0), strict=True):
        options = ["check", "-", "--no-config", "--rule", "baclofen-max-daily-dose"]
        result = CliRunner().invoke(cli, options, input=json.dumps(bundle))
        assert result.exit_code == status, result.output


def test_a_wrong_name_is_a_usage_error() -> None:
    result = run("baclofen-max-dose")
    assert result.exit_code == 2
    assert "did you mean baclofen-max-daily-dose" in result.output


def test_audience() -> None:
    rules = {n: r for n, r in load().rules.items() if r.advice_engineer}
    assert rules, "some rule has words for engineers"
    name, rule = next(iter(rules.items()))
    own, other = (" ".join(run(name, "--audience", who).output.split()) for who in ("pharmacist", "engineer"))
    assert " ".join(rule.advice.split()) in own
    assert " ".join(rule.advice_engineer.split()) not in own
    assert " ".join(rule.advice_engineer.split()) in other


def test_a_protocol_of_ones_own(tmp_path: Path) -> None:
    path = written(tmp_path)
    assert "OUR-001" in run("baclofen-max-daily-dose", "--protocols", str(path)).output
    path.write_text("{")
    result = run("--protocols", str(path))
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_escapes_of_a_protocol_reach_no_terminal(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        ("statement: Oral baclofen goes no higher than 60 mg a day from 18 years.", 'statement: "a\\e[31mb"'),
    )
    result = run("baclofen-max-daily-dose", "--protocols", str(path))
    assert "\x1b" not in result.output
    assert "a\\x1b[31mb" in result.output
