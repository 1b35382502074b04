"""The review gate: which protocols of a run nobody has approved."""

from __future__ import annotations

from orderlint.protocols.model import ProtocolSet


def unapproved(protocols: ProtocolSet) -> list[str]:
    """The selected protocols that are not approved, each with its status, as "aka-spasm (under-review)"."""
    return [f"{p.id} ({p.status})" for p in protocols.protocols if p.status != "approved"]
