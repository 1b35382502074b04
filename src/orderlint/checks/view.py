"""What a check may look at: one order's ingredient, its patient's facts and the orders beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.checks.running import Running, of_order, of_statement
from orderlint.dosing.model import Course, DateSpan
from orderlint.facts.age import Age, age_on
from orderlint.facts.kidney import Kidney, kidney_on
from orderlint.facts.when import day_of
from orderlint.record import Drug, Facts, Order, Record
from orderlint.timeline import (
    DayTotal,
    Placed,
    busiest_day,
    kept_apart,
    never_together,
    place,
    placed_orders,
    same_use,
)
from orderlint.tri import Tri

ORAL = frozenset({"oral", "enteral"})


class View:
    """One order and one of its drugs within a record. Answers are worked out once and kept."""

    def __init__(
        self,
        record: Record,
        order: Order,
        drug: Drug,
        settings: Mapping[str, Any],
        shared: dict[tuple[int, str], Running | None] | None = None,
    ) -> None:
        """``shared``: one dictionary for all views of a record, in which they keep when orders run."""
        self.record = record
        self.order = order
        self.drug = drug
        self.settings = settings
        self.template = record.mode == "template"
        self.facts: Facts = record.facts
        self.day: DateSpan = day_of(order, record.as_of)
        self._age: Age | None = None
        self._kidney: Kidney | None = None
        self.answers: dict[object, Tri] = {}  # what the language of conditions found, by what was asked
        self._placed: dict[frozenset[str], tuple[Placed, ...]] = {}
        self._busiest: dict[tuple[frozenset[str], int | None, int | None], DayTotal] = {}
        self._running = {} if shared is None else shared

    @property
    def course(self) -> Course | None:
        """The course of the drug in this order."""
        return self.order.plan.course(self.drug.ingredient)

    @property
    def age(self) -> Age:
        """The patient's age on the day of the order."""
        if self._age is None:
            self._age = age_on(self.facts, self.day)
        return self._age

    @property
    def kidney(self) -> Kidney:
        """The patient's kidney function for the day of the order."""
        if self._kidney is None:
            self._kidney = kidney_on(self.facts, self.day, self.settings["kidney"])
        return self._kidney

    def placed(self, routes: frozenset[str]) -> tuple[Placed, ...]:
        """All orders of this ingredient by ``routes`` on one calendar."""
        if routes not in self._placed:
            self._placed[routes] = placed_orders(
                self.record, self.drug.ingredient, lambda order: route_matches(order, routes)
            )
        return self._placed[routes]

    def placed_beside(self, routes: frozenset[str]) -> tuple[Placed, ...]:
        """The same without what a definition's selections and conditions keep from going with this order."""
        return tuple(
            p
            for p in self.placed(routes)
            if same_use(p.order, self.order) or not kept_apart(self.order, p.order)
        )

    def placed_here(self, routes: frozenset[str]) -> Placed | None:
        """This order itself on the calendar; None where it holds no course of the drug."""
        course = self.course
        if course is None:
            return None
        mine = next((p for p in self.placed(routes) if same_use(p.order, self.order)), None)
        return mine or place(self.order, course, self.record.as_of.toordinal(), self.template)

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
        if course.why_unknown is not None and not mine.stretches:
            return DayTotal(None, (), course.why_unknown)
        return busiest_day(mine, self.placed(routes), first, last)

    def with_kidney(self, kidney: Kidney) -> View:
        """The same view with another estimate of kidney function."""
        other = View.__new__(View)
        other.__dict__.update(self.__dict__)
        other._kidney = kidney
        other.answers = {}
        return other

    def of_stage(self, order: Order) -> View | None:
        """The view of an earlier stage of this order; None where it doesn't hold the drug."""
        drug = next((d for d in order.drugs if d.ingredient == self.drug.ingredient), None)
        return View(self.record, order, drug, self.settings, self._running) if drug is not None else None

    @property
    def running(self) -> Running | None:
        """The days on which this order runs; None where it never does."""
        return self._running_of(self.order, self.drug.ingredient)

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
        found: list[Running | None] = []
        for order in self.record.orders:
            own = same_use(order, self.order)
            copied = bool(order.twin) and order.twin == self.order.twin and order.use == self.order.use
            if not own and (copied or never_together(self.order, order)):
                continue
            if not route_matches(order, routes) or route_of(order) in never:
                continue
            names = {d.ingredient for d in order.drugs} & ingredients
            found.extend(
                self._running_of(order, n) for n in sorted(names) if not (own and n == self.drug.ingredient)
            )
        as_of = self.record.as_of.toordinal()
        for statement in self.facts.statements:
            if statement.kind != "allergy" and _route_matches(statement.route, routes):
                if statement.route in never:
                    continue
                names = {d.ingredient for d in statement.drugs} & ingredients
                found.extend(of_statement(statement, name, as_of) for name in sorted(names))
        return tuple(r for r in found if r is not None)

    def _running_of(self, order: Order, ingredient: str) -> Running | None:
        key = (id(order), ingredient)
        if key not in self._running:
            as_of = self.record.as_of.toordinal()
            self._running[key] = of_order(order, ingredient, as_of, self.template)
        return self._running[key]


def route_matches(order: Order, routes: frozenset[str]) -> bool:
    """Whether a limit for ``routes`` holds for the order. Empty: any route.

    A route that is not stated, or stated in words nobody understands, is taken from the dose form; where
    that says nothing either, an oral limit holds (contract, "Dose arithmetic").
    """
    return _route_matches(route_of(order), routes)


def route_of(order: Order) -> str | None:
    """The route class of an order, from its dose form where it states none that anyone understands."""
    return order.route if order.route not in (None, "unknown") else order.form_route


def _route_matches(route: str | None, routes: frozenset[str]) -> bool:
    if not routes:
        return True
    return route in routes if route not in (None, "unknown") else bool(routes & ORAL)
