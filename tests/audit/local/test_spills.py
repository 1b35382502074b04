"""What a unit lets through is put on disk before its end where it is much, and is all there in the join."""

from __future__ import annotations

from pathlib import Path

import pytest

from orderlint.audit.local import executor
from orderlint.audit.local.kept import spilled
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
