"""DuckDB's own reader of NDJSON, with the columns that are needed, and the join in SQL.

python benchmarks/peers/with_duckdb.py EXPORT CODES [--threads 2] [--memory 1GB]
"""

from __future__ import annotations

import argparse
import tempfile
from typing import Any

import duckdb
from peer import main

_CONCEPT = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[], text VARCHAR)"
_REFERENCE = "STRUCT(reference VARCHAR)"
_QUANTITY = "STRUCT(value DOUBLE, unit VARCHAR)"
_REPEAT = "STRUCT(frequency DOUBLE, period DOUBLE, periodUnit VARCHAR, boundsDuration STRUCT(value DOUBLE))"
_DOSE = (
    f"STRUCT(text VARCHAR, timing STRUCT(repeat {_REPEAT}), doseAndRate STRUCT(doseQuantity {_QUANTITY})[])[]"
)
_COLUMNS = {
    "Medication": {"id": "VARCHAR", "code": _CONCEPT},
    "MedicationRequest": {
        "id": "VARCHAR",
        "status": "VARCHAR",
        "subject": _REFERENCE,
        "authoredOn": "VARCHAR",
        "medicationCodeableConcept": _CONCEPT,
        "medicationReference": _REFERENCE,
        "dosageInstruction": _DOSE,
    },
    "Patient": {"id": "VARCHAR", "birthDate": "VARCHAR", "gender": "VARCHAR"},
    "Observation": {
        "subject": _REFERENCE,
        "code": _CONCEPT,
        "effectiveDateTime": "VARCHAR",
        "valueQuantity": _QUANTITY,
    },
    "Condition": {"subject": _REFERENCE, "code": _CONCEPT, "onsetDateTime": "VARCHAR"},
}
_JOIN = """
create temp table orders as
    select o.*, coalesce(o.medicationCodeableConcept.coding[1].code, m.code.coding[1].code) as drug
    from {MedicationRequest} o
    left join (from {Medication} where code.coding[1].code in (from drugs)) m
    on o.medicationReference.reference = 'Medication/' || m.id
    where drug in (from drugs) and o.status not in (from off);
create temp table people as select distinct subject.reference as patient from orders;
create temp table patients as select * from {Patient} where 'Patient/' || id in (from people);
create temp table observations as select * from {Observation}
    where code.coding[1].code in (from labs) and subject.reference in (from people);
create temp table conditions as select * from {Condition}
    where code.coding[1].code in (from stated) and subject.reference in (from people);
"""
_COUNTS = {
    "covered": "orders where drug in (from watched)",
    "orders": "orders",
    "patients": "patients",
    "observations": "observations",
    "conditions": "conditions",
}


def join(arguments: argparse.Namespace, codes: dict[str, Any]) -> dict[str, Any]:
    """The join, and what it holds."""
    with tempfile.TemporaryDirectory() as spill:
        connection = duckdb.connect(
            config={
                "threads": arguments.threads,
                "memory_limit": arguments.memory,
                "temp_directory": spill,
                "preserve_insertion_order": False,
            }
        )
        lists = {"drugs": "drugs", "watched": "watched", "labs": "labs", "stated": "conditions", "off": "off"}
        for table, name in lists.items():
            connection.execute(f"create temp table {table} as select unnest(?) as code", [list(codes[name])])
        connection.execute(_JOIN.format(**{kind: _read(arguments, kind) for kind in _COLUMNS}))
        counts = {}
        for name, what in _COUNTS.items():
            found = connection.execute(f"select count(*) from {what}").fetchone()
            counts[name] = found[0] if found else 0
        connection.close()
        return counts


def _read(arguments: argparse.Namespace, kind: str) -> str:
    columns = ", ".join(f"{name}: '{sort}'" for name, sort in _COLUMNS[kind].items())
    pattern = str(arguments.export / f"{kind}.*.ndjson").replace("'", "''")
    return f"read_ndjson('{pattern}', columns={{{columns}}})"


if __name__ == "__main__":
    main("duckdb", join, memory="1GB")
