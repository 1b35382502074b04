"""For Spark's Python workers in ``test_cluster``: tasks of one step stop at a gate until the test opens it.

Each leaves a file named for its session, so that the test sees which machine's tasks are running.
"""

import os

if _gate := os.environ.get("ORDERLINT_TEST_GATE"):
    import time
    from pathlib import Path

    from orderlint.audit.spark import tasks

    _folder, _value = Path(_gate), tasks._value

    def _held(shared):
        value = _value(shared)
        if isinstance(value, tasks.ToJoin):
            (_folder / f"at-{os.getsid(0)}").touch()
            while not (_folder / "open").exists():
                time.sleep(0.05)
        return value

    tasks._value = _held
