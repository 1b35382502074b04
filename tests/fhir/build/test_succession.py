"""Actions that follow one another: where each order begins, and what nobody can know."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.record import Order, Turn
from orderlint.timeline import why_adrift
from tests.fhir.build.test_definitions import activity, of, orders, plan, records
from tests.fhir.read.test_related import JSON

Json = dict[str, Any]


def days(value: Any, unit: str = "d") -> Json:
    return {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


def dosage(length: int | None) -> Json:
    repeat: Json = {"frequency": 3, "period": 1, "periodUnit": "d"}
    if length is not None:
        repeat["boundsDuration"] = days(length)
    return {"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": days(10, "mg")}]}


def course(name: str, length: int | None) -> Json:
    return {**activity(name), "dosage": [dosage(length)]}


def link(to: str, how: str = "after-end", **more: Any) -> list[Json]:
    return [{"actionId": to, "relationship": how, **more}]


def turns(*values: Json) -> dict[str, tuple[int, str]]:
    """By where its action stands: on which day an order begins, and from which unknown day that counts."""
    return {o.use: (o.turn.begins, o.turn.since) for o in orders(*values)}


A, B, C = course("a", 14), course("b", 7), course("c", None)


def test_nothing_is_placed_where_no_action_says_anything() -> None:
    assert {o.turn for o in orders(plan(of("a"), of("b")), A, B)} == {Turn()}


def test_a_chain_follows_end_to_end_with_its_offsets() -> None:
    actions = (
        of("c", id="3", relatedAction=link("2", offsetDuration=days(1, "wk"))),
        of("a", id="1"),
        of("b", id="2", relatedAction=link("1")),
    )
    assert turns(plan(*actions), A, B, C) == {
        "/action/0": (28, ""),
        "/action/1": (0, ""),
        "/action/2": (14, ""),
    }


@pytest.mark.parametrize(
    "timing", [{"timingDuration": days(14)}, {"timingTiming": {}}, {"_timingDateTime": {}}]
)
def test_an_action_with_a_timing_begins_nobody_knows_when(timing: Json) -> None:
    found = turns(plan(of("a"), of("b", **timing)), A, B)
    assert found["/action/0"] == (0, "")
    assert found["/action/1"][1], "it counts from a day of its own"
    why = why_adrift(orders(plan(of("a"), of("b", title="Later", **timing)), A, B))
    assert why == "when action 'Later' begins can't be known: the timing of 'Later' is not read"


@pytest.mark.parametrize(
    ("how", "offset", "day"),
    [
        ("concurrent-with-start", None, 0),
        ("concurrent-with-start", days(3), 3),
        ("concurrent", None, 0),
        ("after-start", days(14), 14),
        ("after-end", days(12, "h"), 14),
        ("after-end", days(48, "h"), 16),
        ("after-end", days(1, "mo"), 44),
    ],
)
def test_what_a_relationship_and_an_offset_come_to(how: str, offset: Json | None, day: int) -> None:
    more = {"offsetDuration": offset} if offset else {}
    found = turns(plan(of("a", id="1"), of("b", relatedAction=link("1", how, **more))), A, B)
    assert found == {"/action/0": (0, ""), "/action/1": (day, "")}


@pytest.mark.parametrize(
    "said",
    [
        link("1", "after"),
        link("1", "after-start"),
        link("1", "before"),
        link("1", "concurrent", offsetDuration=days(1)),
        link("1", "concurrent-with-end"),
        link("1", "sometime"),
        link("1", offsetDuration=days(36, "h")),
        link("1", offsetDuration=days(10**7)),
        link("1", offsetRange={"low": days(1)}),
        link("9"),
        link("1") + link("1", "concurrent-with-start"),
        "after-end",
    ],
)
def test_what_is_no_particular_day_is_adrift_and_says_why(said: Any) -> None:
    first, second = orders(plan(of("a", id="1"), of("b", id="2", title="Then", relatedAction=said)), A, B)
    assert first.turn.since == "" != second.turn.since
    assert (why_adrift((first, second)) or "").startswith("when action 'Then' begins can't be known: ")


def test_the_mirror_puts_the_other_one_later() -> None:
    found = turns(
        plan(
            of("a", id="1", relatedAction=link("2", "before-start", offsetDuration=days(2))), of("b", id="2")
        ),
        A,
        B,
    )
    assert found == {"/action/0": (0, ""), "/action/1": (16, "")}


def test_what_has_no_length_before_another_moves_only_itself() -> None:
    found = turns(plan(of("c", id="1", relatedAction=link("2", "before-start")), of("b", id="2")), B, C)
    assert found["/action/1"] == (0, "")
    assert found["/action/0"][1]


def test_of_several_ends_the_last_counts() -> None:
    actions = (of("a", id="1"), of("b", id="2"), of("c", relatedAction=link("1") + link("2")))
    assert turns(plan(*actions), A, B, C)["/action/2"] == (14, "")


def test_a_group_ends_with_its_last_and_hands_its_place_to_what_is_in_it() -> None:
    both = {"id": "g", "action": [of("a", id="1"), of("b", relatedAction=link("1"))]}
    after = {"relatedAction": link("g"), "action": [of("b", id="4"), of("c", relatedAction=link("4"))]}
    assert turns(plan(both, after), A, B, C) == {
        "/action/0/action/0": (0, ""),
        "/action/0/action/1": (14, ""),
        "/action/1/action/0": (21, ""),
        "/action/1/action/1": (28, ""),
    }


def test_a_nested_definition_begins_and_ends_as_the_action_that_names_it() -> None:
    inner = plan(of("a", id="1"), of("b", relatedAction=link("1")), name="inner")
    found = turns(
        plan(of("b", id="1"), of("inner", id="2", relatedAction=link("1")), of("c", relatedAction=link("2"))),
        inner,
        A,
        B,
        C,
    )
    assert found == {
        "/action/0": (0, ""),
        "/action/1 > /action/0": (7, ""),
        "/action/1 > /action/1": (21, ""),
        "/action/2": (28, ""),
    }


@pytest.mark.parametrize(
    "first",
    [
        of("a", id="1", requiredBehavior="could"),
        of("a", id="1", requiredBehavior="must-unless-documented"),
        of("a", id="1", cardinalityBehavior="multiple"),
        of("a", id="1", condition=[{"kind": "applicability", "expression": {"expression": "%x"}}]),
        of("a", id="1", condition=[{"kind": "stop", "expression": {"expression": "%x"}}]),
        of("c", id="1"),
        {"id": "1", "title": "A form"},
        {"id": "1", "selectionBehavior": "exactly-one", "action": [of("a"), of("b")]},
        {"id": "1", "action": [of("a"), {"title": "A form"}]},
        {"action": [of("a", id="1"), of("a", id="1")]},
        {"selectionBehavior": "at-most-one", "action": [of("a", id="1")]},
    ],
)
def test_nobody_knows_when_that_ends(first: Json) -> None:
    found = orders(plan(first, of("b", relatedAction=link("1"))), A, B, C)
    assert found[-1].turn.since
    assert found[-1].turn.why


@pytest.mark.parametrize("timing", ["timingDuration", "timingTiming", "_timingDateTime"])
def test_a_timing_of_its_own_beside_a_link_leaves_it_open(timing: str) -> None:
    second = of("b", relatedAction=link("1"), **{timing: {}})
    assert turns(plan(of("a", id="1"), second), A, B)["/action/1"][1]


def test_what_depends_on_the_same_choice_is_as_sure_as_what_it_follows() -> None:
    branch = {"action": [of("a", id="1"), of("b", relatedAction=link("1"))]}
    group = {"selectionBehavior": "exactly-one", "action": [branch, of("c")]}
    assert turns(plan(group), A, B, C)["/action/0/action/0/action/1"] == (14, "")


def test_what_follows_one_unknown_end_keeps_its_order() -> None:
    actions = (
        of("c", id="1"),
        of("a", id="2", relatedAction=link("1")),
        of("b", relatedAction=link("2")),
    )
    found = turns(plan(*actions), A, B, C)
    assert found["/action/1"] == (0, "/action/0 end")
    assert found["/action/2"] == (14, "/action/0 end")


def test_a_circle_and_what_hangs_on_it_are_adrift() -> None:
    actions = (
        of("a", id="1", relatedAction=link("2")),
        of("b", id="2", relatedAction=link("1")),
        of("c", relatedAction=link("2")),
        of("b", relatedAction=link("9")),
    )
    found = orders(plan(*actions), A, B, C)
    assert len({o.turn.since for o in found} - {""}) == 4
    group = {"id": "g", "action": [of("a", relatedAction=link("g"))]}
    assert orders(plan(group), A)[0].turn.since


def test_a_long_chain_needs_no_stack() -> None:
    actions = [of("a", id="0")] + [of("a", id=str(i), relatedAction=link(str(i - 1))) for i in range(1, 3000)]
    assert orders(plan(*actions), A)[-1].turn.begins == 14 * 2999


@settings(deadline=None)
@given(st.lists(JSON, min_size=1, max_size=4))
def test_any_shape_is_placed(said: list[Any]) -> None:
    actions = [of("a", id=str(n), relatedAction=one) for n, one in enumerate(said)]
    assert len(orders(plan(*actions, of("b", id="x", action=[of("c")])), A, B, C)) == len(said) + 2


# ---------------------------------------------------------------- of a patient


def request(name: str, length: int | None, **more: Any) -> Json:
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "draft",
        "intent": "proposal",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": "baclofen 10 mg tablet"},
        "dosageInstruction": [dosage(length)],
        **more,
    }


def group(*actions: Json) -> Json:
    return {
        "resourceType": "RequestGroup",
        "id": "g",
        "status": "draft",
        "intent": "proposal",
        "subject": {"reference": "Patient/p"},
        "action": list(actions),
    }


def named(name: str, **more: Any) -> Json:
    return {
        "id": name,
        "title": "For John Doe",
        "resource": {"reference": f"MedicationRequest/{name}"},
        **more,
    }


def of_patient(*values: Json) -> dict[str, Order]:
    patient = {"resourceType": "Patient", "id": "p"}
    return {o.resource: o for r in records(patient, *values) if r.mode == "patient" for o in r.orders}


def start(order: Order) -> str | None:
    assert {c.start for c in order.plan.courses} == {order.start}
    return order.start.first.isoformat() if order.start is not None else None


def test_orders_without_a_start_get_it_from_the_one_before() -> None:
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("x")), named("z", relatedAction=link("y"))),
        request("x", 14, authoredOn="2026-05-01"),
        request("y", 7, authoredOn="2026-05-01"),
        request("z", 7),
    )
    assert [start(o) for o in found.values()] == ["2026-05-01", "2026-05-15", "2026-05-22"]
    assert not any(o.turn.since for o in found.values())
    assert found["MedicationRequest/y"].written is not None


def test_a_month_of_offset_goes_by_the_calendar() -> None:
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("x", offsetDuration=days(1, "mo")))),
        request("x", 31, authoredOn="2026-01-01"),
        request("y", 7),
    )
    assert start(found["MedicationRequest/y"]) == "2026-03-01"


def test_own_dates_go_first_and_others_follow_from_them() -> None:
    bounds = {"start": "2026-07-01", "end": "2026-07-10"}
    own = request("y", None, authoredOn="2026-05-01")
    own["dosageInstruction"][0]["timing"]["repeat"]["boundsPeriod"] = bounds
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("x")), named("z", relatedAction=link("y"))),
        request("x", 14, authoredOn="2026-05-01"),
        own,
        request("z", 7, authoredOn="2026-05-01"),
    )
    assert [start(o) for o in found.values()] == ["2026-05-01", "2026-07-01", "2026-07-11"]


def test_orders_without_any_date_keep_their_order() -> None:
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("x"))), request("x", 14), request("y", 7)
    )
    assert [(start(o), o.turn.begins, o.turn.since) for o in found.values()] == [
        (None, 0, ""),
        (None, 14, ""),
    ]


@pytest.mark.parametrize(
    "first",
    [
        request("x", None, authoredOn="2026-05-01"),
        request("x", 14, authoredOn="2026-05-01", status="completed"),
        request("x", 14, authoredOn="2026-05-01", status="entered-in-error"),
        request("x", 14, authoredOn="2026-05-01", subject={"reference": "Patient/other"}),
    ],
)
def test_an_order_after_what_ends_nobody_knows_when_stays_on_its_date_and_is_adrift(first: Json) -> None:
    found = of_patient(
        group(
            named("x"), named("y", relatedAction=link("x")), named("z", relatedAction=link("y")), named("w")
        ),
        first,
        *(request(name, 7, authoredOn="2026-05-01") for name in "yzw"),
    )
    last = found["MedicationRequest/y"]
    assert start(last) == "2026-05-01"
    assert last.turn.since
    assert "John" not in last.turn.why
    assert start(found["MedicationRequest/z"]) == "2026-05-08"
    assert why_adrift((last, found["MedicationRequest/z"])) is None
    assert why_adrift((last, found["MedicationRequest/w"]))


def test_an_order_that_two_actions_name_has_no_place_of_its_own() -> None:
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("x")), named("y")),
        request("x", 14, authoredOn="2026-05-01"),
        request("y", 7, authoredOn="2026-05-01"),
    )
    assert found["MedicationRequest/y"].turn.since


def test_orders_of_no_group_are_not_adrift_from_those_of_one() -> None:
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("9"))),
        request("x", 14, authoredOn="2026-05-01"),
        request("y", 7, authoredOn="2026-05-01"),
        request("other", 7, authoredOn="2020-05-01"),
    )
    assert found["MedicationRequest/y"].turn.since
    assert why_adrift((found["MedicationRequest/y"], found["MedicationRequest/other"])) is None


def test_a_date_beyond_the_calendar_is_no_date() -> None:
    found = of_patient(
        group(named("x"), named("y", relatedAction=link("x"))),
        request("x", 60, authoredOn="9999-12-01"),
        request("y", 7, authoredOn="9999-12-01"),
    )
    assert found["MedicationRequest/y"].turn.since
