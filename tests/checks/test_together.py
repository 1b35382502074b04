"""What runs at the same time."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.record import Order

from .made import check, on, order, service, statement, step

OPIOIDS = frozenset({"oxycodone", "morphine", "tramadol"})
PARAMS: dict[str, Any] = {"with": OPIOIDS, "says": "with an opioid"}
LONG = step(0, None, 300)


def mine(**more: Any) -> Order:
    return order("gabapentin", LONG, **more)


@pytest.mark.parametrize("mode", ["patient", "template"])
def test_on_the_same_day_it_fires(mode: str) -> None:
    start = 0 if mode == "patient" else None
    other = order("oxycodone", step(0, 4, 20), key="2", start=start)
    found = check("together", PARAMS, [mine(start=start), other], mode)
    assert found.state == "fires"
    assert "oxycodone (MedicationRequest/2)" in found.message
    assert check("together", PARAMS, mine(start=start), mode).state == "clear"


def test_one_after_the_other_is_clear() -> None:
    before = order("oxycodone", step(0, 4, 20), key="2", start=-5)
    assert check("together", PARAMS, [mine(), before]).state == "clear"
    stopped = order("oxycodone", LONG, key="2", start=-5, status="stopped", stopped=0)
    assert check("together", PARAMS, [mine(), stopped]).state == "clear"


def test_dates_that_are_missing_leave_it_open() -> None:
    over = order("oxycodone", LONG, key="2", start=-5, status="completed")
    assert check("together", PARAMS, [mine(), over]).state == "undecided"
    undated = order("oxycodone", step(0, 2, 20), key="2", start=None)
    short = order("gabapentin", step(0, 4, 300))
    assert check("together", PARAMS, [short, undated]).state == "undecided"
    assert check("together", PARAMS, [mine(), undated]).state == "fires"  # both run on the day of the run


def test_statements_count_by_their_dates() -> None:
    assert check("together", PARAMS, mine(), statements=(statement("oxycodone", since=-9),)).state == "fires"
    ended = statement("oxycodone", since=-9, until=-1, active=False)
    assert check("together", PARAMS, mine(), statements=(ended,)).state == "clear"
    some_time = statement("oxycodone", active=False)
    assert check("together", PARAMS, mine(), statements=(some_time,)).state == "undecided"
    allergy = statement("oxycodone", kind="allergy")
    assert check("together", PARAMS, mine(), statements=(allergy,)).state == "clear"


def test_alternatives_options_and_stages_do_not_count() -> None:
    either = order("oxycodone", LONG, key="2", alternatives=(("g", "b"),))
    assert check("together", PARAMS, [mine(alternatives=(("g", "a"),)), either]).state == "clear"
    assert (
        check("together", PARAMS, [mine(), order("oxycodone", LONG, key="2", intent="option")]).state
        == "clear"
    )
    assert (
        check("together", PARAMS, [mine(stage_of=frozenset("2")), order("oxycodone", LONG, key="2")]).state
        == "clear"
    )


def test_several_must_run_on_one_day() -> None:
    two = {**PARAMS, "at_least": 2}
    early = order("oxycodone", step(0, 4, 20), key="2")
    late = order("morphine", step(0, 4, 20), key="3", start=5)
    beside = order("morphine", step(0, 4, 20), key="3", start=4)
    assert check("together", two, [mine(), early, late]).state == "clear"
    assert check("together", two, [mine(), early, beside]).state == "fires"
    again = order("oxycodone", step(0, 4, 20), key="4", start=4)
    assert check("together", two, [mine(), early, again]).state == "clear"  # one drug twice


def test_of_alternatives_as_many_as_can_be_taken_count() -> None:
    two = {**PARAMS, "at_least": 2}
    first = order("oxycodone", LONG, key="2", alternatives=(("g", "a"),))
    same_branch = order("morphine", LONG, key="3", alternatives=(("g", "a"),))
    other_branch = order("tramadol", LONG, key="4", alternatives=(("g", "b"),))
    assert check("together", two, [mine(), first, other_branch]).state == "clear"
    assert check("together", two, [mine(), other_branch, first, same_branch]).state == "fires"


def test_the_drug_itself_counts_when_asked() -> None:
    params = {
        "with": OPIOIDS | {"gabapentin"},
        "at_least": 2,
        "counting_itself": True,
        "says": "is one of two",
    }
    assert check("together", params, [mine(), order("oxycodone", LONG, key="2")]).state == "fires"
    assert (
        check("together", {**params, "at_least": 3}, [mine(), order("oxycodone", LONG, key="2")]).state
        == "clear"
    )
    assert (
        check(
            "together", {**params, "counting_itself": False}, [mine(), order("oxycodone", LONG, key="2")]
        ).state
        == "clear"
    )


def test_another_ingredient_of_the_same_order_counts() -> None:
    both = order("carisoprodol", LONG, also=("oxycodone",))
    assert check("together", PARAMS, both).state == "fires"


def test_only_by_the_routes_asked_for() -> None:
    params = {**PARAMS, "with_routes": frozenset({"oral"})}
    rubbed_in = order("morphine", LONG, key="2", route="topical")
    assert check("together", params, [mine(), rubbed_in]).state == "clear"
    assert check("together", params, [mine(), rubbed_in._replace(route=None)]).state == "fires"


def test_some_routes_never_count() -> None:
    params = {**PARAMS, "except_routes": frozenset({"topical"})}
    rubbed_in = order("morphine", LONG, key="2", route="topical")
    assert check("together", params, [mine(), rubbed_in]).state == "clear"
    assert check("together", params, [mine(), rubbed_in._replace(route="rectal")]).state == "fires"
    taken = statement("morphine", since=-5)
    assert check("together", params, mine(), statements=(taken,)).state == "fires"
    assert check("together", params, mine(), statements=(taken._replace(route="topical"),)).state == "clear"


@pytest.mark.parametrize(
    ("last", "after", "state"), [(-14, 14, "fires"), (-15, 14, "clear"), (-1, 0, "clear"), (-14, 0, "clear")]
)
def test_the_others_count_for_some_days_after_they_end(last: int, after: int, state: str) -> None:
    ended = order("morphine", step(0, 9, 20), key="2", start=last - 9)
    assert check("together", {**PARAMS, "days_after": after}, [mine(), ended]).state == state
    over = statement("morphine", since=last - 9, until=last, active=False)
    assert check("together", {**PARAMS, "days_after": after}, mine(), statements=(over,)).state == state


@pytest.mark.parametrize("mode", ["patient", "template"])
def test_services_by_whole_words(mode: str) -> None:
    params = {"services": ("heat therapy",), "says": "beside heat"}
    patch = order("lidocaine", LONG, route="topical")
    heat = (service("Heat Therapy to the stump"),)
    assert check("together", params, patch, mode, services=heat).state == "fires"
    assert check("together", params, patch, mode, services=(service("Wheat therapy"),)).state == "clear"
    assert check("together", params, patch, mode).state == "clear"


@pytest.mark.parametrize("mode", ["patient", "template"])
def test_only_of_patches_where_asked(mode: str) -> None:
    params = {"services": ("heat",), "only_patches": True, "says": "beside heat"}
    heat = (service("Heat"),)
    unsaid = order("lidocaine", step(0, None, None), route="topical")
    states = {
        form: check("together", params, unsaid._replace(dose_form=form), mode, services=heat).state
        for form in ("{patch}", "g", None)
    }
    assert states == {"{patch}": "fires", "g": "clear", None: "undecided"}
    assert check("together", params, unsaid, mode).state == "clear"  # no heat, so nothing is open


@given(
    st.lists(st.tuples(st.sampled_from(sorted(OPIOIDS)), st.integers(-9, 9), st.integers(0, 9)), max_size=5)
)
def test_asking_for_more_never_makes_it_fire(others: list[tuple[str, int, int]]) -> None:
    orders = [order("gabapentin", step(0, 5, 300))]
    orders += [order(name, step(0, n, 20), key=f"k{i}", start=at) for i, (name, at, n) in enumerate(others)]
    states = [check("together", {**PARAMS, "at_least": n}, orders).state for n in (1, 2, 3, 4)]
    assert states == sorted(states, key=lambda s: s != "fires")
    by_day = [{name for name, at, n in others if at <= day <= at + n} for day in range(6)]
    assert states.count("fires") == max(map(len, by_day))


def test_a_service_that_is_over_or_not_begun_does_not_count() -> None:
    params: dict[str, Any] = {"services": ("heat",), "says": "with heat"}
    short = order("lidocaine", step(0, 6, 50))
    heat = service("Heat therapy")
    for ends, state in ((-1, "clear"), (0, "fires"), (6, "fires")):
        found = check("together", params, short, services=(heat._replace(begins=on(-9), ends=on(ends)),))
        assert found.state == state
    for begins, state in ((6, "fires"), (7, "clear")):
        assert check("together", params, short, services=(heat._replace(begins=on(begins)),)).state == state
    undated = order("lidocaine", step(0, 6, 50), start=None)
    over = (heat._replace(ends=on(-400)),)
    assert check("together", params, undated, services=over).state == "fires"


def test_a_service_that_is_not_to_be_done_does_not_count() -> None:
    params: dict[str, Any] = {"services": ("heat", "warm compress"), "says": "with heat"}
    for words, state in (
        (("Avoid heat", "Heat raises the level"), "clear"),
        (("Heat therapy", "Do not apply heat to broken skin"), "fires"),
        (("Avoid heat; warm compress only",), "fires"),
    ):
        assert check("together", params, mine(), services=(service(*words),)).state == state
