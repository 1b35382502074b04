"""Taking apart JSON of any shape: what is wrong becomes a fault with a pointer, never an exception.

Every reader of this room goes through these functions. A value of the wrong type costs itself: the
reader gets ``None`` (or leaves the item out), and :class:`Faults` keeps why. A list where one value
belongs, or one value where a list belongs, is read for what it plainly says, with a fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from orderlint.namedtuple import NamedTuple

Json = dict[str, Any]

_SHOWN = 40  # characters of a wrong value that a message quotes


class Fault(NamedTuple):
    """One thing wrong with an element. ``vital``: a verdict rests on it (drug, dose, date, status ...)."""

    pointer: str
    message: str
    vital: bool


class Faults:
    """Collects what is wrong with one resource. Pointers are relative to that resource."""

    def __init__(self) -> None:
        self._kept: dict[Fault, None] = {}  # in order; a list would be slow to search in a hostile file
        self.vital = 0  # how many of them are

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, pointer: str, message: str, vital: bool = True) -> None:
        """Keep a fault; the same one at the same place is kept once."""
        fault = Fault(pointer, message, vital)
        if fault not in self._kept:
            self._kept[fault] = None
            self.vital += vital

    def extend(self, others: Faults, prefix: str = "") -> None:
        """Take over the faults of a part that was read for itself; ``prefix`` leads to that part."""
        for fault in others:
            self.add(prefix + fault.pointer, fault.message, fault.vital)


def kind(value: object) -> str:
    """What a JSON value is, for messages: "a string", "an object" ..."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return "a number"


def show(value: str) -> str:
    """A code or unit as a message quotes it: short, printable, in quotes. Never for names or dates."""
    cut = value if len(value) <= _SHOWN else value[: _SHOWN - 1] + "…"
    return "'" + "".join(c if c.isprintable() else "?" for c in cut) + "'"


def name(pointer: str) -> str:
    """The element that a pointer names: "/dosageInstruction/0/timing" is "timing", "/event/0" "event"."""
    for token in reversed(pointer.split("/")):
        if token and not token.isdigit():
            return token
    return "the resource"


def mapping(value: object, pointer: str, faults: Faults, vital: bool = True) -> Json | None:
    """``value`` as an object; a list of one object is read as that object, with a fault."""
    if isinstance(value, dict):
        return value
    if value is None:
        return None
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        faults.add(pointer, f"{name(pointer)} is a list where one value belongs", vital)
        return value[0]
    faults.add(pointer, f"{name(pointer)} is {kind(value)} where an object belongs", vital)
    return None


def items(value: object, pointer: str, faults: Faults, vital: bool = True) -> list[tuple[object, str]]:
    """The elements of a list with their pointers; a value alone is read as a list of one, with a fault."""
    if isinstance(value, list):
        return [(item, f"{pointer}/{index}") for index, item in enumerate(value)]
    if value is None:
        return []
    faults.add(pointer, f"{name(pointer)} is {kind(value)} where a list belongs", vital)
    return [(value, pointer)]


def child(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> Json | None:
    """``parent[key]`` as an object, None where it is missing or broken."""
    return mapping(parent.get(key), f"{pointer}/{key}", faults, vital)


def children(
    parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True
) -> list[tuple[Json, str]]:
    """The objects of the list ``parent[key]``; items of another type are left out, with a fault."""
    found = []
    for item, where in items(parent.get(key), f"{pointer}/{key}", faults, vital):
        read = mapping(item, where, faults, vital)
        if read is not None:
            found.append((read, where))
        elif item is None:
            faults.add(where, f"{name(where)} has an empty item", vital)
    return found


def text(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = False) -> str | None:
    """``parent[key]`` as a string that says something; blanks around it are dropped."""
    value = parent.get(key)
    if isinstance(value, str):
        return value.strip() or None
    if value is not None:
        faults.add(f"{pointer}/{key}", f"{key} is {kind(value)} where a string belongs", vital)
    return None


def flag(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> bool | None:
    """``parent[key]`` as true or false."""
    value = parent.get(key)
    if isinstance(value, bool):
        return value
    if value is not None:
        faults.add(f"{pointer}/{key}", f"{key} is {kind(value)} where true or false belongs", vital)
    return None


def whole(parent: Json, key: str, pointer: str, faults: Faults, vital: bool = True) -> int | None:
    """``parent[key]`` as a whole number."""
    value = parent.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if value is not None:
        what = "not a whole number" if kind(value) == "a number" else f"{kind(value)} where a number belongs"
        faults.add(f"{pointer}/{key}", f"{key} is {what}", vital)
    return None


def enum(
    parent: Json, key: str, allowed: frozenset[str], pointer: str, faults: Faults, *, vital: bool = True
) -> str | None:
    """``parent[key]`` if it is one of the codes ``allowed``; any other value is a fault and None."""
    value = text(parent, key, pointer, faults, vital)
    if value is None or value in allowed:
        return value
    faults.add(f"{pointer}/{key}", f"{key} {show(value)} is not a code that FHIR knows here", vital)
    return None


def absent(parent: Json, key: str) -> str | None:
    """Why ``parent[key]`` is missing, if an extension says so ("unknown", "masked" ...)."""
    shadow = parent.get("_" + key)
    return None if parent.get(key) is not None else absent_reason(shadow)


def absent_reason(value: object) -> str | None:
    """The code of the data-absent-reason among an element's extensions."""
    if not isinstance(value, dict):
        return None
    extensions = value.get("extension")
    for extension in extensions if isinstance(extensions, list) else ():
        if isinstance(extension, dict):
            url = extension.get("url")
            if isinstance(url, str) and url.endswith("/data-absent-reason"):
                code = extension.get("valueCode")
                return code if isinstance(code, str) and len(code) <= _SHOWN else "unknown"
    return None
