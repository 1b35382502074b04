"""MedicationRequests: which are counted, which go on, which are parsed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.join.companions import is_alone
from orderlint.audit.keys import key32
from tests.audit.exports import BACLOFEN
from tests.audit.sift.lines import BESIDE, OTHER, lab, needs_both, order, sent, sift, text

pytestmark = needs_both


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


@pytest.mark.parametrize("what", ["contained", "productReference", "doNotPerform", "patient"])
def test_null_is_no_way_to_leave_something_out(tmp_path: Path, what: str) -> None:
    work = sift(tmp_path, text(order(medicationCodeableConcept=BESIDE, **{what: None})), "orders")
    assert (work.parsed, sent(work)) == (1, [1])
    assert not is_alone(text(order(**{what: None})).strip(), work.job)


def test_subjects_of_other_types_and_forms_go_on(tmp_path: Path) -> None:
    ways = ("Patient/a", "http://x.org/Patient/a", "Group/g", "Patient/a/_history/2", "urn:uuid:0-A")
    baclofen = {"medicationCodeableConcept": {"text": "baclofen"}}
    work = sift(tmp_path, text(*(order(subject={"reference": way}, **baclofen) for way in ways)), "orders")
    assert [row[1] for row in sorted(r for some in work.sent.values() for r in some)] == [1, 2, 3, 4, 5]
    assert work.patients == {key32(tail) for tail in ("Patient/a", "Group/g", "urn:uuid:0-a")}
    assert {"Patient", "Group"} <= work.about
    parts = {row[1]: part for part, rows in work.sent.items() for row in rows}
    assert parts[1] == parts[2] == parts[4] == work.job.part("Patient/a")


def test_a_cancelled_order_that_names_its_status_twice_is_told(tmp_path: Path) -> None:
    off = text(order(status="cancelled", text={"status": "generated", "div": "x"})).strip()
    front = off.replace(b'{"resourceType"', b'{"status":"active","resourceType"')
    back = off[:-1] + b',"status":"cancelled"}'
    work = sift(tmp_path, text(off, front, back, off[:-1] + b',"medicationReference":1}'), "orders")
    assert [line for _, line, *_ in work.faults] == [2, 3]
    assert work.skipped == 2
