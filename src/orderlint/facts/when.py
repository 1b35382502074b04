"""The day on which an order is judged."""

from __future__ import annotations

from datetime import date

from orderlint.dosing.model import DateSpan
from orderlint.record import Order


def day_of(order: Order, as_of: date) -> DateSpan:
    """The day of the order: ``authoredOn``, else the start of the dosage, else ``as_of``."""
    return order.written or order.start or DateSpan(as_of, as_of)
