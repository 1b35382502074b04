"""One source in one phase: however its lines are brought, however many they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.export.inputs import find_sources
from orderlint.audit.job import Job, Settings
from orderlint.audit.medications import Medications
from orderlint.audit.sift.sift import Sift
from orderlint.audit.sift.sifted import Sent
from orderlint.config import Config
from tests.audit.running import DAY
from tests.audit.sift.lines import CONDITION, PROTOCOLS, needs_both, order, sent, sift, text

pytestmark = needs_both


def test_blocks_of_any_size_give_what_a_unit_gives(tmp_path: Path) -> None:
    lines = text(order(), order(medicationCodeableConcept={"text": "baclofen"}), b"{", order()).splitlines(
        True
    )
    whole = sift(tmp_path, b"".join(lines), "orders")
    work = Sift(whole.job, whole.source, "orders")
    byte = 0
    for line in lines:
        work.block(bytearray(line + b"never read"), len(line), byte)
        byte += len(line)
    assert work.head() == whole.head()
    assert work.sent == whole.sent


def test_more_than_a_worker_may_hold_is_spilled(tmp_path: Path) -> None:
    covered = text(order(medicationCodeableConcept={"text": "baclofen"}, note="x" * 10_000))
    (tmp_path / "x.ndjson").write_bytes(covered * 400)
    sources, _ = find_sources([str(tmp_path)])
    job = Job(tuple(sources), PROTOCOLS, Config(), Settings(DAY, DAY, memory=1), 16, Medications(()))
    spilled: list[Sent] = []
    work = Sift(job, sources[0], "orders", spill=spilled.append)
    assert list(work.run())
    assert len(spilled) == work.head()["spills"] == 3
    rows = [row for some in (*spilled, work.sent) for rows in some.values() for row in rows]
    assert sorted(row[1] for row in rows) == list(range(1, 401))


@pytest.mark.parametrize("more", [{"doNotPerform": False}, {"status": "cancelled"}, {}])
def test_an_export_without_plain_lines_is_read_as_well(tmp_path: Path, more: dict[str, Any]) -> None:
    """Whatever is done for many lines at once is left where it doesn't pay, in the middle of a file."""
    baclofen = {"medicationCodeableConcept": {"text": "baclofen"}}
    lines = [order(**more, **(baclofen if n % 7 == 0 else {})) for n in range(3000)]
    work = sift(tmp_path, text(*lines), "orders")
    off = more.get("status") == "cancelled"
    assert sent(work) == ([] if off else list(range(1, 3001, 7)))
    assert (work.lines, work.parsed) == (3000, 0)
    assert (work.skipped, work.not_covered) == ((3000, 0) if off else (0, 2571))
    who = [{"reference": "Patient/ab"[: -1 if n % 5 else None], "display": "x"} for n in range(3000)]
    facts = text(*({**CONDITION, "subject": one} for one in who))
    work = sift(tmp_path, facts, "facts")
    assert sent(work) == [n + 1 for n in range(3000) if n % 5]
