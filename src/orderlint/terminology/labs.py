"""What a LOINC code measures."""

from __future__ import annotations

from functools import cache

from orderlint.namedtuple import NamedTuple
from orderlint.terminology.table import rows


class LabCode(NamedTuple):
    """``property``: "mass" or "molar" concentration, "ArVRat" (per 1.73 m²), None where left open.

    ``usable``: the value may be used for what its kind says; where not, ``note`` says why.
    """

    kind: str
    property: str | None
    usual_unit: str | None
    usable: bool
    note: str


def lab(loinc: str) -> LabCode | None:
    """What ``loinc`` measures, or None if the table doesn't have it."""
    return _codes().get(loinc.strip())


@cache
def _codes() -> dict[str, LabCode]:
    return {
        loinc: LabCode(kind, prop or None, unit or None, usable == "yes", note)
        for loinc, kind, prop, unit, usable, note in rows("labs")
    }
