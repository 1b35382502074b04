"""The command: its files, its exit statuses, what it keeps to itself, and going on after a kill."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.audit.exports import write

COMMON = ("--no-conformance", "--no-config", "--as-of", "2026-06-01")


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "orderlint", "audit", *map(str, arguments), *COMMON]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(*arguments), capture_output=True, text=True, check=False)


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    write(folder, 7)
    return folder


def test_files_and_status(export: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = run(export, "--out", out, "--fail-on", "never")
    assert done.returncode in (0, 2), done.stderr
    report = json.loads((out / "report.json").read_text())
    findings = [json.loads(line) for line in (out / "findings.ndjson").read_text().splitlines()]
    assert sum(report["summary"][s] for s in ("error", "warning", "info")) == len(findings)
    ledger = report["ledger"]
    assert ledger["orders"] == sum(ledger[k] for k in ("assessed", "not_covered", "skipped", "unverifiable"))
    assert sorted(p.name for p in out.iterdir() if p.suffix != ".parquet") == [
        "findings.ndjson",
        "report.json",
        "summary.txt",
    ]
    assert done.stderr == ""  # no bar where there is no terminal


def test_a_broken_line_is_a_finding_with_its_place_and_costs_no_other(export: Path, tmp_path: Path) -> None:
    before = run(export, "--out", tmp_path / "a")
    with (export / "Observation.000.ndjson").open("ab") as file:
        file.write(b'\n{"resourceType": "Observation", "id"\n')
    after = run(export, "--out", tmp_path / "b")
    assert after.returncode == 2
    known = set((tmp_path / "a" / "findings.ndjson").read_text().splitlines())
    fresh = [
        json.loads(t) for t in (tmp_path / "b" / "findings.ndjson").read_text().splitlines() if t not in known
    ]
    lines = (export / "Observation.000.ndjson").read_bytes().split(b"\n")
    assert [(f["rule"], f["line"]) for f in fresh] == [("invalid-json", len(lines) - 1)]
    assert before.returncode in (0, 1, 2)


def test_nothing_that_identifies_anyone_and_pseudonyms(export: Path, tmp_path: Path) -> None:
    (export / "Patient.000.ndjson").write_text(
        '{"resourceType":"Patient","id":"a","name":[{"family":"Secretname"}],"birthDate":"1931-03-07",'
        '"identifier":[{"value":"ID-998877"}]}\n'
    )
    (tmp_path / "key").write_bytes(b"0123456789abcdef-a-key")
    run(export, "--out", tmp_path / "plain")
    run(export, "--out", tmp_path / "hidden", "--pseudonymize", tmp_path / "key")
    for folder in ("plain", "hidden"):
        for path in (tmp_path / folder).iterdir():
            said = path.read_bytes()
            assert not any(s in said for s in (b"Secretname", b"1931-03-07", b"ID-998877")), path
    said = (tmp_path / "hidden" / "findings.ndjson").read_text()
    assert "Patient/a" not in said
    assert "MedicationRequest/o" not in said
    assert said.count("\n") == (tmp_path / "plain" / "findings.ndjson").read_text().count("\n")


def test_going_on_after_kill_9_at_any_moment(export: Path, tmp_path: Path) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    run(export, "--out", whole)
    dice = random.Random(11)
    for _ in range(6):
        process = subprocess.Popen(
            command(export, "--out", out, "--resume", "--jobs", 2),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        time.sleep(dice.uniform(0.2, 2.5))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if (out / "report.json").exists():  # whole, or not there
            assert json.loads((out / "report.json").read_text())
    done = run(export, "--out", out, "--resume")
    assert (out / "report.json").exists(), done.stderr
    for name in ("findings.ndjson", "report.json", "summary.txt"):
        assert (out / name).read_bytes() == (whole / name).read_bytes()
    assert not (out / ".orderlint-audit").exists()


def test_interrupted_says_how_far_it_got_and_leaves_no_result(tmp_path: Path) -> None:
    export, out = tmp_path / "export", tmp_path / "out"
    export.mkdir()
    line = (
        b'{"resourceType":"MedicationRequest","status":"active","medicationCodeableConcept":{"text":"x"}}\n'
    )
    (export / "MedicationRequest.ndjson").write_bytes(line * 400_000)
    process = subprocess.Popen(
        command(export, "--out", out, "--jobs", 1, "--parse-all"),
        stderr=subprocess.PIPE,
        text=True,
        # a job in the background ignores it
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    state = out / ".orderlint-audit" / "audit.json"
    while not state.exists() and process.poll() is None:
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted" in said
    assert "--resume" in said
    assert not (out / "report.json").exists()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there are no such signals here")
@pytest.mark.parametrize(("name", "status"), [("SIGTERM", 143), ("SIGHUP", 129), ("SIGINT", 130)])
@pytest.mark.parametrize("kept", [True, False])
def test_no_line_is_left_where_nobody_looks(tmp_path: Path, name: str, status: int, kept: bool) -> None:
    """Without --out nothing is left at all; with it what is half done, for its owner only."""
    export, out, temporary = tmp_path / "export", tmp_path / "out", tmp_path / "tmp"
    export.mkdir()
    temporary.mkdir()
    line = b'{"resourceType":"MedicationRequest","id":"1","subject":{"reference":"Patient/1"},'
    line += b'"status":"active","medicationCodeableConcept":{"text":"baclofen"}}\n'
    (export / "MedicationRequest.ndjson").write_bytes(line * 400_000)
    number = getattr(signal, name)
    process = subprocess.Popen(
        command(export, "--jobs", 2, "--parse-all", *(["--out", out] if kept else [])),
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
        # a job in the background ignores some
        preexec_fn=lambda: signal.signal(number, signal.SIG_DFL),  # noqa: PLW1509
        start_new_session=True,
    )
    half_done = "out/.orderlint-audit/orders-*" if kept else "tmp/orderlint-*/.orderlint-audit/orders-*"
    until = time.monotonic() + 60
    while not list(tmp_path.glob(half_done)) and process.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    if kept:
        assert (out / ".orderlint-audit").stat().st_mode & 0o777 == 0o700
        assert not any(p.stat().st_mode & 0o077 for p in (out / ".orderlint-audit").glob("orders-*"))
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == status, said
    assert ("interrupted" if name == "SIGINT" else f"ended by {name}") in said
    assert "% of this step" in said
    assert ("--resume" in said) == kept
    assert list(temporary.iterdir()) == []
    assert not kept or [p.name for p in out.iterdir()] == [".orderlint-audit"]
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)  # no worker is left


def test_ctrl_c_before_anything_was_begun() -> None:
    """While a subcommand is imported: click would say "Aborted!", and end with the status of findings."""
    hook = "import orderlint.cli.main as m\ndef get(*_): raise KeyboardInterrupt\n"
    process = subprocess.run(
        [sys.executable, "-c", f"{hook}m.LazyGroup.get_command = get\nm.main()", "audit"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 130
    assert process.stderr == "orderlint: interrupted\n"
