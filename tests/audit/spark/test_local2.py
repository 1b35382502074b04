"""Spark in this process, with two threads and splits that fall anywhere: the findings of the local engine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from orderlint.audit.sift.scanner import available
from orderlint.cli.audit import command
from tests.audit import plain
from tests.audit.spark.both import audit
from tests.audit.spark.hostile import bundle, hostile, lines, nested, order

QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.files.maxPartitionBytes": "4000",
    "spark.sql.files.openCostInBytes": "400",
    "spark.sql.shuffle.partitions": "3",
}


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from orderlint.audit.spark.session import opened

    with opened("local[2]", QUICK) as made:
        yield made


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    hostile(folder)
    return folder


def test_every_line_is_found_at_its_place(session: Any, export: Path) -> None:
    settings = {"parse_all": not available(), "conformance": False}
    there, here = audit([str(export)], session, **settings), audit([str(export)], **settings)
    assert there.findings == here.findings
    assert there.joined == here.joined
    assert there.ledger == here.ledger
    assert there.summary == here.summary
    assert here.ledger["assessed"] + here.ledger["unverifiable"] > 60


def test_a_sample_holds_the_same_patients_even_those_without_id(session: Any, export: Path) -> None:
    settings = {"sample": 0.5, "parse_all": True, "conformance": False}
    paths = [str(export / name) for name in ("nobody.ndjson", "mark.ndjson", "two.ndjson.gz")]
    there, here = audit(paths, session, **settings), audit(paths, **settings)
    assert there == here
    assert 0 < here.ledger["outside"] < 30


def test_known_drugs_that_no_rule_watches_in_a_file_that_spark_passes_over(
    session: Any, tmp_path: Path
) -> None:
    """The driver reads such a file; its rows go to the workers, where there are no places to look them up."""
    known = {"medicationCodeableConcept": {"text": "lisinopril 10 MG Oral Tablet"}}
    export = plain.write(
        tmp_path / "export",
        *(plain.patient(p) for p in "ab"),
        plain.order("a1", "a", mg=30),
        plain.order("a2", "a", **known),
        plain.order("b1", "b", **known),
    )
    (export / "MedicationRequest.ndjson").rename(export / "_MedicationRequest.ndjson")
    done = audit([str(export)], session)
    assert done == audit([str(export)])
    assert done.ledger["not_covered"] == 2


def test_many_medications_are_joined_not_shipped(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orderlint.audit.spark import executor

    plain = order("direct", subject={"reference": "Patient/b"})
    pointing = [
        order(f"to-{one['id']}", medicationReference={"reference": f"Medication/{one['id']}"})
        for one in nested()
    ]
    for one in pointing:
        del one["medicationCodeableConcept"]
    (tmp_path / "orders.ndjson").write_bytes(lines(*pointing, plain))
    stray = [{"resourceType": "Observation", "id": str(n)} for n in range(300)]
    (tmp_path / "stray.ndjson").write_bytes(lines(*stray, order("stray")))  # found out late: starts again
    (tmp_path / "Medication.ndjson").write_bytes(lines(*nested()))
    (tmp_path / "more.json").write_text(json.dumps(bundle(*nested()[:1]), indent=1))
    shipped = audit([str(tmp_path)], session, parse_all=True, conformance=False)
    monkeypatch.setattr(executor, "FEW", 0)
    apart = audit([str(tmp_path)], session, parse_all=True, conformance=False)
    assert apart == shipped == audit([str(tmp_path)], parse_all=True, conformance=False)
    assert any("to-in1" in finding for finding in apart.findings)
    assert any("MedicationRequest/stray" in finding for finding in apart.findings)


def test_urls_are_listed_as_spark_lists_them(session: Any, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for name in ("in/a.ndjson", "in/deep/b.ndjson", "c1.ndjson", "c2.ndjson"):
        (tmp_path / name).write_bytes(lines(order(name[-8:-7]), order(name[-8:-7] + "2")))
    (tmp_path / "in" / "notes.txt").write_text("no FHIR")
    urls = [f"{tmp_path.as_uri()}/{end}" for end in ("in", "c*.ndjson", "not-there")]
    there = audit(urls, session, parse_all=True, conformance=False)
    here = audit([str(tmp_path)], parse_all=True, conformance=False)
    assert there.ledger["inputs"] == here.ledger["inputs"] + 1  # what is not there is one too
    assert there.ledger["orders"] == here.ledger["orders"] == 8
    files = {json.loads(finding)["file"] for finding in there.findings}
    assert {name.replace("file:/", "/") for name in files} == {
        *(json.loads(finding)["file"] for finding in here.findings),
        f"{tmp_path}/not-there",
    }


def test_a_failure_is_told_without_anything_of_a_patient(
    session: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from orderlint.audit.spark.failures import guarded, in_words

    def fails(given: Any) -> Any:
        raise KeyError("Secretname")
        yield given

    frame = session.range(1).mapInArrow(lambda batches: guarded(fails, batches), "id long")
    with pytest.raises(Exception, match="KeyError") as caught:
        frame.collect()
    assert "Secretname" not in str(caught.value)
    assert in_words(caught.value) == "Spark: a task ended with KeyError"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--engine", "spark", "--resume", "--out", "x"], "--resume is not supported by --engine spark"),
        (["--engine", "spark", "--jobs", "2"], "--master local[N]"),
        (["--master", "local[2]"], "--engine spark"),
        (["--engine", "spark", "--spark-conf", "nothing"], "KEY=VALUE"),
    ],
)
def test_usage(options: list[str], words: str) -> None:
    done = CliRunner().invoke(command, ["there", *options])
    assert done.exit_code == 2
    assert words in done.output


def test_no_java_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_bytes(lines(order("a")))
    line = [sys.executable, "-m", "orderlint", "audit", str(tmp_path), "--engine", "spark", "--no-config"]
    environment = os.environ | {"JAVA_HOME": "/nowhere", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(line, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "needs Java 17" in done.stderr


def test_nothing_else_imports_pyspark() -> None:
    modules = "orderlint.cli.audit, orderlint.audit.run, orderlint.audit.results.output, orderlint.cli.check"
    code = f"import sys, {modules}; print('pyspark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
