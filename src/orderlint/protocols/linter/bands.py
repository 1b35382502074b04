"""Bands by kidney function: none left out, none twice, in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from orderlint.dosing.number import spell
from orderlint.exact import Fraction
from orderlint.interval import Interval
from orderlint.interval_sets import Set
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.region import (
    DIALYSIS,
    EVERYONE,
    Box,
    Covered,
    Region,
    both,
    covered,
    joined,
    minus,
)
from orderlint.protocols.linter.source import Source, Written


def bands(source: Source, written: Written) -> list[Issue]:
    """Every kidney function from 0 up, and dialysis, must be in exactly one band, at every age."""
    check = written.rule["check"]
    if "bands" not in check:
        return []
    found: Sequence[Mapping[str, Any]] = check["bands"]
    path = (*written.path, "check", "bands")
    regions = [covered(band["when"]) for band in found]
    issues = []
    name = f"{written.clause['id']}, {written.rule['rule']}"
    left = EVERYONE
    for region in regions:
        left = minus(left, region.surely)
    issues += [source.issue(path, f"{name}: no band covers {words(box)}") for box in joined(left)]
    for i, one in enumerate(regions):
        if not one.may:
            issues.append(source.issue((*path, i), f"{name}: band {i + 1} covers nobody"))
        for j in range(i):
            issues += [
                source.issue((*path, i), f"{name}: band {i + 1} and band {j + 1} both cover {words(box)}")
                for box in joined(both(one.surely, regions[j].surely))
            ]
    return issues + _order(source, path, name, regions)


def _order(source: Source, path: tuple[Any, ...], name: str, regions: Sequence[Covered]) -> list[Issue]:
    """Up or down by kidney function, dialysis before or after all others."""
    lows = [_lowest(region.may) for region in regions]
    off = [(i, low) for i, low in enumerate(lows) if low is not None and low != DIALYSIS]
    up = len(off) > 1 and off[0][1] <= off[-1][1]
    for (_, before), (i, after) in pairwise(off):
        if (after < before) if up else (after > before):
            return [source.issue((*path, i), f"{name}: the bands do not stand in order of kidney function")]
    for i, low in enumerate(lows):
        if low == DIALYSIS and any(j < i for j, _ in off) and any(j > i for j, _ in off):
            return [source.issue((*path, i), f"{name}: the band for dialysis stands among the others")]
    return []


def _lowest(region: Region) -> Fraction | None:
    lows = [box.kidney[0].low or Fraction(0) for box in region if box.kidney]
    return min(lows) if lows else None


def words(box: Box) -> str:
    """ "a kidney function of 20 to below 21 mL/min from 65 years"."""
    kidneys = [_kidney(piece) for piece in box.kidney]
    ages = _ages(box.age)
    return " or ".join(kidneys) + (f" {ages}" if ages else "")


def _kidney(piece: Interval) -> str:
    if piece.low == DIALYSIS and piece.high == DIALYSIS:
        return "dialysis"
    low = piece.low or Fraction(0)
    if piece.high is None:
        return f"a kidney function {'of' if piece.low_closed else 'above'} {spell(low)} mL/min" + (
            " or more" if piece.low_closed else ""
        )
    if piece.low == piece.high:
        return f"a kidney function of exactly {spell(low)} mL/min"
    start = f"{'' if piece.low_closed else 'above '}{spell(low)}"
    return (
        f"a kidney function of {start} to {'' if piece.high_closed else 'below '}{spell(piece.high)} mL/min"
    )


def _ages(ages: Set) -> str:
    said = []
    for piece in ages:
        low = piece.low or Fraction(0)
        if piece.high is not None:
            said.append(
                f"below {spell(piece.high)} years"
                if not low
                else f"from {spell(low)} to {spell(piece.high - 1)} years"
            )
        elif low:
            said.append(f"from {spell(low)} years")
    return " and ".join(said)
