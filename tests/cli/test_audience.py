"""``check --audience``: the engineer's advice, and messages that begin with the element."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from orderlint.cli.main import cli
from orderlint.protocols.audience import for_engineers, naming_elements
from orderlint.protocols.loader import load

FIRES = Path(__file__).parents[2] / "fixtures" / "rules" / "cyclobenzaprine-elderly" / "fires"


def findings(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, ["check", "--no-config", "--format", "json", str(FIRES), *arguments])
    found: list[dict[str, Any]] = json.loads(result.output)["findings"]
    return found


def test_engineers_are_told_the_element_and_their_advice() -> None:
    plain, theirs = findings(), findings("--audience", "engineer")
    assert findings("--audience", "pharmacist") == plain
    rules = load().rules
    assert len(plain) == len(theirs) > 0
    for one, other in zip(plain, theirs, strict=True):
        assert one["fingerprint"] == other["fingerprint"]
        if other["expression"]:
            assert other["message"] == f"{other['expression']}: {one['message']}"
        if rules[one["rule"]].advice_engineer:
            assert other["advice"] == rules[one["rule"]].advice_engineer


def test_words_for_engineers_stand_in_for_advice() -> None:
    every = load()
    name = next(n for n, r in every.rules.items() if any(i.rule == n for i in every.instances))
    told = every._replace(
        rules={**every.rules, name: every.rules[name]._replace(advice_engineer="Add a condition.")}
    )
    changed = for_engineers(told)
    assert changed.rules[name].advice == "Add a condition."
    assert all(i.advice == "Add a condition." for i in changed.instances if i.rule == name)


def test_a_finding_without_an_element_keeps_its_message() -> None:
    from orderlint.findings import Finding, Ledger, Result
    from orderlint.record import Place

    finding = Finding("r", "error", "words", None, Place("f", ""), None)
    result = naming_elements(Result("1", (), Ledger(), (finding,)))
    assert result.findings == (finding,)
