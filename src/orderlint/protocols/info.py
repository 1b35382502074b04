"""A protocol as reports name it: who vouches for it, or that nobody does yet."""

from __future__ import annotations

from orderlint.findings import ProtocolInfo
from orderlint.protocols.model import Protocol

PENDING = "pending human review"


def info_of(protocol: Protocol) -> ProtocolInfo:
    """Its id, version, status, title, one line on its review, and its disclaimer."""
    review = protocol.review
    words = str(review.get("note") or "")
    if review.get("author") and review.get("checker") and review.get("reviewed"):
        words = f"by {review['author']}, checked by {review['checker']}, {review['reviewed']}"
    if protocol.status != "approved" and PENDING not in words:
        words = f"{words}; {PENDING}" if words else PENDING
    disclaimer = protocol.disclaimer.strip()
    return ProtocolInfo(protocol.id, protocol.version, protocol.status, protocol.title, words, disclaimer)
