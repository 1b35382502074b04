"""Untrusted text made visible: no escape sequence, control or bidi override reaches a terminal.

Strings come from order sets of strangers. What would move the cursor, turn text around or be taken
for a command by a CI log ("::error", "##[") is shown as an escape instead: ``\\x1b``, ``\\u202e``.
"""

from __future__ import annotations

import re

_UNSAFE = (
    "[\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"  # bidi, separators, invisible
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff]"  # lone surrogates: no encoder takes them
    r"|(?<!\S)::|##(?=\[)"  # workflow commands of CI logs
)
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "::": "\\x3a:", "##": "#\\x23"}


def _escape(match: re.Match[str]) -> str:
    found = match.group()
    if found in _NAMED:
        return _NAMED[found]
    code = ord(found)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def visible(text: str) -> str:
    """``text`` on one line, with everything unsafe as a visible escape."""
    if text.isprintable() and "::" not in text and "##[" not in text:
        return text  # as nearly always; the pattern is not even compiled
    return re.sub(_UNSAFE, _escape, text)


def clipped(text: str, limit: int = 2000) -> str:
    """The same, and no longer than ``limit`` characters: a message is not a place for a megabyte."""
    if len(text) > limit:
        return visible(text[:limit]) + f"… ({len(text) - limit} more characters)"
    return visible(text)


_JSON_UNSAFE = "[\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
_LONE = "[\ud800-\udfff]"


def json_safe(document: str) -> str:
    """JSON text that says the same and can be shown on a terminal and encoded as UTF-8.

    json.dumps escapes C0 but leaves C1 and bidi as they are; a lone surrogate (a file name that is
    not UTF-8) becomes U+FFFD, since strict readers refuse it even as an escape.
    """
    if document.isascii() and "\x7f" not in document:
        return document  # as nearly always
    return re.sub(_JSON_UNSAFE, lambda m: f"\\u{ord(m.group()):04x}", re.sub(_LONE, "\ufffd", document))
