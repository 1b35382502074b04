"""Protocols whose review is overdue."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from orderlint.protocols.model import Protocol
from orderlint.record import InputFault, Place

RULE = "protocol-review-expired"


def expired(protocols: Iterable[Protocol], today: date) -> list[InputFault]:
    """A warning for each protocol whose next review was due before ``today``, at the line that says so."""
    return [_fault(p) for p in protocols if is_expired(p, today)]


def is_expired(protocol: Protocol, today: date) -> bool:
    """Whether the next review was due before ``today``."""
    due = protocol.review.get("next_review")
    return bool(due) and str(due) < today.isoformat()


def _fault(protocol: Protocol) -> InputFault:
    from orderlint.protocols.store import built_in  # noqa: PLC0415

    line, column = _place(protocol.path)
    # A file of the package has no path that means anything to a reader elsewhere.
    file = f"{protocol.id}.yaml" if protocol.path in built_in() else protocol.path
    due = protocol.review["next_review"]
    words = f"the review of the protocol {protocol.id} {protocol.version} has expired: it was due on {due}"
    return InputFault(RULE, "warning", words, Place(file, "/review/next_review"), line=line, column=column)


def _place(path: str) -> tuple[int | None, int | None]:
    from pathlib import Path  # noqa: PLC0415

    from orderlint.protocols.errors import ProtocolError  # noqa: PLC0415
    from orderlint.protocols.yaml_file import read_yaml  # noqa: PLC0415

    try:
        _, marks = read_yaml(Path(path).read_bytes(), path)
    except (OSError, ProtocolError):
        return None, None
    return marks.get(("review", "next_review"), (None, None))
