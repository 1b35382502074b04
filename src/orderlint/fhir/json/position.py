"""From a JSON Pointer to the place in the text that it names, and to a FHIRPath expression.

Python's own JSON scanner steps over every value that lies on none of the pointers, so that only the
few containers on the way are read here. (tree-sitter-json 0.24.8 was measured beside it: ten to
twenty times slower, and it takes the valid number ``1e+2`` for an error.)
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache, lru_cache
from typing import Any

from orderlint.namedtuple import NamedTuple


class Span(NamedTuple):
    """A stretch of text. Lines and columns count from 1, columns in characters; the end is excluded:
    ``end_column`` is the column behind the last character, as in SARIF."""

    line: int
    column: int
    end_line: int
    end_column: int


class _Node:
    """A token of the pointers, and where it was met: offsets of the text, the end excluded."""

    __slots__ = ("below", "pointers", "span")

    def __init__(self) -> None:
        self.below: dict[str, _Node] = {}
        self.pointers: list[str] = []
        self.span: tuple[int, int] | None = None


def locate(data: bytes, pointers: Iterable[str], first_line: int = 1) -> dict[str, Span]:
    """The place of what each pointer names in the document ``data``.

    The span of an array's item is the value; that of an object's member begins at its key, as that is
    where a reader looks for it, and ends with its value. ``""`` is the whole document. A pointer to
    something absent gets the span of the nearest ancestor that is there. ``first_line`` is the line
    of the file that ``data`` begins on (for NDJSON). Nothing is raised: in a document that is not
    JSON, what stands behind its fault is placed at the beginning of the nearest ancestor.
    """
    wanted = dict.fromkeys(pointers)
    if not wanted:
        return {}
    from orderlint.fhir.json.lines import lines_columns  # noqa: PLC0415 - only findings need it
    from orderlint.fhir.json.strict import JsonProblem, decode  # noqa: PLC0415

    try:
        text = decode(data)
    except JsonProblem:
        return dict.fromkeys(wanted, Span(first_line, 1, first_line, 1))
    if "\n" not in text:
        found = _offsets(text, wanted, data if len(data) == len(text) else b"")
        return {p: Span(first_line, found[p][0] + 1, first_line, found[p][1] + 1) for p in wanted}
    found = _offsets(text, wanted, b"")
    places = lines_columns(text, (offset for span in found.values() for offset in span))
    spans = {}
    for pointer in wanted:
        (line, column), (end_line, end_column) = (places[offset] for offset in found[pointer])
        spans[pointer] = Span(line + first_line - 1, column, end_line + first_line - 1, end_column)
    return spans


def _offsets(text: str, pointers: Iterable[str], line: bytes) -> dict[str, tuple[int, int]]:
    root = _Node()
    for pointer in pointers:
        node = root
        for token in tokens(pointer):
            node = node.below.setdefault(token, _Node())
        node.pointers.append(pointer)
    _Walk(text).document(root, line)
    found: dict[str, tuple[int, int]] = {}
    todo = [(root, (0, 0))]
    while todo:
        node, nearest = todo.pop()
        span = node.span or nearest
        found.update(dict.fromkeys(node.pointers, span))
        todo.extend((child, span) for child in node.below.values())
    return found


class _Walk:
    """One walk over the containers on the way to the pointers, noting the span of every node met."""

    def __init__(self, text: str) -> None:
        self.scan, self.skip = _scanners()
        self.text = text

    def document(self, root: _Node, line: bytes) -> None:
        """``line``: the bytes of the text, where each of them is a character and all are one line."""
        from orderlint.fhir.json.members import places  # noqa: PLC0415

        # Where msgspec isn't loaded for other work, loading it takes longer than walking.
        members = places(line) if line and "msgspec" in sys.modules else None
        if members is not None:
            root.span = (0, len(line))
            self.members(root, members)
            return
        start = self.space(0)
        root.span = (start, start)
        try:
            root.span = (start, self.value(start, root))
        except (ValueError, RecursionError):
            return  # not JSON, or nested beyond reading: what was noted so far has to do

    def members(self, node: _Node, members: dict[str, tuple[int, int]]) -> None:
        """As ``value``, of an object of which it is known where its members are."""
        for token, child in node.below.items():
            if token in members:
                child.span = members[token]
                if child.below:
                    self.value(members[token][0] + len(token) + 3, child)

    def space(self, at: int) -> int:
        match = self.skip(self.text, at)
        return match.end() if match else at

    def value(self, at: int, node: _Node) -> int:
        """The end of the value at ``at``, having noted what ``node`` wants to know of it."""
        opener = self.text[at : at + 1]
        if not node.below or opener not in ("{", "["):
            return self.scan(self.text, at)[1]
        closer = "}" if opener == "{" else "]"
        index = 0
        at = self.space(at + 1)
        if self.text[at : at + 1] == closer:
            return at + 1
        while True:
            start, token = at, str(index)
            if opener == "{":
                token, at = self.key(at)
            child = node.below.get(token)
            if child is None:
                at = self.scan(self.text, at)[1]
            else:
                child.span = (start, start)
                at = self.value(at, child)
                child.span = (start, at)
            at = self.space(at)
            index += 1
            if self.text[at : at + 1] == closer:
                return at + 1
            if self.text[at : at + 1] != ",":
                raise ValueError("no comma")
            at = self.space(at + 1)

    def key(self, at: int) -> tuple[str, int]:
        """A member's key and the offset of its value."""
        key, at = self.scan(self.text, at)
        at = self.space(at)
        if not isinstance(key, str) or self.text[at : at + 1] != ":":
            raise ValueError("no member")
        return key, self.space(at + 1)


@cache
def _scanners() -> tuple[Callable[[str, int], tuple[Any, int]], Callable[[str, int], re.Match[str] | None]]:
    """What reads a value, and what steps over blanks."""
    import json  # noqa: PLC0415 - as light as can be where nothing is to be located

    # Values are stepped over, not used: numbers needn't be converted.
    decoder = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str, strict=False)
    return decoder.raw_decode, re.compile(r"[ \t\n\r]*").match


def tokens(pointer: str) -> list[str]:
    """The unescaped reference tokens of a JSON Pointer."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_INDEX = re.compile(r"0|[1-9][0-9]*")


@lru_cache(1024)
def expression(pointer: str, root_type: str) -> str:
    """``pointer`` as FHIRPath: "/entry/3/resource" in a "Bundle" is ``Bundle.entry[3].resource``.

    ``root_type`` is the type of the resource that is the document, "" where it is none: the members
    of a CDS Hooks request stand without a type (``context.draftOrders.entry[0].resource``, as CDS
    Hooks itself writes them), the items of an array as ``$this[3].status``. Elements keep the names
    they have in JSON (``doseQuantity``); ``_birthDate``, which only holds extensions, is ``birthDate``.
    """
    path = root_type
    for token in tokens(pointer):
        if _INDEX.fullmatch(token):
            path = f"{path or '$this'}[{token}]"
            continue
        name = token[1:] if token.startswith("_") and token[1:2].islower() else token
        if not _NAME.fullmatch(name):
            name = _delimited(name)
        path = f"{path}.{name}" if path else name
    return path or "$this"


def _delimited(name: str) -> str:
    """A name that is no identifier, in backticks, anything beyond plain ASCII escaped."""
    import json  # noqa: PLC0415

    inside = json.dumps(name)[1:-1].replace("`", "\\`")
    return f"`{inside}`"
