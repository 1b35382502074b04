"""The review gate: which protocols of a run nobody stands behind today."""

from __future__ import annotations

from datetime import date

from orderlint.protocols.expired import is_expired
from orderlint.protocols.model import Protocol, ProtocolSet


def unapproved(protocols: ProtocolSet, today: date) -> list[str]:
    """The selected protocols that are not approved, each with its status, as "aka-spasm (under-review)".

    An approval holds until the next review: past that day nobody has confirmed it, and it is named too.
    """
    return [f"{p.id} ({why})" for p in protocols.protocols if (why := _why(p, today)) is not None]


def _why(protocol: Protocol, today: date) -> str | None:
    if protocol.status != "approved":
        return protocol.status
    if is_expired(protocol, today):
        return f"approved, but its review was due on {protocol.review['next_review']}"
    return None
