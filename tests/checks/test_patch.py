"""What is a patch."""

from fractions import Fraction

import pytest

from orderlint.checks.patch import is_patch
from orderlint.dosing.model import Amount, Step, Strength

from .made import order, step, view

ONE = Amount(Fraction(1), Fraction(1), "{patch}", "")
SEVEN_HUNDRED = Amount(Fraction(700), Fraction(700), "mg", "")
OF_A_PATCH = Strength("lidocaine", SEVEN_HUNDRED, ONE, "name")
UNREADABLE = step(0, None, None)


@pytest.mark.parametrize(
    ("form", "dosed", "strengths", "found"),
    [
        ("{patch}", UNREADABLE, (), True),
        ("g", step(0, None, 1, 1, "{patch}"), (OF_A_PATCH,), False),  # the form goes before all else
        (None, step(0, None, 1, 1, "{patch}"), (), True),
        (None, step(0, None, 5, 1, "g"), (), False),
        (None, UNREADABLE, (OF_A_PATCH,), True),
        (None, step(0, None, 700, 1, "mg"), (OF_A_PATCH,), True),
        (None, UNREADABLE, (OF_A_PATCH._replace(per=ONE._replace(unit="mL")),), False),
        (None, UNREADABLE, (), None),
    ],
)
def test_by_form_then_by_dose_or_strength(
    form: str | None, dosed: Step, strengths: tuple[Strength, ...], found: bool | None
) -> None:
    one = order("lidocaine", dosed, route="topical", strengths=strengths, dose_form=form)
    assert is_patch(view(one)) is found
