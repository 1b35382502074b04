"""One Spark at a time, on small JVMs; nothing here runs without PySpark and Java."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec

import pytest


@pytest.fixture(scope="module", autouse=True)
def spark_is_here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Skips where Spark can't run; keeps two test files from running one each at the same time."""
    missing = [name for name in ("pyspark", "pandas", "pyarrow") if find_spec(name) is None]
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (pip install 'orderlint[spark]')")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("there is no Java (17 or later)")
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    with (shared / "spark.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
