"""What is remembered of an order is what reading it anew would give."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from orderlint.dosing.model import Body, DateSpan
from orderlint.fhir.build.reading import PLAIN, Remembered
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document

ROOT = Path(__file__).parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"


def held(path: Path) -> list[Resource]:
    """The resources of a file; none where it holds no JSON."""
    try:
        document = Document(path.name, 1, 0, parse(path.read_bytes()), b"", False)
    except JsonProblem:
        return []
    return [r for r in resources(document) if isinstance(r, Resource)]


def same_everywhere(paths: list[Path]) -> int:
    """Read all orders of all files twice, with one memory; gives how many there are."""
    memory, count = Remembered(), 0
    for path in [*paths, *paths]:
        found = held(path)
        index = Index.of(found)
        for one in found:
            if one.type != "MedicationRequest":
                continue
            count += 1

            def resolve(reference: str, one: Resource = one, index: Index = index) -> Resource | None:
                return index.resolve(reference, one)

            parts, plain = memory.order(one.value), PLAIN.order(one.value)
            assert parts._replace(faults=()) == plain._replace(faults=())
            assert sorted(map(str, parts.faults)) == sorted(map(str, plain.faults))
            drug = PLAIN.drug(one.value, resolve)
            assert memory.drug(one.value, resolve)._replace(resources=()) == drug._replace(resources=())
            names = tuple(d.ingredient for d in drug.drugs)
            known = memory.drug(one.value, resolve)
            for day in (None, DateSpan(date(2026, 1, 5), date(2026, 1, 5)), parts.written):
                got = memory.plan(parts.instructions, known.product, parts.supply, day, Body(), names)
                assert got == PLAIN.plan(plain.instructions, drug.product, plain.supply, day, Body(), names)
    return count


def test_on_our_own_cases() -> None:
    paths = sorted((ROOT / "fixtures").glob("rules/baclofen-*/*/*.json"))[::3]
    assert same_everywhere([p for p in paths if not p.name.endswith(".expected.json")]) > 100


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real FHIR is not beside the repository")
def test_on_the_corpus() -> None:
    paths = [p for p in sorted(CORPUS.rglob("*.json")) if p.stat().st_size < 200_000][::4]
    assert same_everywhere(paths) > 100


def order(**more: Any) -> dict[str, Any]:
    """Three a day for a week."""
    repeat = {"frequency": 3, "period": 1, "periodUnit": "d", "boundsDuration": {"value": 7, "code": "d"}}
    return {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "baclofen 10 mg tablet"},
        "dosageInstruction": [
            {"timing": {"repeat": {**repeat, **more}}, "doseAndRate": [{"doseQuantity": {"value": 1}}]}
        ],
    }


def plans(value: dict[str, Any], count: int = 30) -> None:
    """Compare plans that begin on each of ``count`` days."""
    memory = Remembered()
    parts = memory.order(value)
    drug = memory.drug(value, lambda _: None)
    for n in range(count):
        day = date(2026, 1, 20) + timedelta(days=n)
        start = DateSpan(day, day)
        again = memory.order({**value, "id": str(n), "authoredOn": day.isoformat()})
        assert again.instructions is parts.instructions
        assert again.written == start
        got = memory.plan(again.instructions, drug.product, again.supply, start, Body(), ("baclofen",))
        assert got == PLAIN.plan(parts.instructions, drug.product, parts.supply, start, Body(), ("baclofen",))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"dayOfWeek": ["mon", "thu"]},
        {"periodUnit": "mo"},
        {"boundsPeriod": {"start": "2026-01-22", "end": "2026-02-10"}},
        {"count": 9},
        {"when": ["MORN", "HS"]},
    ],
)
def test_a_plan_begins_on_any_day(more: dict[str, Any]) -> None:
    plans(order(**more))


def test_days_of_the_week_that_add_up_are_made_anew() -> None:
    value = order(dayOfWeek=["mon"])
    value["dosageInstruction"] += order(dayOfWeek=["tue", "mon"])["dosageInstruction"]
    plans(value)


def test_whose_and_when_is_never_remembered() -> None:
    memory = Remembered()
    one = memory.order({**order(), "subject": {"reference": "Patient/1"}, "authoredOn": "2026-01-01"})
    two = memory.order({**order(), "subject": {"reference": "Patient/2"}, "authoredOn": "not a day"})
    assert (one.subject.reference, two.subject.reference) == ("Patient/1", "Patient/2")
    assert two.written is None
    assert two.faults
    assert not one.faults


def test_numbers_that_are_written_otherwise_are_others() -> None:
    memory = Remembered()
    for number in (b"1", b"1.0", b'"1"', b"true"):
        value = b'{"dosageInstruction":[{"sequence":' + number + b"}]}"
        read = parse(value)
        assert isinstance(read, dict)
        assert memory.order(read) == PLAIN.order(read)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderlint.fhir.build.reading._MOST", 5)
    memory = Remembered()
    for n in range(20):
        memory.order({**order(), "note": [{"text": str(n)}]})
    assert len(memory._orders) <= 5
