"""CQL and FHIRPath as tokens, and which brackets belong together."""

from __future__ import annotations

import re

from orderlint.namedtuple import NamedTuple

_MOST_TOKENS = 1_000


class Unreadable(Exception):
    """The expression is not of the kind that is read here."""


class Token(NamedTuple):
    """A token as written, quotes included. Characters that no rule takes are "op" of one character."""

    kind: str  # "number", "string", "date", "name", "quoted", "op", "end"
    text: str


_QUOTED = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`"""
_COMMENT = r"//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/|\Z)"
COMMENTS = re.compile(rf"(?P<kept>{_QUOTED})|{_COMMENT}", re.S)
_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+|{_COMMENT})
  | (?P<number>[0-9]+(?:\.[0-9]+)?)
  | (?P<string>'(?:[^'\\]|\\.)*')
  | (?P<quoted>%?"(?:[^"\\]|\\.)*"|%?`(?:[^`\\]|\\.)*`)
  | (?P<date>@[0-9T:.Z+\-]+)
  | (?P<name>[%$]?[^\W\d]\w*)
  | (?P<op><=|>=|<>|!=|!~|==|[<>=~≤≥≠(){{}}\[\].,+*/-])
    """,
    re.S | re.X,
)


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text`` without blanks and comments; too many of them are unreadable."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            found.append(Token("op", text[at]))
            at += 1
        else:
            at = match.end()
            if match.lastgroup not in (None, "blank"):
                found.append(Token(str(match.lastgroup), match[0]))
        if len(found) > _MOST_TOKENS:
            raise Unreadable
    return found


_OPENING, _CLOSING = "([{", ")]}"


def matching(tokens: list[Token]) -> dict[int, int]:
    """Where each bracket closes. A closing bracket that fits nothing makes the expression unreadable."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for at, token in enumerate(tokens):
        if token.kind != "op":
            continue
        if token.text in _OPENING:
            open_at.append(at)
        elif token.text in _CLOSING:
            # Interval[0, 65) closes with the other kind of bracket, which CQL allows there
            if not open_at:
                raise Unreadable
            found[open_at.pop()] = at
    if open_at:
        raise Unreadable
    return found
