"""``relatedAction``: what is read, and what can't be used, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.exact import Fraction
from orderlint.fhir.read.related import links_of
from orderlint.fhir.read.shape import Faults

WEEK = {"value": Decimal("1"), "system": "http://unitsofmeasure.org", "code": "wk"}


def link(**said: Any) -> Any:
    (found,) = links_of({"relatedAction": [said]}, "/action/0", Faults())
    return found


@pytest.mark.parametrize("key", ["actionId", "targetId"])
def test_both_releases_name_the_other_action(key: str) -> None:
    found = link(**{key: "a"}, relationship="after-end", offsetDuration=WEEK)
    assert (found.target, found.relationship, found.offset, found.problem) == (
        "a",
        "after-end",
        (Fraction(1), "wk"),
        None,
    )


def test_an_end_that_says_nothing_more_is_no_problem() -> None:
    assert link(targetId="a", relationship="after-end", endRelationship="after-end").problem is None
    assert link(targetId="a", relationship="after-end", endRelationship="before-end").problem


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"actionId": 7, "relationship": "after-end"},
        {"actionId": "a"},
        {"actionId": "a", "targetId": "b", "relationship": "after-end"},
        {"actionId": "a", "relationship": "after-end", "offsetRange": {"low": WEEK}},
        {"actionId": "a", "relationship": "after-end", "offsetDuration": "1 wk"},
        {"actionId": "a", "relationship": "after-end", "offsetDuration": {"value": 1, "unit": "mg"}},
        {"actionId": "a", "relationship": "after-end", "offsetDuration": {"value": 1}},
        {"actionId": "a", "relationship": "after-end", "offsetDuration": {**WEEK, "comparator": "<"}},
        {"actionId": "a", "relationship": "after-end", "offsetDuration": {**WEEK, "value": -1}},
        {"actionId": "a", "relationship": "after-end", "_offsetDuration": {"id": "x"}},
        {"actionId": "a", "relationship": "after-end", "offsetQuantity": WEEK},
    ],
)
def test_what_leaves_the_day_open_is_a_problem(said: dict[str, Any]) -> None:
    assert link(**said).problem


@pytest.mark.parametrize("written", ["after", 3, True, {"actionId": 1}, ["x"], [None], [[]]])
def test_what_is_no_list_of_links_is_a_problem_and_never_raises(written: Any) -> None:
    assert [x for x in links_of({"relatedAction": written}, "", Faults()) if x.problem]


def test_nothing_said_is_no_link() -> None:
    assert links_of({}, "", Faults()) == links_of({"relatedAction": []}, "", Faults()) == ()
    assert links_of({"_relatedAction": [{}]}, "", Faults())[0].problem


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["actionId", "targetId", "relationship", "offsetDuration", "value", "code", "low"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_shape_is_read(value: Any) -> None:
    for found in links_of({"relatedAction": value}, "/action/0", Faults()):
        assert found.problem or (found.target and found.relationship)
