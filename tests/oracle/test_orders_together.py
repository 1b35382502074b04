"""What several orders of a patient add up to, as the program says and as trying every hour and day does.

The calendar of this oracle has hours; it knows nothing of how the program cuts days or chooses among orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, product
from typing import Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderlint.checks import check_of
from orderlint.checks.view import View
from orderlint.findings import Measure
from orderlint.record import Record

from .test_selections import ORAL, SETTINGS, record_of

FIRST = date(2026, 5, 4)
AS_OF = 28  # days after FIRST: the day of the run of record_of
EXAMPLES = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Written(NamedTuple):
    """Days after FIRST; an hour of None is a mere date."""

    mg: int
    first: int
    begins: int | None
    last: int
    stops: int | None
    made_from: frozenset[int]

    @property
    def hours(self) -> range:
        begin = 24 * self.first + (self.begins or 0)
        return range(begin, 24 * self.last + (24 if self.stops is None else self.stops))


@st.composite
def orders(draw: st.DrawFn) -> list[Written]:
    made = []
    for n in range(draw(st.integers(2, 5))):
        first, begins = draw(st.integers(0, 3)), draw(st.none() | st.integers(0, 22))
        last, stops = first + draw(st.integers(0, 3)), draw(st.none() | st.integers(1, 23))
        if last == first and stops is not None:
            stops = max(stops, (begins or 0) + 1)
        links = draw(st.sets(st.integers(0, n - 1), max_size=2)) if n and draw(st.booleans()) else set()
        mg = draw(st.sampled_from((3, 6, 12, 24, 48)))
        made.append(Written(mg, first, begins, last, stops, frozenset(links)))
    return made


def dated(day: int, hour: int | None) -> str:
    written = (FIRST + timedelta(day)).isoformat()
    return written if hour is None else f"{written}T{hour:02}:00:00+02:00"


def request(n: int, mg: int, bounds: dict[str, Any], **more: Any) -> dict[str, Any]:
    repeat = {"frequency": 3, "period": 1, "periodUnit": "d", **bounds}
    dose = {"value": mg, "system": "http://unitsofmeasure.org", "code": "mg"}
    return {
        "resourceType": "MedicationRequest",
        "id": f"r{n}",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "baclofen"},
        "subject": {"reference": "Patient/p"},
        "dosageInstruction": [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": dose}]}],
        **more,
    }


def written(every: list[Written]) -> Record:
    made = []
    for n, one in enumerate(every):
        period = {"start": dated(one.first, one.begins), "end": dated(one.last, one.stops)}
        links = [{"reference": f"MedicationRequest/r{m}"} for m in sorted(one.made_from)]
        more = {"basedOn": links} if links else {}
        made.append(request(n, one.mg // 3, {"boundsPeriod": period}, **more))
    return record_of(made)


def far_back(every: list[Written], n: int) -> set[int]:
    found = set(every[n].made_from)
    for m in every[n].made_from:
        found |= far_back(every, m)
    return found


def stages(every: list[Written]) -> set[tuple[int, int]]:
    pairs = {(n, m) for n in range(len(every)) for m in far_back(every, n)}
    return pairs | {(m, n) for n, m in pairs}


def subsets(some: Iterable[int]) -> Iterator[tuple[int, ...]]:
    some = tuple(some)
    return (chosen for size in range(1, len(some) + 1) for chosen in combinations(some, size))


def most_with(every: list[Written], n: int) -> int:
    """The largest sum of orders that run in one hour with order ``n``, none of them a stage of another."""
    same = stages(every)
    best = 0
    for hour in every[n].hours:
        running = [m for m, one in enumerate(every) if hour in one.hours]
        for chosen in subsets(running):
            if n in chosen and not any(pair in same for pair in combinations(chosen, 2)):
                best = max(best, sum(every[m].mg for m in chosen))
    return best


@EXAMPLES
@given(orders())
def test_the_largest_sum_of_what_runs_in_one_hour(every: list[Written]) -> None:
    record = written(every)
    for n, order in enumerate(record.orders):
        found = View(record, order, order.drugs[0], SETTINGS).busiest_day(ORAL)
        assert found.unknown is None
        assert found.total is not None
        assert found.total.value == most_with(every, n)


# ------------------------------------------------------------------------------------ without a date


class Placed(NamedTuple):
    """From ``first`` (None: no date) for so many days (None: no end), in milligrams a day."""

    mg: int
    first: int | None
    days: int | None

    def runs(self, day: int, first: int) -> bool:
        return first <= day and (self.days is None or day < first + self.days)


@st.composite
def some_undated(draw: st.DrawFn) -> list[Placed]:
    days = st.none() | st.integers(1, 4)
    made = [
        Placed(draw(st.sampled_from((15, 30, 60))), draw(st.integers(20, 34)), draw(days))
        for _ in range(draw(st.integers(1, 2)))
    ]
    made += [
        Placed(draw(st.sampled_from((15, 30, 60))), None, draw(days)) for _ in range(draw(st.integers(1, 2)))
    ]
    return draw(st.permutations(made))


def placed(every: list[Placed]) -> Record:
    made = []
    for n, one in enumerate(every):
        length = {"value": one.days, "system": "http://unitsofmeasure.org", "code": "d"}
        bounds = {"boundsDuration": length} if one.days is not None else {}
        more = {} if one.first is None else {"authoredOn": dated(one.first, None)}
        made.append(request(n, one.mg // 3, bounds, **more))
    return record_of(made)


def most_beside(every: list[Placed], n: int, firsts: tuple[int, ...]) -> int:
    days = [d for d in range(10, 50) if every[n].runs(d, firsts[n])]
    return max(sum(o.mg for m, o in enumerate(every) if o.runs(d, firsts[m])) for d in days)


@EXAMPLES
@given(some_undated())
def test_what_no_date_places_may_run_on_any_day(every: list[Placed]) -> None:
    record = placed(every)
    today = tuple(AS_OF if o.first is None else o.first for o in every)
    wherever = list(product(*(range(16, 40) if o.first is None else (o.first,) for o in every)))
    for n, order in enumerate(record.orders):
        view = View(record, order, order.drugs[0], SETTINGS)
        found = check_of("max-daily-dose")(view, {"limit": Measure(Fraction(80), "mg/d"), "routes": ORAL})
        if most_beside(every, n, today) > 80:
            assert found.state == "fires"
        elif any(most_beside(every, n, firsts) > 80 for firsts in wherever):
            assert found.state == "undecided"
        else:
            assert found.state == "clear"
