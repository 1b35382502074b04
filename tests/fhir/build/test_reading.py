"""What is remembered of an order is what reading it anew would give."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from orderlint.dosing.model import Body, DateSpan
from orderlint.fhir.build.reading import PLAIN, Remembered
from orderlint.fhir.json.members import Elements, Members
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.shape import Faults
from orderlint.fhir.reference import Index
from orderlint.fhir.source.container import Resource, resources
from orderlint.fhir.source.documents import Document

ROOT = Path(__file__).parents[3]
CORPUS = ROOT.parent / "shared" / "corpus"


def held(path: Path, elements: Elements | None = None) -> list[Resource]:
    """The resources of a file; none where it holds no JSON. With ``elements`` as lines of NDJSON are read."""
    try:
        document = Document(path.name, 1, 0, parse(path.read_bytes()), b"", False)
    except JsonProblem:
        return []
    found = [r for r in resources(document) if isinstance(r, Resource)]
    if elements is None:
        return found
    lines = [msgspec.json.Encoder(decimal_format="number").encode(r.value) for r in found]
    return [r._replace(value=_object(elements.parse(line))) for r, line in zip(found, lines, strict=True)]


def _object(value: object) -> dict[str, Any]:
    assert isinstance(value, Members)
    return value


def same_everywhere(paths: list[Path], *, lines: bool = False) -> int:
    """Read all orders and values of all files twice, with one memory; gives how many orders there are."""
    memory, count, elements = Remembered(), 0, Elements() if lines else None
    for path in [*paths, *paths]:
        found = held(path, elements)
        index = Index.of(found)
        for one in found:
            if one.type == "Observation":
                ours, theirs = Faults(), Faults()
                assert memory.labs(one.value, "O/1", ours) == PLAIN.labs(one.value, "O/1", theirs)
                assert list(ours) == list(theirs)
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


@pytest.mark.parametrize("lines", [False, True])
def test_on_our_own_cases(lines: bool) -> None:
    paths = sorted((ROOT / "fixtures").glob("rules/baclofen-*/*/*.json"))[::3]
    ours = [p for p in paths if not p.name.endswith(".expected.json")]
    assert same_everywhere(ours, lines=lines) > 100


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of real FHIR is not beside the repository")
@pytest.mark.parametrize("lines", [False, True])
def test_on_the_corpus(lines: bool) -> None:
    paths = [p for p in sorted(CORPUS.rglob("*.json")) if p.stat().st_size < 200_000][::4]
    assert same_everywhere(paths, lines=lines) > 100


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


def observation(**more: Any) -> bytes:
    """Kidney function."""
    coding = {"system": "http://loinc.org", "code": "98979-8"}
    value = {
        "status": "final",
        "code": {"coding": [coding]},
        "effectiveDateTime": "2026-01-02",
        "valueQuantity": {"value": 40, "code": "mL/min/{1.73_m2}"},
    }
    return msgspec.json.encode(
        {"resourceType": "Observation", **{k: v for k, v in (value | more).items() if v is not None}}
    )


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"effectiveDateTime": "2025-05-05"},
        {"effectiveDateTime": None},
        {"effectiveDateTime": "whenever", "issued": "2026-01-03T10:00:00Z"},
        {"effectiveDateTime": None, "effectiveTiming": {"event": ["2026-01-04"]}},
        {"valueQuantity": {"value": 41, "code": "mL/min/{1.73_m2}"}},
        {"valueQuantity": {"value": 41, "code": "blob"}},
        {"valueQuantity": {"value": 41}},
        {"valueQuantity": {"value": 41}, "effectiveDateTime": None},
        {"valueQuantity": {"value": -1, "code": "mL/min/{1.73_m2}"}},
        {"status": "cancelled"},
        {"status": "strange"},
        {"patient": {"reference": "Patient/1"}},
    ],
)
def test_values_are_those_of_reading_anew(more: dict[str, Any]) -> None:
    memory, elements = Remembered(), Elements()
    for change in ({}, more, {"id": "o2", "issued": "2020-02-02T10:00:00Z"} | more, {}):
        value = _object(elements.parse(observation(**change)))
        ours, theirs = Faults(), Faults()
        assert memory.labs(value, "O/9", ours) == PLAIN.labs(value, "O/9", theirs)
        assert list(ours) == list(theirs)


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("orderlint.fhir.build.reading._MOST", 5)
    memory = Remembered()
    for n in range(20):
        memory.order({**order(), "note": [{"text": str(n)}]})
    assert len(memory._orders) <= 5


def test_orders_with_the_same_instructions_have_one_plan() -> None:
    memory, elements = Remembered(), Elements()

    def read(**more: Any) -> Any:
        return memory.order(_object(elements.parse(msgspec.json.encode({**order(), **more}))))

    first, other = read(), read(status="completed")
    assert other.instructions is first.instructions
    changed, empty = read(modifierExtension=[{"url": "http://a"}]), read(modifierExtension=[])
    assert changed.instructions[0].problem
    assert empty.instructions is first.instructions
