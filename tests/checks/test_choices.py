"""What a user of a definition may choose, as each check takes it: selectable in what must not be combined,
certain in what must be there."""

from __future__ import annotations

from typing import Any

import pytest

from orderlint.checks.together import MOST_CONTESTED
from orderlint.record import Choice, Order, Service

from .made import check, mg, mg_d, order, service, step

COULD = (Choice("could", ""),)
FIRST, SECOND = (Choice("g", "a", 2),), (Choice("g", "b", 2),)
PERHAPS = (Choice("h", "a"),)
AGAIN = (Choice("g", "b", 2, True),)


def made(
    name: str, *choices: Choice, key: str = "1", daily: int = 15, days: int | None = None, **more: Any
) -> Order:
    branches = tuple((c.group, c.branch) for c in choices if c.branch)
    last = None if days is None else days - 1
    return order(
        name, step(0, last, daily), key=key, start=None, choices=choices, alternatives=branches, **more
    )


def offered(words: str, *choices: Choice) -> Service:
    return service(words)._replace(choices=choices)


MONITORED: dict[str, Any] = {"any_of": ("sedation", "liver")}


@pytest.mark.parametrize(
    ("mine", "services", "state"),
    [
        ((), [()], "clear"),
        ((), [COULD], "fires"),
        ((), [PERHAPS], "fires"),
        ((), [FIRST], "fires"),
        ((), [FIRST, SECOND], "clear"),  # one of them is ordered whatever is chosen
        (COULD, [COULD], "clear"),  # left out with the order, never without it
        (FIRST, [FIRST], "clear"),
        (FIRST, [SECOND], "fires"),
    ],
)
def test_monitoring_that_may_be_left_out_is_none(
    mine: tuple[Choice, ...], services: list[tuple[Choice, ...]], state: str
) -> None:
    found = check(
        "monitoring-present",
        MONITORED,
        made("baclofen", *mine),
        "template",
        services=tuple(offered("Sedation scale", *s) for s in services),
    )
    assert found.state == state


def test_monitoring_that_is_offered_is_told() -> None:
    def said(services: tuple[Service, ...]) -> str:
        return check(
            "monitoring-present", MONITORED, made("baclofen", *FIRST), "template", services=services
        ).message

    assert "may be left out: sedation (ServiceRequest/1)" in said((offered("Sedation scale", *COULD),))
    assert "nothing in the definition monitors it" in said((offered("Sedation scale", *SECOND),))


LABS: dict[str, Any] = {
    "washout_days": 90,
    "within_days": 30,
    "labs": ({"kind": "potassium", "low": mg("3.5", "mmol/L")},),
}


@pytest.mark.parametrize(("choices", "state"), [((), "clear"), (COULD, "fires"), (SECOND, "fires")])
def test_a_laboratory_check_that_may_be_left_out_is_none(choices: tuple[Choice, ...], state: str) -> None:
    services = (service("Panel", labs=("potassium",))._replace(choices=choices),)
    assert (
        check("prerequisite-lab", LABS, made("baclofen", *FIRST), "template", services=services).state
        == state
    )


@pytest.mark.parametrize(
    ("choices", "state"),
    [
        ((), "clear"),
        (FIRST, "clear"),
        (COULD, "fires"),
        (SECOND, "fires"),
        (AGAIN, "fires"),
        (PERHAPS, "fires"),
    ],
)
def test_a_first_line_that_may_be_left_out_was_not_tried(choices: tuple[Choice, ...], state: str) -> None:
    params = {"after": frozenset({"baclofen"}), "says": "it is second line"}
    mine = made("tizanidine", *FIRST)
    assert (
        check("second-line", params, [mine, made("baclofen", *choices, key="2")], "template").state == state
    )


def test_one_of_two_first_lines_is_taken_in_any_case() -> None:
    params = {"after": frozenset({"baclofen"}), "says": "it is second line"}
    either = [made("baclofen", *FIRST, key="2"), made("baclofen", *SECOND, key="3")]
    assert check("second-line", params, [made("tizanidine"), *either], "template").state == "clear"


@pytest.mark.parametrize(
    ("choices", "state"),
    [((), "fires"), (COULD, "fires"), (PERHAPS, "fires"), (SECOND, "clear"), (AGAIN, "fires")],
)
def test_what_must_not_be_combined_is_judged_by_what_may_be(choices: tuple[Choice, ...], state: str) -> None:
    mine = made("lidocaine", *(AGAIN[0]._replace(branch="a"),) if choices == AGAIN else FIRST)
    heat = {"services": ("heat therapy",), "says": "beside heat"}
    assert (
        check("together", heat, mine, "template", services=(offered("Heat therapy", *choices),)).state
        == state
    )
    drug = {"with": frozenset({"oxycodone"}), "says": "with an opioid"}
    other = made("oxycodone", *choices, key="2")
    assert check("together", drug, [mine, other], "template").state == state


def test_the_finding_rests_on_the_others() -> None:
    others = [made("oxycodone", key="2"), made("morphine", key="3")]
    params = {"with": frozenset({"oxycodone", "morphine"}), "at_least": 2, "says": "with opioids"}
    found = check("together", params, [made("gabapentin"), *others], "template")
    assert {o.key for o in found.beside} == {"2", "3"}


def test_a_pair_is_found_behind_very_many_alternatives() -> None:
    many = [made("oxycodone", *FIRST, key=f"o{i}") for i in range(MOST_CONTESTED + 5)]
    pair = [made("morphine", *SECOND, key="m"), made("tramadol", *SECOND, key="t")]
    params = {"with": frozenset({"oxycodone", "morphine", "tramadol"}), "says": "too many"}
    orders = [made("gabapentin", key="0"), *many, *pair]
    assert check("together", {**params, "at_least": 2}, orders, "template").state == "fires"
    assert check("together", {**params, "at_least": 3}, orders, "template").state == "clear"


@pytest.mark.parametrize(("daily", "state"), [(45, "fires"), (40, "undecided"), (5, "undecided")])
def test_more_than_once_is_at_least_twice(daily: int, state: str) -> None:
    found = check(
        "max-daily-dose", {"limit": mg_d(80)}, made("baclofen", daily=daily, repeated=True), "template"
    )
    assert found.state == state
    if state == "fires":
        assert "twice, since it may be chosen more than once" in found.message
        assert found.measured == mg_d(2 * daily)


def test_a_sum_names_what_it_rests_on() -> None:
    both = [made("baclofen", daily=45), made("baclofen", key="2", daily=45)]
    for kind, params in (
        ("max-daily-dose", {"limit": mg_d(80)}),
        ("start-dose", {"washout_days": 90, "max_daily": mg_d(15)}),
        ("renal-bands", {"bands": ({"max_daily": mg_d(60), "says": "here"},)}),
    ):
        found = check(kind, params, both, "template")
        assert (found.state, [o.key for o in found.beside]) == ("fires", ["2"]), kind
        assert "together with MedicationRequest/2" in found.message, kind


def test_patches_and_weeks_add_up_over_what_may_be_chosen() -> None:
    params = {"max_at_once": 3, "routes": ("topical",)}
    patch: dict[str, Any] = {"route": "topical", "dose_form": "{patch}"}
    worn = order("lidocaine", step(0, None, 2, 1, "{patch}"), start=None, repeated=True, **patch)
    found = check("patch-wear", params, worn, "template")
    assert (found.state, found.measured and found.measured.value) == ("fires", 4)
    one = order("lidocaine", step(0, None, 1, 1, "{patch}"), start=None, repeated=True, **patch)
    assert check("patch-wear", params, one, "template").state == "undecided"
    week = {"to": mg(40, "g/wk"), "routes": ("oral",)}
    many = made("albumin", daily=4000, repeated=True)
    assert check("weekly-amount", week, many, "template").state == "fires"
    assert (
        check("weekly-amount", week, made("albumin", daily=2000, repeated=True), "template").state
        == "undecided"
    )


def test_an_alternative_neither_goes_on_nor_tapers_for_the_other() -> None:
    params: dict[str, Any] = {
        "max_gap_days": 3,
        "dose_window_days": 28,
        "free_dose": mg_d(10),
        "min_exposure_days": 14,
        "error_below_days": 7,
        "warning_below_days": 14,
    }
    short = made("baclofen", *FIRST, daily=30, days=20)
    longer = made("baclofen", *SECOND, key="2", daily=30, days=30)
    goes_on = made("baclofen", *SECOND, key="2", daily=30)
    for other in (longer, goes_on):
        assert check("taper", params, [short, other], "template").state == "fires"
    assert check("taper", params, [short, made("baclofen", key="2", daily=30)], "template").state == "clear"
    assert (
        check("duration", {"max_days": 15, "max_gap_days": 3}, [short, goes_on], "template").state == "fires"
    )
