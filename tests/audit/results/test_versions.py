"""What a baseline and a run have of each protocol."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from orderlint.audit.results.versions import ONLY_BEFORE, ONLY_NOW, OTHER, REWRITTEN, SAME, versions
from orderlint.protocols.difference.documents import beside_built_in, documents
from orderlint.protocols.loader import load

FILE = Path(__file__).resolve().parents[3] / "src/orderlint/protocols/data/aka-spasm.yaml"


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        (lambda text: text, SAME),
        (lambda text: text.replace('version: "2025-09-09"', 'version: "2024-01-01"'), OTHER),
        (lambda text: text.replace("limit: 80 mg/d", "limit: 81 mg/d"), REWRITTEN),
        (lambda text: text.replace("when: {age: {from: 65}}", "when: {age: {from: 75}}"), REWRITTEN),
        (lambda text: text.replace("Baclofen is the relaxant", "Baclofen is a relaxant"), REWRITTEN),
    ],
)
def test_what_differs(change: Callable[[str], str], differs: str, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(change(FILE.read_text("utf-8")), "utf-8")
    rows = {one["id"]: one for one in versions(load(), beside_built_in(documents(other), []))}
    assert rows["aka-spasm"]["differs"] == differs
    assert rows["aka-spasm"]["now"] == {
        "version": "2025-09-09",
        "status": "under-review",
        "review": "pending human review",
    }
    assert rows["muscle-cramp"]["differs"] == SAME


def test_what_one_side_lacks() -> None:
    (first, *rest) = versions(load((), ("aka-spasm",)), load((), ("aka-spasm", "muscle-cramp")))
    assert first["differs"] == SAME
    assert [(one["id"], one["now"], one["differs"]) for one in rest] == [("muscle-cramp", None, ONLY_BEFORE)]
    other = versions(load((), ("muscle-cramp",)), load((), ("aka-spasm",)))
    assert {one["id"]: one["differs"] for one in other} == {
        "aka-spasm": ONLY_BEFORE,
        "muscle-cramp": ONLY_NOW,
    }
