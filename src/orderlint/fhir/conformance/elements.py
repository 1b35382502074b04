"""The elements of a FHIR type, read off its model: name, type, how many, codes, required or not."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, get_args, get_origin

from orderlint.fhir.conformance.codes import closed_list
from orderlint.namedtuple import NamedTuple


class Element(NamedTuple):
    """One element. ``entry`` leads to the model of a complex type, and is None for a primitive one."""

    name: str
    type: str  # "dateTime", "Dosage"; "Resource" for any resource
    many: bool
    entry: Any | None
    codes: tuple[str, ...]  # empty: any code
    required: bool
    choice: str | None  # "medication" for medication[x]
    choice_required: bool

    @property
    def model(self) -> Any:
        """The model of a complex element; loads it."""
        return self.entry.get_model_klass()  # type: ignore[union-attr]


@lru_cache(maxsize=2048)
def elements(model: Any) -> dict[str, Element]:
    """Elements of ``model`` (a class of fhir.resources) by the name that they have in JSON."""
    from fhir_core.constraints import FHIR_PRIMITIVES_MAPS  # noqa: PLC0415 - not on a clean start
    from fhir_core.types import FhirBase  # noqa: PLC0415

    table: dict[str, Element] = {}
    for field_name, field in model.model_fields.items():
        name = field.alias or field_name
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        kind, entry, many = _type(field.annotation, field.metadata, FHIR_PRIMITIVES_MAPS, FhirBase)
        listed = extra.get("enum_values")
        owner = model.get_resource_type()
        table[name] = Element(
            name=name,
            type=kind,
            many=many,
            entry=entry,
            codes=closed_list(owner, name, tuple(listed) if isinstance(listed, list) else ()),
            required=bool(extra.get("element_required")) or field.is_required(),
            choice=extra.get("one_of_many"),
            choice_required=bool(extra.get("one_of_many_required")),
        )
    table.pop("fhir_comments", None)
    return table


def _type(annotation: Any, metadata: list[Any], primitives: Any, base: type) -> tuple[str, Any | None, bool]:
    """(FHIR type, entry of a complex type, is a list) from a field's annotation."""
    many = False
    pending = [annotation]
    while pending:
        this = pending.pop(0)
        if isinstance(this, type) and issubclass(this, base):
            return _name(this), this, many
        if this in primitives and this is not str:
            return primitives[this], None, many
        if get_origin(this) is list:
            many = True
        pending.extend(part for part in get_args(this) if part is not type(None))
    for part in metadata:
        if type(part) in primitives:
            return primitives[type(part)], None, many
    return "string", None, many


def _name(entry: type) -> str:
    return entry.__name__.removesuffix("Type")
