"""The same audit by both engines."""

from __future__ import annotations

import tempfile
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from orderlint.audit.executor import joined
from orderlint.audit.job import Settings
from orderlint.audit.run import Audit
from orderlint.config import Config
from orderlint.protocols.loader import load
from tests.audit.running import DAY


class Done(NamedTuple):
    """All that two audits may differ in. ``joined`` has the bytes too, which no report shows."""

    ledger: dict[str, int]
    summary: dict[str, Any]
    findings: list[str]
    joined: list[Any]


def audit(paths: list[str], session: Any = None, **settings: Any) -> Done:
    """An audit, by Spark where there is a session."""
    executor = None
    if session is not None:
        from orderlint.audit.spark.executor import SparkExecutor

        executor = partial(SparkExecutor, session)
    with tempfile.TemporaryDirectory() as work:
        state = Path(work) / "state"
        one = Audit(paths, load((), ()), Config(), Settings(DAY, DAY, **settings), state, executor)
        one.begin(resume=False)
        outcome = one.run(lambda *_: None)
        findings = [row[0] for row in outcome.rows]
        names = sorted(path.name for path in state.glob(joined(0)[:5] + "*"))
        rows = sorted(
            row for name in names for block in one.store.parts(name) for row in one.store.rows(name, block)
        )
        return Done(outcome.ledger, outcome.summary, findings, rows)
