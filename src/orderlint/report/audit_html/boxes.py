"""A layer of boxes that have their places and colours in the data: bars of a count, cells of a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def boxes(values: Sequence[dict[str, Any]], gap: float) -> dict[str, Any]:
    """Boxes from ``x``, ``y`` to ``x2``, ``y2`` in colour ``c``, ``gap`` pixels of paper between them."""
    return {
        "data": {"values": values},
        "mark": {"type": "rect", "stroke": "var(--paper)", "strokeWidth": gap},
        "encoding": {
            "x": {"field": "x"},
            "x2": {"field": "x2"},
            "y": {"field": "y"},
            "y2": {"field": "y2"},
            "fill": {"field": "c", "type": "nominal", "scale": None},
        },
    }
