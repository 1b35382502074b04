"""Resource ids behind a key: one id is one pseudonym under one key, and tells nothing without it."""

from __future__ import annotations

import hmac
import re
from typing import Any

# An id in full, also one that FHIR doesn't allow: no part of it may be left.
_REFERENCE = re.compile(r"\b([A-Z][A-Za-z]{3,63})/[\w.\-]+|\b(urn:uuid|urn:oid):[\w.\-]+")
_SHOWN = ("resource", "patient", "message", "facts", "advice")


class Pseudonyms:
    """Replaces the id in every ``Type/id`` and URN; without a secret it changes nothing."""

    def __init__(self, secret: bytes | None) -> None:
        self._secret = secret

    def text(self, words: str) -> str:
        """``words`` with every id replaced."""
        if self._secret is None:
            return words
        return _REFERENCE.sub(self._replaced, words)

    def _replaced(self, found: re.Match[str]) -> str:
        return f"{found[1]}/{self._digest(found[0])}" if found[1] else f"{found[2]}:{self._digest(found[0])}"

    def over(self, finding: dict[str, Any]) -> dict[str, Any]:
        """A finding as JSON, likewise. A fingerprint is keyed too: it was made from the id."""
        if self._secret is None:
            return finding
        done = dict(finding)
        for name in _SHOWN:
            value = done.get(name)
            if isinstance(value, str):
                done[name] = self.text(value)
            elif isinstance(value, list):
                done[name] = [self.text(v) if isinstance(v, str) else v for v in value]
        done["fingerprint"] = self._digest(str(finding.get("fingerprint")))
        return done

    def _digest(self, words: str) -> str:
        return hmac.new(self._secret or b"", words.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[
            :32
        ]
