"""How long a clean run takes, against what Python and click cost anyway.

    python benchmarks/startup.py [--rounds N]

Prints the medians of runs taken in turn (so that a busy machine is unkind to all alike), and two
ratios to ``python -c "import click"``: one clean file, and twenty. The goals stand in
docs/decisions/0002-start-up.md. Bytecode is compiled and the caches are warm, as on any second run.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def order_set(number: int) -> dict[str, object]:
    """A small Bundle with which nothing is wrong: a patient, a kidney function, an order."""
    patient = {"reference": f"Patient/p{number}"}
    resources: list[dict[str, object]] = [
        {"resourceType": "Patient", "id": f"p{number}", "gender": "female", "birthDate": "1980-05-04"},
        {
            "resourceType": "Observation",
            "id": f"gfr{number}",
            "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": "98979-8"}]},
            "subject": patient,
            "effectiveDateTime": "2026-02-20",
            "valueQuantity": {
                "value": 88,
                "unit": "mL/min/1.73m2",
                "system": "http://unitsofmeasure.org",
                "code": "mL/min/{1.73_m2}",
            },
        },
        {
            "resourceType": "MedicationRequest",
            "id": f"order{number}",
            "status": "active",
            "intent": "order",
            "medicationCodeableConcept": {
                "coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "197391"}]
            },
            "subject": patient,
            "authoredOn": "2026-03-01",
            "dosageInstruction": [
                {
                    "timing": {
                        "repeat": {
                            "boundsPeriod": {"start": "2026-03-01", "end": "2026-03-10"},
                            "frequency": 3,
                            "period": 1,
                            "periodUnit": "d",
                        }
                    },
                    "route": {"coding": [{"system": "http://snomed.info/sct", "code": "26643006"}]},
                    "doseAndRate": [
                        {
                            "doseQuantity": {
                                "value": 5,
                                "unit": "mg",
                                "system": "http://unitsofmeasure.org",
                                "code": "mg",
                            }
                        }
                    ],
                }
            ],
        },
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}


def seconds(command: list[str], folder: Path, environment: dict[str, str]) -> float:
    """One run; a run that doesn't end well is no measurement."""
    begin = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    taken = time.perf_counter() - begin
    if done.returncode != 0:
        said = done.stdout.decode() + done.stderr.decode()
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{said}")
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure the start-up of a clean run.")
    parser.add_argument("--rounds", type=int, default=21)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        many = folder / "many"
        many.mkdir()
        (folder / "one.json").write_text(json.dumps(order_set(0), indent=2))
        for number in range(20):
            (many / f"{number:02}.json").write_text(json.dumps(order_set(number), indent=2))
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["ORDERLINT_CACHE_DIR"] = str(folder / "cache")
        check = [sys.executable, "-m", "orderlint", "check"]
        runs = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "import click": [sys.executable, "-c", "import click"],
            "one clean file": [*check, "one.json"],
            "twenty clean files": [*check, "many"],
        }
        taken: dict[str, list[float]] = {label: [] for label in runs}
        for command in runs.values():
            seconds(command, folder, environment)
            seconds(command, folder, environment)  # the first compiled and filled the cache
        for _ in range(rounds):
            for label, command in runs.items():
                taken[label].append(seconds(command, folder, environment))
    medians = {label: statistics.median(times) for label, times in taken.items()}
    for label, median in medians.items():
        ratio = median / medians["import click"]
        print(f"{label:20} {median * 1000:7.1f} ms  {ratio:5.2f} x import click")


if __name__ == "__main__":
    main()
