"""Every example order of the corpus against what it means by hand (expected_doses.yaml).

The table was written from the examples before the engine read them. Where the two still differ,
open_disagreements.yaml says so, and the test holds it to that: neither is taken for right in silence,
and an entry that no longer holds has to go.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from orderlint.dosing.model import Contradiction, Course, Dose

from .examples import CORPUS, Planned, orders_of, planned

HERE = Path(__file__).parent
TABLE: dict[str, Any] = yaml.safe_load((HERE / "expected_doses.yaml").read_text("utf-8"))
OPEN: dict[str, str] = yaml.safe_load((HERE / "open_disagreements.yaml").read_text("utf-8"))
ORDERS: list[dict[str, Any]] = TABLE["orders"]
KINDS: tuple[tuple[str, str], ...] = (  # words of the engine, and the word of the table for them
    ("no dose is ordered on", "gap"),
    ("sequence", "sequence"),
    ("its text gives", "text-dose"),
    ("its text limits", "text-cap"),
    ("times of day", "when"),
    ("doseAndRate", "doses"),
    ("strength per", "form"),
    ("cap ", "cap"),
    ("rate", "rate"),
)

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of public examples is not beside this repository"
)


def place(at: str) -> tuple[str, str]:
    """File and pointer of "R4/Bundle-father.json#/entry/5/resource"."""
    root, _, rest = at.partition("/")
    file, _, pointer = f"{TABLE['roots'][root]}/{rest}".partition("#")
    return file, pointer


def dose(text: str) -> Dose:
    value, unit = text.split(" ", 1)
    return Dose(Fraction(Decimal(value)), unit)


def differences(expected: dict[str, Any], found: Planned) -> Iterator[str]:
    """In what the engine's plan is not what the table expects, in words."""
    if "id" in expected and found.resource.id != expected["id"]:
        yield f"the resource is {found.resource.id}"
    yield from _peaks(expected["peak"], found.plan.courses)
    for course in found.plan.courses:
        yield from _figures(expected, course)
        yield from _days(expected, course)
    yield from _contradictions(expected, found.plan.contradictions)


def _peaks(expected: Any, courses: tuple[Course, ...]) -> Iterator[str]:
    if expected == "any":
        return
    if isinstance(expected, dict):
        for ingredient, text in expected.items():
            mine = [c.peak for c in courses if c.ingredient == ingredient]
            if mine != [dose(text)]:
                yield f"{ingredient}: {_show(mine[0] if mine else None)} instead of {text}"
        return
    accepted = expected if isinstance(expected, list) else [expected]
    for course in courses:
        if all(course.peak != (None if text == "unknown" else dose(text)) for text in accepted):
            why = f" ({course.why_unknown})" if course.peak is None else ""
            yield f"{course.ingredient}: {_show(course.peak)}{why} instead of {' or '.join(accepted)}"
    if not courses and "unknown" not in accepted:
        yield "no course at all"


def _figures(expected: dict[str, Any], course: Course) -> Iterator[str]:
    times = [s.times_per_day for s in course.steps if s.times_per_day is not None]
    if course.peak is not None and "times" in expected and max(times, default=None) != expected["times"]:
        yield f"{max(times, default=None)} times a day instead of {expected['times']}"
    if course.peak is not None and "per_dose" in expected:
        doses = [s.per_dose for s in course.steps if s.per_dose is not None]
        most = max(doses, key=lambda d: d.value, default=None)
        if most != dose(expected["per_dose"]):
            yield f"{_show(most)} at a time instead of {expected['per_dose']}"


def _days(expected: dict[str, Any], course: Course) -> Iterator[str]:
    if "days" in expected:
        last = course.steps[-1].last_day if course.steps else None
        days = None if last is None else last + 1
        if days != expected["days"]:
            yield f"{days} days instead of {expected['days']}"
    if "steps" in expected:
        start = course.start.first if course.start else None
        steps = [
            (
                start and start + timedelta(s.first_day),
                start and s.last_day is not None and start + timedelta(s.last_day),
                s.daily,
            )
            for s in course.steps
        ]
        if steps != [(first, last, dose(most)) for first, last, most in expected["steps"]]:
            yield f"other steps: {steps}"


def _contradictions(expected: dict[str, Any], found: tuple[Contradiction, ...]) -> Iterator[str]:
    said = {_kind(one) for one in found}
    for kind in expected.get("contradicts", ()):
        if kind not in said:
            yield f"nothing said of {kind}"
    for kind in sorted(said - {*expected.get("contradicts", ()), *expected.get("may", ())}):
        yield f"said of {kind}, where nothing is wrong: {[c.text for c in found if _kind(c) == kind]}"


def _kind(one: Contradiction) -> str:
    if one.pointer.startswith("/dispenseRequest"):
        return "supply"
    if one.text.startswith("its text says"):
        return "text-times" if "a day" in one.text else "text-length"
    return next((kind for words, kind in KINDS if words in one.text), one.text)


def _show(value: Dose | None) -> str:
    return "unknown" if value is None else f"{float(value.value):g} {value.unit}"


def disagreements(expected: dict[str, Any]) -> list[str]:
    """All differences of one row, each said once with the first place that shows it."""
    said: dict[str, str] = {}
    for at in expected["at"]:
        for difference in differences(expected, planned(*place(at))):
            said.setdefault(difference, at)
    return [f"{at}: {difference}" for difference, at in said.items()]


@pytest.mark.parametrize("expected", ORDERS, ids=[order["at"][0] for order in ORDERS])
def test_an_example_means_what_it_means_by_hand(
    expected: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    reason = OPEN.get(expected["at"][0])
    if reason is not None:
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert disagreements(expected) == []


def test_how_many_agree(capsys: pytest.CaptureFixture[str]) -> None:
    """Says the count, and everyone that doesn't; an open disagreement names a row that there is."""
    differ = {order["at"][0]: disagreements(order) for order in ORDERS}
    places = {order["at"][0]: len(order["at"]) for order in ORDERS}
    agree = [at for at, said in differ.items() if not said]
    with capsys.disabled():
        print(
            f"\n{len(agree)} of {len(ORDERS)} dosages agree, "
            f"{sum(places[at] for at in agree)} of {sum(places.values())} orders"
        )
        for at, said in differ.items():
            for line in said:
                print(f"  {at}" if line.startswith(at + ":") else f"  ({at})", line.removeprefix(f"{at}: "))
    assert set(OPEN) <= set(places)


def test_every_order_of_the_examples_is_in_the_table_once() -> None:
    """Instances of an ExampleScenario are named in it, and are no orders."""
    rows = Counter(place(at) for order in ORDERS for at in order["at"])
    assert [at for at, number in rows.items() if number > 1] == []
    there = {
        (file, pointer)
        for root in TABLE["roots"].values()
        for file, pointer in orders_of(root)
        if "ExampleScenario" not in file
    }
    definitions = {at for at in rows if "Definition-" in at[0]}
    assert set(rows) - definitions == there - {at for at in there if "Definition-" in at[0]}
    assert len(there) > 300


def test_every_row_says_why() -> None:
    for order in ORDERS:
        assert order["why"], order["at"]
        assert set(order) <= {
            *("at", "id", "drug", "per_dose", "times", "peak", "days", "steps", "contradicts", "may", "why")
        }
