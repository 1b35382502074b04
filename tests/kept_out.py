"""Whom guards keep out, for tests."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from orderlint.guards import passage
from orderlint.interval_sets import interval, meet
from orderlint.record import Guard


def keep_out(guards: Iterable[Guard], fact: str, low: Fraction | None, high: Fraction | None) -> bool | None:
    """Do the guards together keep out everyone with ``fact`` in [low, high)? None: taken at their word."""
    wrong = interval(low, True, high, False)
    past = passage(guards, fact)
    if not meet(past.may, wrong):
        return True
    return False if meet(past.surely, wrong) else None
