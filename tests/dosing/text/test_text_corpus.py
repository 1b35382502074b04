"""Every dosage text of the public corpus: none raises, and plain ones are read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orderlint.dosing.text import read

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the public corpus is not beside the repository")


def _texts(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, list):
            stack += node
        elif isinstance(node, dict):
            for key, child in node.items():
                if key in ("dosageInstruction", "dosage"):
                    for each in child if isinstance(child, list) else [child]:
                        if isinstance(each, dict):
                            found = (each.get("text"), each.get("patientInstruction"))
                            yield from (text for text in found if isinstance(text, str))
                stack.append(child)


def _documents(path: Path) -> Iterator[Any]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        return
    try:
        yield json.loads(text)
    except ValueError:
        for line in text.splitlines() if path.suffix == ".ndjson" else ():
            yield json.loads(line)


def test_every_text_of_the_corpus() -> None:
    paths = [path for path in CORPUS.rglob("*") if path.suffix in (".json", ".ndjson")]
    texts = {text for path in paths for document in _documents(path) for text in _texts(document)}
    assert len(texts) > 100
    told = {text for text in texts if read(text) is not None}
    assert len(told) > len(texts) // 2
    for text in told:  # a text with a word that changes doses is never read
        assert not {"taper", "escalation", "unless", "adjust", "cycle"} & set(text.lower().split()), text
