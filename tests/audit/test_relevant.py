"""The map of patients who have an order."""

from __future__ import annotations

from orderlint.audit.keys import key32
from orderlint.audit.relevant import Relevant, numbers_in, packed, unpacked


def test_relevant_misses_nobody_and_travels_small() -> None:
    import pickle

    keys = [key32(f"Patient/{n}") for n in range(1000)]
    assert list(unpacked(packed(keys))) == sorted(keys)
    known = Relevant.of([packed(keys[:500]), packed(keys[500:])], 1 << 20)
    data = pickle.dumps(known)
    assert len(data) < 30_000
    for each in (known, pickle.loads(data)):  # noqa: S301
        assert all(key in each for key in keys)
        others = [key32(f"Group/{n}") for n in range(10_000)]
        assert sum(key in each for key in others) < 10
        asked = [None, *others, *keys]
        near = [n for n, key in enumerate(asked) if key is None or key in each]
        assert numbers_in(each, asked) == near
        assert set(numbers_in(frozenset(keys), asked)) <= set(near)
