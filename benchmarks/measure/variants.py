"""What is run: orderlint's own variants and its peers, as commands; and which of them can't be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

PEERS = ("cat", "orjson", "duckdb", "polars", "spark", "fhir.resources", "cql")
MODES = ("scan", "parse-all")
DAY = "2026-01-01"  # the same verdicts on whatever day it is measured
_HERE = Path(__file__).resolve().parent
_PEERS = _HERE.parent / "peers"
_PACKAGES = {"spark": "pyspark"}  # where the package has another name


class Variant(NamedTuple):
    """A line of the table. ``cores``: the processes or threads that it may use."""

    name: str
    who: str
    cores: int
    command: list[str]


def audit(export: Path, mode: str, *more: str) -> list[str]:
    """The command of a whole audit: all rules, conformance on, the summary only."""
    quiet = ("--no-config", "--as-of", DAY, "--fail-on", "never")
    return [sys.executable, "-m", "orderlint", "audit", str(export), *quiet, f"--{mode}", *more]


def ours(export: Path, modes: Sequence[str], jobs: int, spark: bool) -> list[Variant]:
    """orderlint with one worker, with ``jobs``, and inside Spark."""
    found = [
        Variant(
            f"orderlint --{mode} --jobs {cores}",
            f"orderlint {mode}",
            cores,
            audit(export, mode, "--jobs", str(cores)),
        )
        for mode in modes
        for cores in sorted({1, jobs})
    ]
    if spark:
        master = f"local[{jobs}]"
        command = audit(export, modes[0], "--engine", "spark", "--master", master)
        found.append(
            Variant(
                f"orderlint --{modes[0]} --engine spark --master {master}", "orderlint spark", jobs, command
            )
        )
    return found


def peers(
    export: Path, names: Sequence[str], jobs: int, codes: Path, scratch: Path
) -> tuple[list[Variant], list[str]]:
    """The peers asked for, and why some of them are left out."""
    found: list[Variant] = []
    missing: list[str] = []
    for name in names:
        if name == "cat":
            files = [str(path) for path in sorted(export.glob("*.ndjson"))]
            found.append(
                Variant("cat > /dev/null", name, 1, ["sh", "-c", 'exec cat "$@" > /dev/null', "sh", *files])
            )
        elif name == "cql":
            script = _cql(scratch, missing)
            if script is not None:
                command = ["node", str(script), str(export), str(codes)]
                found.append(Variant("cql-execution, one rule", name, 1, command))
        elif find_spec(_PACKAGES.get(name, name)) is None:
            missing.append(f"{name}: not installed")
        elif name == "spark" and shutil.which("java") is None:
            missing.append("spark: there is no Java")
        else:
            command = [
                sys.executable,
                str(_PEERS / f"with_{name.replace('.', '_')}.py"),
                str(export),
                str(codes),
            ]
            if name == "orjson":
                found.append(Variant("orjson.loads of every line", name, 1, command))
                found.append(Variant("orjson and the join by hand", "orjson join", 1, [*command, "--join"]))
            elif name == "fhir.resources":
                found.append(Variant("fhir.resources, parsing only", name, 1, command))
            else:
                for cores in sorted({1, jobs} if name != "spark" else {jobs}):
                    words = "local" if name == "spark" else "threads"
                    found.append(
                        Variant(f"{name}, {words} {cores}", name, cores, [*command, "--threads", str(cores)])
                    )
    return found, missing


def loops(jobs: int) -> list[Variant]:
    """The empty loop, as the audit is spread."""
    script = [sys.executable, str(_HERE / "empty_loop.py")]
    return [
        Variant(f"empty loop, {n} process{'es' * (n > 1)}", "loop", n, [*script, str(n), str(jobs)])
        for n in sorted({1, jobs})
    ]


def write_codes(path: Path) -> None:
    """What the peers look for."""
    done = subprocess.run([sys.executable, str(_PEERS / "codes.py")], capture_output=True, check=True)
    path.write_bytes(done.stdout)


def _cql(scratch: Path, missing: list[str]) -> Path | None:
    """The script of the CQL peer in a folder with its packages, or None and a reason more."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        missing.append("cql: there is no node with npm")
        return None
    folder = scratch / "cql"
    shutil.copytree(_PEERS / "cql", folder, ignore=shutil.ignore_patterns("node_modules"))
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        missing.append(f"cql: npm ci failed: {(done.stderr.strip().splitlines() or ['?'])[-1]}")
        return None
    return folder / "run.js"
