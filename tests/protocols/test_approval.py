"""Who stands behind a protocol today, and what reports say of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from orderlint.protocols.approval import unapproved
from orderlint.protocols.info import info_of
from orderlint.protocols.loader import load
from orderlint.protocols.model import Protocol, ProtocolSet

TODAY = date(2026, 6, 1)


def protocol(status: str, **review: str | None) -> Protocol:
    return Protocol("ours", "Ours", "1", status, review, "", (), None, "ours.yaml")


def said_of(one: Protocol, today: date = TODAY) -> list[str]:
    return unapproved(ProtocolSet((one,), (), {}, {}, {}), today)


def test_a_status_below_approved_is_named() -> None:
    assert said_of(protocol("submitted")) == ["ours (submitted)"]
    assert said_of(protocol("under-review", next_review="2027-01-01")) == ["ours (under-review)"]


@pytest.mark.parametrize(
    ("due", "open_gate"), [("2026-06-02", True), ("2026-06-01", True), ("2026-05-31", False), (None, True)]
)
def test_an_approval_holds_up_to_and_on_the_day_of_the_next_review(due: str | None, open_gate: bool) -> None:
    found = said_of(protocol("approved", next_review=due))
    assert found == ([] if open_gate else [f"ours (approved, but its review was due on {due})"])


def test_the_built_in_protocols_are_all_pending() -> None:
    loaded = load()
    assert len(unapproved(loaded, TODAY)) == len(loaded.protocols) == 3
    assert all("pending human review" in info_of(p).review for p in loaded.protocols)


SIGNED: dict[str, Any] = {"author": "A", "checker": "B", "reviewed": "2026-01-01"}


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (protocol("submitted"), "pending human review"),
        (protocol("submitted", note="a draft"), "a draft; pending human review"),
        (protocol("under-review", **SIGNED), "by A, checked by B, 2026-01-01; pending human review"),
        (protocol("approved", **SIGNED), "by A, checked by B, 2026-01-01"),
        (protocol("approved", note="signed by the committee", **SIGNED), "by A, checked by B, 2026-01-01"),
    ],
)
def test_what_reports_say_of_the_review(one: Protocol, words: str) -> None:
    assert info_of(one).review == words
