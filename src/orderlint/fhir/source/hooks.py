"""CDS Hooks requests: where in them the draft orders and the prefetched resources stand.

Beside the published form (``context.draftOrders`` and ``prefetch``) the ones of older drafts are
read, as services still meet them: ``context.medications`` and ``context.orders``, a context that is
itself the array of resources, ``prefetch`` inside the context, and a prefetched
``{"response": ..., "resource": ...}``.
"""

from __future__ import annotations

from collections.abc import Iterator

from orderlint.namedtuple import NamedTuple

_DRAFTS = ("draftOrders", "medications", "orders")


class Held(NamedTuple):
    """A resource (or what stands in its place) in a request. ``pointer`` is a JSON Pointer."""

    value: object
    pointer: str
    role: str  # "draftOrder", "prefetch"


def is_request(value: dict[str, object]) -> bool:
    """Whether an object without resourceType is a CDS Hooks request."""
    return "context" in value and (
        isinstance(value.get("hook"), str) or isinstance(value.get("hookInstance"), str)
    )


def held(request: dict[str, object]) -> Iterator[Held]:
    """What a request holds, draft orders first."""
    context = request.get("context")
    if isinstance(context, list):
        yield from _each(context, "/context", "draftOrder")
    elif not isinstance(context, dict):
        yield Held(context, "/context", "draftOrder")  # no resource: a fault, not nothing to check
    if isinstance(context, dict):
        for key in _DRAFTS:
            yield from _each(context.get(key), f"/context/{key}", "draftOrder")
        yield from _prefetched(context.get("prefetch"), "/context/prefetch")
    yield from _prefetched(request.get("prefetch"), "/prefetch")


def _prefetched(prefetch: object, pointer: str) -> Iterator[Held]:
    if not isinstance(prefetch, dict):
        return
    for key, value in prefetch.items():
        at = f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}"
        if isinstance(value, dict) and "resourceType" not in value and "response" in value:
            yield from _each(value.get("resource"), f"{at}/resource", "prefetch")
        else:
            yield from _each(value, at, "prefetch")


def _each(value: object, pointer: str, role: str) -> Iterator[Held]:
    """A resource, or the resources of an array; nothing where there is none (null, {})."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield Held(item, f"{pointer}/{index}", role)
    elif value is not None and value != {}:
        yield Held(value, pointer, role)
