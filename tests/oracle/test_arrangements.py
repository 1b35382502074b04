"""Definitions whose actions follow one another, against every way that their days may lie, one by one.

An arrangement gives each action a day, by FHIR's words on ``relatedAction`` alone: what follows an end
begins the day after it, what nobody dates begins on any of some days. No arrangement may see a day with more
than the program says is the most; and where there is but one, the program must say what it comes to.
"""

from __future__ import annotations

from itertools import product
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.timeline import why_adrift
from tests.fhir.build.test_definitions import activity, of, plan

from .test_selections import ORAL, record_of, views

ANY_DAY = (0, 2, 5, 9)
LONG = 60  # days after which what has no end is looked at no more
FOLLOWING = ("after-end", "after-end", "after-end", "after-start", "concurrent-with-start", "after")


class Planned(NamedTuple):
    """An action: milligrams a day, for so many days (None: without end), and what it says of another."""

    mg: int
    days: int | None
    to: int | None
    how: str = "after-end"
    offset: int | None = None


def some_day(one: Planned, every: list[Planned]) -> bool:
    """Whether nobody knows on which day it begins."""
    if one.to is None:
        return False
    if one.how == "after-end":
        return every[one.to].days is None
    return one.how == "after" or (one.how == "after-start" and one.offset is None)


def unknown_day(i: int, every: list[Planned]) -> tuple[str, int | None] | None:
    """The day that nobody knows, from which the ``i``-th counts: two that follow one end count from one."""
    one = every[i]
    if in_circle(i, every) or not some_day(one, every):
        return ("own", i) if in_circle(i, every) else None
    return ("end", one.to) if one.how == "after-end" else ("own", i)


def arrangements(every: list[Planned]) -> list[list[int]]:
    """First days; of a circle nobody knows any."""
    unknown = [unknown_day(i, every) for i in range(len(every))]
    events = sorted({event for event in unknown if event is not None}, key=str)
    found = []
    for chosen in product(*(ANY_DAY for _ in events)):
        on = dict(zip(events, chosen, strict=True))
        days: dict[int, int] = {}
        for i, event in enumerate(unknown):
            if event is not None:
                days[i] = on[event] + ((every[i].offset or 0) if event[0] == "end" else 0)
        while len(days) < len(every):
            for i, one in enumerate(every):
                if i in days or (one.to is not None and one.to not in days):
                    continue
                begin = 0 if one.to is None else days[one.to] + (one.offset or 0)
                if one.to is not None and one.how == "after-end":
                    begin += every[one.to].days or 0
                days[i] = begin
        found.append([days[i] for i in range(len(every))])
    return found


def in_circle(i: int, every: list[Planned]) -> bool:
    seen, at = set(), every[i].to
    while at is not None and at not in seen:
        if at == i:
            return True
        seen.add(at)
        at = every[at].to
    return False


def most_beside(i: int, every: list[Planned], starts: list[int]) -> int:
    """The most of a day on which the ``i``-th runs."""

    def runs(n: int, day: int) -> bool:
        days = every[n].days
        return starts[n] <= day and (day < starts[n] + days if days is not None else True)

    days = range(min(starts), max(starts) + LONG)
    return max(sum(p.mg for n, p in enumerate(every) if runs(n, day)) for day in days if runs(i, day))


def written(every: list[Planned]) -> list[dict[str, Any]]:
    time = {"system": "http://unitsofmeasure.org", "code": "d"}
    actions, made = [], []
    for i, one in enumerate(every):
        link: dict[str, Any] = {"actionId": f"n{one.to}", "relationship": one.how}
        if one.offset is not None:
            link["offsetDuration"] = {"value": one.offset, **time}
        more = {"relatedAction": [link]} if one.to is not None else {}
        actions.append(of(f"a{i}", id=f"n{i}", **more))
        repeat: dict[str, Any] = {"frequency": 1, "period": 1, "periodUnit": "d"}
        if one.days is not None:
            repeat["boundsDuration"] = {"value": one.days, **time}
        dose = {"doseQuantity": {"value": one.mg, "system": time["system"], "code": "mg"}}
        made.append({**activity(f"a{i}"), "dosage": [{"timing": {"repeat": repeat}, "doseAndRate": [dose]}]})
    return [plan(*actions), *made]


@st.composite
def definitions(draw: st.DrawFn) -> list[Planned]:
    count = draw(st.integers(2, 5))
    return [
        Planned(
            draw(st.sampled_from((1, 2, 5, 11))),
            draw(st.sampled_from((1, 3, 4, 7, None))),
            draw(st.none() | st.integers(0, count - 1)),
            draw(st.sampled_from(FOLLOWING)),
            draw(st.sampled_from((None, None, 1, 4))),
        )
        for _ in range(count)
    ]


@settings(max_examples=150, deadline=None)
@given(definitions())
def test_no_arrangement_comes_to_more_and_the_only_one_to_as_much(every: list[Planned]) -> None:
    record = record_of(written(every))
    ways = arrangements(every)
    plain = why_adrift(record.orders) is None
    for i, view in enumerate(views(record)):
        found = view.busiest_day(ORAL).total
        assert found is not None
        sums = {most_beside(i, every, starts) for starts in ways}
        assert found.value >= max(sums)
        if plain:
            assert found.value == max(sums)
    if len(ways) == 1:
        assert plain
        assert [o.turn.begins for o in record.orders] == ways[0]
