"""A Spark session for one audit: started quietly, stopped whatever happens."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from orderlint.audit.executor import ExecutorFailed
from orderlint.audit.spark.failures import in_words

_PYTHON = "spark.pyspark.python"
_HERE = ("local", "spark://127.0.0.1", "spark://localhost")  # masters on this machine
_INSTALL = "--engine spark needs PySpark: pip install 'orderlint[spark]'"
_JAVA = (
    "Spark could not be started: it needs Java 17 or later (JAVA_HOME, or java on the PATH) and a --master "
    "that it knows; ORDERLINT_DEBUG=1 shows what it says"
)
_OURS = {"spark.app.name": "orderlint audit", "spark.ui.showConsoleProgress": "false"}  # for those of a shell
_DEFAULTS = {"spark.log.level": "WARN", "spark.ui.enabled": "false"}  # the UI shows paths, and opens a port


@contextmanager
def opened(master: str | None, settings: Mapping[str, str]) -> Iterator[Any]:
    """A session with these settings, on top of what ``spark-defaults.conf`` says. Raises ExecutorFailed.

    What Spark itself has to say goes nowhere, unless ORDERLINT_DEBUG is set.
    """
    quiet = not os.environ.get("ORDERLINT_DEBUG")
    with warnings.catch_warnings():
        if quiet:
            warnings.simplefilter("ignore")
            logging.disable(logging.CRITICAL)  # py4j tells every broken connection with its traceback
        try:
            yield from _session(master, settings, quiet)
        finally:
            logging.disable(logging.NOTSET)


def _session(master: str | None, settings: Mapping[str, str], quiet: bool) -> Iterator[Any]:
    try:
        import pandas  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: F401, PLC0415
        import pyarrow  # type: ignore[import-not-found, import-untyped, unused-ignore] # noqa: F401, PLC0415
        from pyspark import SparkConf, SparkContext  # noqa: PLC0415
        from pyspark.errors import PySparkRuntimeError  # noqa: PLC0415
        from pyspark.java_gateway import launch_gateway  # noqa: PLC0415
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ImportError:
        raise ExecutorFailed(_INSTALL) from None
    asked = SparkConf(loadDefaults=False).setAll(list(settings.items()))
    if master is not None:
        asked.setMaster(master)
    context = None
    try:
        if SparkContext._gateway is None:
            streams = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL) if quiet else {}
            try:
                with _uninterrupted():
                    gateway: Any = launch_gateway(asked, streams)  # type: ignore[no-untyped-call, unused-ignore]
            except (PySparkRuntimeError, OSError):
                raise ExecutorFailed(_JAVA) from None
            SparkContext._gateway, SparkContext._jvm = gateway, gateway.jvm
        conf = SparkConf(_jvm=SparkContext._jvm)  # with the defaults of the installation
        conf.setAll([*_OURS.items(), *asked.getAll()])
        for name, value in (*_DEFAULTS.items(), *_at_home(conf.get("spark.master", "local[*]") or "")):
            conf.setIfMissing(name, value)
        python = conf.get(_PYTHON, None) or os.environ.get("PYSPARK_PYTHON") or sys.executable
        os.environ["PYSPARK_PYTHON"] = python
        with _uninterrupted():
            context = SparkContext(conf=conf)
        yield SparkSession(context)
    except ExecutorFailed:
        raise
    except Exception as error:
        words = in_words(error)
        if words is None:
            raise
        raise ExecutorFailed(words) from None
    finally:
        if context is not None:
            with suppress(Exception):  # its JVM may be gone
                context.stop()


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Ctrl-C waits: a JVM that nobody waits for any more would never end.

    PySpark's own answer to Ctrl-C goes too: it would talk to a JVM in the middle of a sentence.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if heard:
        raise KeyboardInterrupt


def _at_home(master: str) -> list[tuple[str, str]]:
    """Where everything is on one machine, nothing listens beyond it."""
    if not master.startswith(_HERE):
        return []
    return [("spark.driver.host", "127.0.0.1"), ("spark.driver.bindAddress", "127.0.0.1")]
