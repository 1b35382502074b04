"""Faults of reading → findings about the input, at the place of the element."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.fhir.build.found import name_of
from orderlint.fhir.read.shape import Fault
from orderlint.fhir.source.container import Resource
from orderlint.record import InputFault


def shape_faults(resource: Resource, faults: Iterable[Fault], patient: str | None = None) -> list[InputFault]:
    """``invalid-resource``: an error where a verdict rests on the element, else a warning."""
    return [
        InputFault(
            rule="invalid-resource",
            severity="error" if fault.vital else "warning",
            message=f"{resource.type}: {fault.message}",
            place=resource.place.child(fault.pointer),
            resource=name_of(resource),
            patient=patient,
        )
        for fault in faults
    ]


def input_fault(
    rule: str,
    message: str,
    resource: Resource,
    pointer: str,
    patient: str | None = None,
    drug: str | None = None,
) -> InputFault:
    """A warning of the reader about one resource."""
    return InputFault(
        rule=rule,
        severity="warning",
        message=message,
        place=resource.place.child(pointer),
        resource=name_of(resource),
        patient=patient,
        drug=drug,
    )
