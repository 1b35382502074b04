"""What a unit lets through is put on disk before its end where it is much, and is all there in the join."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.executor import in_blocks
from orderlint.audit.local import executor
from orderlint.audit.local.kept import spilled
from orderlint.audit.sift.sift import Sift
from orderlint.audit.units import Store
from tests.audit.exports import write
from tests.audit.running import audited
from tests.audit.spark.hostile import lines, order


def test_nothing_is_lost_between_memory_and_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = [
        order(f"o{n}", subject={"reference": f"Patient/{n % 40}"}, note=[{"text": "x" * 6_000}])
        for n in range(400)
    ]
    (tmp_path / "MedicationRequest.ndjson").write_bytes(lines(*orders))
    wanted = audited(tmp_path)
    names: list[str] = []

    def noted(unit: str, number: int) -> str:
        names.append(spilled(unit, number))
        return names[-1]

    monkeypatch.setattr(executor, "spilled", noted)
    assert audited(tmp_path, memory=1 << 20) == wanted
    assert len(names) >= 2
    assert wanted[0]["orders"] == 400


def test_what_is_written_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sift and its readers hold each other: what they hold would stay until Python looks for rings."""
    made: list[Sift] = []

    class Watched(Sift):
        def __init__(self, *arguments: Any, **more: Any) -> None:
            super().__init__(*arguments, **more)
            made.append(self)

    monkeypatch.setattr("orderlint.audit.local.executor.Sift", Watched)
    write(tmp_path / "export", 7)
    _, findings = audited(tmp_path / "export")
    assert findings
    assert made
    assert not any(sift.sent or sift.kept or sift.patients or sift.faults for sift in made)


def test_findings_are_merged_a_few_at_a_time(tmp_path: Path) -> None:
    rows = [(("a", n),) for n in range(100)]
    store = Store(tmp_path)
    store.write("join-1", {"counts": 1}, in_blocks(rows))
    sizes = [len(store.rows("join-1", block)) for block in store.parts("join-1")]
    assert max(sizes) < 20
    assert [row for block in store.parts("join-1") for row in store.rows("join-1", block)] == rows
    assert store.take("join-1") == {"counts": 1}
    assert store.head("join-1") == {}, "no head stays in memory"
