"""A name for content: 256 bits of BLAKE2b, in hex.

Taken from the module behind ``hashlib``, which itself loads OpenSSL: ten times the cost of a warm hit.
"""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # an interpreter that keeps it elsewhere
    from hashlib import blake2b


def digest(*parts: bytes) -> str:
    """64 hex digits for ``parts``; where one part ends counts."""
    state = blake2b(digest_size=32)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.hexdigest()
