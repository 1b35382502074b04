"""Polars' lazy reader of NDJSON, with a schema, and the join in its expressions.

python benchmarks/peers/with_polars.py EXPORT CODES [--threads 2]
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

if "--threads" in sys.argv:  # Polars asks for it when it is imported
    os.environ["POLARS_MAX_THREADS"] = sys.argv[sys.argv.index("--threads") + 1]

import polars as pl
from peer import files, main

_CONCEPT = pl.Struct({"coding": pl.List(pl.Struct({"system": pl.String, "code": pl.String}))})
_REFERENCE = pl.Struct({"reference": pl.String})
_QUANTITY = pl.Struct({"value": pl.Float64, "unit": pl.String})
_REPEAT = pl.Struct({"frequency": pl.Float64, "period": pl.Float64, "periodUnit": pl.String})
_DOSE = pl.Struct(
    {
        "text": pl.String,
        "timing": pl.Struct({"repeat": _REPEAT}),
        "doseAndRate": pl.List(pl.Struct({"doseQuantity": _QUANTITY})),
    }
)
_SCHEMAS: dict[str, dict[str, Any]] = {
    "Medication": {"id": pl.String, "code": _CONCEPT},
    "MedicationRequest": {
        "id": pl.String,
        "status": pl.String,
        "subject": _REFERENCE,
        "authoredOn": pl.String,
        "medicationCodeableConcept": _CONCEPT,
        "medicationReference": _REFERENCE,
        "dosageInstruction": pl.List(_DOSE),
    },
    "Patient": {"id": pl.String, "birthDate": pl.String, "gender": pl.String},
    "Observation": {
        "subject": _REFERENCE,
        "code": _CONCEPT,
        "effectiveDateTime": pl.String,
        "valueQuantity": _QUANTITY,
    },
    "Condition": {"subject": _REFERENCE, "code": _CONCEPT, "onsetDateTime": pl.String},
}


def join(arguments: argparse.Namespace, codes: dict[str, Any]) -> dict[str, Any]:
    """The join, and what it holds."""

    def read(kind: str) -> pl.LazyFrame:
        return pl.scan_ndjson(files(arguments.export, kind), schema=_SCHEMAS[kind])

    patient = pl.col("subject").struct.field("reference")
    medications = read("Medication").select(
        reference=pl.concat_str(pl.lit("Medication/"), "id"), referenced=_code("code")
    )
    orders = (
        read("MedicationRequest")
        .with_columns(
            reference=pl.col("medicationReference").struct.field("reference"),
            said=_code("medicationCodeableConcept"),
        )
        .join(medications, on="reference", how="left")
        .with_columns(drug=pl.coalesce("said", "referenced"))
        .filter(pl.col("drug").is_in(list(codes["drugs"])) & ~pl.col("status").is_in(codes["off"]))
        .collect(engine="streaming")
    )
    people = orders.lazy().select(patient=patient).unique()

    def facts(kind: str, wanted: list[str]) -> pl.DataFrame:
        lazy = read(kind).filter(_code("code").is_in(wanted)).with_columns(patient=patient)
        return lazy.join(people, on="patient", how="semi").collect(engine="streaming")

    patients = read("Patient").with_columns(patient=pl.concat_str(pl.lit("Patient/"), "id"))
    return {
        "covered": orders.filter(pl.col("drug").is_in(codes["watched"])).height,
        "orders": orders.height,
        "patients": patients.join(people, on="patient", how="semi").collect(engine="streaming").height,
        "observations": facts("Observation", codes["labs"]).height,
        "conditions": facts("Condition", codes["conditions"]).height,
    }


def _code(concept: str) -> pl.Expr:
    coding = pl.col(concept).struct.field("coding")
    return coding.list.first().struct.field("code")


if __name__ == "__main__":
    main("polars", join)
