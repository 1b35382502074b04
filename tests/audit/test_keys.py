"""What lines are put together by, in one go and one by one."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderlint.audit import keys

REFERENCES = st.one_of(
    st.from_regex(r"\\A(Patient|Group)/[A-Za-z0-9.-]{1,40}\\Z"),
    st.sampled_from(
        [
            "Patient/",
            "/x",
            "#p",
            "urn:uuid:1",
            "Patient/a?x",
            "Patient/a/_history/1",
            "https://x.org/Patient/a",
        ]
    ),
    st.text(max_size=20),
)
VALUES = st.one_of(
    st.builds(lambda r: {"reference": r}, REFERENCES),
    st.builds(lambda r, d: {"reference": r, "display": d}, REFERENCES, st.text(max_size=8)),
    st.builds(lambda r: {"reference": {"reference": r}}, REFERENCES),
    st.one_of(
        st.none(), st.integers(), st.text(max_size=30), st.just('}"x'), st.lists(REFERENCES, max_size=2)
    ),
)


def written(value: object, compact: bool = True) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":") if compact else None).encode()


@given(st.lists(st.tuples(VALUES, st.booleans()), max_size=6))
def test_a_key_is_that_of_the_subject_or_not_told(made: list[tuple[object, bool]]) -> None:
    elements = [written(value, compact) for value, compact in made]
    found = keys.plain_keys32(elements)
    assert len(found) == len(elements)
    for element, key in zip(elements, found, strict=True):
        tail = keys.subject_tail(element)
        assert key is None or (tail is not None and key == keys.key32(tail))


@pytest.mark.parametrize("names", [["a"], ["a", "b-1.c_d"]])
def test_plain_references_are_told(names: list[str]) -> None:
    elements = [written({"reference": f"Patient/{name}"}) for name in names]
    known = [keys.key32(f"Patient/{name}") for name in names]
    assert list(keys.plain_keys32(elements)) == known
    assert list(keys.plain_keys32([*elements, b""])) == [*known, None]
    assert keys.plain_keys32([]) == []


def test_the_key_of_two_parts() -> None:
    assert keys.key32("x", keys.key32("Patient/")) == keys.key32("Patient/x")


@given(st.lists(st.tuples(VALUES, st.booleans()), max_size=6))
def test_keys_of_patients_are_of_patients(made: list[tuple[object, bool]]) -> None:
    elements = [written(value, compact) for value, compact in made]
    for element, key in zip(elements, keys.patients_keys32(elements), strict=True):
        tail = keys.subject_tail(element)
        assert key is None or (tail is not None and tail.startswith("Patient/") and key == keys.key32(tail))


@given(st.lists(st.text(alphabet="ab\n\ud800é", max_size=3), max_size=4))
def test_keys_of_names_are_all_told_or_none(names: list[str]) -> None:
    found = list(keys.named_keys32(names, keys.key32("Patient/")))
    plain = all(names) and not any("\n" in name for name in names)
    assert found == ([keys.key32(f"Patient/{name}") for name in names] if plain else [])
