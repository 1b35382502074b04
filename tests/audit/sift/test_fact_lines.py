"""What lines say of a patient: whose goes on, and which are parsed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.sift.lines import CONDITION, lab, needs_both, order, sent, sift, text

pytestmark = needs_both


def test_facts_of_others_stay_behind(tmp_path: Path) -> None:
    other = {"reference": "Patient/b"}
    condition = {"resourceType": "Condition", "code": {"text": "chronic kidney disease stage 4"}}
    lines = text(*({**condition, "subject": {"reference": f"Patient/{p}"}} for p in "aba"))
    assert sent(sift(tmp_path, lines, "facts")) == [1, 3]
    assert sent(sift(tmp_path, text(lab("98979-8", subject=other), lab("98979-8")), "facts")) == [2]


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


def test_an_observation_that_an_order_names_goes_on_whatever_its_code(tmp_path: Path) -> None:
    from orderlint.audit.keys import key64

    wanted = {key64("Observation/l"): (3,)}
    work = sift(
        tmp_path, text(lab("8867-4")), "facts", wanted=wanted, wanted_types=frozenset(("Observation",))
    )
    assert list(work.sent) == [3]
