"""The example orders of the corpus, read and worked out as the product does it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from orderlint.dosing.course import plan
from orderlint.dosing.model import Body, DateSpan, Plan
from orderlint.fhir.json.strict import parse
from orderlint.fhir.read.activity import read_activity
from orderlint.fhir.read.medication import identify
from orderlint.fhir.read.order import OrderParts, read_order
from orderlint.fhir.source.container import Resource
from orderlint.record import Place

CORPUS = Path(__file__).resolve().parents[2].parent / "shared" / "corpus"


class Planned(NamedTuple):
    """One order of the corpus with the plan that the engine makes of it."""

    resource: Resource
    parts: OrderParts
    drugs: tuple[str, ...]
    plan: Plan
    start: DateSpan | None


@cache
def document(file: str) -> object:
    return parse((CORPUS / file).read_bytes())


def planned(file: str, pointer: str) -> Planned:
    """The order at ``pointer`` of ``file`` (below the corpus), planned for a patient nobody has measured."""
    resource = resource_at(file, pointer)
    if resource.type == "ActivityDefinition":
        parts = read_activity(resource.value).order
    else:
        parts = read_order(resource.value)
    drug = identify(resource.value, lambda reference: resolve(reference, resource))
    drugs = tuple(d.ingredient for d in drug.drugs)
    start = _start(parts)
    worked_out = plan(parts.instructions, drug.product, parts.supply, start, Body(), drugs)
    return Planned(resource, parts, drugs, worked_out, start)


def resource_at(file: str, pointer: str) -> Resource:
    """The resource at ``pointer``, with the one that contains it, if any."""
    value = _inside(document(file), pointer)
    assert isinstance(value, dict), (file, pointer)
    outer, _, tail = pointer.rpartition("/contained/")
    contained = bool(tail) and tail.isdigit() and "/contained/" in pointer
    return _resource(file, pointer, value, resource_at(file, outer) if contained else None)


def _inside(value: object, pointer: str) -> object:
    for key in pointer.split("/")[1:]:
        value = value[int(key)] if isinstance(value, list) else value[key]  # type: ignore[index]
    return value


def _resource(file: str, pointer: str, value: dict[str, object], parent: Resource | None) -> Resource:
    kind, key = value.get("resourceType"), value.get("id")
    return Resource(
        value,
        str(kind),
        key if isinstance(key, str) else None,
        Place(file, pointer),
        None,
        (file,),
        parent,
    )


def resolve(reference: str, source: Resource) -> Resource | None:
    """A reference of an example: contained here or above, in the Bundle, or in a file beside it."""
    if reference.startswith("#"):
        here: Resource | None = source
        while here is not None:
            contained = here.value.get("contained")
            for index, one in enumerate(contained if isinstance(contained, list) else ()):
                if one.get("id") == reference[1:]:
                    place = here.place.child(f"/contained/{index}")
                    return _resource(place.file, place.pointer, one, here)
            here = here.parent
        return None
    for pointer, entry in _entries(source.place.file):
        value = entry.get("resource")
        named = isinstance(value, dict) and f"{value.get('resourceType')}/{value.get('id')}"
        if isinstance(value, dict) and reference in (entry.get("fullUrl"), named):
            return _resource(source.place.file, pointer, value, None)
    beside = Path(source.place.file).with_name(reference.replace("/", "-") + ".json").as_posix()
    if "/" in reference and (CORPUS / beside).is_file():
        return resource_at(beside, "")
    return None


def _entries(file: str) -> Iterator[tuple[str, dict[str, object]]]:
    value = document(file)
    entries = value.get("entry") if isinstance(value, dict) else None
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        yield f"/entry/{index}/resource", entry


def orders_of(folder: str) -> Iterator[tuple[str, str]]:
    """File and pointer of every MedicationRequest below ``folder``, however deep it stands."""
    for path in sorted((CORPUS / folder).rglob("*.json")):
        file = path.relative_to(CORPUS).as_posix()
        for pointer, value in _objects(document(file), ""):
            if value.get("resourceType") == "MedicationRequest" and len(value) > 2:
                yield file, pointer


def _objects(value: object, pointer: str) -> Iterator[tuple[str, dict[str, object]]]:
    if isinstance(value, dict):
        yield pointer, value
        for key, inner in value.items():
            yield from _objects(inner, f"{pointer}/{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _objects(inner, f"{pointer}/{index}")


def _start(parts: OrderParts) -> DateSpan | None:
    starts = []
    for one in parts.instructions:
        repeat = one.timing.repeat if one.timing else None
        starts += [repeat.bounds_start] if repeat is not None and repeat.bounds_start is not None else []
        starts += one.timing.events if one.timing else ()
    return min(starts, key=lambda span: span.first) if starts else parts.written
