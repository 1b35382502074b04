"""A line of NDJSON taken apart into its members, most of which a thousand other lines have as well.

``Elements.parse`` gives what the strict parser gives. A member that was met before, byte for byte, is
not parsed again: the lines that have it share one value. Whoever works something out of an element
can leave the answer with it, for the next line that has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any, TypeVar

from orderlint.fhir.json.strict import MAX_DEPTH, JsonProblem, parse

Answer = TypeVar("Answer")

# Members that no two lines have in common: they are read each by itself.
OWN = frozenset(
    ("id", "identifier", "name", "telecom", "address", "birthDate", "subject", "patient", "encounter",
     "authoredOn", "effectiveDateTime", "effectivePeriod", "issued", "recordedDate", "assertedDate",
     "onsetDateTime", "abatementDateTime", "performedDateTime")
)  # fmt: skip
_MOST_KEYS = 500
_MOST_BYTES = 1 << 20  # of the elements of one key
_OVERHEAD = 300  # bytes that an element costs besides
# More digits than fit a machine's number; blanks before a colon, as all others show where a key is.
_ODD = re.compile(rb'[0-9]{18}|"[ \t\r\n]+:')
_PLAIN = re.compile(rb'"([ !#-\[\]-~]*)"')
_POINTER = re.compile(rb'\{"reference":"([ !#-\[\]-~]*)"\}')


class Element:
    """The value of a member that lines share, and what was worked out of it. Not to be changed.

    ``number``: no other element ever has it.
    """

    __slots__ = ("answers", "number", "value")

    def __init__(self, number: int, value: object) -> None:
        self.number = number
        self.value = value
        self.answers: dict[object, Any] = {}

    def told(self, ask: Callable[[Any], Answer]) -> Answer:
        """``ask(value)``, asked once. ``ask`` has to be the same function each time."""
        try:
            known: Answer = self.answers[ask]
        except KeyError:
            known = self.answers[ask] = ask(self.value)
        return known


class Members(dict[str, Any]):
    """A JSON object; ``shared`` has the elements of those of its members that other lines may have too."""

    __slots__ = ("shared",)

    def __init__(self) -> None:
        super().__init__()
        self.shared: dict[str, Element] = {}

    def without(self, own: Collection[str]) -> tuple[int, ...] | None:
        """Equal for equal members but those that ``own`` names; None where others aren't shared, either."""
        shared = self.shared
        if len(shared) != len(self):
            for key in self:
                if key not in shared and key not in own:
                    return None
        return tuple([element.number for key, element in shared.items() if key not in own])


class _Table:
    __slots__ = ("known", "size")

    def __init__(self) -> None:
        self.known: dict[bytes, Element] = {}
        self.size = 0


class Elements:
    """The elements met so far. One for a worker; the memory that it takes is bounded."""

    def __init__(self) -> None:
        self._tables: dict[str, _Table] = {}
        self._numbers = count(1)
        self._members = _decoder()

    def parse(self, line: bytes) -> object:
        """As :func:`orderlint.fhir.json.strict.parse`; a plain object is Members."""
        members = self._members(line)
        if members is None:
            return parse(line)
        found = Members()
        shared, tables = found.shared, self._tables
        size = 1
        try:
            for key, raw in members.items():
                element = bytes(raw)
                # No shorter way to write the members leaves no room for a second one of the same key.
                size += len(key) + len(element) + 4
                if key in OWN:
                    found[key] = _value(element)
                    continue
                table = tables.get(key)
                if table is None:
                    if len(tables) >= _MOST_KEYS:
                        return parse(line)
                    table = tables[key] = _Table()
                known = table.known.get(element)
                if known is None:
                    known = self._met(table, element)
                shared[key] = known
                found[key] = known.value
        except JsonProblem:  # told with its place in the line
            return parse(line)
        return found if size == len(line) else parse(line)

    def _met(self, table: _Table, element: bytes) -> Element:
        met = Element(next(self._numbers), _value(element))
        table.size += len(element) + _OVERHEAD
        if table.size > _MOST_BYTES:
            table.known.clear()
            table.size = len(element) + _OVERHEAD
        table.known[element] = met
        return met


def places(line: bytes) -> dict[str, tuple[int, int]] | None:
    """Where each member's key begins in a plain object, and where its value ends; None for any other line."""
    members = _decoder()(line)
    if members is None:
        return None
    found: dict[str, tuple[int, int]] = {}
    at = 1
    for key, raw in members.items():
        end = at + len(key) + 3 + len(memoryview(raw))
        found[key] = at, end
        at = end + 1
    return found if at == len(line) else None


def _value(element: bytes) -> object:
    plain = _PLAIN.fullmatch(element)
    if plain is not None:
        return plain[1].decode("ascii")
    pointer = _POINTER.fullmatch(element)
    if pointer is not None:
        return {"reference": pointer[1].decode("ascii")}
    if _usual(element):
        import msgspec  # noqa: PLC0415

        try:
            value = _values()(element)
        except (msgspec.MsgspecError, ValueError, RecursionError):  # told as strict JSON tells it
            return parse(element, max_depth=MAX_DEPTH - 1)
        if _keys_in(value) == element.count(b'":'):
            return value
    return parse(element, max_depth=MAX_DEPTH - 1)


def _usual(element: bytes) -> bool:
    """Whether msgspec and the strict parser agree on an element, but for keys that occur twice."""
    return (
        element.isascii()
        and b"\\u" not in element
        and element.count(b"[") + element.count(b"{") < MAX_DEPTH
        and _ODD.search(element) is None
    )


def _keys_in(value: object) -> int:
    """How many keys a value has in all: one less than were written for each that was written twice."""
    found, todo = 0, [value]
    while todo:
        one = todo.pop()
        if type(one) is dict:
            found += len(one)
            todo += one.values()
        elif type(one) is list:
            todo += one
    return found


@cache
def _values() -> Callable[[bytes], object]:
    import msgspec  # noqa: PLC0415 -- an extra; nothing comes here without it

    return msgspec.json.Decoder(float_hook=Decimal).decode


@cache
def _decoder() -> Callable[[bytes], dict[str, Any] | None]:
    """A line's members as bytes; None for what is no plain object."""
    try:
        import msgspec  # noqa: PLC0415 -- an extra
    except ImportError:
        return lambda _: None
    decode = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
    problems = (msgspec.MsgspecError, ValueError, RecursionError)

    def members(line: bytes) -> dict[str, Any] | None:
        try:
            return decode(line)
        except problems:
            return None

    return members
