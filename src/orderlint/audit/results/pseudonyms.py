"""Resource ids behind a key: one id is one pseudonym under one key, and tells nothing without it."""

from __future__ import annotations

import hmac
import re
from typing import Any

# An id in full, also one that FHIR doesn't allow: no part of it may be left.
_REFERENCE = re.compile(r"\b([A-Z][A-Za-z]{3,63})/[\w.\-]+|\b(urn:uuid|urn:oid):[\w.\-]+")
_NAME = re.compile(r"(?s)([A-Z][A-Za-z]{3,63})/(.+)")
_NAMES, _SHOWN = ("resource", "patient"), ("message", "facts", "advice")


class Pseudonyms:
    """Replaces the id in every ``Type/id`` and URN; without a secret it changes nothing."""

    def __init__(self, secret: bytes | None) -> None:
        self._secret = secret

    def text(self, words: str) -> str:
        """``words`` with every id replaced."""
        if self._secret is None:
            return words
        return _REFERENCE.sub(self._replaced, words)

    def name(self, resource: str) -> str:
        """``Type/id`` with the id replaced, to its last character, whatever stands in it."""
        found = _NAME.fullmatch(resource) if self._secret is not None else None
        return f"{found[1]}/{self._digest(resource)}" if found is not None else self.text(resource)

    def _replaced(self, found: re.Match[str]) -> str:
        return f"{found[1]}/{self._digest(found[0])}" if found[1] else f"{found[2]}:{self._digest(found[0])}"

    def over(self, finding: dict[str, Any]) -> dict[str, Any]:
        """A finding as JSON, likewise. A fingerprint is keyed too: it was made from the id."""
        if self._secret is None:
            return finding
        done = dict(finding)
        odd: list[str] = []  # names of which the pattern would leave a part in a sentence
        for name in _NAMES:
            value = done.get(name)
            if isinstance(value, str):
                done[name] = self.name(value)
                if _NAME.fullmatch(value) and not _REFERENCE.fullmatch(value):
                    odd.append(value)
        for name in _SHOWN:
            value = done.get(name)
            if isinstance(value, str):
                done[name] = self._within(value, odd)
            elif isinstance(value, list):
                done[name] = [self._within(v, odd) if isinstance(v, str) else v for v in value]
        done["fingerprint"] = self._digest(str(finding.get("fingerprint")))
        return done

    def _within(self, words: str, odd: list[str]) -> str:
        """``words`` with every id replaced, and these names as a whole."""
        if not odd:
            return self.text(words)
        longest = sorted(map(re.escape, odd), key=len, reverse=True)
        pattern = rf"(?P<odd>{'|'.join(longest)})(?![\w.\-])|(?:{_REFERENCE.pattern})"
        return re.sub(pattern, lambda m: self.name(m[0]) if m["odd"] else self.text(m[0]), words)

    def _digest(self, words: str) -> str:
        return hmac.new(self._secret or b"", words.encode("utf-8", "surrogatepass"), "sha256").hexdigest()[
            :32
        ]
