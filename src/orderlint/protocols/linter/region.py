"""Who a ``when`` speaks of, as exact sets of age and kidney function.

Two axes: completed years (whole numbers, so that "to 64" and "from 65" leave nobody out) and kidney
function in mL/min, on which everyone on dialysis stands at -1. A region is a union of rectangles. What
a ``when`` says of other facts (a diagnosis, a reason) is on neither axis: it may hold of anyone, and
surely holds of nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor
from typing import Any

from orderlint.checks.when import to_interval
from orderlint.exact import Fraction
from orderlint.interval import Interval, point
from orderlint.interval_sets import Set, complement, meet, union
from orderlint.namedtuple import NamedTuple

DIALYSIS = Fraction(-1)
_ZERO = Fraction(0)
ON_DIALYSIS: Set = (point(DIALYSIS),)
OFF_DIALYSIS: Set = (Interval(_ZERO, None, True, False),)
EVERY_AGE: Set = (Interval(_ZERO, None, True, False),)
EVERY_KIDNEY: Set = ON_DIALYSIS + OFF_DIALYSIS


class Box(NamedTuple):
    """Everyone with an age in ``age`` and a kidney function in ``kidney``."""

    age: Set
    kidney: Set


Region = tuple[Box, ...]
EVERYONE: Region = (Box(EVERY_AGE, EVERY_KIDNEY),)


class Covered(NamedTuple):
    """Of whom a ``when`` may hold, and of whom it surely does."""

    may: Region
    surely: Region


def covered(when: Mapping[str, Any] | None) -> Covered:
    """The regions of one ``when``; None speaks of everyone."""
    parts = [_one(key, value) for key, value in (when or {}).items()]
    return _all(parts)


def minus(one: Region, other: Region) -> Region:
    """Who is in ``one`` and not in ``other``."""
    left = list(one)
    for box in other:
        cut: list[Box] = []
        for piece in left:
            cut.append(Box(meet(piece.age, complement(box.age)), piece.kidney))
            cut.append(Box(meet(piece.age, box.age), meet(piece.kidney, complement(box.kidney))))
        left = [piece for piece in cut if piece.age and piece.kidney]
    return tuple(left)


def both(one: Region, other: Region) -> Region:
    """Who is in both."""
    boxes = (Box(meet(a.age, b.age), meet(a.kidney, b.kidney)) for a in one for b in other)
    return tuple(box for box in boxes if box.age and box.kidney)


def joined(boxes: Region) -> Region:
    """The same people in fewer rectangles: those of one kidney function, then of one age, put together."""
    by_kidney: dict[Set, Set] = {}
    for box in boxes:
        by_kidney[box.kidney] = union(by_kidney.get(box.kidney, ()), box.age)
    by_age: dict[Set, Set] = {}
    for kidney, age in by_kidney.items():
        by_age[age] = union(by_age.get(age, ()), kidney)
    return tuple(Box(age, kidney) for age, kidney in by_age.items())


def _one(key: str, value: Any) -> Covered:
    if key == "all":
        return _all([covered(item) for item in value])
    if key == "any":
        parts = [covered(item) for item in value]
        return Covered(tuple(b for p in parts for b in p.may), tuple(b for p in parts for b in p.surely))
    if key == "known":
        return covered(value)
    if key == "not":
        part = covered(value)
        return Covered(minus(EVERYONE, part.surely), minus(EVERYONE, part.may))
    if key == "age":
        return _known(Box((_years(to_interval(value)),), EVERY_KIDNEY))
    if key == "kidney":
        return _known(Box(EVERY_AGE, meet(OFF_DIALYSIS, (to_interval(value),))))
    if key == "dialysis":
        return _known(Box(EVERY_AGE, ON_DIALYSIS if value else OFF_DIALYSIS))
    return Covered(EVERYONE, ())


def _all(parts: list[Covered]) -> Covered:
    may, surely = EVERYONE, EVERYONE
    for part in parts:
        may, surely = both(may, part.may), both(surely, part.surely)
    return Covered(may, surely)


def _known(box: Box) -> Covered:
    region = (box,) if box.kidney and not box.age[0].empty else ()
    return Covered(region, region)


def _years(written: Interval) -> Interval:
    """The whole years in an interval, as [low, high)."""
    low, high = written.low, written.high
    if low is not None:
        low = Fraction(ceil(low) if written.low_closed else floor(low) + 1)
    if high is not None:
        high = Fraction(floor(high) + 1 if written.high_closed else ceil(high))
    return Interval(max(low or _ZERO, _ZERO), high, True, False)
