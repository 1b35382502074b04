"""Orders whose every reason is one that the drug is not meant for."""

from collections.abc import Sequence

import pytest

from .made import check, order, step

PARAMS = {
    "only": ("rheumatic", "musculoskeletal"),
    "besides": ("multiple-sclerosis",),
    "says": "not meant for it",
}


@pytest.mark.parametrize("mode", ["patient", "template"])
@pytest.mark.parametrize(
    ("reasons", "state"),
    [
        (("rheumatic",), "fires"),
        (("rheumatic", "musculoskeletal"), "fires"),
        ((("musculoskeletal", "spasm"),), "fires"),
        (("rheumatic", "spasticity"), "clear"),
        ((("musculoskeletal", "multiple-sclerosis"),), "clear"),
        (((),), "clear"),
        (("rheumatic", ()), "clear"),
        ((), "clear"),
    ],
)
def test_every_reason_must_fall_in_it(mode: str, reasons: Sequence[str], state: str) -> None:
    assert (
        check("indication", PARAMS, order("baclofen", step(0, None, 15), reasons=reasons), mode).state
        == state
    )
