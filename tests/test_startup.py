"""What a clean run imports, in a fresh interpreter. No clock here: benchmarks/startup.py measures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "benchmarks"))
import startup

# What takes longer to import than a small file takes to check, or has no business in a linter's run.
HEAVY = {
    "asyncio",
    "dataclasses",
    "difflib",
    "email",
    "fhir.resources",
    "hashlib",
    "html",
    "http",
    "importlib.metadata",
    "importlib.resources",
    "ipaddress",
    "jsonschema",
    "logging",
    "multiprocessing",
    "pathlib",
    "pydantic",
    "pydantic_core",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "tomllib",
    "unicodedata",
    "urllib.parse",
    "urllib.request",
    "xml",
    "yaml",
}
# What an order with codes and a dose in figures does not need.
ROOMS = {
    "orderlint.config_reader",
    "orderlint.dosing.text",
    "orderlint.fhir.build.definitions",
    "orderlint.fhir.json.fault",
    "orderlint.fhir.json.position",
    "orderlint.fhir.read.definition",
    "orderlint.fhir.read.expression",
    "orderlint.fingerprint",
    "orderlint.protocols.yaml_file",
    "orderlint.report.excerpt",
    "orderlint.report.json_report",
    "orderlint.report.sarif",
    "orderlint.suppress",
    "orderlint.terminology.names",
    "orderlint.terminology.strengths",
}
MOST_MODULES = 165  # of ours; each costs a third of a millisecond, whatever is in it

PROGRAM = """
import json, sys
sys.argv = ["orderlint", *sys.argv[1:]]
from orderlint.cli.main import main
try:
    main()
except SystemExit as end:
    status = end.code
print(json.dumps([status, sorted(sys.modules)]))
"""


def fresh(program: str, *arguments: str, cache_folder: Path | None = None) -> str:
    environment = dict(os.environ) | {"ORDERLINT_CACHE_DIR": str(cache_folder or "")}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.splitlines()[-1]


@cache
def anyway() -> frozenset[str]:
    """What Python and click import in this environment without us (a .pth file may add to it)."""
    return frozenset(json.loads(fresh("import click, json, sys; print(json.dumps(sorted(sys.modules)))")))


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> frozenset[str]:
    """The modules of a second run over a clean file: the first has filled the caches."""
    folder = tmp_path_factory.mktemp("startup")
    file = folder / "clean.json"
    file.write_text(json.dumps(startup.order_set(0)), encoding="utf-8")
    for _ in range(2):
        said = fresh(PROGRAM, "check", "--no-config", str(file), cache_folder=folder / "cache")
    status, modules = json.loads(said)
    assert status == 0
    return frozenset(modules)


def test_a_clean_run_imports_nothing_heavy(imported: frozenset[str]) -> None:
    assert sorted((imported - anyway()) & HEAVY) == []


def test_a_clean_run_enters_no_room_it_does_not_need(imported: frozenset[str]) -> None:
    assert sorted(imported & ROOMS) == []


def test_the_number_of_our_own_modules_is_bounded(imported: frozenset[str]) -> None:
    ours = sorted(name for name in imported if name.partition(".")[0] == "orderlint")
    assert len(ours) <= MOST_MODULES, ours


def test_what_is_named_heavy_exists() -> None:
    """A name that is misspelt here would forbid nothing."""
    names = sorted(HEAVY | ROOMS)
    program = "import sys, importlib.util as u; print([n for n in sys.argv[1:] if u.find_spec(n) is None])"
    assert fresh(program, *names) == "[]"


def test_help_and_version_read_no_protocol() -> None:
    program = PROGRAM.replace("sys.modules)", "m for m in sys.modules if m.startswith('orderlint'))")
    _, modules = json.loads(fresh(program, "--version"))
    assert set(modules) <= {
        "orderlint",
        "orderlint.cli",
        "orderlint.cli.exit_status",
        "orderlint.cli.main",
        "orderlint.cli.streams",
        "orderlint.report",
        "orderlint.report.sanitize",
    }
