"""Exact numbers: ``Fraction`` of quicktions where that is installed, which is the same some times faster."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = ["Fraction"]

if TYPE_CHECKING:
    from fractions import Fraction
else:
    try:
        from quicktions import Fraction
    except ImportError:
        from fractions import Fraction
