"""A resource held against the elements of its model: what is missing, unknown, or of the wrong shape.

The models stop at the first broken level (an order with a broken dosage is not told that its status
is missing) and do not look at their own lists of codes; this walk says all of it, in FHIR's words.
Values of primitives are left to the models (``values``).
"""

from __future__ import annotations

from typing import Any

from orderlint.fhir.conformance import complaint, words
from orderlint.fhir.conformance.complaint import Complaint
from orderlint.fhir.conformance.elements import Element, elements
from orderlint.fhir.conformance.models import model
from orderlint.fhir.conformance.primitives import json_type, slip
from orderlint.namedtuple import NamedTuple

MOST = 200  # complaints about one resource; more say nothing new


class Spot(NamedTuple):
    """Where the walk is: in which resource, at which element."""

    owner: str  # resource type
    pointer: str
    path: str
    within: tuple[str, ...]

    def child(self, name: str) -> Spot:
        """The element ``name`` of this one."""
        token = name.replace("~", "~0").replace("/", "~1")
        path = f"{self.path}.{name}" if self.path else name
        return Spot(self.owner, f"{self.pointer}/{token}", path, (*self.within, name))

    def item(self, index: int) -> Spot:
        """The item ``index`` of this list."""
        return self._replace(pointer=f"{self.pointer}/{index}", path=f"{self.path}[{index}]")

    def complain(self, kind: str, text: str, *, at: str | None = None) -> Complaint:
        """A complaint about this element; ``at`` is another pointer to put it at."""
        where = self.pointer if at is None else at
        return Complaint(kind, where, self.path, text, self.owner, self.within)


def walk(resource: dict[str, Any], release: str) -> list[Complaint]:
    """All complaints about the structure of ``resource``, whose type ``release`` must have."""
    found: list[Complaint] = []
    kind = resource["resourceType"]
    _node(resource, model(kind, release), Spot(kind, "", "", ()), release, found)
    return found


def _node(node: dict[str, Any], shape: Any, spot: Spot, release: str, found: list[Complaint]) -> None:
    table = elements(shape)
    chosen: dict[str, list[str]] = {}
    for key, value in node.items():
        if len(found) >= MOST:
            return
        if value is None or key == "fhir_comments" or (key == "resourceType" and not spot.within):
            continue
        element = table.get(key)
        if element is None:
            _unknown(key, spot, release, found)
            continue
        if element.choice is not None:
            chosen.setdefault(element.choice, []).append(key)
        _element(value, element, spot.child(key), release, found)
    _required(node, table, chosen, spot, found)


def _unknown(key: str, spot: Spot, release: str, found: list[Complaint]) -> None:
    text = f"is no element of FHIR {release} here"
    name = words.element_name(key)
    if name is None:  # may hold anything, a name too: neither the path nor the pointer shows it
        hidden = spot.child("?")._replace(path=spot.path)
        text = f"has a key that is no name of an element of FHIR {release}"
        found.append(hidden.complain(complaint.UNKNOWN, text, at=spot.pointer))
    elif name.startswith("_"):
        found.append(spot.child(key).complain(complaint.COMPANION, text))
    else:
        found.append(spot.child(key).complain(complaint.UNKNOWN, text))


def _element(value: Any, element: Element, spot: Spot, release: str, found: list[Complaint]) -> None:
    if not element.many:
        if isinstance(value, list):
            found.append(spot.complain(complaint.LIST, "must be one value, not a list"))
        else:
            _one(value, element, spot, release, found)
        return
    if not isinstance(value, list):
        found.append(spot.complain(complaint.LIST, "must be a list (in square brackets), even of one"))
        return
    for index, item in enumerate(value):
        if len(found) >= MOST:
            return
        if item is not None:
            _one(item, element, spot.item(index), release, found)
        elif element.entry is not None and not element.name.startswith("_"):
            found.append(
                spot.item(index).complain(complaint.KIND, f"must be {_article(element.type)}, not null")
            )


def _one(value: Any, element: Element, spot: Spot, release: str, found: list[Complaint]) -> None:
    if element.entry is None:
        wrong = slip(element.type, value)
        if wrong is not None and wrong[0] == complaint.UNQUOTED and element.codes:
            found.append(spot.complain(complaint.CODE, f"a number is not {words.one_of(element.codes)}"))
        elif wrong is not None:
            found.append(spot.complain(*wrong))
        elif element.codes and isinstance(value, str) and value not in element.codes:
            shown = words.code(value, spot.owner) or "the code given"
            found.append(spot.complain(complaint.CODE, f"{shown} is not {words.one_of(element.codes)}"))
    elif not isinstance(value, dict):
        text = f"must be {_article(element.type)} (an object), not {json_type(value)}"
        found.append(spot.complain(complaint.KIND, text))
    elif element.type == "Resource":
        _resource(value, spot, release, found)
    else:
        _node(value, element.model, spot, release, found)


def _resource(value: dict[str, Any], spot: Spot, release: str, found: list[Complaint]) -> None:
    """A resource inside a resource: it has a type of its own, and is judged as such."""
    if spot.owner == "Bundle":
        return  # the resources of a bundle are checked each by itself
    kind = value.get("resourceType")
    shape = model(kind, release) if isinstance(kind, str) else None
    if shape is not None:
        _node(value, shape, Spot(kind, spot.pointer, spot.path, ()), release, found)  # type: ignore[arg-type]
    elif kind is None:
        found.append(spot.complain(complaint.TYPE, "has no resourceType"))
    else:
        name = words.element_name(kind) if isinstance(kind, str) else None
        found.append(
            spot.complain(complaint.TYPE, f"'{name}' is no resource type of FHIR {release}")
            if name
            else spot.complain(complaint.TYPE, "has a resourceType that FHIR doesn't have")
        )


def _required(
    node: dict[str, Any],
    table: dict[str, Element],
    chosen: dict[str, list[str]],
    spot: Spot,
    found: list[Complaint],
) -> None:
    wanted: set[str] = set()
    for element in table.values():
        if element.choice is not None:
            if element.choice_required:
                wanted.add(element.choice)
        elif element.required and node.get(element.name) is None and not _companion(node, element.name):
            found.append(spot.child(element.name).complain(complaint.MISSING, "is required"))
    for choice, names in chosen.items():
        if len(names) > 1:
            text = f"may stand once only, not as {' and '.join(sorted(names))}"
            here = spot.child(names[-1]).pointer
            found.append(spot.child(f"{choice}[x]").complain(complaint.CHOICE, text, at=here))
    for choice in sorted(wanted - chosen.keys()):
        if not any(_companion(node, e.name) for e in table.values() if e.choice == choice):
            here = spot.child(choice).pointer
            found.append(spot.child(f"{choice}[x]").complain(complaint.MISSING, "is required", at=here))


def _companion(node: dict[str, Any], name: str) -> bool:
    """An extension on a primitive says why its value is absent, which FHIR lets stand for the value."""
    value = node.get("_" + name)
    return bool(value.get("extension")) if isinstance(value, dict) else isinstance(value, list)


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in 'AEIO' else 'a'} {kind}"
