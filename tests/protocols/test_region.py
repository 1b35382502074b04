"""The algebra of regions against asking each patient: it is exact, so that no hole is too small."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from orderlint.interval import Interval, point
from orderlint.protocols.linter.region import DIALYSIS, EVERYONE, Region, both, covered, joined, minus

FIGURES = st.sampled_from([0, 15, 30, 30.5, 60])
KIDNEYS = (
    DIALYSIS,
    *(Fraction(x, 4) for x in (0, 1, 59, 60, 61, 119, 120, 121, 122, 123, 239, 240, 241, 400)),
)
AGES = (0, 14, 15, 16, 29, 30, 31, 60, 61, 100)


def ranges(low: str, high: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.one_of(
        st.builds(lambda x: {low: x}, FIGURES),
        st.builds(lambda x: {high: x}, FIGURES),
        st.builds(lambda x, y: {low: min(x, y), high: max(x, y)}, FIGURES, FIGURES),
    )


RANGES = st.one_of(ranges("from", "below"), ranges("above", "to"), ranges("from", "to"))
LEAVES = st.one_of(
    st.builds(lambda r: {"age": r}, RANGES),
    st.builds(lambda r: {"kidney": r}, RANGES),
    st.builds(lambda b: {"dialysis": b}, st.booleans()),
    st.just({"condition": "cirrhosis"}),
)
WHENS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda x: {"not": x}, inner),
        st.builds(lambda x, y: {"any": [x, y]}, inner, inner),
        st.builds(lambda x, y: {"all": [x, y]}, inner, inner),
    ),
    max_leaves=5,
)


def inside(region: Region, age: int, kidney: Fraction) -> bool:
    return any(
        any(_in(Fraction(age), piece) for piece in box.age)
        and any(_in(kidney, piece) for piece in box.kidney)
        for box in region
    )


def _in(value: Fraction, piece: Interval) -> bool:
    return not point(value).meet(piece).empty


def asked(when: dict[str, Any], age: int, kidney: Fraction, cirrhosis: bool) -> bool:
    """The plain meaning of a ``when`` for one patient."""
    ((key, value),) = when.items()
    if key == "not":
        return not asked(value, age, kidney, cirrhosis)
    if key in ("any", "all"):
        return (any if key == "any" else all)(asked(v, age, kidney, cirrhosis) for v in value)
    if key == "dialysis":
        return (kidney == DIALYSIS) == value
    if key == "condition":
        return cirrhosis
    if key == "kidney" and kidney == DIALYSIS:
        return False
    number = Fraction(age) if key == "age" else kidney
    bounds = {k: Fraction(str(v)) for k, v in value.items()}
    return not (
        ("from" in bounds and number < bounds["from"])
        or ("above" in bounds and number <= bounds["above"])
        or ("to" in bounds and number > bounds["to"])
        or ("below" in bounds and number >= bounds["below"])
    )


@settings(max_examples=150, deadline=None)
@given(WHENS)
def test_covered(when: dict[str, Any]) -> None:
    region = covered(when)
    for age in AGES:
        for kidney in KIDNEYS:
            answers = {asked(when, age, kidney, known) for known in (True, False)}
            # Every fact but one is known, so that what may hold holds for one of the two answers.
            assert inside(region.surely, age, kidney) <= all(answers)
            assert inside(region.may, age, kidney) >= any(answers)
            if "condition" not in str(when):
                assert inside(region.surely, age, kidney) == inside(region.may, age, kidney) == all(answers)


@settings(max_examples=100, deadline=None)
@given(WHENS, WHENS)
def test_algebra(one: dict[str, Any], other: dict[str, Any]) -> None:
    a, b = covered(one).may, covered(other).may
    for age in AGES:
        for kidney in KIDNEYS:
            x, y = inside(a, age, kidney), inside(b, age, kidney)
            assert inside(minus(a, b), age, kidney) == (x and not y)
            assert inside(both(a, b), age, kidney) == (x and y)
            assert inside(joined(a), age, kidney) == x
            assert inside(minus(EVERYONE, a), age, kidney) == (not x)
