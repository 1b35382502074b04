"""The orders of one ingredient laid on one calendar: who runs when, and what a day adds up to.

Pure arithmetic over a Record. Days are ordinals (``date.toordinal``); in a template, where nothing has
a date, day 0 is the first day of the definition, or the day that an order's ``turn`` counts from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from orderlint.dosing.model import Course, Dose, Step
from orderlint.exact import Fraction
from orderlint.guards import passage
from orderlint.interval_sets import ANYTHING, Set, meet
from orderlint.namedtuple import NamedTuple
from orderlint.record import Order, Record, Turn
from orderlint.selection import bits, heaviest

_BEFORE_ALL = -10_000_000  # a day before every date

_ANYONE: tuple[Set, ...] = (ANYTHING, ANYTHING)


class Stretch(NamedTuple):
    """Days ``first`` to ``last`` (included; None: no end) of one step of one order."""

    first: int
    last: int | None
    step: Step
    order: Order


class Placed(NamedTuple):
    """One order's course on the calendar.

    ``end`` is "known", "open" or "unknown". ``last`` is its last day where that is known.
    ``dated`` is False where no date places it (a patient's order without any date).
    """

    order: Order
    course: Course
    stretches: tuple[Stretch, ...]
    first: int
    last: int | None
    end: str
    dated: bool


def place(order: Order, course: Course, as_of_day: int, template: bool) -> Placed:
    """Lay one course on the calendar, cut at the day the order was stopped."""
    span = course.start or order.start or order.written
    dated = template or span is not None
    if not template and span is not None:
        day0 = span.first.toordinal()
    else:
        day0 = order.turn.begins if template else as_of_day + order.turn.begins
    stop = order.stopped.last.toordinal() if order.stopped is not None else None
    if stop is not None and not dated:  # it ended that day, but nobody knows how long it ran or at which step
        day0, stop = min(day0, stop), None
    stretches = tuple(
        [
            Stretch(day0 + x.first_day, None if x.last_day is None else day0 + x.last_day, x, order)
            for x in course.steps
        ]
    )
    end = course.end
    if stop is not None:
        stretches, end = _cut(stretches, stop), "known"
    elif order.over:
        end = "unknown"
    first = min([s.first for s in stretches], default=day0)
    lasts = [s.last for s in stretches if s.last is not None] if end == "known" else []
    known = max(lasts) if lasts and len(lasts) == len(stretches) else None
    return Placed(order, course, stretches, first, known, end, dated)


def _cut(stretches: Iterable[Stretch], stop: int) -> tuple[Stretch, ...]:
    """The same without the days after ``stop``."""
    return tuple(
        [
            Stretch(first, stop if last is None else min(last, stop), step, order)
            for first, last, step, order in stretches
            if first <= stop
        ]
    )


def placed_orders(record: Record, ingredient: str, takes_part: Callable[[Order], bool]) -> tuple[Placed, ...]:
    """Every order of ``ingredient`` that ``takes_part``, on the calendar; see :func:`side_by_side`."""
    template = record.mode == "template"
    as_of = record.as_of.toordinal()
    courses = ((order, order.plan.course(ingredient)) for order in record.orders)
    return side_by_side(
        [place(o, course, as_of, template) for o, course in courses if course is not None and takes_part(o)]
    )


def side_by_side(placed: list[Placed]) -> tuple[Placed, ...]:
    """The orders of one ingredient in the order of their days.

    An order that is over, nobody knows since when, is taken to run until the day before the next order
    of the same ingredient begins: history without end dates doesn't add up to a dose nobody took.
    """
    if len(placed) < 2:
        return tuple(placed)
    placed.sort(key=lambda p: (p.first, p.order.resource, p.order.key))
    return tuple([_bounded_by_next(p, placed) for p in placed])


def _bounded_by_next(one: Placed, every: list[Placed]) -> Placed:
    if one.end != "unknown" or not one.order.over:
        return one
    later = [p.first for p in every if p.first > one.first]
    if not later:
        return one
    stop = min(later) - 1
    stretches = _cut(one.stretches, stop)  # however early it was stopped, it was no longer than planned
    return one._replace(stretches=stretches, last=max([s.last or stop for s in stretches], default=stop))


def adrift(a: Order, b: Order) -> bool:
    """True when nobody knows how the days of two orders of one definition lie to each other: what links
    their actions doesn't tell."""
    mine, other = a.turn, b.turn
    return mine is not other and mine.since != other.since and mine.of == other.of


def why_adrift(orders: Iterable[Order]) -> str | None:
    """Why nobody knows in what order some of ``orders`` follow one another; None where that is plain."""
    known: dict[str, Turn] = {}
    for order in orders:
        turn = order.turn
        first = known.setdefault(turn.of, turn)
        if first is not turn and first.since != turn.since:
            return turn.why or first.why
    return None


def beside(mine: Order, placed: tuple[Placed, ...]) -> tuple[Placed, ...]:
    """The same, as a sum on the days of ``mine`` has to see it: what is adrift may run on any of them."""
    if len(placed) < 2 or not any(adrift(mine, p.order) for p in placed):
        return placed
    return tuple([_on_any_day(p) if adrift(mine, p.order) else p for p in placed])


def _on_any_day(placed: Placed, last: int | None = None) -> Placed:
    stretches = [s._replace(first=_BEFORE_ALL, last=last) for s in placed.stretches]
    return placed._replace(stretches=tuple(stretches), first=_BEFORE_ALL, last=last)


def on_unknown_days(mine: Placed, placed: Sequence[Placed]) -> tuple[Placed, tuple[Placed, ...]] | None:
    """``mine`` and the others, as :func:`busiest_day` has to see them so that what no date places may run on
    any day; None where the days of all lie plainly to those of ``mine``.

    One that is over has run by today, or by the day on which it was stopped.
    """
    others = [p for p in placed if not same_use(p.order, mine.order)]
    loose = [p for p in others if not (mine.dated and p.dated) and not _of_one_group(mine.order, p.order)]
    if not loose:
        return None
    if not mine.dated and len(loose) == len(others):
        free = [p if p.dated else _on_unknown_day(p) for p in others]
        return _on_unknown_day(mine), tuple(free)
    free = [_on_unknown_day(p) if p in loose else p for p in others]
    return mine, tuple(free)


def _on_unknown_day(placed: Placed) -> Placed:
    return _on_any_day(placed, placed.first if placed.order.over and not placed.dated else None)


def _of_one_group(a: Order, b: Order) -> bool:
    """Whether their group says how their days lie to each other, or that nobody knows."""
    return bool(a.turn.of) and a.turn.of == b.turn.of


def _long_over(mine: Placed, other: Placed) -> bool:
    """Whether one of the two is over, and no date tells that it ran beside the other."""
    if (mine.dated and other.dated) or _of_one_group(mine.order, other.order):
        return False
    return any(p.order.over and not p.dated and p.first > _BEFORE_ALL for p in (mine, other))


def over_before(a: Order, last: int | None, b: Order, first: int) -> bool:
    """Whether one is over, by the clock, when the other begins, though the last day of the one is the first
    of the other."""
    if last != first or a.clock is None or b.clock is None or a.clock.stops is None or b.clock.begins is None:
        return False
    return a.clock.stops.day == last and a.clock.stops.relieved_by(b.clock.begins)


def relieved(a: Stretch, b: Stretch) -> bool:
    """Whether of two that share a day one is over, by the clock, when the other begins: their doses of that
    day are no sum.

    What is given once and on that day alone is given, whatever runs before or after it.
    """
    if not (over_before(a.order, a.last, b.order, b.first) or over_before(b.order, b.last, a.order, a.first)):
        return False
    return not (_once(a) or _once(b))


def _once(stretch: Stretch) -> bool:
    times = stretch.step.times_per_day
    return stretch.first == stretch.last and (times is None or times <= 1)


def same_use(a: Order, b: Order) -> bool:
    """True when both are one order, as one action of its definition makes it."""
    return a.key == b.key and a.use == b.use


def same_order_again(a: Order, b: Order) -> bool:
    """True when one is a later stage of the other (``basedOn`` ...), or both are one order.

    Two actions that name one definition make two orders.
    """
    if a.use and b.use and a.use != b.use:
        return False
    return a.key == b.key or b.key in a.stage_of or a.key in b.stage_of or (bool(a.twin) and a.twin == b.twin)


def alternatives(a: Order, b: Order) -> bool:
    """True when nobody takes both: different branches of one exclusive selection, ``intent`` option, or
    conditions that no patient meets together."""
    return a.intent == "option" or b.intent == "option" or kept_apart(a, b)


def never_together(a: Order, b: Order) -> bool:
    """The same, of two that may each be taken once where a group can be gone through more than once.

    In a sum that would be no more than the larger of the two taken twice.
    """
    return a.intent == "option" or b.intent == "option" or kept_apart(a, b, again=True)


def kept_apart(a: Order, b: Order, again: bool = False) -> bool:
    """Whether a selection or the conditions of a definition keep them apart. ``again``: however often a
    group is gone through that may be."""
    if a.alternatives and b.alternatives and _other_branch(a, b, again):
        return True
    return bool(a.guards or b.guards) and _nobody_in_both(_let_in(a), _let_in(b))


def _other_branch(a: Order, b: Order, again: bool) -> bool:
    mine, other = _branches(a), _branches(b)
    open_ends = {c.group for c in a.choices if c.again} if again else ()
    return any(g in other and g not in open_ends and mine[g].isdisjoint(other[g]) for g in mine)


def _branches(order: Order) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for group, branch in order.alternatives:
        found.setdefault(group, set()).add(branch)
    return found


def _let_in(order: Order) -> tuple[Set, ...]:
    """Who may get past the guards of an order: ages, kidney functions."""
    if not order.guards:
        return _ANYONE
    return tuple(passage(order.guards, fact).may for fact in ("age", "renal"))


def _nobody_in_both(one: Sequence[Set], other: Sequence[Set]) -> bool:
    """Whether nobody gets past the guards of both (one below 65 years, the other from 65), or of either."""
    return any(not meet(mine, theirs) for mine, theirs in zip(one, other, strict=True))


def clashes(orders: Sequence[Order]) -> list[int]:
    """For each order, as bits, those that nobody takes beside it: steps, stages and copies of one order, and
    alternatives. The same as to ask it of every two, in a fraction of the time."""
    index: dict[tuple[str, ...], int] = {}
    reach: dict[tuple[Set, ...], int] = {}
    for i, order in enumerate(orders):
        for name in _names(order):
            index[name] = index.get(name, 0) | 1 << i
        let_in = _let_in(order)
        reach[let_in] = reach.get(let_in, 0) | 1 << i
    everyone = (1 << len(orders)) - 1
    found = [0] * len(orders)
    for let_in, mask in reach.items() if len(reach) > 1 else ():
        out = sum(theirs for other, theirs in reach.items() if _nobody_in_both(let_in, other))
        for i in bits(mask):
            found[i] |= out
    for i, order in enumerate(orders):
        found[i] |= everyone if order.intent == "option" else index.get(("option",), 0)
        for group, branches in _branches(order).items():
            apart = index["group", group]
            for branch in branches:
                apart &= ~index["branch", group, branch]
            found[i] |= apart
        same = index["key", order.key] | index.get(("stage", order.key), 0)
        same |= index["twin", order.twin] if order.twin else 0
        for key in order.stage_of:
            same |= index.get(("key", key), 0)
        if order.use:
            same &= index["use", order.use] | index.get(("use", ""), 0)
        found[i] = (found[i] | same) & ~(1 << i)
    return found


def _names(order: Order) -> Iterable[tuple[str, ...]]:
    yield "key", order.key
    yield "use", order.use
    if order.intent == "option":
        yield ("option",)
    if order.twin:
        yield "twin", order.twin
    for key in order.stage_of:
        yield "stage", key
    for group in {g for g, _ in order.alternatives}:
        yield "group", group
    for group, branch in set(order.alternatives):
        yield "branch", group, branch


class DayTotal(NamedTuple):
    """What one day adds up to. ``unknown`` says why a part of it can't be counted, else None."""

    total: Dose | None
    parts: tuple[Stretch, ...]
    unknown: str | None


def busiest_day(
    mine: Placed, others: Iterable[Placed], first: int | None = None, last: int | None = None
) -> DayTotal:
    """The highest daily dose on any day on which ``mine`` runs, with all that run beside it.

    Only days from ``first`` to ``last`` (included; None: no bound) are looked at. Of parts that are
    alternatives of one another, or stages of one order, the combination with the most counts. A part whose
    dose can't be computed makes ``unknown``; the total is then of the others alone. An order that may be
    chosen more than once counts twice and makes ``unknown``: nothing bounds how often it is. What has no date
    runs from today if it still does, and on no day that anybody knows if not: see :func:`on_unknown_days`.
    """
    stretches = list(mine.stretches)
    unknown: str | None = None
    for other in others:
        if same_use(other.order, mine.order) or _not_both(mine.order, other.order):
            continue
        if _long_over(mine, other):
            continue
        stretches.extend(other.stretches)
        if (
            unknown is None
            and not other.stretches
            and other.course.why_unknown
            and _may_run_beside(mine, other)
        ):
            unknown = f"{other.order.resource}: {other.course.why_unknown}"
    best: DayTotal | None = None
    for running in _days_together(stretches, first, last):
        own = [s for s in running if same_use(s.order, mine.order)]
        if not own:
            continue
        today = _total(
            [s for s in running if same_use(s.order, mine.order) or not all(relieved(s, m) for m in own)]
        )
        unknown = unknown or today.unknown
        if today.total is not None and (
            best is None or best.total is None or today.total.value > best.total.value
        ):
            best = today
    if best is None:
        peak = mine.course.peak  # of an order that ended before it began
        return DayTotal(
            peak, (), unknown or mine.course.why_unknown or (None if peak else "the dose can't be computed")
        )
    return best if best.unknown == unknown else best._replace(unknown=unknown)


def _days_together(stretches: list[Stretch], first: int | None, last: int | None) -> Iterable[list[Stretch]]:
    """What runs on each day from ``first`` to ``last`` on which something begins, and on ``first`` itself."""
    if len(stretches) == 1:  # as nearly always: it is what any of its days sees
        begins, ends = stretches[0].first, stretches[0].last
        earliest = begins if first is None else max(begins, first)
        never = (last is not None and earliest > last) or (ends is not None and earliest > ends)
        return [] if never else [stretches]
    days = {s.first for s in stretches} | ({first} if first is not None else set())
    return [
        [s for s in stretches if s.first <= day and (s.last is None or s.last >= day)]
        for day in sorted(days)
        if (first is None or day >= first) and (last is None or day <= last)
    ]


def _may_run_beside(mine: Placed, other: Placed) -> bool:
    """Whether an order of which no day is known (it says nothing of dose or days) may run beside it."""
    if mine.last is not None and other.first > mine.last:
        return False
    if other.order.stopped is not None:
        return other.order.stopped.last.toordinal() >= mine.first
    return not other.order.over or other.first >= mine.first


def times_taken(order: Order) -> int:
    """How often an order counts in a sum. More than once is at least twice (docs/decisions/0004)."""
    return 2 if order.repeated else 1


def _total(running: Sequence[Stretch]) -> DayTotal:
    if len(running) == 1 and running[0].step.daily is not None and not running[0].order.repeated:
        return DayTotal(running[0].step.daily, (running[0],), None)
    ordered = sorted(running, key=_most_first)
    unit = next((s.step.daily.unit for s in ordered if s.step.daily is not None), None)
    unknown: str | None = None
    known = []
    for stretch in ordered:
        daily = stretch.step.daily
        if daily is None:
            why = stretch.step.problem or "its dose can't be computed"
            unknown = unknown or f"{stretch.order.resource}: {why}"
        elif daily.unit != unit:
            unknown = unknown or f"{stretch.order.resource}: {daily.unit} can't be added to {unit}"
        else:
            known.append(stretch)
    often = next((s.order.resource for s in ordered if s.order.repeated), None)
    if often is not None:
        unknown = unknown or f"{often} may be chosen any number of times, so that nothing bounds its dose"
    if unit is None:
        return DayTotal(None, (), unknown)
    kept = taken_once(known, _counted)
    return DayTotal(Dose(sum((_counted(s) for s in kept), Fraction(0)), unit), tuple(kept), unknown)


def taken_once(
    running: Sequence[Stretch], weight: Callable[[Stretch], Fraction] | None = None, one_day: bool = True
) -> list[Stretch]:
    """Of what nobody takes together keep the combination with the most: of stages, twins and alternatives of
    an order, and of steps of one course (they never share a day unless nobody knows when one ends).

    The most by ``weight``; without one by the daily dose, where a dose that can't be computed comes first:
    it could be the most. ``one_day``: all of ``running`` run on one day, and what is over by the clock when
    another begins is not taken with it; of a longer time both are.
    """
    if len(running) < 2:
        return list(running)
    ordered = sorted(running, key=_most_first)
    handed = _relieved(ordered) if one_day else []
    if not handed and _nothing_to_choose([s.order for s in ordered]):  # as nearly always
        return ordered
    found = clashes([s.order for s in ordered])
    for i, j in handed:
        found[i] |= 1 << j
        found[j] |= 1 << i
    if not any(found):
        return ordered
    if weight is None:
        more = 1 + sum((s.step.daily.value for s in ordered if s.step.daily is not None), Fraction(0))
        weights = [s.step.daily.value if s.step.daily is not None else more for s in ordered]
    else:
        weights = [weight(s) for s in ordered]
    return [ordered[i] for i in heaviest(weights, found)]


def _relieved(running: Sequence[Stretch]) -> list[tuple[int, int]]:
    """The pairs of which one is over, by the clock, when the other begins."""
    clocks = enumerate([s.order.clock for s in running])
    ending = [i for i, clock in clocks if clock is not None and clock.stops is not None]
    if not ending:
        return []
    beginning: dict[int | None, list[int]] = {}
    for j, stretch in enumerate(running):
        beginning.setdefault(stretch.first, []).append(j)
    return [
        (i, j)
        for i in ending
        for j in beginning.get(running[i].last, ())
        if i != j and relieved(running[i], running[j])
    ]


def _nothing_to_choose(orders: Sequence[Order]) -> bool:
    """Whether it is plain at a glance that all of them may be taken together."""
    if any(o.alternatives or o.guards or o.stage_of or o.intent == "option" for o in orders):
        return False
    keys = {o.use or o.key for o in orders}
    twins = {o.use or o.twin or o.key for o in orders}
    return len(keys) == len(twins) == len(orders)


def _counted(stretch: Stretch) -> Fraction:
    daily = stretch.step.daily
    return daily.value * times_taken(stretch.order) if daily is not None else Fraction(0)


def _most_first(stretch: Stretch) -> tuple[bool, Fraction, str]:
    daily = stretch.step.daily
    return daily is not None, -daily.value if daily is not None else Fraction(0), stretch.order.key


def _not_both(a: Order, b: Order) -> bool:
    return same_order_again(a, b) or alternatives(a, b)
