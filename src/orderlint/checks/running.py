"""When something is taken: the days on which it surely runs, and those on which it may.

Orders and statements of any ingredient, as days of the calendar (``date.toordinal``); in a template day
0 is the first day of the definition. What nobody can know (an order that is over, without an end; one
without a date) widens what may be and never what is sure.
"""

from __future__ import annotations

from orderlint.dosing.model import Course
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order, Statement
from orderlint.timeline import Placed

BEFORE_ALL, AFTER_ALL = -10_000_000, 10_000_000  # days before and after every date

Days = tuple[int, int]  # first and last, both included


class Running(NamedTuple):
    """One ingredient of one order or statement. ``why`` says what is not known where ``sure`` is narrower."""

    ingredient: str
    source: str
    sure: tuple[Days, ...]
    maybe: Days
    why: str
    order: Order | None = None
    dated: bool = True
    adrift: bool = False  # nobody knows how its days lie to those of the order that asks

    def surely_in(self, first: int, last: int) -> bool:
        """True when it plainly runs on a day from ``first`` to ``last``."""
        return any(a <= last and b >= first for a, b in self.sure)

    def perhaps_in(self, first: int, last: int) -> bool:
        """True when it may run on a day from ``first`` to ``last``."""
        return self.maybe[0] <= last and self.maybe[1] >= first


def lasting(one: Running, days: int) -> Running:
    """The same, which goes on for ``days`` after its last one: what it does outlasts it."""
    if not days:
        return one

    def later(day: int) -> int:
        return day if day >= AFTER_ALL else day + days

    sure = tuple((a, later(b)) for a, b in one.sure)
    return one._replace(sure=sure, maybe=(one.maybe[0], later(one.maybe[1])))


def on_any_day(one: Running | None, mine: Order) -> Running | None:
    """The same, as ``mine`` has to see it where nobody knows how their days lie to each other."""
    if one is None or one.order is None:
        return one
    why = one.order.turn.why or mine.turn.why
    return one._replace(sure=(), maybe=(BEFORE_ALL, AFTER_ALL), why=why, adrift=True)


def course_of(order: Order, ingredient: str) -> Course:
    """The course of the ingredient; one without steps where the order has none that can be read."""
    return order.plan.course(ingredient) or Course(ingredient, (), order.start, "open")


def of_placed(placed: Placed, as_of: int) -> Running | None:
    """The days of an order whose course lies on the calendar; None for one that was stopped before its first.

    An order without a dosage that can be read runs from its date all the same.
    """
    order, course = placed.order, placed.course
    if course.steps and not placed.stretches:
        return None
    days = _days(order, placed)
    ingredient, name = course.ingredient, order.resource
    if not placed.dated:
        if order.over:
            why = f"{name} is over, and has no date"
            return Running(ingredient, name, (), (BEFORE_ALL, as_of), why, order, False)
        why = f"{name} has no date"
        return Running(ingredient, name, ((as_of, as_of),), (BEFORE_ALL, AFTER_ALL), why, order, False)
    first, last = days[0][0], max([b for _, b in days])
    if placed.end != "unknown":
        return Running(ingredient, name, days, (first, last), "", order)
    if order.over:  # nobody knows since when; it is by now
        latest = min(last, max(as_of, first))
        return Running(
            ingredient, name, ((first, first),), (first, latest), f"when {name} ended is not known", order
        )
    sure = tuple((a, b if b < AFTER_ALL else a) for a, b in days)
    return Running(ingredient, name, sure, (first, last), f"when {name} ends is not known", order)


def _days(order: Order, placed: Placed) -> tuple[Days, ...]:
    """The day on which an order is stopped is not one of its days, unless it has no other: what replaces it
    begins on that day."""
    stop = AFTER_ALL
    if order.stopped is not None:
        stop = order.stopped.last.toordinal() - (1 if order.status == "stopped" else 0)
    if not placed.stretches:
        return ((placed.first, max(stop, placed.first)),)
    days = [(s.first, AFTER_ALL if s.last is None else s.last) for s in placed.stretches]
    return tuple(days if stop == AFTER_ALL else [(a, max(a, min(b, stop))) for a, b in days])


def of_statement(statement: Statement, ingredient: str, as_of: int) -> Running:
    """The days on which a drug was taken by a statement, dispense or administration."""
    since, until, name = statement.since, statement.until, statement.source
    earliest = since.first.toordinal() if since is not None else BEFORE_ALL
    begun = as_of if statement.active else None  # by then it surely had
    if since is not None:
        begun = since.last.toordinal()
    if until is not None:
        end, latest = until.first.toordinal(), until.last.toordinal()
    elif statement.active:
        end = latest = AFTER_ALL
    else:  # it is over by now; of a lone day that day is sure
        end = begun if begun is not None and begun == earliest else BEFORE_ALL
        latest = max(as_of, earliest)
    sure = ((begun, end),) if begun is not None and begun <= end else ()
    why = f"when {name} began or ended is not known"
    return Running(ingredient, name, sure, (earliest, max(latest, earliest)), why, None, since is not None)
