"""One source in one phase: what is counted, what goes on, what is told."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from orderlint.audit import medications as states
from orderlint.audit.export.inputs import find_sources
from orderlint.audit.job import Job, Settings
from orderlint.audit.join.companions import is_alone
from orderlint.audit.keys import key32
from orderlint.audit.medications import FULL, PLAIN, Medications
from orderlint.audit.relevant import Relevant, packed, unpacked
from orderlint.audit.sift import scanner
from orderlint.audit.sift.sift import Sift
from orderlint.audit.sift.sifted import Sent
from orderlint.audit.units import Unit
from orderlint.config import Config
from orderlint.protocols.loader import load
from orderlint.terminology.table import first_cells
from tests.audit.exports import BACLOFEN
from tests.audit.running import DAY

pytestmark = pytest.mark.skipif(
    not (scanner.available() and scanner.decoding()), reason="hyperscan or msgspec is not installed"
)
PROTOCOLS = load((), ())
OTHER = {"coding": [{"system": "urn:x", "code": "1"}], "text": "Examplinum 5 mg"}  # nobody knows it
BESIDE = {"text": min(d for d in first_cells("drugs") if not PROTOCOLS.names_drug(d))}  # no rule watches it
KNOWN = frozenset((key32("Patient/a"),))


def order(**more: Any) -> dict[str, Any]:
    """A MedicationRequest of another drug."""
    made = {"resourceType": "MedicationRequest", "status": "active", "subject": {"reference": "Patient/a"}}
    return {**made, "medicationCodeableConcept": OTHER, **more}


def lab(code: Any, **more: Any) -> dict[str, Any]:
    """An Observation of patient a."""
    made = {"resourceType": "Observation", "id": "l", "subject": {"reference": "Patient/a"}}
    return {**made, "code": {"coding": [{"system": "http://loinc.org", "code": code}]}, **more}


def text(*resources: Any) -> bytes:
    """As NDJSON; bytes as they are."""
    return b"".join(
        (r if isinstance(r, bytes) else json.dumps(r, separators=(",", ":")).encode()) + b"\n"
        for r in resources
    )


def sift(folder: Path, data: bytes, phase: str, name: str = "x", **job: Any) -> Sift:
    """Read ``data`` as a file."""
    (folder / f"{name}.ndjson").write_bytes(data)
    sources, _ = find_sources([str(folder)])
    made = Job(tuple(sources), PROTOCOLS, Config(), Settings(DAY, DAY), 16, Medications(()))
    work = Sift(made._replace(relevant=KNOWN)._replace(**job), Unit(phase, 0, 0, 1 << 62))
    assert list(work.run())
    return work


def sent(work: Sift) -> list[int]:
    """The lines that go on."""
    return sorted(row[1] for rows in work.sent.values() for row in rows)


def test_plain_orders_of_other_drugs_are_counted_without_parsing(tmp_path: Path) -> None:
    work = sift(tmp_path, text(order(), order(status="cancelled"), order(doNotPerform=True)), "orders")
    assert (work.lines, work.parsed, work.not_covered, work.skipped) == (3, 0, 1, 2)


@pytest.mark.parametrize(
    "more",
    [
        {"medicationCodeableConcept": {"coding": [BACLOFEN]}},
        {"medicationCodeableConcept": {"text": "Baclofen 10 mg"}},
        {
            "medicationCodeableConcept": {"text": "nobody knows"},
            "medication": {"concept": {"text": "baclofen"}},
        },
        {"medicationCodeableConcept": {"text": " "}},
        {"note": '}}{"medicationCodeableConcept":{', "medicationCodeableConcept": {"coding": [BACLOFEN]}},
    ],
)
def test_what_may_be_covered_goes_on(tmp_path: Path, more: dict[str, Any]) -> None:
    work = sift(tmp_path, text(order(), order(**more)), "orders")
    assert sent(work) == [2]
    assert work.not_covered == 1


@pytest.mark.parametrize(
    "more",
    [
        {"productCodeableConcept": {"text": "baclofen"}},
        {"productReference": {"reference": "Medication/unknown"}},
        {"contained": [order(medicationCodeableConcept={"text": "baclofen"})]},
    ],
)
def test_what_else_may_name_a_drug_is_parsed(tmp_path: Path, more: dict[str, Any]) -> None:
    assert sent(sift(tmp_path, text(order(), order(**more)), "orders")) == [2]


def test_the_drug_of_another_object_is_not_the_orders_own(tmp_path: Path) -> None:
    made = order(foo={"medicationCodeableConcept": OTHER})
    del made["medicationCodeableConcept"]
    work = sift(tmp_path, text(order(), made), "orders")
    assert sent(work) == [2]  # nobody knows its drug: it will be said to be unidentified
    assert work.not_covered == 1


@pytest.mark.parametrize("at", ["first", "last"])
def test_a_drug_named_twice_is_told_and_no_line_pays_for_another(tmp_path: Path, at: str) -> None:
    plain = text(order()).strip()
    again = b'"medicationCodeableConcept":{"text":"baclofen"}'
    twice = b"{%b,%b}" % ((again, plain[1:-1]) if at == "first" else (plain[1:-1], again))
    nameless = order()
    del nameless["medicationCodeableConcept"]  # so that the block has as many names as lines
    work = sift(tmp_path, text(order(), twice, nameless), "orders")
    assert [(rule, line) for rule, line, *_ in work.faults] == [("invalid-json", 2)]
    assert work.not_covered == 1
    assert sent(work) == [3]


def test_words_in_escapes_are_read(tmp_path: Path) -> None:
    line = text(order(medicationCodeableConcept={"text": "baclofen"}))
    hidden = line.replace(b"Concept", b"Concep\\u0074").replace(b"baclofen", b"baclo\\u0066en")
    assert sent(sift(tmp_path, text(order()) + hidden, "orders")) == [2]


def test_harmless_escapes_are_not_parsed(tmp_path: Path) -> None:
    line = text(order(text={"status": "generated", "div": "x"})).replace(
        b'"x"', b'"\\u003cdiv\\u003e \\u00fc"'
    )
    assert sift(tmp_path, line, "orders").parsed == 0


def test_reference_before_and_after_its_medication(tmp_path: Path) -> None:
    lines = text(
        {"resourceType": "Medication", "id": "m", "code": {"coding": [BACLOFEN]}},
        {"resourceType": "Medication", "id": "n", "code": OTHER},
        {"resourceType": "Medication", "id": "k", "code": BESIDE},
    )
    rows = sift(tmp_path, lines, "medications").medications
    assert [row[1] for row in rows] == [FULL, PLAIN, states.KNOWN]
    known = Medications(rows)
    pointing = [{"reference": f"Medication/{name}"} for name in "mnx"]
    pointing += [{"reference": "Medication/n", "display": d} for d in ("baclofen", "Examplinum")]
    pointing.append({"reference": "Medication/k"})
    orders = [order(medicationReference=one) for one in pointing]
    for one in orders:
        del one["medicationCodeableConcept"]
    work = sift(tmp_path, text(*orders), "orders", medications=known)
    assert sent(work) == [1, 3, 4, 6]


def test_drugs_that_no_rule_watches_go_on_and_bring_nobody_with_them(tmp_path: Path) -> None:
    """They count beside a covered order of the same patient, and only there."""
    beside = order(medicationCodeableConcept=BESIDE)
    work = sift(tmp_path, text(beside, order()), "orders")
    assert sent(work) == [1]
    assert not work.patients
    escaped = text(beside).replace(b'"status"', b'"stat\\u0075s"')
    parsed = sift(tmp_path, escaped, "orders")
    assert (sent(parsed), parsed.patients, parsed.parsed) == ([1], set(), 1)
    both = text(beside, order(medicationCodeableConcept={"coding": [BACLOFEN]}))
    work = sift(tmp_path, both, "orders")
    assert list(work.patients) == [key32("Patient/a")]
    raw = text(beside).strip()
    assert not is_alone(raw, work.job)
    assert is_alone(raw, work.job._replace(relevant=frozenset()))
    assert not is_alone(text(lab("8867-4")).strip(), work.job._replace(relevant=frozenset()))


@pytest.mark.parametrize(
    "code", ["98979-8", " 98979-8", "98979-8 ", "\u00a098979-8", "98979-8\u2003", "\t98979-8", "98979-8\n"]
)
@pytest.mark.parametrize("ascii_only", [True, False])
def test_lab_codes_are_found_whatever_blanks_are_around_them(
    tmp_path: Path, code: str, ascii_only: bool
) -> None:
    line = json.dumps(lab(code), ensure_ascii=ascii_only).encode()
    work = sift(tmp_path, text(lab("8867-4"), line, lab("8867-4")), "facts")
    assert sent(work) == [2]
    assert work.lines == 3


def test_lines_are_counted_and_broken_ends_told(tmp_path: Path) -> None:
    whole = text(lab("8867-4")).strip()
    for end in (b"\n", b"\r\n"):
        lines = [whole, whole[:-2], b"", whole + b" ", b"[1]", whole, whole[:-9]]
        work = sift(tmp_path, end.join(lines), "facts")
        assert [line for _, line, *_ in work.faults] == [2, 5, 7]
        assert work.lines == 7
        places = [byte for _, _, _, byte, *_ in work.faults]
        assert places == [sum(len(x) + len(end) for x in lines[:n]) for n in (1, 4, 6)]


def test_facts_of_others_stay_behind(tmp_path: Path) -> None:
    other = {"reference": "Patient/b"}
    condition = {"resourceType": "Condition", "code": {"text": "chronic kidney disease stage 4"}}
    lines = text(*({**condition, "subject": {"reference": f"Patient/{p}"}} for p in "aba"))
    assert sent(sift(tmp_path, lines, "facts")) == [1, 3]
    assert sent(sift(tmp_path, text(lab("98979-8", subject=other), lab("98979-8")), "facts")) == [2]


CONDITION = {"resourceType": "Condition", "code": {"text": "chronic kidney disease stage 4"}}


@pytest.mark.parametrize("twice", ["subject", "code", "patient"])
def test_no_fact_hides_behind_a_key_told_twice(tmp_path: Path, twice: str) -> None:
    """Whoever it is about, and though another line of the block lacks what one has twice."""
    plain = [text({**CONDITION, "subject": {"reference": f"Patient/{who}"}}).strip() for who in "bab"]
    other = (
        b'"code":{"text":"flu"}' if twice == "code" else b'"%b":{"reference":"Patient/b"}' % twice.encode()
    )
    doubled = [line[:-1] + b"," + other + b"}" for line in plain]
    work = sift(tmp_path, text(*plain, *doubled, text(CONDITION).strip(), plain[1]), "facts")
    told = {line for _, line, *_ in work.faults}
    # of somebody who has no order, a second code decides nothing; ``patient`` beside ``subject`` is no fault
    assert told == {"subject": {4, 5, 6}, "code": {5}, "patient": set()}[twice]
    assert sent(work) == ([2, 5, 8] if twice == "patient" else [2, 8])


def test_an_orders_subject_told_twice_is_a_fault_and_no_others(tmp_path: Path) -> None:
    covered = [
        text(order(medicationCodeableConcept={"text": "baclofen"}, id=str(n))).strip() for n in range(4)
    ]
    covered[2] = covered[2][:-1] + b',"subject":{"reference":"Patient/b"}}'
    work = sift(tmp_path, text(*covered), "orders")
    assert [line for _, line, *_ in work.faults] == [3]
    assert sent(work) == [1, 2, 4]


def test_lines_go_on_in_their_order(tmp_path: Path) -> None:
    baclofen = {"medicationCodeableConcept": {"text": "baclofen"}}
    odd = text(order(**baclofen)).replace(b'"status"', b'"stat\\u0075s"')
    lines = [order(**baclofen), order(medication={"concept": {"text": "baclofen"}}), odd.strip()] * 3
    del lines[1]["medicationCodeableConcept"]
    work = sift(tmp_path, text(*lines), "orders")
    assert [row[1] for rows in work.sent.values() for row in rows] == list(range(1, 10))
    places = [row[2] for rows in work.sent.values() for row in rows]
    assert places == [sum(len(text(line)) for line in lines[:n]) for n in range(9)]


def test_reasons_are_wanted_wherever_they_stand_in_a_block(tmp_path: Path) -> None:
    baclofen = {"medicationCodeableConcept": {"text": "baclofen"}}
    named = order(**baclofen, reasonReference=[{"reference": "Condition/c"}])
    work = sift(tmp_path, text(order(**baclofen), order(**baclofen), named), "orders")
    assert {kind for _, kind, _ in work.wanted} == {"Condition"}


def test_patients_are_asked_for_by_their_id(tmp_path: Path) -> None:
    people = [{"resourceType": "Patient", "id": who, "contact": [{"id": "x"}]} for who in "bab"]
    assert sent(sift(tmp_path, text(*people), "facts")) == [2]
    twice = text(people[1]).strip()[:-1] + b',"id":"b"}'
    work = sift(tmp_path, text(*people, twice, {"resourceType": "Patient"}, b"{"), "facts")
    assert sent(work) == [2]
    assert sorted(line for _, line, *_ in work.faults) == [4, 6]


def test_requests_for_services_go_on(tmp_path: Path) -> None:
    made = {"resourceType": "ServiceRequest", "status": "active", "subject": {"reference": "Patient/a"}}
    assert sent(sift(tmp_path, text({**made, "code": {"text": "creatinine"}}), "facts")) == [1]


def test_a_fact_that_contains_an_order_is_still_a_fact(tmp_path: Path) -> None:
    lines = text(lab("98979-8", contained=[order(id="in")]), lab("98979-8"))
    assert sift(tmp_path, lines, "facts").mixed
    mixed = text(lab("98979-8", contained=[order(id="in")]), {"resourceType": "Patient", "id": "b"})
    assert sent(sift(tmp_path, mixed, "facts")) == [1]


@pytest.mark.parametrize(
    "stray",
    [order(), lab("8867-4", contained=[order(id="in")]), {"note": [{"resourceType": "x"}], **order()}],
)
def test_an_order_in_a_file_of_observations_is_noticed(tmp_path: Path, stray: dict[str, Any]) -> None:
    (tmp_path / "x.ndjson").write_bytes(text(lab("8867-4"), stray))
    sources, _ = find_sources([str(tmp_path)])
    source = sources[0]._replace(type="Observation")
    job = Job((source,), PROTOCOLS, Config(), Settings(DAY, DAY), 16, Medications(()))
    work = Sift(job, source, "facts")
    assert list(work.run())
    assert work.mixed


def test_an_observation_that_an_order_names_goes_on_whatever_its_code(tmp_path: Path) -> None:
    from orderlint.audit.keys import key64

    wanted = {key64("Observation/l"): (3,)}
    work = sift(
        tmp_path, text(lab("8867-4")), "facts", wanted=wanted, wanted_types=frozenset(("Observation",))
    )
    assert list(work.sent) == [3]


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


def test_relevant_misses_nobody_and_travels_small() -> None:
    import pickle

    keys = [key32(f"Patient/{n}") for n in range(1000)]
    assert list(unpacked(packed(keys))) == sorted(keys)
    known = Relevant.of([packed(keys[:500]), packed(keys[500:])], 1 << 20)
    data = pickle.dumps(known)
    assert len(data) < 30_000
    for each in (known, pickle.loads(data)):  # noqa: S301
        assert all(key in each for key in keys)
        assert sum(key32(f"Group/{n}") in each for n in range(10_000)) < 10
