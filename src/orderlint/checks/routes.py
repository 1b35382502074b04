"""By which route an order is given, and whether a limit for some routes holds for it."""

from __future__ import annotations

from functools import lru_cache

from orderlint.record import Order

ORAL = frozenset({"oral", "enteral"})


def route_matches(order: Order, routes: frozenset[str]) -> bool:
    """Whether a limit for ``routes`` holds for the order. Empty: any route.

    A route that is not stated, or stated in words nobody understands, is taken from the dose form; where
    that says nothing either, an oral limit holds (contract, "Dose arithmetic").
    """
    return among(route_of(order), routes)


def route_of(order: Order) -> str | None:
    """The route class of an order, from its dose form where it states none that anyone understands."""
    return order.route if order.route not in (None, "unknown") else order.form_route


@lru_cache(512)
def among(route: str | None, routes: frozenset[str]) -> bool:
    """The same of a route class."""
    if not routes:
        return True
    return route in routes if route not in (None, "unknown") else bool(routes & ORAL)
