"""What another version of the protocols would change: the same whatever the partitions and workers."""

from __future__ import annotations

import json
import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.job import Settings
from orderlint.audit.join.changes import SHOWN, merge
from orderlint.audit.run import Audit
from orderlint.config import Config
from orderlint.protocols.difference.documents import beside_built_in, documents
from orderlint.protocols.loader import load
from tests.audit.plain import order, patient, write

DATA = Path(__file__).resolve().parents[3] / "src/orderlint/protocols/data"
DAY = date(2026, 6, 1)
RULE = "baclofen-max-daily-dose"
MANY = 3 * SHOWN


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many patients with 90 mg a day, one with 150 mg, and one with another drug."""
    made = [patient(f"p{n}") for n in range(MANY)]
    made += [order(f"m{n}", f"p{n}", mg=30) for n in range(MANY)]
    made += [patient("high"), order("high", "high", mg=50), patient("z"), order("z", "z", drug="lisinopril")]
    return write(tmp_path_factory.mktemp("changes") / "export", *made)


def compared(export: Path, folder: Path, **settings: Any) -> dict[str, Any]:
    """The summary of an audit whose baseline allows 100 mg a day."""
    other = folder / "baseline.yaml"
    words = (DATA / "aka-spasm.yaml").read_text("utf-8").replace("limit: 80 mg/d", "limit: 100 mg/d")
    other.write_text(words, "utf-8")
    baseline = beside_built_in(documents(other), [])
    settings = {"conformance": False, **settings}
    audit = Audit(
        [str(export)],
        load(),
        Config(),
        Settings(DAY, DAY, **settings),
        folder / "state",
        baseline=baseline,
    )
    audit.begin(resume=False)
    return audit.run(lambda *_: None).summary


def test_only_what_changes_is_counted_and_everything_that_was_judged(export: Path, tmp_path: Path) -> None:
    found = compared(export, tmp_path)
    (one,) = found["changes"]["changes"]
    assert (one["rule"], one["before"], one["after"], one["orders"]) == (RULE, "clear", "error", MANY)
    assert found["changes"]["orders"] == MANY
    assert found["baseline"]["orders"] == MANY + 1, "the order of 150 mg is judged and changes nothing"
    assert found["baseline"]["judged"][RULE] == MANY + 1
    assert [p["differs"] for p in found["baseline"]["protocols"]] == [
        "same version, other content",
        "none",
        "none",
    ]


def test_a_few_orders_are_named(export: Path, tmp_path: Path) -> None:
    (one,) = compared(export, tmp_path)["changes"]["changes"]
    assert len(one["shown"]) == len(set(one["shown"])) == SHOWN
    assert set(one["shown"]) < {f"MedicationRequest/m{n} (baclofen)" for n in range(MANY)}


def test_workers_and_partitions_change_nothing(export: Path, tmp_path: Path) -> None:
    found = []
    for name, settings in (("a", {"jobs": 1}), ("b", {"jobs": 2}), ("c", {"parse_all": True})):
        (tmp_path / name).mkdir()
        summary = compared(export, tmp_path / name, **settings)
        found.append(json.dumps([summary["changes"], summary["baseline"]]))
    assert len(set(found)) == 1


def test_under_a_key_no_id_is_left(tmp_path: Path) -> None:
    odd = write(tmp_path / "export", patient("p"), order("Hans Meier", "p", mg=30))
    shown = compared(odd, tmp_path, secret=b"0123456789abcdef")["changes"]["changes"][0]["shown"]
    assert len(shown) == 1
    assert "Meier" not in shown[0]
    assert "Hans" not in shown[0]


def test_heads_add_up_in_any_order() -> None:
    chance = random.Random(5)
    names = [[n, f"MedicationRequest/{n} (drug a)"] for n in range(100)]
    heads = [
        {"counts": {"r\tclear\terror": 10}, "orders": 10, "held": 12, "judged": {"r": 11}, "shown": shown}
        for n in range(10)
        for shown in [{"r\tclear\terror": sorted(names[10 * n : 10 * n + 10])}]
    ]
    first = merge(heads)
    assert first["changes"][0]["shown"] == [name for _, name in names[:SHOWN]]
    assert (first["orders"], first["held"], first["judged"]) == (100, 120, {"r": 110})
    for _ in range(5):
        chance.shuffle(heads)
        assert merge(heads) == first
