"""The generated pages are those of the protocol files as they are, and leave nothing out."""

from __future__ import annotations

import importlib.util
import re
from functools import cache
from pathlib import Path
from types import ModuleType

from orderlint.protocols.loader import load

ROOT = Path(__file__).parents[2]


@cache
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate_docs", ROOT / "scripts" / "generate_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def generated() -> dict[Path, str]:
    return dict(script().generated())


def test_nothing_is_missing_or_stale() -> None:
    assert script().stale(generated()) == []


def test_every_rule_has_a_page_and_an_entry() -> None:
    index = generated()[ROOT / "docs" / "rules" / "README.md"]
    for name, info in load().rules.items():
        page = generated()[ROOT / "docs" / "rules" / f"{name}.md"]
        assert page.startswith(f"# {name}\n")
        assert info.title in page
        assert f"[`{name}`]({name}.md)" in index


def test_every_clause_is_traced() -> None:
    text = generated()[ROOT / "docs" / "traceability.md"]
    rows = re.findall(r"^\| ([A-Z0-9-]+) \|", text, re.MULTILINE)
    protocols = load()
    clauses = [c for p in protocols.protocols for c in p.clauses]
    assert rows == [c.id for c in clauses]
    assert "MISSING" not in text
    for clause, line in zip(clauses, [x for x in text.split("\n") if re.match(r"\| [A-Z]", x)], strict=True):
        rules = {i.rule for i in protocols.instances if clause in i.clauses}
        assert all(f"[`{rule}`]" in line for rule in rules), clause.id
        assert (clause.encode == "rule") == bool(rules), clause.id


def test_a_missing_row_is_stale() -> None:
    text = generated()[ROOT / "docs" / "traceability.md"]
    row = next(x for x in text.split("\n") if x.startswith("| AKA-004 |"))
    changed = {**generated(), ROOT / "docs" / "traceability.md": text.replace(row + "\n", "")}
    assert "docs/traceability.md is stale" in script().stale(changed)


def test_every_rule_of_a_clause_shows_an_order_that_fires_and_one_that_is_clear() -> None:
    protocols = load()
    for name in {i.rule for i in protocols.instances}:
        page = generated()[ROOT / "docs" / "rules" / f"{name}.md"]
        assert "\nFires (" in page, name
        assert "\nClear: " in page, name
        assert page.count("\n```json\n") == 2, name
        assert "\n## Limits\n" in page, name


def test_the_fixtures_of_every_rule_are_counted_and_none_is_without() -> None:
    text = generated()[ROOT / "docs" / "traceability.md"]
    table = text[text.index("\n## Fixtures\n") :]
    for rule in {i.rule for i in load().instances}:
        (row,) = [line for line in table.split("\n") if line.startswith(f"| [`{rule}`]")]
        for verdict in ("fires", "clear"):
            folder = ROOT / "fixtures" / "rules" / rule / verdict
            count = sum(not p.name.endswith(".expected.json") for p in folder.glob("*"))
            assert count > 0, f"{rule} has no fixture that {verdict}"
            assert f"[{count}](../fixtures/rules/{rule}/{verdict})" in row
