"""Unknown never turns into no."""

from hypothesis import given
from hypothesis import strategies as st

from orderlint.tri import AGE, NO, YES, Need, Tri, all_of, any_of, negate

MAYBE = Tri("maybe", (Need(AGE, "no birth date"),))
tris = st.sampled_from([YES, NO, MAYBE])


def test_one_no_decides_and_needs_nothing() -> None:
    assert all_of([YES, MAYBE, NO]) == NO


def test_maybe_keeps_its_need() -> None:
    assert all_of([YES, MAYBE]) == MAYBE
    assert any_of([NO, MAYBE]) == MAYBE


def test_one_yes_decides() -> None:
    assert any_of([MAYBE, YES]).state == "yes"
    assert any_of([MAYBE, YES]).needs == ()


def test_nothing_at_all() -> None:
    assert all_of([]).state == "yes"
    assert any_of([]).state == "no"


@given(st.lists(tris))
def test_de_morgan(parts: list[Tri]) -> None:
    assert negate(all_of(parts)).state == any_of(map(negate, parts)).state


@given(st.lists(tris, min_size=1), st.randoms())
def test_order_does_not_matter(parts: list[Tri], random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert all_of(parts).state == all_of(shuffled).state
    assert any_of(parts).state == any_of(shuffled).state
