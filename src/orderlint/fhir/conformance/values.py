"""What the models of ``fhir.resources`` say of the values of a resource, in our words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from orderlint.fhir.conformance import complaint
from orderlint.fhir.conformance.complaint import Complaint
from orderlint.fhir.conformance.elements import Element, elements
from orderlint.fhir.conformance.models import model
from orderlint.fhir.conformance.primitives import fault
from orderlint.fhir.conformance.walk import Spot

_HUGE = 25  # digits; beyond any FHIR integer, small enough to build
_INNER = ("contained", "resource", "outcome")  # elements that hold a whole resource
# Said better by the walk; so are value errors of a whole element, which are about choices of a type
# (the models also want a value for a required choice whose extension says why there is none).
_WALKED = frozenset(("missing", "model_field_validation.missing", "extra_forbidden"))


def values(resource: dict[str, Any], release: str) -> list[Complaint]:
    """Complaints of the models about ``resource`` and about each resource inside it.

    Raises whatever the models raise beyond a ValidationError.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - not on the way of a clean start

    found: list[Complaint] = []
    for inner, spot in resources_of(resource):
        shape = model(spot.owner, release)
        if shape is None:
            continue
        try:
            shape.model_validate(feed(inner))
        except ValidationError as refused:
            for error in refused.errors(include_url=False, include_context=False, include_input=False):
                said = _complaint(inner, shape, error["loc"], spot)
                whole = said.kind == complaint.WHOLE and error["type"] == "value_error"
                if not whole and error["type"] not in _WALKED:
                    found.append(said)
    return found


def resources_of(resource: dict[str, Any]) -> Iterator[tuple[dict[str, Any], Spot]]:
    """``resource``, and the resources inside it, each with its place; none of a bundle's entries."""
    pending: list[tuple[dict[str, Any], Spot]] = [(resource, Spot(resource["resourceType"], "", "", ()))]
    while pending:
        this, spot = pending.pop()
        yield this, spot
        if spot.owner != "Bundle":
            pending.extend(_inside(this, spot))


def _inside(node: dict[str, Any], spot: Spot) -> Iterator[tuple[dict[str, Any], Spot]]:
    """The resources that ``node`` holds directly, not those that these hold."""
    holders = node if spot.owner == "Parameters" else ("contained",)
    stack: list[tuple[Any, Spot, bool]] = [
        (node[key], spot.child(key), key in _INNER) for key in holders if key in node
    ]
    while stack:
        this, at, may_be = stack.pop()
        if isinstance(this, list):
            stack.extend((item, at.item(index), may_be) for index, item in enumerate(this))
        elif isinstance(this, dict):
            kind = this.get("resourceType")
            if may_be and isinstance(kind, str):
                yield this, Spot(kind, at.pointer, at.path, ())
            else:
                stack.extend((value, at.child(key), key in _INNER) for key, value in this.items())


def feed(resource: dict[str, Any]) -> dict[str, Any]:
    """A copy that the models can bear: without the resources inside it, without numbers that take
    more memory to build than they are worth (``1e999999999``), without nulls that stand for nothing."""
    return {key: _safe(value) for key, value in resource.items() if value is not None and key != "contained"}


def _safe(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _safe(part)
            for key, part in value.items()
            if part is not None and not (key in _INNER and isinstance(part, dict) and "resourceType" in part)
        }
    if isinstance(value, list):
        return [_safe(part) for part in value]
    if isinstance(value, Decimal):
        if not value or -_HUGE < value.adjusted() < _HUGE:
            return value
        return Decimal(10) ** (_HUGE if value.adjusted() > 0 else -_HUGE)  # as wrong, and no hazard
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 10**_HUGE:
        return 10**_HUGE
    return value


def _complaint(resource: dict[str, Any], shape: Any, loc: tuple[int | str, ...], root: Spot) -> Complaint:
    """One error of the models, brought to the deepest element that it leads to and that is there."""
    node: Any = resource
    spot = root
    element: Element | None = None
    for part in loc:
        if isinstance(part, int) and isinstance(node, list) and part < len(node):
            node, spot = node[part], spot.item(part)
        elif isinstance(part, str) and isinstance(node, dict) and part in node:
            table = elements(shape) if shape is not None else {}
            element = table.get(part)
            shape = element.model if element is not None and element.entry is not None else None
            node, spot = node[part], spot.child(part)
        else:
            break
    if element is not None and element.entry is None and not isinstance(node, dict | list):
        return spot.complain(*fault(element.type, node))
    return spot.complain(complaint.WHOLE, "is not as FHIR defines it")
