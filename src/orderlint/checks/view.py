"""What a check may look at: one order's ingredient, its patient's facts and the orders beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.calendar import Calendar
from orderlint.checks.exposure import Exposure, exposures
from orderlint.checks.routes import ORAL, among, route_matches, route_of
from orderlint.checks.running import Running, of_statement, on_any_day
from orderlint.dosing.model import Course, DateSpan
from orderlint.facts.age import Age, age_on
from orderlint.facts.kidney import Kidney, kidney_on
from orderlint.facts.when import day_of
from orderlint.once import once
from orderlint.record import Drug, Facts, Order, Record
from orderlint.timeline import (
    DayTotal,
    Placed,
    adrift,
    beside,
    busiest_day,
    kept_apart,
    never_together,
    same_use,
    why_adrift,
)
from orderlint.tri import COURSE, Need, Tri

__all__ = ["ORAL", "View", "route_matches", "route_of"]


class View:
    """One order and one of its drugs within a record. Answers are worked out once and kept."""

    def __init__(
        self,
        record: Record,
        order: Order,
        drug: Drug,
        settings: Mapping[str, Any],
        calendar: Calendar | None = None,
    ) -> None:
        """``calendar``: one for all views of a record."""
        self.record = record
        self.order = order
        self.drug = drug
        self.settings = settings
        self.template = record.mode == "template"
        self.facts: Facts = record.facts
        self.day: DateSpan = day_of(order, record.as_of)
        self.course: Course | None = order.plan.course(drug.ingredient)  # of the drug in this order
        self.answers: dict[object, Tri] = {}  # what the language of conditions found, by what was asked
        self._calendar = Calendar(record) if calendar is None else calendar
        self._here: dict[frozenset[str], Placed | None] = {}
        self._beside: dict[frozenset[str], tuple[Placed, ...]] = {}
        self._busiest: dict[tuple[frozenset[str], int | None, int | None], DayTotal] = {}

    @once
    def age(self) -> Age:
        """The patient's age on the day of the order."""
        return age_on(self.facts, self.day)

    @once
    def kidney(self) -> Kidney:
        """The patient's kidney function for the day of the order."""
        return kidney_on(self.facts, self.day, self.settings["kidney"])

    def placed(self, routes: frozenset[str]) -> tuple[Placed, ...]:
        """All orders of this ingredient by ``routes`` on one calendar."""
        return beside(self.order, self._calendar.placed(self.drug.ingredient, routes))

    def adrift(self, routes: frozenset[str]) -> Need | None:
        """Why nobody knows in what order the orders of the drug follow one another; None where that is
        plain, or there is but one."""
        placed = self.placed_beside(routes)
        why = why_adrift([p.order for p in placed]) if len(placed) > 1 else None
        return Need(COURSE, why) if why is not None else None

    def placed_beside(self, routes: frozenset[str]) -> tuple[Placed, ...]:
        """The same without what a definition's selections and conditions keep from going with this order."""
        known = self._beside.get(routes)
        if known is None:
            known = every = self.placed(routes)
            mine = self.order
            if len(every) > 1 or (every and every[0].order is not mine):
                kept = [p for p in every if same_use(p.order, mine) or not kept_apart(mine, p.order)]
                known = every if len(kept) == len(every) else tuple(kept)
            self._beside[routes] = known
        return known

    def exposures(self, routes: frozenset[str], max_gap_days: int) -> tuple[Exposure, ...]:
        """The exposures of :meth:`placed_beside`."""
        placed = self.placed_beside(routes)
        if placed is self.placed(routes):
            return self._calendar.exposures(self.drug.ingredient, routes, max_gap_days)
        return exposures(placed, max_gap_days)

    def placed_here(self, routes: frozenset[str]) -> Placed | None:
        """This order itself on the calendar; None where it holds no course of the drug."""
        if routes not in self._here:
            self._here[routes] = self._placed_here(routes)
        return self._here[routes]

    def _placed_here(self, routes: frozenset[str]) -> Placed | None:
        if self.course is None:
            return None
        for one in self.placed(routes):
            if same_use(one.order, self.order):
                return one
        return self._calendar.place(self.order, self.course)

    def busiest_day(
        self, routes: frozenset[str], first: int | None = None, last: int | None = None
    ) -> DayTotal:
        """The most of the ingredient on a day on which this order runs, from ``first`` to ``last``."""
        asked = (routes, first, last)
        known = self._busiest.get(asked)
        if known is None:
            known = self._busiest[asked] = self._busiest_day(routes, first, last)
        return known

    def _busiest_day(self, routes: frozenset[str], first: int | None, last: int | None) -> DayTotal:
        course, mine = self.course, self.placed_here(routes)
        if course is None or mine is None:
            return DayTotal(None, (), "the order holds no dose of it")
        if not mine.stretches and course.why_unknown is not None:
            return DayTotal(None, (), course.why_unknown)
        return busiest_day(mine, self.placed(routes), first, last)

    def with_kidney(self, kidney: Kidney) -> View:
        """The same view with another estimate of kidney function."""
        if kidney is self.kidney:
            return self
        other = View.__new__(View)
        other.__dict__.update(self.__dict__, kidney=kidney, answers={})
        return other

    def of_stage(self, order: Order) -> View | None:
        """The view of an earlier stage of this order; None where it doesn't hold the drug."""
        drug = next((d for d in order.drugs if d.ingredient == self.drug.ingredient), None)
        return View(self.record, order, drug, self.settings, self._calendar) if drug is not None else None

    @once
    def running(self) -> Running | None:
        """The days on which this order runs; None where it never does."""
        return self._calendar.running(self.order, self.drug.ingredient)

    def others(
        self,
        ingredients: frozenset[str],
        routes: frozenset[str] = frozenset(),
        never: frozenset[str] = frozenset(),
    ) -> tuple[Running, ...]:
        """When each of ``ingredients`` runs by ``routes`` (empty: any) other than ``never``: other orders and
        statements.

        This order's own other ingredients are among them; its own drug, its copies and what nobody takes
        beside it (alternatives) are not. Stages of it are: ask ``same_order_again``.
        """
        beside, taken = self._orders_beside, self._calendar.taken
        if not beside and not taken:
            return ()
        found: list[Running | None] = []
        for order, names, route in beside:
            if names.isdisjoint(ingredients) or route in never or not among(route, routes):
                continue
            running = [self._calendar.running(order, name) for name in sorted(names & ingredients)]
            found += [on_any_day(r, self.order) for r in running] if adrift(self.order, order) else running
        for statement, names in taken:
            route = statement.route
            if names.isdisjoint(ingredients) or route in never or not among(route, routes):
                continue
            as_of = self._calendar.as_of
            found += [of_statement(statement, name, as_of) for name in sorted(names & ingredients)]
        return tuple([r for r in found if r is not None])

    @once
    def alone(self) -> bool:
        """Whether nothing else is ordered or taken that could count beside this order's drug."""
        return not (self._orders_beside or self._calendar.taken or self.record.services)

    @once
    def _orders_beside(self) -> tuple[tuple[Order, frozenset[str], str | None], ...]:
        """What may be taken beside this order's drug, each with its ingredients and its route."""
        mine, own = self.order, frozenset([self.drug.ingredient])
        found = []
        for one in self._calendar.ordered:
            order, names, route = one
            if order is mine or same_use(order, mine):
                if not names <= own:
                    found.append((order, names - own, route))
            elif not (self._copied(order) or never_together(mine, order)):
                found.append(one)
        return tuple(found)

    def _copied(self, order: Order) -> bool:
        return bool(order.twin) and order.twin == self.order.twin and order.use == self.order.use
