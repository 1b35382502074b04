"""A standalone cluster on loopback: a master and two workers, one of which dies while its tasks run.

It dies when both hold sifted lines and half of the shuffle: so tasks, shuffle and cache are lost at once.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from orderlint.audit.sift.scanner import available
from tests.audit.spark.hostile import lines, nested, order

SMALL = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
PATIENCE = 240  # seconds for any one step, on a machine that is busy with other things


@contextmanager
def daemon(folder: Path, name: str, *arguments: str) -> Iterator[tuple[subprocess.Popen[bytes], Path]]:
    """A master or a worker, in a session of its own, and the file that it logs to."""
    from pyspark.find_spark_home import _find_spark_home

    log = folder / f"{name}.log"
    home = _find_spark_home()
    java = f"{os.environ['JAVA_HOME']}/bin/java" if "JAVA_HOME" in os.environ else "java"
    environment = os.environ | {
        "SPARK_HOME": home,
        "SPARK_SCALA_VERSION": next(Path(home, "jars").glob("spark-core_*")).name.split("_")[1].split("-")[0],
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(folder / name),
    }
    with log.open("wb") as file:
        process = subprocess.Popen(
            [java, "-Xmx256m", *SMALL.split(), "-cp", f"{home}/jars/*", *arguments],
            stdout=file, stderr=file, stdin=subprocess.DEVNULL, env=environment, start_new_session=True,
        )  # fmt: skip
    try:
        yield process, log
    finally:
        end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    """Kill a whole session's first group: a daemon and the executors that it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def until(what: Callable[[], Any], words: str, alive: subprocess.Popen[Any] | None = None) -> Any:
    """Waits for something true."""
    last = time.monotonic() + PATIENCE
    while time.monotonic() < last:
        if found := what():
            return found
        assert alive is None or alive.poll() is None, f"ended before {words}: {alive.communicate()}"
        time.sleep(0.05)
    raise AssertionError(f"waited in vain for {words}")


def said(log: Path, pattern: str) -> re.Match[str] | None:
    return re.search(pattern, log.read_text(errors="replace"))


def test_a_worker_that_dies_changes_nothing(tmp_path: Path) -> None:
    export, gate, events = tmp_path / "export", tmp_path / "gate", tmp_path / "events"
    for folder in (export, gate, events):
        folder.mkdir()
    people = [{"resourceType": "Patient", "id": f"p{n}", "birthDate": f"19{n + 20}-01-01"} for n in range(60)]
    orders = [order(f"o{n}", subject={"reference": f"Patient/p{n % 60}"}) for n in range(300)]
    orders[7]["medicationReference"] = {"reference": "Medication/in1"}
    del orders[7]["medicationCodeableConcept"]
    (export / "MedicationRequest.ndjson").write_bytes(lines(*orders, b'{"resourceType": "\xff'))
    (export / "Patient.ndjson").write_bytes(lines(*people))
    (export / "Medication.ndjson").write_bytes(lines(*nested()))
    line = [sys.executable, "-m", "orderlint", "audit", str(export), "--no-config", "--as-of", "2026-06-01"]
    line += ["--scan" if available() else "--parse-all"]
    here = subprocess.run([*line, "--out", str(tmp_path / "here")], capture_output=True, check=False)
    with ExitStack() as stack:
        master, log = stack.enter_context(
            daemon(tmp_path, "master", "org.apache.spark.deploy.master.Master",
                   "--host", "127.0.0.1", "--port", "0", "--webui-port", "0")
        )  # fmt: skip
        url = until(lambda: said(log, r"spark://127\.0\.0\.1:\d+"), "the master", master)[0]
        workers = {}
        for name in ("one", "two"):
            process, _ = stack.enter_context(
                daemon(tmp_path, name, "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
                       "--port", "0", "--webui-port", "0", "--cores", "1", "--memory", "1g",
                       "--work-dir", str(tmp_path / f"{name}.work"), url)
            )  # fmt: skip
            workers[process.pid] = process, name
        settings = {
            "spark.driver.extraJavaOptions": SMALL,
            "spark.executor.extraJavaOptions": SMALL,
            "spark.executor.memory": "600m",
            "spark.executorEnv.PYTHONPATH": str(Path(__file__).with_name("gate")),
            "spark.executorEnv.ORDERLINT_TEST_GATE": str(gate),
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.files.maxPartitionBytes": "20000",
            "spark.sql.files.openCostInBytes": "1000",
            "spark.sql.shuffle.partitions": "6",
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
            "spark.scheduler.maxRegisteredResourcesWaitingTime": "60s",
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": events.as_uri(),
            "spark.eventLog.compress": "false",
            "spark.eventLog.rolling.enabled": "false",
        }
        pairs = [word for pair in settings.items() for word in ("--spark-conf", "=".join(pair))]
        there = subprocess.Popen(
            [*line, "--out", str(tmp_path / "there"), "--engine", "spark", "--master", url, *pairs],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        stack.callback(there.kill)
        at_work = [gate / f"at-{pid}" for pid in workers]
        until(lambda: all(path.exists() for path in at_work), "tasks of both workers", there)
        process, name = next(iter(workers.values()))
        end(process)
        shutil.rmtree(tmp_path / name)  # its disk is gone with it: what was sifted and shuffled there
        (gate / "open").touch()
        output, complaints = there.communicate(timeout=PATIENCE)
    assert complaints == b""
    assert (there.returncode, output) == (here.returncode, here.stdout)
    for name in ("findings.ndjson", "report.json", "summary.txt"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    assert (tmp_path / "here" / "findings.ndjson").read_bytes().count(b"\n") > 300
    assert sorted(path.name for path in (tmp_path / "there").iterdir()) == sorted(
        path.name for path in (tmp_path / "here").iterdir()
    )
    happened = [json.loads(text) for path in events.iterdir() for text in path.read_text().splitlines()]
    assert [e["Event"] for e in happened].count("SparkListenerExecutorRemoved") >= 1
    ends = [e["Task End Reason"]["Reason"] for e in happened if e["Event"] == "SparkListenerTaskEnd"]
    assert "ExecutorLostFailure" in ends  # it had a task that ran
    again = [
        e
        for e in happened
        if e["Event"] == "SparkListenerStageSubmitted" and e["Stage Info"]["Stage Attempt ID"]
    ]
    assert again  # and held results, which were made once more
