"""On which days the actions of a definition or request group begin, as far as ``relatedAction`` tells.

A place is a number of days from a day: the definition's first (of the calendar, in a request group), or one
that nobody knows, as the end of a course without a length is. Two places that count from one day lie plainly
to each other; of two that count from different days nobody knows (docs/decisions/0006-order-of-actions.md).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from datetime import date

from orderlint.dosing.calendar import length
from orderlint.exact import Fraction
from orderlint.fhir.read.definition import Action
from orderlint.fhir.read.related import AFTER_END, AFTER_START, BEFORE_START, WITH, WITH_START, Link
from orderlint.fhir.read.shape import show
from orderlint.namedtuple import NamedTuple

_FAR = 4_000_000  # days after the first, and after every date
LONGEST = 100_000  # days of an offset or a course, beyond which nothing is placed
_DAY = {"h": 24, "min": 24 * 60, "s": 24 * 3600, "ms": 24 * 3_600_000}  # how many make a day


class Task(NamedTuple):
    """An action as far as its days go. ``order``: the key of the order that it makes or names, if any;
    ``exists``: it names one that is there already, as other actions may."""

    action: Action
    order: str | None = None
    exists: bool = False


class Spot(NamedTuple):
    """``day`` days from ``since``; ``why`` nobody knows that day. ``dated``: it is one of the calendar."""

    day: int
    since: str = ""
    why: str = ""
    dated: bool = True


_Link = tuple[Link, int | None]  # with the number of the action that it leads to
_Event = tuple[int, bool]  # the number of an action, and whether it is its end


def linked(tasks: Sequence[Task]) -> tuple[Task, ...]:
    """``tasks`` where one of them says when, or after which, it is to be done; else, as mostly, none."""
    return tuple(tasks) if any(t.action.links or t.action.timing for t in tasks) else ()


class Succession:
    """Works out where each of ``tasks`` begins. What an order is like, who derives from this knows."""

    def __init__(self, tasks: Sequence[Task]) -> None:
        self.tasks = tasks
        self.by_use = {t.action.use: i for i, t in enumerate(tasks)}
        self.above = [self.by_use.get(t.action.above) if t.action.above else None for t in tasks]
        self.below: list[list[int]] = [[] for _ in tasks]
        for i, above in enumerate(self.above):
            if above is not None:
                self.below[above].append(i)
        self.links = self._links()
        self.placed_by_links: set[int] = set()
        self.begins: dict[int, Spot | None] = {}
        self.ends: dict[int, Spot] = {}
        self.shared = self._shared()

    # -------------------------------------------------- what an order is like

    def fixed(self, task: Task) -> Spot | None:
        """Where a task begins whatever the links say; None: where they say."""
        raise NotImplementedError

    def free(self, task: Task) -> Spot | None:
        """Where a task begins of which no link speaks; None where that isn't said."""
        raise NotImplementedError

    def hindrance(self, task: Task) -> str | None:
        """What of its order keeps a task from being placed by its links, in words that follow its name."""
        raise NotImplementedError

    def days(self, task: Task) -> int | None:
        """For how many days its order surely runs; None where that isn't known."""
        raise NotImplementedError

    def last(self, task: Task, spot: Spot) -> Spot | None:
        """The last day of its order, begun there; None where that isn't known."""
        raise NotImplementedError

    def called(self, task: Task) -> str:
        """What reports may call the action."""
        raise NotImplementedError

    # -------------------------------------------------- all of them

    def places(self) -> list[Spot | None]:
        """Where each task begins, in their order; None where neither links nor orders say."""
        needs = {(i, end): self._needs(i, end=end) for i in range(len(self.tasks)) for end in (False, True)}
        after: dict[_Event, list[_Event]] = {}
        left = {event: len(needed) for event, needed in needs.items()}
        for event, needed in needs.items():
            for one in needed:
                after.setdefault(one, []).append(event)
        waiting = deque(event for event, count in left.items() if not count)
        while waiting:
            i, end = waiting.popleft()
            if end:
                self.ends[i] = self._end(i)
            else:
                self.begins[i] = self._begin(i)
            for event in after.get((i, end), ()):
                left[event] -= 1
                if not left[event]:
                    waiting.append(event)
        return [
            self.begins[i] if i in self.begins else self._adrift(i, "leads back to itself")
            for i in range(len(self.tasks))
        ]

    def _needs(self, i: int, *, end: bool) -> list[_Event]:
        if end:
            return [(i, False), *((child, True) for child in self.below[i])]
        above = self.above[i]
        needed = [(above, False)] if above is not None else []
        return needed + [(to, link.relationship == AFTER_END) for link, to in self.links[i] if to is not None]

    # -------------------------------------------------- where one begins

    def _begin(self, i: int) -> Spot | None:
        task, above = self.tasks[i], self.above[i]
        fixed = self.fixed(task)
        if fixed is not None:
            return fixed
        if task.order in self.shared:
            reason = f"{self.called(task)} and another action name one order"
            return Spot(0, f"? {task.order}", reason)
        spot = self._by_links(i) if self.links[i] else self._by_timing(i)
        if above is not None and above in self.placed_by_links:
            group = self.begins[above]
            if spot is None:
                spot = group
            elif group is not None and (spot.since != group.since or spot.day < group.day):
                spot = self._adrift(i, "contradicts that of the group it stands in")
        if spot is None:
            return self.free(task)
        self.placed_by_links.add(i)
        return spot

    def _by_timing(self, i: int) -> Spot | None:
        """An action with a timing of its own begins, nobody reads when."""
        task = self.tasks[i]
        if not task.action.timing:
            return None
        return Spot(0, f"? {task.action.use}", f"the timing of {self.called(task)} is not read")

    def _by_links(self, i: int) -> Spot:
        action = self.tasks[i].action
        hindrance = "stands beside a timing or a condition to start" if action.timed else None
        hindrance = hindrance or self.hindrance(self.tasks[i])
        if hindrance is not None:
            return self._adrift(i, hindrance)
        spots = []
        for link, to in self.links[i]:
            spot = self._by_link(i, link, to)
            if isinstance(spot, str):
                return self._adrift(i, spot)
            spots.append(spot)
        first = spots[0]
        alike = all((s.since, s.dated) == (first.since, first.dated) for s in spots)
        if alike and all(link.relationship == AFTER_END for link, _ in self.links[i]):
            return max(spots, key=lambda s: s.day)
        if not all(s == first for s in spots):
            return self._adrift(i, "says several things that can't be brought together")
        return first

    def _by_link(self, i: int, link: Link, to: int | None) -> Spot | str:
        """Where one link puts the action, or why it doesn't, in words that follow "its relatedAction"."""
        if link.problem is not None or to is None:
            return link.problem or "leads nowhere"
        mine, other = self.tasks[i].action, self.tasks[to].action
        if not _surely_with(mine, other):
            return f"leads to {self.called(self.tasks[to])}, which may be left out or done again"
        if link.relationship == AFTER_END:
            base: Spot | None = self.ends[to]._replace(day=self.ends[to].day + 1)
        elif _on_one_day(link):
            base = self.begins[to]
        else:
            return f"says {show(link.relationship)}, which is no particular day"
        if base is None:
            return f"leads to {self.called(self.tasks[to])}, of which no day is known"
        days = _days(link, base)
        if days is None or base.day + days > _FAR:
            return "has an offset that is no number of whole days"
        return base._replace(day=base.day + days)

    def _adrift(self, i: int, words: str) -> Spot:
        task = self.tasks[i]
        return Spot(0, f"? {task.action.use}", f"the relatedAction of {self.called(task)} {words}")

    # -------------------------------------------------- where one ends

    def _end(self, i: int) -> Spot:
        task, begin = self.tasks[i], self.begins[i]
        ends: list[Spot | None] = [self.ends[child] for child in self.below[i]]
        if task.order is not None:
            ends.append(self.last(task, begin) if begin is not None else None)
        own = task.action
        whole = all(
            (a.choices, a.conditions, a.repeated) == (own.choices, own.conditions, own.repeated)
            for a in (self.tasks[child].action for child in self.below[i])
        )
        known = [e for e in ends if e is not None]
        if whole and known and len(known) == len(ends) and len({(e.since, e.dated) for e in known}) == 1:
            return max(known, key=lambda e: e.day)
        return Spot(-1, f"{own.use} end", f"nobody knows when {self.called(task)} ends")

    # -------------------------------------------------- what is read from the links

    def _links(self) -> list[list[_Link]]:
        """Of each action the links that place it. One that comes before another's start places that one."""
        named: dict[tuple[str, str], list[int]] = {}
        for i, task in enumerate(self.tasks):
            for name in task.action.names:
                named.setdefault((_scope(task.action), name), []).append(i)
        found: list[list[_Link]] = [[] for _ in self.tasks]
        for i, task in enumerate(self.tasks):
            for link in task.action.links:
                called = named.get((_scope(task.action), link.target), ()) if link.problem is None else ()
                if link.problem is None and len(called) != 1:
                    words = "no action" if not called else "several actions at once"
                    link = link._replace(problem=f"names {words}")  # noqa: PLW2901 -- the same, not usable
                to = called[0] if len(called) == 1 else None
                if to is not None and link.relationship == BEFORE_START and self._comes_first(i, to):
                    found[to].append((link._replace(relationship=AFTER_END), i))
                elif link.relationship in (AFTER_END, AFTER_START, WITH_START, WITH):
                    found[i].append((link, to))
                else:
                    problem = link.problem or f"says {show(link.relationship)}, which is no particular day"
                    circling = to if link.relationship != BEFORE_START else None  # others may lead back here
                    found[i].append((link._replace(problem=problem), circling))
        return found

    def _comes_first(self, i: int, to: int) -> bool:
        """Whether it is plain that, and when, the other may begin: this one is done whenever that one is, and
        its length is known."""
        task = self.tasks[i]
        plain = not self.below[i] and not task.action.timed and task.order is not None
        return plain and self.days(task) is not None and _surely_with(self.tasks[to].action, task.action)

    def _shared(self) -> frozenset[str]:
        """Orders that several actions name, one of which has its place from a link."""
        often = Counter(t.order for t in self.tasks if t.exists)
        return frozenset(
            t.order
            for i, t in enumerate(self.tasks)
            if t.exists and t.order is not None and often[t.order] > 1 and any(self._links_above(i))
        )

    def _links_above(self, i: int | None) -> Iterator[bool]:
        while i is not None:
            yield bool(self.links[i])
            i = self.above[i]


def _scope(action: Action) -> str:
    """Which definition it is an action of, where one is nested in another: ids are unique in one only."""
    return action.use.removesuffix(action.pointer)


def _surely_with(mine: Action, other: Action) -> bool:
    """Whether the other action is done, once and as it says, whenever this one is."""
    return (
        not other.repeated
        and other.conditions <= mine.conditions
        and frozenset(other.choices) <= frozenset(mine.choices)
    )


def _on_one_day(link: Link) -> bool:
    """Whether the day on which another begins tells on which this one does. After its start, nobody says how
    long after, is any day from then on; beside it, but so long after, contradicts itself."""
    if link.relationship == AFTER_START:
        return link.offset is not None
    return link.relationship == WITH_START or (link.relationship == WITH and link.offset is None)


def _days(link: Link, base: Spot) -> int | None:
    """The offset in whole days, of which hours make none; None where it is no number of them."""
    if link.offset is None:
        return 0
    value, unit = link.offset
    if unit in _DAY:
        days: Fraction | None = value / _DAY[unit]
        if days is not None and days < 1:
            return 0
    else:
        days = length(value, unit, _date(base))
    return int(days) if days is not None and days.denominator == 1 and days <= LONGEST else None


def _date(base: Spot) -> date | None:
    """The day on the calendar, by which months are counted; None where it has no date."""
    if base.since or not base.dated or not 1 <= base.day <= date.max.toordinal():
        return None
    return date.fromordinal(base.day)
