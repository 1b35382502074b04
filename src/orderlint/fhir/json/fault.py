"""What is wrong with a document that the strict reader refused, and where.

A plain state machine over tokens, without recursion, that stops at the first fault in the order of
the text. It runs on faulty documents only: the good ones go through Python's scanner in C.
Messages never quote the document's values (a patient's name may stand there), only its keys.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal

from orderlint.fhir.json.lines import line_column
from orderlint.namedtuple import NamedTuple


class Fault(NamedTuple):
    """``offset`` counts the characters of the text from 0."""

    message: str
    offset: int
    at_end: bool = False  # nothing is wrong so far: the text just stops in the middle


class _Open(NamedTuple):
    """An object or array that isn't closed yet. ``keys``: where each key was first seen; None: array."""

    offset: int
    keys: dict[str, int] | None


_SPACE = re.compile(r"[ \t\n\r]*")
_STRING = re.compile(r'"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?P<exponent>[eE][+-]?[0-9]+)?")
_LITERALS = ("true", "false", "null")
_LITERAL = re.compile("|".join(_LITERALS))
_PART = re.compile(  # of a string: runs of plain characters, a good escape, or whatever stands there
    r"(?P<plain>[^\"\\\x00-\x1f]+)"
    r"|(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
    r'|(?P<escape>\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))'
)
_WORD = re.compile(r"[A-Za-z_][A-Za-z_0-9]*")
_UNFINISHED_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_UNFINISHED_NUMBER = re.compile(r"\.?[eE]?[+-]?\Z")
_LONGEST_KEY = 60


def first_fault(text: str, max_depth: int) -> Fault | None:
    """The first fault of ``text`` read as one JSON document, or None if there is none."""
    if not text.strip(" \t\n\r"):
        return Fault("the file is empty" if not text else "the file is empty but for white space", 0, True)
    stack: list[_Open] = []
    at = 0
    want = "value"  # or "item" (value or "]"), "member" (key or "}"), "key", "next" (comma or end)
    while True:
        at = _skip_space(text, at)
        here = text[at : at + 1]
        if want == "next" and not stack:
            return Fault("unexpected content after the end of the document", at) if here else None
        if not here:
            return _ends_early(text, stack)
        if want in ("member", "key"):
            if here == "}" and want == "member":
                stack.pop()
                at, want = at + 1, "next"
                continue
            found = _key(text, at, stack[-1])
            if isinstance(found, Fault):
                return found
            at, want = found, "value"
        elif want == "next":
            closer = "]" if stack[-1].keys is None else "}"
            if here == closer:
                stack.pop()
                at += 1
            elif here == ",":
                at, want = at + 1, "value" if stack[-1].keys is None else "key"
            else:
                return _no_comma(text, at, stack[-1], closer)
        elif here == "]" and want == "item":
            stack.pop()
            at, want = at + 1, "next"
        elif here in "[{":
            if len(stack) >= max_depth:
                return Fault(f"nested deeper than {max_depth} levels", at)
            stack.append(_Open(at, {} if here == "{" else None))
            at, want = at + 1, "member" if here == "{" else "item"
        else:
            done = _scalar(text, at, in_array=bool(stack) and stack[-1].keys is None)
            if isinstance(done, Fault):
                return done
            at, want = done, "next"


def _skip_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _ends_early(text: str, stack: list[_Open]) -> Fault:
    if not stack:
        return Fault("the document ends where a value was expected", len(text), True)
    line, column = line_column(text, stack[-1].offset)
    kind = "array" if stack[-1].keys is None else "object"
    return Fault(f"the document ends inside the {kind} that begins at {line}:{column}", len(text), True)


def _key(text: str, at: int, parent: _Open) -> int | Fault:
    """The offset behind the colon of the member that begins at ``at``."""
    here = text[at]
    if here == "}":
        return Fault("a comma with no member after it", at)
    if here != '"':
        hint = _comment(text, at)
        return Fault(hint or f"expected a key in double quotes, not {_show(here)}", at)
    end = _string(text, at)
    if isinstance(end, Fault):
        return end
    key = json.loads(text[at:end])
    keys = parent.keys if parent.keys is not None else {}
    if key in keys:
        line, column = line_column(text, keys[key])
        return Fault(f"duplicate key {_quoted(key)}, first at {line}:{column}", at)
    keys[key] = at
    end = _skip_space(text, end)
    if text[end : end + 1] == ":":
        return end + 1
    if end == len(text):
        return Fault(f"the document ends after the key {_quoted(key)}", end, True)
    return Fault(f"expected a colon after the key {_quoted(key)}", end)


def _no_comma(text: str, at: int, parent: _Open, closer: str) -> Fault:
    here = text[at]
    line, column = line_column(text, parent.offset)
    kind = "array" if parent.keys is None else "object"
    hint = _comment(text, at)
    if not hint and here in "]}":
        hint = f"found {_show(here)} where the {kind} that begins at {line}:{column} needs {_show(closer)}"
    return Fault(hint or f"expected a comma or {_show(closer)}, not {_show(here)}", at)


def _scalar(text: str, at: int, *, in_array: bool) -> int | Fault:
    """The offset behind the string, number or literal at ``at``."""
    here = text[at]
    if here == '"':
        return _string(text, at)
    literal = _LITERAL.match(text, at)
    if literal:
        return literal.end()
    if here in "-0123456789":
        return _number(text, at)
    word = _WORD.match(text, at)
    if word and word[0] in ("NaN", "Infinity"):
        return Fault(f"{word[0]} is no JSON number", at)
    if word and word.end() == len(text) and any(name.startswith(word[0]) for name in _LITERALS):
        return Fault("the document ends inside a value", len(text), True)
    if here == "]" and in_array:
        return Fault("a comma with no item after it", at)
    hint = _comment(text, at)
    if not hint and here == "<":
        hint = "expected a JSON value, not '<' (XML is not read)"
    return Fault(hint or f"expected a JSON value, not {_show(here)}", at)


def _number(text: str, at: int) -> int | Fault:
    match = _NUMBER.match(text, at)
    if not match:
        if text.startswith("-Infinity", at):
            return Fault("-Infinity is no JSON number", at)
        stops = at + 1 == len(text)
        return Fault("a number needs a digit after its minus", at, stops)
    behind = text[match.end() : match.end() + 1]
    if behind and behind in "0123456789":
        return Fault("a number may not begin with 0 and another digit", at)
    if behind and behind in ".eE":
        stops = _UNFINISHED_NUMBER.match(text, match.end()) is not None
        return Fault("a number needs a digit after its point or exponent", match.end(), stops)
    if match["exponent"]:
        try:
            Decimal(match[0])
        except ArithmeticError:
            return Fault("a number with an exponent beyond reading", at)
    return match.end()


def _string(text: str, at: int) -> int | Fault:
    """The offset behind the string whose opening quote is at ``at``."""
    whole = _STRING.match(text, at)
    if whole and not _may_hold_half(text, at, whole.end()):
        return whole.end()
    place = at + 1
    while place < len(text):
        if text[place] == '"':
            return place + 1
        part = _PART.match(text, place)
        if part is None:
            if text[place] == "\\":
                return _bad_escape(text, place)
            code = ord(text[place])
            return Fault(f"a control character (U+{code:04X}) in a string has to be escaped", place)
        if part.lastgroup == "half":
            return Fault(f"{part[0]} is half of a surrogate pair and no character", place)
        place = part.end()
    line, column = line_column(text, at)
    return Fault(f"the document ends inside the string that begins at {line}:{column}", len(text), True)


def _may_hold_half(text: str, start: int, end: int) -> bool:
    return text.find("\\ud", start, end) >= 0 or text.find("\\uD", start, end) >= 0


def _bad_escape(text: str, at: int) -> Fault:
    escape = text[at : at + 2]
    if _UNFINISHED_ESCAPE.match(text, at):
        return Fault("the document ends inside a string", len(text), True)
    if escape == "\\u":
        return Fault("an escape \\u needs four hexadecimal digits", at)
    return Fault(f"a backslash and {_show(escape[1:])} are no escape of JSON", at)


def _comment(text: str, at: int) -> str | None:
    if text.startswith(("//", "/*", "#"), at):
        return "JSON has no comments"
    if text[at] == "'":
        return "JSON takes double quotes, not single ones"
    return None


def _show(character: str) -> str:
    """One character in quotes, safe for any terminal."""
    return f"'{json.dumps(character)[1:-1]}'" if character not in "\"'" else repr(character)


def _quoted(key: str) -> str:
    """A key as JSON writes it, plain ASCII and not too long."""
    return json.dumps(key if len(key) <= _LONGEST_KEY else key[:_LONGEST_KEY] + "...")
