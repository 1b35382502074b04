"""From a document to the resources in it, each with its place.

A document is a resource, a Bundle (nested ones too), an array of resources, or a CDS Hooks request.
Whatever else happens to hold a ``resourceType`` somewhere inside is none of these and gives nothing.
Bundles are opened, not given themselves; contained resources follow the one that contains them.
"""

from __future__ import annotations

from collections.abc import Iterator

from orderlint.fhir.source import hooks
from orderlint.fhir.source.documents import Document
from orderlint.namedtuple import NamedTuple
from orderlint.record import InputFault, Place

_LONGEST_TYPE = 64
_ROLES = {"draftOrder": "a draft order", "prefetch": "a prefetched value"}


class Resource(NamedTuple):
    """One resource, and what it takes to resolve references from it.

    ``scope`` names the containers around it, the innermost first: Bundles, then the file.
    ``root_type`` is the type at the document's root, "" for an array or a CDS Hooks request.
    """

    value: dict[str, object]
    type: str
    id: str | None
    place: Place
    full_url: str | None
    scope: tuple[str, ...]
    parent: Resource | None = None  # of a contained resource: the one that contains it
    root_type: str = ""
    role: str | None = None  # "draftOrder", "prefetch": from a CDS Hooks request

    @property
    def outermost(self) -> Resource:
        """What contains it, however deep; itself where nothing does."""
        found = self
        while found.parent is not None:
            found = found.parent
        return found


class _Around(NamedTuple):
    """What the resources of one container have in common."""

    scope: tuple[str, ...]
    root_type: str
    role: str | None = None
    ndjson: bool = False


def only_resource(document: Document) -> Resource | None:
    """The resource of a document that holds no other; None where it takes :func:`resources` to tell."""
    value = document.value
    kind = _type(value)
    if not isinstance(value, dict) or kind is None or kind == "Bundle" or "contained" in value:
        return None
    place = Place(document.file, "", document.line, document.byte)
    return Resource(value, kind, _id(value), place, None, (document.file,), None, kind)


def resources(document: Document) -> Iterator[Resource | InputFault]:
    """All resources of a document, in its order, with a fault in place of each that is none."""
    alone = only_resource(document)
    if alone is not None:
        yield alone
        return
    value = document.value
    place = Place(document.file, "", document.line, document.byte)
    around = _Around((document.file,), "", ndjson=document.ndjson)
    if isinstance(value, list):
        if any(isinstance(item, dict) and "resourceType" in item for item in value):
            for index, item in enumerate(value):
                yield from _resource(item, place.child(f"/{index}"), around, f"item {index}")
    elif isinstance(value, dict) and "resourceType" in value:
        kind = value["resourceType"]
        around = around._replace(root_type=kind if isinstance(kind, str) else "")
        yield from _resource(value, place, around, "the document")
    elif isinstance(value, dict) and hooks.is_request(value):
        for held in hooks.held(value):
            yield from _resource(
                held.value, place.child(held.pointer), around._replace(role=held.role), _ROLES[held.role]
            )


def _resource(
    value: object, place: Place, around: _Around, what: str, full_url: str | None = None
) -> Iterator[Resource | InputFault]:
    """The resource ``value`` and what it holds; ``what`` names it in a fault."""
    kind = _type(value)
    if not isinstance(value, dict) or kind is None:
        yield _fault(place, f"{what} {_no_resource(value)}")
        return
    if kind == "Bundle":
        yield from _entries(value, place, around)
        return
    resource = Resource(
        value, kind, _id(value), place, full_url, around.scope, None, around.root_type, around.role
    )
    yield resource
    if "contained" in value:
        yield from _contained(resource)


def _entries(bundle: dict[str, object], place: Place, around: _Around) -> Iterator[Resource | InputFault]:
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        yield _fault(place.child("/entry"), f"the Bundle's entry is {_kind(entries)}, not an array")
        return
    if place.pointer or around.ndjson:  # else the Bundle is the file
        around = around._replace(scope=(f"{place.file}@{place.byte}#{place.pointer}", *around.scope))
    for index, entry in enumerate(entries):
        at = place.child(f"/entry/{index}")
        if not isinstance(entry, dict):
            yield _fault(at, f"entry {index} is {_kind(entry)}, not an object")
        elif "resource" in entry:
            full_url = entry.get("fullUrl")
            yield from _resource(
                entry["resource"],
                at.child("/resource"),
                around,
                f"the resource of entry {index}",
                full_url if isinstance(full_url, str) and full_url else None,
            )
        elif "resourceType" in entry:
            yield _fault(at, f"entry {index} is itself a resource, where one in its 'resource' is due")
            yield from _resource(entry, at, around, f"entry {index}")  # it plainly says what it is
        elif "request" not in entry and "response" not in entry:
            yield _fault(at, f"entry {index} has no resource")


def _contained(parent: Resource) -> Iterator[Resource | InputFault]:
    place = parent.place.child("/contained")
    contained = parent.value["contained"]
    if not isinstance(contained, list):
        yield _fault(place, f"contained is {_kind(contained)}, not an array", parent)
        return
    for index, value in enumerate(contained):
        at = place.child(f"/{index}")
        kind = _type(value)
        if not isinstance(value, dict) or kind is None:
            yield _fault(at, f"contained resource {index} {_no_resource(value)}", parent)
            continue
        resource = parent._replace(
            value=value, type=kind, id=_id(value), place=at, full_url=None, parent=parent
        )
        yield resource
        if "contained" in value:
            yield from _contained(resource)


def _type(value: object) -> str | None:
    kind = value.get("resourceType") if isinstance(value, dict) else None
    return kind if isinstance(kind, str) and is_type(kind) else None


def is_type(kind: str) -> bool:
    """Whether this could be the name of a FHIR type, as far as its letters go."""
    return 2 <= len(kind) <= _LONGEST_TYPE and "A" <= kind[0] <= "Z" and kind.isascii() and kind.isalnum()


def _id(value: dict[str, object]) -> str | None:
    found = value.get("id")
    return found if isinstance(found, str) and found else None


def _no_resource(value: object) -> str:
    """In words, why ``value`` is no resource."""
    if not isinstance(value, dict):
        return f"is {_kind(value)}, not a resource"
    if "resourceType" not in value:
        return "has no resourceType"
    kind = value["resourceType"]
    if not isinstance(kind, str):
        return f"has {_kind(kind)} as its resourceType, not a string"
    import json  # noqa: PLC0415

    return f"has {json.dumps(kind[:40])} as its resourceType, which is no name of a FHIR type"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, str):
        return "a string"
    if isinstance(value, list):
        return "an array"
    return "an object" if isinstance(value, dict) else "a number"


def _fault(place: Place, message: str, parent: Resource | None = None) -> InputFault:
    resource = f"{parent.type}/{parent.id}" if parent and parent.id else None
    return InputFault("invalid-resource", "error", message, place, resource)
