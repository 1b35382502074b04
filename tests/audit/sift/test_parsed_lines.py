"""Lines that are parsed: what is no resource goes on to be told, and what actions name is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from orderlint.audit.job import PARSED
from orderlint.audit.keys import key64
from tests.audit.exports import NO_TYPES
from tests.audit.sift.lines import BESIDE, CONDITION, OTHER, lab, needs_both, order, sent, sift, text

pytestmark = needs_both
GROUP = {
    "resourceType": "RequestGroup",
    "subject": {"reference": "Patient/a"},
    "action": [
        {"resource": {"reference": "https://example.org/MedicationRequest/x"}},
        {"action": [{"resource": {"reference": "MedicationRequest/y"}}, {"resource": 5}, 7]},
        {"resource": {"reference": "ServiceRequest/s"}},
    ],
}


@pytest.mark.parametrize(
    ("phase", "plain"),
    [
        ("orders", order()),
        ("facts", lab("8867-4")),
        ("facts", {**CONDITION, "subject": {"reference": "Patient/z"}}),
        ("facts", {"resourceType": "Encounter"}),
        ("medications", {"resourceType": "Medication", "id": "m", "code": OTHER}),
    ],
)
def test_a_type_that_is_none_goes_on(tmp_path: Path, phase: str, plain: dict[str, Any]) -> None:
    bad = [{**plain, "resourceType": kind} for kind in NO_TYPES]
    work = sift(tmp_path, text(plain, *bad, plain), phase)
    assert sent(work) == list(range(2, len(bad) + 2))
    assert {row[4] for rows in work.sent.values() for row in rows} == {PARSED}
    assert (work.parsed, work.resources, work.lines) == (len(bad), -len(bad), len(bad) + 2)


@pytest.mark.parametrize("contained", [5, None, [5], [{}], [{"resourceType": "x"}], [order(id="in"), 5]])
def test_an_order_that_holds_what_is_no_resource_goes_on_whatever_its_drug(
    tmp_path: Path, contained: Any
) -> None:
    work = sift(tmp_path, text(order(), order(contained=contained)), "orders")
    assert sent(work) == [2]
    assert (work.not_covered, work.skipped) == (1, 0)


def test_an_order_in_a_medication_is_noticed(tmp_path: Path) -> None:
    made = {"resourceType": "Medication", "id": "m", "code": OTHER}
    assert not sift(tmp_path, text(made), "medications").mixed
    assert sift(tmp_path, text(made, {**made, "contained": [order(id="in")]}), "medications").mixed


def test_what_actions_name_is_known_before_the_orders(tmp_path: Path) -> None:
    work = sift(tmp_path, text(GROUP, {"resourceType": "RequestGroup"}), "medications")
    part = work.job.part("Patient/a")
    assert work.named == {(key64(f"MedicationRequest/{name}"), part) for name in "xy"}
    assert not work.parsed  # counted where it is read again
    work = sift(tmp_path, text(GROUP, {"resourceType": "RequestGroup"}), "orders")
    assert work.wanted == {(key64("ServiceRequest/s"), "ServiceRequest", part)}
    assert sent(work) == [1, 2]


@pytest.mark.parametrize("more", [{}, {"status": "cancelled"}, {"medicationCodeableConcept": BESIDE}])
def test_an_order_that_an_action_names_goes_on(tmp_path: Path, more: dict[str, Any]) -> None:
    named = {key64("MedicationRequest/x"): (3,)}
    lines = text(*(order(id=name, **more) for name in "wxyz"))
    work = sift(tmp_path, lines, "orders", named=named)
    assert 2 in sent(work)
    assert work.not_covered + work.skipped + len(sent(work)) == 4
    assert work.joins == [(work.job.part("Patient/a"), 3)]
    assert not sift(tmp_path, lines, "orders").joins


def test_blank_lines_and_broken_ones_are_no_resources(tmp_path: Path) -> None:
    work = sift(tmp_path, text(order(), b"", b" \t", b"{", b"[1]", b'{"id":"x"}', order()), "orders")
    assert (work.lines, work.parsed, work.resources) == (7, 3, -5)
    assert [fault[:3] for fault in work.faults] == [
        ("invalid-json", 4, 2),
        ("invalid-json", 5, 1),
        ("invalid-resource", 6, 1),
    ]
