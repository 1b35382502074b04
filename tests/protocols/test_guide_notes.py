"""Notes on contested statements stand on the pages of the rules that they bear on, with their corrections."""

from __future__ import annotations

import pytest

from orderlint.protocols.guide import markdown, text
from orderlint.protocols.guide.page import pages


@pytest.mark.parametrize(
    ("rule", "note"),
    [
        ("baclofen-renal-adjustment", "AKA-007"),
        ("baclofen-hepatic-adjustment", "AKA-008"),
        ("baclofen-indication", "CRA-008"),
        ("lidocaine-patch-wear", "AKA-021"),
        ("lidocaine-systemic-risk", "AKA-021"),
        ("amitriptyline-ketamine-topical", "AKA-022"),
    ],
)
def test_a_note_stands_on_the_page_of_its_rule(rule: str, note: str) -> None:
    (page,) = pages(only=rule)
    (found,) = (c for c in page.notes if c.id == note)
    for shown in (markdown.render(page), text.render(page)):
        flat = " ".join(shown.split())
        assert "Noted beside it, with corrections" in flat
        assert " ".join(found.statement.split()) in flat
        assert " ".join(found.correction.split()) in flat


def test_a_rule_without_notes_has_no_heading_for_them() -> None:
    (page,) = pages(only="cyclobenzaprine-elderly")
    assert page.notes == ()
    assert "Noted beside it" not in markdown.render(page)
