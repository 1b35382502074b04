"""Nothing that names a person is printed or kept, wherever a document holds it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderlint.fhir.conformance import Cache, check_all

from .samples import LAB, ORDER, PATIENT, Json, items, said

SECRETS: list[Any] = [
    "Zebedee Quux",
    "zebedee@quux.example",
    "1950-31-12",
    "123-45-6789",
    19501231,
    "9434765919",
]


def _everywhere(node: Any, secret: object) -> list[Any]:
    """``node`` with one value after another replaced by ``secret``."""
    if isinstance(node, dict):
        changed: list[Any] = [
            {**node, key: new} for key, part in node.items() for new in _everywhere(part, secret)
        ]
        return [
            *changed,
            secret,
            {**node, "identifier": secret},
            {**node, "name": secret},
            {**node, "use": secret},
        ]
    if isinstance(node, list):
        changed = [
            [*node[:i], new, *node[i + 1 :]]
            for i, part in enumerate(node)
            for new in _everywhere(part, secret)
        ]
        return [*changed, secret]
    return [secret]


def _documents(secret: object) -> list[Json]:
    return [
        made
        for resource in (PATIENT, LAB, ORDER)
        for made in _everywhere(resource, secret)
        if isinstance(made, dict) and made.get("resourceType") == resource["resourceType"]
    ]


@pytest.mark.parametrize("secret", SECRETS, ids=str)
def test_messages_hold_no_secret(secret: object) -> None:
    for document in _documents(secret):
        for _, pointer, text in said(document):
            assert str(secret) not in text
            assert str(secret) not in pointer


def test_a_patient_s_codes_are_not_printed() -> None:
    odd = {**PATIENT, "gender": "Zebedee", "telecom": [{"system": "Zebedee"}]}
    assert not any("Zebedee" in text for *_, text in said(odd))


def test_a_name_as_a_key_is_not_printed() -> None:
    for *_, pointer, text in said({**PATIENT, "Zebedee Quux": 1, "a/b~\x1b": 2}):
        assert "Quux" not in text + pointer
        assert (text + pointer).isprintable()


def test_the_cache_holds_no_secret(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), "v")
    documents = [d for secret in SECRETS for d in _documents(secret)]
    check_all(items(*documents, file="/home/zebedee/quux.json"), b"raw Zebedee Quux", cache)
    kept = [f.read_text() for f in tmp_path.rglob("*.json")]
    assert len(kept) == 2  # one for the input, one for its resources
    for content in kept:
        assert not any(str(secret) in content for secret in SECRETS)
        assert "zebedee" not in content.lower()
