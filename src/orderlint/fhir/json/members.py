"""A line of NDJSON taken apart into its members, most of which a thousand other lines have as well.

``Elements.parse`` gives what the strict parser gives. A member that was met before, byte for byte, is
not parsed again: the lines that have it share one value. Whoever works something out of an element
can leave the answer with it, for the next line that has it.
"""

from __future__ import annotations

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


class Elements:
    """The elements met so far. One for a worker; the memory that it takes is bounded."""

    def __init__(self) -> None:
        self._known: dict[str, dict[bytes, Element]] = {}  # by key
        self._sizes: dict[str, int] = {}
        self._numbers = count(1)
        self._members = _decoder()

    def parse(self, line: bytes) -> object:
        """As :func:`orderlint.fhir.json.strict.parse`; a plain object is Members."""
        members = self._members(line)
        if members is None:
            return parse(line)
        elements = list(map(bytes, members.values()))
        # No shorter way to write the members leaves no room for a second one of the same key.
        if sum(map(len, members)) + sum(map(len, elements)) + 4 * len(elements) + 1 != len(line):
            return parse(line)
        found = Members()
        shared, met = found.shared, self._known
        own: list[str] = []
        own_elements: list[bytes] = []
        try:
            for key, element in zip(members, elements, strict=True):
                table = met.get(key)
                if table is None:
                    if key in OWN:
                        found[key] = None  # in its place; read below
                        own.append(key)
                        own_elements.append(element)
                        continue
                    if len(met) >= _MOST_KEYS:
                        return parse(line)
                    table = met[key] = {}
                known = table.get(element)
                if known is None:
                    known = self._met(key, table, element)
                shared[key] = known
                found[key] = known.value
            found.update(zip(own, _values(own_elements), strict=True))
        except JsonProblem:  # told with its place in the line
            return parse(line)
        return found

    def _met(self, key: str, table: dict[bytes, Element], element: bytes) -> Element:
        met = Element(next(self._numbers), _value(element))
        own = len(element) + _OVERHEAD
        size = self._sizes.get(key, 0) + own
        if size > _MOST_BYTES:
            table.clear()
            size = own
        self._sizes[key] = size
        table[element] = met
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


def _values(elements: list[bytes]) -> list[Any]:
    """The values of several elements: most often all of them are usual."""
    plain = _usual(b"[" + b",".join(elements) + b"]")
    return plain if plain is not None else [_value(element) for element in elements]  # type: ignore[return-value]


def _value(element: bytes) -> object:
    plain = _usual(element) if element != b"null" else None
    return plain if plain is not None else parse(element, max_depth=MAX_DEPTH - 1)


def _usual(element: bytes) -> object:
    """A value that msgspec writes as it stands there: no key is told twice, no number has odd digits.

    None for any other.
    """
    if len(element) >= MAX_DEPTH and element.count(b"[") + element.count(b"{") >= MAX_DEPTH:
        return None
    decode, encode, problems = _codec()
    try:
        value = decode(element)
        return value if encode(value) == element else None
    except problems:  # told as strict JSON tells it
        return None


@cache
def _codec() -> tuple[Callable[[bytes], object], Callable[[object], bytes], tuple[type[Exception], ...]]:
    import msgspec  # noqa: PLC0415 -- an extra; nothing comes here without it

    decode = msgspec.json.Decoder(float_hook=Decimal).decode
    encode = msgspec.json.Encoder(decimal_format="number").encode
    return decode, encode, (msgspec.MsgspecError, ValueError, OverflowError, RecursionError)


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
