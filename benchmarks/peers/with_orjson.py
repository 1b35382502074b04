"""``orjson.loads`` of every line on one core: the least that reading all of an export costs in Python.

    python benchmarks/peers/with_orjson.py EXPORT CODES [--join]

With ``--join`` also the join, by hand, which is how the counts of the other peers are verified.
"""

from __future__ import annotations

import argparse
from typing import Any

import orjson
from peer import files, main


def parse(arguments: argparse.Namespace, codes: dict[str, Any]) -> dict[str, Any]:
    """Every line decoded; with ``--join`` the counts of the join."""
    if arguments.join:
        return _join(arguments, codes)
    rows = 0
    for path in files(arguments.export):
        with path.open("rb") as file:
            for line in file:
                orjson.loads(line)
                rows += 1
    return {"rows": rows}


def _join(arguments: argparse.Namespace, codes: dict[str, Any]) -> dict[str, Any]:
    drugs, watched, off = codes["drugs"], set(codes["watched"]), set(codes["off"])
    medications = {f"Medication/{m['id']}": _code(m["code"]) for m in _each(arguments, "Medication")}
    covered = 0
    orders: dict[str, list[Any]] = {}
    for order in _each(arguments, "MedicationRequest"):
        if "medicationReference" in order:
            code = medications.get(order["medicationReference"]["reference"])
        else:
            code = _code(order["medicationCodeableConcept"])
        if code in drugs and order["status"] not in off:
            covered += code in watched
            orders.setdefault(order["subject"]["reference"], []).append(order)
    people = {p["id"]: p for p in _each(arguments, "Patient") if f"Patient/{p['id']}" in orders}
    facts = {}
    for kind, wanted in (("Observation", set(codes["labs"])), ("Condition", set(codes["conditions"]))):
        facts[kind] = [
            f
            for f in _each(arguments, kind)
            if _code(f["code"]) in wanted and f["subject"]["reference"] in orders
        ]
    return {
        "covered": covered,
        "orders": sum(map(len, orders.values())),
        "patients": len(people),
        "observations": len(facts["Observation"]),
        "conditions": len(facts["Condition"]),
    }


def _each(arguments: argparse.Namespace, kind: str) -> Any:
    for path in files(arguments.export, kind):
        with path.open("rb") as file:
            yield from map(orjson.loads, file)


def _code(concept: Any) -> Any:
    return concept["coding"][0]["code"]


if __name__ == "__main__":
    main("orjson", parse, join=False)
