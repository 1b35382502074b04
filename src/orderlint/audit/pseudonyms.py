"""Resource ids behind a key: one id is one pseudonym under one key, and tells nothing without it."""

from __future__ import annotations

import hmac
import re
from typing import Any

_REFERENCE = re.compile(r"\b([A-Z][A-Za-z]{3,63})/([A-Za-z0-9.\-]{1,64})")
_SHOWN = ("resource", "patient", "message", "facts", "advice")


class Pseudonyms:
    """Replaces the id in every ``Type/id``; without a secret it changes nothing."""

    def __init__(self, secret: bytes | None) -> None:
        self._secret = secret

    def text(self, words: str) -> str:
        """``words`` with every ``Type/id`` replaced."""
        if self._secret is None:
            return words
        return _REFERENCE.sub(lambda m: f"{m[1]}/{self._digest(m[0])}", words)

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
