"""What all views of one record share: when its orders and statements run, each worked out once."""

from __future__ import annotations

from orderlint.checks.exposure import Exposure, exposures
from orderlint.checks.routes import among, route_of
from orderlint.checks.running import Running, course_of, of_placed
from orderlint.dosing.model import Course
from orderlint.record import Order, Record
from orderlint.timeline import Placed, place, side_by_side

Routes = frozenset[str]


class Calendar:
    """The days of one record. Answers are worked out when they are first asked for, and kept."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.template = record.mode == "template"
        self.as_of = record.as_of.toordinal()
        # The orders and what else is or was taken, each with its ingredients; and the route of an order.
        self.ordered = [(o, frozenset([d.ingredient for d in o.drugs]), route_of(o)) for o in record.orders]
        self.taken = [
            (s, frozenset([d.ingredient for d in s.drugs]))
            for s in record.facts.statements
            if s.kind != "allergy"
        ]
        self._on_days: dict[tuple[int, str], Placed] = {}
        self._running: dict[tuple[int, str], Running | None] = {}
        self._placed: dict[tuple[str, Routes], tuple[Placed, ...]] = {}
        self._exposures: dict[tuple[str, Routes, int], tuple[Exposure, ...]] = {}

    def running(self, order: Order, ingredient: str) -> Running | None:
        """The days on which an order of the record runs; None where it never does."""
        key = (id(order), ingredient)
        if key not in self._running:
            self._running[key] = of_placed(self.place(order, course_of(order, ingredient)), self.as_of)
        return self._running[key]

    def placed(self, ingredient: str, routes: Routes) -> tuple[Placed, ...]:
        """All orders of ``ingredient`` by ``routes`` on one calendar."""
        key = (ingredient, routes)
        known = self._placed.get(key)
        if known is None:
            found = []
            for order, _, route in self.ordered:
                course = order.plan.course(ingredient)
                if course is not None and among(route, routes):
                    found.append(self.place(order, course))
            known = self._placed[key] = side_by_side(found)
        return known

    def place(self, order: Order, course: Course) -> Placed:
        """One course of an order of the record on the calendar."""
        key = (id(order), course.ingredient)
        known = self._on_days.get(key)
        if known is None:
            known = self._on_days[key] = place(order, course, self.as_of, self.template)
        return known

    def exposures(self, ingredient: str, routes: Routes, max_gap_days: int) -> tuple[Exposure, ...]:
        """The exposures of :meth:`placed`."""
        key = (ingredient, routes, max_gap_days)
        known = self._exposures.get(key)
        if known is None:
            known = self._exposures[key] = exposures(self.placed(ingredient, routes), max_gap_days)
        return known
