"""A patient's resources → facts. Each resource is read once, and only for patients who need it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from orderlint.fhir.build.faults import shape_faults
from orderlint.fhir.build.found import name_of
from orderlint.fhir.build.reading import PLAIN, Reading
from orderlint.fhir.read.patient import person
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource
from orderlint.record import ConditionFact, Facts, InputFault, Lab, ProcedureFact, Statement

T = TypeVar("T")

STATEMENTS = frozenset(
    ("MedicationStatement", "MedicationUsage", "MedicationDispense", "MedicationAdministration")
)
FACT_TYPES = frozenset(("Condition", "Observation", "Procedure", "AllergyIntolerance")) | STATEMENTS


def facts_of(
    patient: Resource | None,
    resources: Iterable[Resource],
    index: Index,
    shown: str | None,
    reading: Reading = PLAIN,
) -> tuple[Facts, list[InputFault]]:
    """Everything on record for one patient, in the order of the input, and what was wrong with it."""
    found: list[InputFault] = []
    about = Facts()
    if patient is not None:
        faults = Faults()
        read = person(patient.value, faults)
        found += shape_faults(patient, faults, shown)
        about = Facts(
            birth=read.birth,
            birth_source=name_of(patient),
            died=read.died,
            sex=read.sex,
            dead=read.dead,
        )
    results: list[Lab] = []
    conditions: list[ConditionFact] = []
    procedures: list[ProcedureFact] = []
    statements: list[Statement] = []
    for resource in resources:
        faults = Faults()
        source = name_of(resource)
        if resource.type == "Observation":
            results += reading.labs(resource.value, source, faults)
        elif resource.type == "Condition":
            from orderlint.fhir.read.condition import condition  # noqa: PLC0415 -- only where there is one

            conditions += _some(condition(resource.value, source, faults))
        elif resource.type == "Procedure":
            from orderlint.fhir.read.procedure import procedure  # noqa: PLC0415

            procedures += _some(procedure(resource.value, source, faults))
        elif resource.type == "AllergyIntolerance":
            from orderlint.fhir.read.allergy import allergy  # noqa: PLC0415

            statements += _some(allergy(resource.value, source, faults))
        elif resource.type in STATEMENTS:
            from orderlint.fhir.read.statement import statement  # noqa: PLC0415

            statements += _some(
                statement(resource.value, source, lambda ref, r=resource: index.resolve(ref, r), faults)  # type: ignore[misc]
            )
        found += shape_faults(resource, faults, shown)
    return (
        about._replace(
            unknown=_unknown(patient),
            labs=tuple(results),
            conditions=tuple(conditions),
            procedures=tuple(procedures),
            statements=tuple(statements),
        ),
        found,
    )


def _unknown(patient: Resource | None) -> str:
    """Why nothing is known of the patient; "" where it is."""
    if patient is None:
        return "its patient is not in this run"
    return f"its subject is a {patient.type} and no patient" if patient.type != "Patient" else ""


def _some(value: T | None) -> list[T]:
    return [] if value is None else [value]
