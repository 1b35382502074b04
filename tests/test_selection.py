"""The heaviest choice without a clash, and what is surely chosen."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint import selection
from orderlint.record import Choice
from orderlint.selection import bits, certain, heaviest

Edges = list[tuple[int, int]]


def masks(size: int, edges: Edges) -> list[int]:
    found = [0] * size
    for a, b in edges:
        if a != b:
            found[a] |= 1 << b
            found[b] |= 1 << a
    return found


def weight(weights: list[int], chosen: list[int]) -> int:
    return sum(weights[i] for i in chosen)


@st.composite
def clashing(draw: st.DrawFn) -> tuple[list[int], Edges]:
    weights = draw(st.lists(st.integers(0, 9), min_size=1, max_size=9))
    number = st.integers(0, len(weights) - 1)
    return weights, draw(st.lists(st.tuples(number, number), max_size=20))


@given(clashing())
def test_as_good_as_trying_them_all(case: tuple[list[int], Edges]) -> None:
    weights, edges = case
    clash = masks(len(weights), edges)
    chosen = heaviest([Fraction(w) for w in weights], clash)
    assert not any(clash[i] >> j & 1 for i in chosen for j in chosen)
    best = 0
    for taken in product((0, 1), repeat=len(weights)):
        some = [i for i, t in enumerate(taken) if t]
        if not any(clash[i] >> j & 1 for i in some for j in some):
            best = max(best, weight(weights, some))
    assert weight(weights, chosen) == best


def test_two_small_ones_may_outweigh_a_large_one() -> None:
    assert heaviest([Fraction(5), Fraction(3), Fraction(3)], masks(3, [(0, 1), (0, 2)])) == [1, 2]


def test_what_weighs_nothing_is_kept_where_it_can_be() -> None:
    assert heaviest([Fraction(0), Fraction(0)], [0, 0]) == [0, 1]
    assert heaviest([], []) == []


def test_many_alternatives_and_deep_selections_are_quick() -> None:
    size = 400
    exclusive = [((1 << size) - 1) & ~(1 << i) for i in range(size)]
    assert heaviest([Fraction(i) for i in range(size)], exclusive) == [size - 1]
    # 0 clashes with all after it, 1 with nothing, 2 with all after it ...: selections within selections
    edges = [(i, j) for i in range(0, 120, 2) for j in range(i + 1, 120)]
    chosen = heaviest([Fraction(1)] * 120, masks(120, edges))
    assert len(chosen) == 60


def test_clashes_that_are_no_tree_come_to_an_end() -> None:
    circle = [(i, (i + 1) % 200) for i in range(200)] + [(i, (i * 7 + 3) % 200) for i in range(200)]
    clash = masks(200, circle)
    chosen = heaviest([Fraction(1 + i % 5) for i in range(200)], clash)
    assert chosen
    assert not any(clash[i] >> j & 1 for i in chosen for j in chosen)


def test_beyond_what_is_tried_a_choice_is_made_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selection, "MOST_TRIES", 0)
    path = masks(5, [(0, 1), (1, 2), (2, 3), (3, 4)])
    assert heaviest([Fraction(1), Fraction(3), Fraction(1), Fraction(3), Fraction(1)], path) == [1, 3]


def test_bits() -> None:
    assert list(bits(0b10110)) == [1, 2, 4]


COULD = Choice("could", "")
ONE, OTHER = Choice("g", "a", 2), Choice("g", "b", 2)
PERHAPS = Choice("h", "a")  # of an at-most-one group
INNER_ONE, INNER_OTHER = Choice("i", "a", 2), Choice("i", "b", 2)


@pytest.mark.parametrize(
    ("mine", "ways", "expected"),
    [
        ((), [], False),
        ((), [()], True),
        ((), [(COULD,)], False),
        ((COULD,), [(COULD,)], True),  # it is chosen for the order already
        ((), [(ONE,)], False),
        ((ONE,), [(ONE,)], True),
        ((ONE,), [(OTHER,)], False),  # of a branch that is not taken
        ((), [(ONE,), (OTHER,)], True),  # one of both is taken in any case
        ((), [(ONE,), (OTHER, COULD)], False),
        ((), [(PERHAPS,), (Choice("h", "b"),)], False),  # or none
        ((), [(ONE,), (OTHER, INNER_ONE), (OTHER, INNER_OTHER)], True),
        ((), [(ONE,), (OTHER, INNER_ONE)], False),
        ((OTHER,), [(ONE,), (OTHER, INNER_ONE), (OTHER, INNER_OTHER)], True),
        ((ONE, PERHAPS), [(ONE, PERHAPS, COULD), (PERHAPS,)], True),
    ],
)
def test_what_is_surely_taken(
    mine: tuple[Choice, ...], ways: list[tuple[Choice, ...]], expected: bool
) -> None:
    assert certain(mine, ways) is expected
