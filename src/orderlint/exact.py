"""Exact numbers, imported from one place.

Faster kinds exist. quicktions 1.24 was used and taken out again: its ``Fraction("5")`` writes into the
interpreter's only ``b"\\0"``, so that bytes read afterwards, anywhere in the process, are wrong.
"""

from __future__ import annotations

from fractions import Fraction

__all__ = ["Fraction"]
