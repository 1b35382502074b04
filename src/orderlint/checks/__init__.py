"""Kinds of checks. Each knows no drug: a protocol's YAML gives it drugs, limits and conditions.

A kind is named as in protocol files, and so are its module and its function, with "_" for "-". A check
is a pure function ``(view, params) -> Outcome``; it never reads FHIR and never looks at a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from orderlint.checks.outcome import Outcome
    from orderlint.checks.view import View

    Check = Callable[[View, Mapping[str, Any]], Outcome]

KINDS = (
    "avoid",
    "concentration",
    "duration",
    "indication",
    "max-daily-dose",
    "max-single-dose",
    "max-times-per-day",
    "monitoring-present",
    "patch-wear",
    "prerequisite-lab",
    "renal-bands",
    "second-line",
    "start-dose",
    "taper",
    "titration",
    "together",
    "weekly-amount",
)


@cache
def check_of(kind: str) -> Check:
    """The function that decides ``kind``, imported now: few orders need all of them. Raises KeyError."""
    if kind not in KINDS:
        raise KeyError(kind)
    name = kind.replace("-", "_")
    check: Check = getattr(import_module(f"orderlint.checks.{name}"), name)
    return check
