"""Orders of a definition or request group → the same orders, each with its turn among the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from orderlint.dosing.model import DateSpan
from orderlint.fhir.build.orders import Draft, start_of
from orderlint.fhir.build.succession import LONGEST, Spot, Succession, Task
from orderlint.fhir.read.shape import show
from orderlint.record import AT_ONCE, Order, Turn

Again = Callable[[str, DateSpan], Order]  # the order of a key, begun on another day


def in_definition(tasks: Sequence[Task], orders: Sequence[Order], drafts: Mapping[str, Draft]) -> list[Order]:
    """The orders of a definition with their turns; they are told by ``key`` and ``use``."""
    plan = _Definition(tasks, orders, drafts)
    turns: dict[tuple[str, str], Turn] = {}
    for task, spot in zip(tasks, plan.places(), strict=True):
        order = plan.order_of(task)
        if order is not None and spot is not None:
            why = _why(spot, f"action {plan.called(task)}")
            turns[order.key, order.use] = Turn(spot.day, spot.since, why, "", task.action.conditions)
    return [o._replace(turn=turns.get((o.key, o.use), AT_ONCE)) for o in orders]


def in_request_group(
    group: str,
    tasks: Sequence[Task],
    orders: Sequence[Order],
    drafts: Mapping[str, Draft],
    as_of: date,
    again: Again,
) -> list[Order]:
    """A patient's orders, those that ``group`` (its key) names with their turns and, where the links tell,
    their dates.

    An order's own dates come first; the day on which it was written is none of them. What another group has
    placed stays there.
    """
    if len({t.order for t in tasks} & {o.key for o in orders}) < 2:
        return list(orders)
    plan = _Requests(group, tasks, orders, drafts, as_of, again)
    moved: dict[str, Order] = {}
    for task, spot in zip(tasks, plan.places(), strict=True):
        order = plan.order_of(task)
        if order is not None and spot is not None and order.key not in moved:
            moved[order.key] = plan.begun(order, spot, f"action {plan.called(task)}")
    return [moved.get(o.key, o) for o in orders]


def _why(spot: Spot, who: str) -> str:
    return f"when {who} begins can't be known: {spot.why}" if spot.since else ""


def own_start(order: Order, draft: Draft) -> DateSpan | None:
    """The date on which an order says that it begins; the day on which it was written is none."""
    said = start_of(draft.parts._replace(written=None))
    in_words = (c.start for c in order.plan.courses if c.start not in (None, order.start, order.written))
    return said or next(in_words, None)


def last_day(order: Order) -> int | None:
    """The last day of an order whose first is day 0; None where that isn't plain."""
    courses = order.plan.courses
    if order.over or not courses or any(c.end != "known" or c.problem for c in courses):
        return None
    lasts = [s.last_day for c in courses for s in c.steps]
    known = [x for x in lasts if x is not None]
    return max(known) if known and len(known) == len(lasts) and max(known) <= LONGEST else None


class _Definition(Succession):
    """Days count from the first of the definition."""

    def __init__(self, tasks: Sequence[Task], orders: Sequence[Order], drafts: Mapping[str, Draft]) -> None:
        self.made = {(o.key, o.use): o for o in orders}
        self.drafts = drafts
        super().__init__(tasks)

    def order_of(self, task: Task) -> Order | None:
        return self.made.get((task.order or "", "" if task.exists else task.action.use))

    def fixed(self, task: Task) -> Spot | None:
        return None

    def free(self, task: Task) -> Spot | None:
        return Spot(0, dated=False)

    def hindrance(self, task: Task) -> str | None:
        order = self.order_of(task)
        dated = order is not None and own_start(order, self.drafts[order.key]) is not None
        return "stands beside dates of its order" if dated else None

    def days(self, task: Task) -> int | None:
        order = self.order_of(task)
        return None if order is None or self.hindrance(task) is not None else last_day(order)

    def last(self, task: Task, spot: Spot) -> Spot | None:
        days = self.days(task)
        return spot._replace(day=spot.day + days) if days is not None else None

    def called(self, task: Task) -> str:
        return show(" ".join((task.action.title or task.action.label or task.action.pointer).split()))


class _Requests(Succession):
    """Days are those of the calendar. Nothing that may name the patient is told, as a title may."""

    def __init__(
        self,
        group: str,
        tasks: Sequence[Task],
        orders: Sequence[Order],
        drafts: Mapping[str, Draft],
        as_of: date,
        again: Again,
    ) -> None:
        self.group = group
        self.orders = {o.key: o for o in orders}
        self.drafts = drafts
        self.today = as_of.toordinal()
        self.again = again
        self.bases: dict[str, Spot] = {}  # of what counts from a day that nobody knows: where it stays
        super().__init__(tasks)

    def order_of(self, task: Task) -> Order | None:
        return self.orders.get(task.order or "")

    def fixed(self, task: Task) -> Spot | None:
        order = self.order_of(task)
        if order is None:
            return None
        own = own_start(order, self.drafts[order.key]) if order.turn is AT_ONCE else order.start
        if own is None:
            return None
        if own.first != own.last:
            return Spot(0, f"? {order.key}", f"the day on which {order.resource} begins is not said")
        return Spot(own.first.toordinal())

    def free(self, task: Task) -> Spot | None:
        order = self.order_of(task)
        if order is None:
            return None
        if order.start is None:
            return Spot(self.today, dated=False)
        return Spot(order.start.first.toordinal())

    def hindrance(self, task: Task) -> str | None:
        return None

    def days(self, task: Task) -> int | None:
        order = self.order_of(task)
        return last_day(order) if order is not None else None

    def last(self, task: Task, spot: Spot) -> Spot | None:
        order = self.order_of(task)
        if order is None:
            return None
        if order.over:
            ended = order.stopped
            known = ended is not None and ended.first == ended.last and not spot.since and spot.dated
            return Spot(ended.last.toordinal()) if ended is not None and known else None
        days = last_day(self.begun(order, spot, ""))
        return spot._replace(day=spot.day + days) if days is not None else None

    def begun(self, order: Order, spot: Spot, who: str) -> Order:
        """The order, begun there. Where nobody knows the day, it stays where its own date puts the first of
        those that count from it."""
        turn = Turn(0, spot.since, _why(spot, who), self.group)
        if order.turn is not AT_ONCE:
            return order  # placed by another group
        if spot.since:
            own = order.start
            first = Spot(own.first.toordinal()) if own is not None else Spot(self.today, dated=False)
            base = self.bases.setdefault(spot.since, first)
            spot = base._replace(day=base.day + spot.day)
        if not spot.dated:
            return order._replace(turn=turn._replace(begins=spot.day - self.today))
        if order.start is not None and order.start.first.toordinal() == spot.day:
            return order._replace(turn=turn)
        if own_start(order, self.drafts[order.key]) is not None:
            return order._replace(turn=turn)  # said in words
        if not 1 <= spot.day <= date.max.toordinal():
            why = f"when {order.resource} begins is on no calendar"
            return order._replace(turn=turn._replace(since=f"? {order.key}", why=why))
        day = date.fromordinal(spot.day)
        return self.again(order.key, DateSpan(day, day))._replace(turn=turn)

    def called(self, task: Task) -> str:
        return task.action.pointer
