"""Kinds of checks. Each knows no drug: a protocol's YAML gives it drugs, limits and conditions.

``KINDS`` maps the name used in protocol files to the function that decides. A check is a pure function
``(view, params) -> Outcome``; it never reads FHIR and never looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from orderlint.checks.avoid import avoid
from orderlint.checks.max_daily_dose import max_daily_dose
from orderlint.checks.outcome import Outcome
from orderlint.checks.renal_bands import renal_bands
from orderlint.checks.taper import taper
from orderlint.checks.view import View

Check = Callable[[View, Mapping[str, Any]], Outcome]

KINDS: dict[str, Check] = {
    "avoid": avoid,
    "max-daily-dose": max_daily_dose,
    "renal-bands": renal_bands,
    "taper": taper,
}
