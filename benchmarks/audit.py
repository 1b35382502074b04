"""The audit against its peers, side by side on one warm export; medians and their ratios.

    python benchmarks/audit.py DIR [--rounds 5] [--no-conformance]

Peers: ``orjson.loads`` of every line on one core; DuckDB's reader doing the same join with as many
threads; the audit with one worker; an empty loop in one and two processes, which is how far this
machine can scale at all. Whole processes, start-up included, in turn, so that noise hits all alike.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ORJSON = """
import orjson, sys, glob
for name in sorted(glob.glob(sys.argv[1] + '/*.ndjson')):
    with open(name, 'rb') as file:
        for line in file:
            orjson.loads(line)
"""
LOOP = """
import os, sys
def spin():
    n = 0
    while n < 30_000_000: n += 1
jobs = int(sys.argv[1])
rounds = 2 // jobs
kids = []
for _ in range(jobs):
    pid = os.fork()
    if not pid:
        for _ in range(rounds): spin()
        os._exit(0)
    kids.append(pid)
for pid in kids: os.waitpid(pid, 0)
"""
DUCK = """
import sys, duckdb
from orderlint.terminology import drugs
from orderlint.terminology.table import first_cells
d, threads = sys.argv[1], int(sys.argv[2])
c = duckdb.connect(config={'threads': threads, 'memory_limit': '2GB'})
c.execute("create temp table rx as select unnest(?) as code", [sorted(drugs.scan_codes())])
c.execute("create temp table lo as select unnest(?) as code", [sorted(first_cells('labs'))])
c.execute("create temp table sn as select unnest(?) as code", [sorted(first_cells('conditions_snomed'))])
CC = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR, display VARCHAR)[], text VARCHAR)"
R = "STRUCT(reference VARCHAR)"
def read(kind, columns):
    spec = ', '.join(f"{k}: '{v}'" for k, v in columns.items())
    return f"read_json('{d}/{kind}.*.ndjson', format='newline_delimited', columns={{{spec}}}, maximum_object_size=16777216)"
c.execute(f"create temp table med as select id from {read('Medication', {'id': 'VARCHAR', 'code': CC})} where code.coding[1].code in (select code from rx)")
dose = "STRUCT(text VARCHAR, timing STRUCT(repeat STRUCT(frequency DOUBLE, period DOUBLE, periodUnit VARCHAR)), doseAndRate STRUCT(doseQuantity STRUCT(value DOUBLE, unit VARCHAR))[])[]"
c.execute(f"create temp table ord as select id, subject.reference as pat, status, authoredOn, dosageInstruction from {read('MedicationRequest', {'id': 'VARCHAR', 'subject': R, 'status': 'VARCHAR', 'authoredOn': 'VARCHAR', 'medicationCodeableConcept': CC, 'medicationReference': R, 'dosageInstruction': dose})} where medicationCodeableConcept.coding[1].code in (select code from rx) or replace(medicationReference.reference, 'Medication/', '') in (select id from med)")
c.execute("create temp table who as select distinct pat from ord")
c.execute(f"create temp table obs as select subject.reference as pat, code.coding[1].code as code, effectiveDateTime, valueQuantity from {read('Observation', {'code': CC, 'subject': R, 'effectiveDateTime': 'VARCHAR', 'valueQuantity': 'STRUCT(value DOUBLE, unit VARCHAR)'})} where code.coding[1].code in (select code from lo) and subject.reference in (select pat from who)")
c.execute(f"create temp table con as select subject.reference as pat, code.coding[1].code as code, onsetDateTime from {read('Condition', {'code': CC, 'subject': R, 'onsetDateTime': 'VARCHAR'})} where code.coding[1].code in (select code from sn) and subject.reference in (select pat from who)")
c.execute(f"create temp table pat as select 'Patient/' || id as pat, birthDate, gender from {read('Patient', {'id': 'VARCHAR', 'birthDate': 'VARCHAR', 'gender': 'VARCHAR'})} where 'Patient/' || id in (select pat from who)")
print(c.execute("select count(*), count(distinct ord.pat) from ord left join pat using (pat)").fetchall(), c.execute("select count(*) from obs").fetchall(), c.execute("select count(*) from con").fetchall())
"""


def once(arguments: list[str]) -> tuple[float, float]:
    """Seconds, and the most memory (MB) of the process or of one of its children."""
    start = time.perf_counter()
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-conformance", action="store_true")
    arguments = parser.parse_args()
    python, folder = sys.executable, str(arguments.folder)
    with tempfile.TemporaryDirectory() as work:
        audit = [
            python,
            "-m",
            "orderlint",
            "audit",
            folder,
            "--no-config",
            "--as-of",
            "2026-01-01",
            "--fail-on",
            "never",
        ]
        audit += ["--no-conformance"] if arguments.no_conformance else []
        runs = {
            "audit, all workers": [*audit, "--jobs", str(arguments.jobs), "--out", f"{work}/a"],
            "audit, 1 worker": [*audit, "--jobs", "1", "--out", f"{work}/b"],
            "orjson, 1 core": [python, "-c", ORJSON, folder],
            "duckdb": [python, "-c", DUCK, folder, str(arguments.jobs)],
            "loop, 1": [python, "-c", LOOP, "1"],
            "loop, 2": [python, "-c", LOOP, "2"],
        }
        for command in runs.values():
            once(command)
        times: dict[str, list[float]] = {name: [] for name in runs}
        memory: dict[str, float] = {}
        for _ in range(arguments.rounds):
            for name, command in runs.items():
                seconds, most = once(command)
                times[name].append(seconds)
                memory[name] = max(memory.get(name, 0), most)
    size = sum(p.stat().st_size for p in arguments.folder.glob("*.ndjson")) / 1e9
    middle = {name: statistics.median(t) for name, t in times.items()}
    print(f"{size:.2f} GB, {arguments.rounds} rounds, load {os.getloadavg()[0]:.1f}")
    for name, seconds in middle.items():
        spread = f"{min(times[name]):.2f} to {max(times[name]):.2f}"
        print(f"{name:20} {seconds:7.2f} s ({spread})  {size / seconds:5.2f} GB/s  {memory[name]:6.0f} MB")
    mine = middle["audit, all workers"]
    print(f"orjson / audit      {middle['orjson, 1 core'] / mine:.2f}   (goal 6)")
    print(f"duckdb / audit      {middle['duckdb'] / mine:.2f}   (goal 1.5)")
    print(
        f"1 worker / workers  {middle['audit, 1 worker'] / mine:.2f}   (goal 1.7; empty loop {middle['loop, 1'] / middle['loop, 2']:.2f})"
    )


if __name__ == "__main__":
    main()
