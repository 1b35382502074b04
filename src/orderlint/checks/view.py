"""What a check may look at: one order's ingredient, its patient's facts and the orders beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orderlint.dosing.model import Course, DateSpan
from orderlint.facts.age import Age, age_on
from orderlint.facts.kidney import Kidney, kidney_on
from orderlint.facts.when import day_of
from orderlint.record import Drug, Facts, Order, Record
from orderlint.timeline import DayTotal, Placed, alternatives, busiest_day, place, placed_orders

ORAL = frozenset({"oral", "enteral"})


class View:
    """One order and one of its drugs within a record. Answers are worked out once and kept."""

    def __init__(self, record: Record, order: Order, drug: Drug, settings: Mapping[str, Any]) -> None:
        self.record = record
        self.order = order
        self.drug = drug
        self.settings = settings
        self.template = record.mode == "template"
        self.facts: Facts = record.facts
        self.day: DateSpan = day_of(order, record.as_of)
        self._age: Age | None = None
        self._kidney: Kidney | None = None
        self._placed: dict[frozenset[str], tuple[Placed, ...]] = {}

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

    def busiest_day(self, routes: frozenset[str]) -> DayTotal:
        """The most of the ingredient on a day on which this order runs."""
        course = self.course
        if course is None:
            return DayTotal(None, (), "the order holds no dose of it")
        every = self.placed(routes)
        mine = next((p for p in every if p.order.key == self.order.key), None)
        if mine is None:
            mine = place(self.order, course, self.record.as_of.toordinal(), self.template)
        if course.why_unknown is not None and not mine.stretches:
            return DayTotal(None, (), course.why_unknown)
        return busiest_day(mine, [p for p in every if not alternatives(self.order, p.order)])


def route_matches(order: Order, routes: frozenset[str]) -> bool:
    """Whether a limit for ``routes`` holds for the order. Empty: any route.

    A route that is not stated, or stated in words nobody understands, is taken from the dose form; where
    that says nothing either, an oral limit holds (contract, "Dose arithmetic").
    """
    if not routes:
        return True
    route = order.route if order.route not in (None, "unknown") else order.form_route
    if route in (None, "unknown"):
        return bool(routes & ORAL)
    return route in routes
