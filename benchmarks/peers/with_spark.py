"""PySpark's own JSON reader with a schema, and the join in its expressions, on ``local[threads]``.

python benchmarks/peers/with_spark.py EXPORT CODES [--threads 2]
"""

from __future__ import annotations

import argparse
import time
from typing import Any

from peer import files, main
from pyspark.sql import SparkSession
from pyspark.sql import functions as f

_CONCEPT = "struct<coding:array<struct<system:string,code:string>>>"
_REFERENCE = "struct<reference:string>"
_QUANTITY = "struct<value:double,unit:string>"
_REPEAT = "struct<frequency:double,period:double,periodUnit:string>"
_DOSE = f"array<struct<text:string,timing:struct<repeat:{_REPEAT}>,doseAndRate:array<struct<doseQuantity:{_QUANTITY}>>>>"
_SCHEMAS = {
    "Medication": f"id string, code {_CONCEPT}",
    "MedicationRequest": f"id string, status string, subject {_REFERENCE}, authoredOn string, "
    f"medicationCodeableConcept {_CONCEPT}, medicationReference {_REFERENCE}, dosageInstruction {_DOSE}",
    "Patient": "id string, birthDate string, gender string",
    "Observation": f"subject {_REFERENCE}, code {_CONCEPT}, effectiveDateTime string, valueQuantity {_QUANTITY}",
    "Condition": f"subject {_REFERENCE}, code {_CONCEPT}, onsetDateTime string",
}


def join(arguments: argparse.Namespace, codes: dict[str, Any]) -> dict[str, Any]:
    """The join, what it holds, and how long Spark itself took to start."""
    begin = time.perf_counter()
    spark: Any = (
        SparkSession.builder.master(f"local[{arguments.threads}]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", arguments.threads)
        .config("spark.driver.memory", arguments.memory)
        .getOrCreate()
    )
    start = round(time.perf_counter() - begin, 3)

    def read(kind: str) -> Any:
        paths = [str(path.resolve()) for path in files(arguments.export, kind)]
        return spark.read.schema(_SCHEMAS[kind]).json(paths)

    def one_of(name: str) -> Any:
        values = ",".join(f"('{code}')" for code in codes[name])
        return f.broadcast(spark.sql(f"select * from values {values} as listed(code)"))

    medications = read("Medication").select(
        f.concat(f.lit("Medication/"), "id").alias("reference"),
        f.col("code.coding")[0].code.alias("referenced"),
    )
    orders = (
        read("MedicationRequest")
        .withColumn("reference", f.col("medicationReference.reference"))
        .join(f.broadcast(medications), "reference", "left")
        .withColumn(
            "drug", f.coalesce(f.col("medicationCodeableConcept.coding")[0].code, f.col("referenced"))
        )
        .where(~f.col("status").isin(codes["off"]))
        .join(one_of("drugs"), f.col("drug") == f.col("code"), "semi")
        .cache()
    )
    people = orders.select(f.col("subject.reference").alias("patient")).distinct()

    def facts(kind: str, wanted: str) -> Any:
        listed = one_of(wanted).withColumnRenamed("code", "listed")
        found = read(kind).withColumn("patient", f.col("subject.reference"))
        found = found.join(listed, f.col("code.coding")[0].code == f.col("listed"), "semi")
        return found.join(people, "patient", "semi").cache()

    patients = read("Patient").withColumn("patient", f.concat(f.lit("Patient/"), "id"))
    counts = {
        "covered": orders.join(one_of("watched"), f.col("drug") == f.col("code"), "semi").count(),
        "orders": orders.count(),
        "patients": patients.join(people, "patient", "semi").cache().count(),
        "observations": facts("Observation", "labs").count(),
        "conditions": facts("Condition", "conditions").count(),
    }
    spark.stop()
    return {**counts, "start_seconds": start}


if __name__ == "__main__":
    main("spark", join, memory="1g")
