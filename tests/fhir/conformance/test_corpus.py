"""Real resources, where they are at hand: no order that is valid where it was published is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from .samples import said

CORPUS = Path(__file__).resolve().parents[3].parent / "shared" / "corpus"
PUBLISHED = ("hl7-r4-examples", "hl7-r5-examples", "hl7-mcode")


def _resources(node: Any) -> list[dict[str, Any]]:
    if node.get("resourceType") != "Bundle":
        return [node]
    return [e["resource"] for e in node.get("entry", []) if "resource" in e]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of public FHIR data is not beside the repository")
@pytest.mark.parametrize("folder", PUBLISHED)
def test_published_examples_are_valid(folder: str) -> None:
    files = sorted((CORPUS / folder).rglob("*.json"))
    assert files
    for file in files:
        document = json.loads(file.read_text("utf-8-sig"), parse_float=Decimal)
        for resource in _resources(document) if "resourceType" in document else ():
            assert said(resource) == [], file.name
