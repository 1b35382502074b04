"""What must not be printed of a source line: names, birth dates, identifiers, addresses, free notes.

A tolerant scan of a piece of JSON that may begin and end anywhere and may be broken. It decides by
the keys around a value, and where it can't see them it hides: an array element whose key lies above
the piece, a word outside any string, and everything after the point where the text stops being JSON.
"""

from __future__ import annotations

import re

from orderlint.namedtuple import NamedTuple

Span = tuple[int, int]

_TOKEN = re.compile(r'"[^"\\\n]*(?:\\.[^"\\\n]*)*"?|[{}\[\],:]|[^\s"{}\[\],:]+')
_COLON = re.compile(r"\s*:")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\Z")
_LITERALS = frozenset({"true", "false", "null"})
_FAULTY_LITERALS = frozenset({"NaN", "Infinity", "-Infinity", "undefined", "None", "True", "False"})

# Keys in lower case. Below a subtree key every scalar is hidden, whatever its own key.
_BELOW = """
    name humanname telecom address identifier groupidentifier masteridentifier requisition contact photo
    note extension modifierextension communication link qualification content valuehumanname
    valueaddress valuecontactpoint valueidentifier valueattachment valueannotation valuesignature
    signature
"""
_SUBTREES = frozenset(_BELOW.split())
_ITSELF = """
    family given prefix suffix birthdate deceaseddatetime div data value valuestring valuemarkdown line
    city district postalcode username password authorstring authorreference subject patient requester
    performer recorder author informationsource practitioner individual actor who onbehalfof recipient
    subscriber insured beneficiary encounter ifnoneexist gender
"""
_SCALARS = frozenset(_ITSELF.split())
_EXTENSIONS = frozenset({"extension", "modifierextension"})
_DISPLAY_SHOWN = frozenset({"coding", "valuecoding", "medicationreference", "reference"})
_MAY_HOLD_QUERY = frozenset({"reference", "url", "fullurl"})  # "Patient?identifier=…|123"


class _Frame(NamedTuple):
    """One open object or array. ``key`` is the name it stands under, None where that can't be seen."""

    array: bool
    key: str | None
    hidden: bool


_UNKNOWN = _Frame(False, None, False)


def _name(token: str) -> str:
    name = token.strip('"')
    if "\\" in name:
        import json  # noqa: PLC0415 -- escaped keys are rare

        try:
            name = json.loads(f'"{name}"')
        except ValueError:
            return "name"  # an escape that nobody can read: hide what stands under it
    return name.lower().removeprefix("_")


def _hides(frame: _Frame, key: str | None, token: str) -> bool:
    """Whether a scalar under ``key`` has to be hidden; an element of an array goes by the array's key."""
    key = frame.key if frame.array else key
    if key is None:
        return frame.hidden or token[0] == '"'  # an element whose key lies above the piece
    if frame.hidden:  # of an extension, the URL says what it is
        return key != "url" or frame.key not in _EXTENSIONS or "?" in token
    if key == "value":
        return token[0] == '"'  # a dose's value is a number, an identifier's a string
    if key in _SUBTREES or key in _SCALARS:
        return True
    if key == "display":
        return frame.key not in _DISPLAY_SHOWN
    return key in _MAY_HOLD_QUERY and "?" in token


def hidden_spans(text: str) -> list[Span]:
    """Stretches of ``text`` that must not be printed, in order, quotes not included."""
    spans: list[Span] = []
    stack: list[_Frame] = [_UNKNOWN]
    key: str | None = None
    broken = False

    def hide(token: str, start: int) -> None:
        quoted = token[0] == '"'
        end = start + len(token) - (1 if quoted and len(token) > 1 and token[-1] == '"' else 0)
        start += quoted
        if end > start:
            spans.append((start, end))

    for match in _TOKEN.finditer(text):
        token, start = match.group(), match.start()
        frame = stack[-1]
        first = token[0]
        if first in "{[":
            name = frame.key if frame.array else key
            hidden = frame.hidden or (name is not None and name in _SUBTREES)
            stack.append(_Frame(first == "[", name, hidden))
            key = None
        elif first in "}]":
            stack.pop()
            if not stack:
                stack.append(_UNKNOWN)
            key = None
        elif first in ",":
            key = None
        elif first == ":":
            continue
        elif first == '"' and not broken and _COLON.match(text, match.end()):
            key = _name(token)
        else:
            if first != '"' and token not in _LITERALS and not _NUMBER.match(token):
                broken = True
                if token not in _FAULTY_LITERALS:
                    hide(token, start)
            elif token not in _LITERALS and (broken or _hides(frame, key, token)):
                hide(token, start)
            key = None
    return spans
