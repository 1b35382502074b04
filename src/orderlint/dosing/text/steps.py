"""The whole sig: regimens side by side ("and"), one after another ("then"), and where it ends."""

from __future__ import annotations

from orderlint.dosing.model import Instruction
from orderlint.dosing.text.build import instructions
from orderlint.dosing.text.caps import cap
from orderlint.dosing.text.completion import Step, complete, labels_run_on
from orderlint.dosing.text.cursor import Cursor, Unread
from orderlint.dosing.text.draft import BARE_MOST, COUNTED_MOST, SPELT_MOST, Draft, Schedule
from orderlint.dosing.text.figures import Figures, figures
from orderlint.dosing.text.frequency import ONCE_A_DAY, Frequency, Once, frequency, is_a_day, within
from orderlint.dosing.text.labels import Label, label
from orderlint.dosing.text.lengths import Doses, Hours, Length, in_days, length, over, wear
from orderlint.dosing.text.moments import moments, refines, schedule, weekdays
from orderlint.dosing.text.passages import place, product, reason
from orderlint.dosing.text.quantity import Quantity, quantity
from orderlint.dosing.text.titration import titrate
from orderlint.namedtuple import NamedTuple

_UNITS = ("form", "mass", "volume", "activity")
_TO_BE_TAKEN = ("to be taken", "taken")


class Reading(NamedTuple):
    """What the grammar made of a whole text."""

    instructions: tuple[Instruction, ...]
    sure: bool
    stops: bool


class Reader:
    """Reads one sig, lexeme after lexeme; every lexeme must find its place."""

    def __init__(self, c: Cursor) -> None:
        self.c = c
        self.steps = [Step()]
        self.joined: set[str] = set()  # the links since the last item
        self.sure = True
        self.verbs = False  # "20 tablets" alone may be a supply; "take 2 tablets" is a dose
        self.stopped = False
        self.sealed = False  # a titration is complete: nothing but an end may follow

    @property
    def step(self) -> Step:
        return self.steps[-1]

    @property
    def draft(self) -> Draft:
        return self.step.drafts[-1]

    def read(self) -> Reading:
        """The reading of the whole text; :class:`Unread` where any of it stays unsure."""
        product(self.c)
        while not self.c.done:
            if self._link():
                continue
            if self.stopped or not self._item():
                raise Unread(f"{self.c.peek().text!r}")
            self.joined.clear()
        if "and" in self.joined:
            raise Unread("an 'and' at the end")
        return self._result()

    # ------------------------------------------------------------ between items

    def _link(self) -> bool:
        """Marks and words that separate, and words without bearing on the dose."""
        c = self.c
        lexeme = c.peek()
        role = lexeme.role
        if role in ("and", "comma", "semicolon"):
            self.joined.add(role)
        elif role == "point":
            self.joined.add("point")
        elif role == "dash":
            if c.peek(1).tight and (lexeme.tight or c.peek(1).role == "number"):
                return False  # a range or a sign
        elif role == "colon":
            if c.before().role not in ("noise", "verb", "end"):
                return False
        elif role == "direct":
            self.sure = False
        elif role == "remove":
            if self.draft.hours is None:
                return False
        elif role not in ("noise", "advice", "taken", "open", "close"):
            return False
        c.at += 1
        return True

    # ------------------------------------------------------------ items

    def _item(self) -> bool:
        return (
            self._turn()
            or self._verb()
            or self._label()
            or self._schedule()
            or self._cap()
            or self._divided()
            or self._length()
            or self._as_needed()
            or self._moments()
            or self._frequency()
            or self._dose()
            or self._supply()
            or self._aside()
        )

    def _turn(self) -> bool:
        """ "then", "increase to", "increase by", "stop"."""
        c = self.c
        if c.peek().role == "then":
            c.at += 1
            self._new_step("")
            self._stop()
            return True
        if c.peek().role == "change":
            turn = c.expect("change").meaning
            if len(self.steps) > 1 and self.draft.empty and not self.step.turn and not self.step.label:
                self.step.turn = turn
            else:
                self._new_step(turn)
            return True
        if c.peek().role == "by":
            if len(self.steps) > 1 or len(self.step.drafts) > 1 or self.step.label:
                raise Unread("a titration after other steps")
            drafts, off = titrate(c, self.draft)
            for draft in drafts:
                self.steps.append(Step())
                self.step.drafts = [draft]
            self.sealed = True
            self.stopped = off
            return True
        return self._stop()

    def _stop(self) -> bool:
        c = self.c
        if c.peek().role != "stop" or (self.draft.empty and len(self.steps) == 1):
            return False
        after = c.peek(1).text == "after"
        if not (self.draft.empty or "and" in self.joined or after or self.draft.ends):
            return False  # "10 mg TID, discontinue": now, or when?
        c.at += 1
        if after and not self.draft.ends and not self.draft.empty:
            c.at += 1
            span, unit = figures(c), c.accept("span")
            if span is None or span.low != span.high or unit is None or unit.meaning in ("h", "min"):
                raise Unread("stop after what?")
            self.draft.take_bounds(in_days(span.low, span.high, unit.meaning))
        if self.draft.empty and len(self.steps) > 1:
            self.steps.pop()
        self.stopped = True
        return True

    def _new_step(self, turn: str, tag: Label | None = None) -> None:
        if self.sealed and self.c.peek().role != "stop":
            raise Unread("a step after a titration")
        if not self.draft.timed and not (self.draft.inherited or self.draft.dosed):
            raise Unread("a step after nothing")
        self.steps.append(Step(turn, tag))

    def _verb(self) -> bool:
        if self.c.peek().role != "verb":
            return False
        self.c.at += 1
        self.verbs = True
        if "comma" in self.joined and self.c.peek().role == "comma" and self.c.peek(1).role == "route":
            return True  # "10 mg, inject, subcutaneous route, once weekly": dose, method, route
        if self.draft.dosed and self.c.peek().role not in ("number", "upto", "a"):
            raise Unread("a second verb without a dose")
        if self.joined:  # "…, and take 2 at night": the link belongs to the dose
            self._dose()
        return True

    def _label(self) -> bool:
        tag = label(self.c)
        if tag is None:
            return False
        if self.draft.empty and self.step.label is None:
            self.step.label = tag
        else:
            self._new_step("", tag)
        return True

    def _schedule(self) -> bool:
        counts = schedule(self.c)
        if counts is None:
            return False
        if self.draft.dosed or self.draft.timed:
            raise Unread("a schedule of the day, and a dose")
        unit = self.c.accept(*_UNITS)
        if unit is not None and unit.role != "form" and all(counts):
            raise Unread("a schedule of the day, or steps?")
        self.draft.schedule = Schedule(counts, None if unit is None else unit.meaning)
        return True

    def _cap(self) -> bool:
        c = self.c
        limit = cap(c, upto=self.draft.dosed and self.draft.timed)
        if limit is None:
            return False
        draft = self.draft
        if limit.times is not None and not draft.timed and draft.dosed:
            draft.take_frequency(Frequency(None, limit.times, limit.period, None, limit.unit or "d"))
        else:
            draft.caps.append(limit)
        return True

    def _divided(self) -> bool:
        c = self.c
        start = c.at
        share: Figures | bool = True
        if c.peek().role in ("in", "to"):
            c.at += 1
            found = figures(c)
            if found is None or not c.accept("divided"):
                c.at = start
                return False
            share = found
            if c.peek().meaning == "{dose}":
                c.at += 1
        else:
            if not c.accept("divided"):
                return False
            counted = figures(c) if c.peek().role == "number" and self._doses_follow() else None
            if counted is not None:
                share = counted
                c.at += 1
        if self.draft.divided is not False or self.draft.dose is None:
            raise Unread("divided, but what?")
        if share is True and self.draft.frequency is not None and not self._daily_total():
            raise Unread("a dose so many times a day, divided")
        self.draft.divided = share
        return True

    def _doses_follow(self) -> bool:
        ahead = 1
        while self.c.peek(ahead).role in ("dash", "to", "or", "number") and ahead < 4:
            ahead += 1
        return self.c.peek(ahead).meaning == "{dose}"

    def _daily_total(self) -> bool:
        often = self.draft.frequency
        return often is None or often.once_a_day

    def _length(self) -> bool:
        c, draft = self.c, self.draft
        found = length(c)
        if found is None:
            found = wear(c)
            if found is not None:
                draft.take_hours(found)
                if draft.frequency is None and draft.moments is None:
                    draft.take_frequency(ONCE_A_DAY)
                return True
            lasting = over(c)
            if lasting is None:
                return False
            if draft.over is not None:
                raise Unread("two lengths of one administration")
            draft.over = lasting
            return True
        if isinstance(found, Length):
            draft.take_bounds(found)
        elif isinstance(found, Doses):
            if draft.doses is not None or draft.once:
                raise Unread("two numbers of doses")
            if draft.dose is not None and draft.dose.kind == "bare":
                raise Unread("'2 x 1': two once, or one twice?")
            if found == Doses(1, 1) and not draft.timed:
                draft.once = True
            else:
                draft.doses = found
        else:
            self._hours(found)
        return True

    def _hours(self, found: Hours) -> None:
        """ "for up to 12 hours in 24": the stretch after it is how often."""
        c, draft = self.c, self.draft
        draft.take_hours(found)
        stretch = c.peek().role in ("in", "within", "per") and "number" in (c.peek(1).role, c.peek(2).role)
        if stretch or (c.peek().role == "of" and c.peek(1).role == "number"):
            period, unit = within(c)
        elif c.peek().role in ("per", "a", "within") and c.peek(1).meaning == "d":
            c.at += 2
            period, unit = ONCE_A_DAY.period, "d"
        else:
            return
        if not is_a_day(period, unit):
            raise Unread("hours in what stretch?")
        if draft.frequency is None and draft.moments is None:
            draft.take_frequency(ONCE_A_DAY)

    def _as_needed(self) -> bool:
        if self.c.peek().role != "prn":
            return False
        if "and" in self.joined or self.draft.prn:
            raise Unread("as needed, besides")
        self.c.at += 1
        self.draft.prn = True
        reason(self.c)
        return True

    def _beside(self) -> None:
        """A second time after "and" begins a regimen beside the first."""
        if self.draft.timed and "and" in self.joined:
            if self.draft.schedule or self.draft.once:
                raise Unread("a schedule or single dose, and more")
            self.step.drafts.append(Draft())

    def _moments(self) -> bool:
        c = self.c
        days = weekdays(c)
        if days is not None:
            if self.draft.days is not None:
                raise Unread("days of the week twice")
            self.draft.days = days
            return True
        found = moments(c)
        if found is None:
            return False
        if self.draft.moments is not None and not self.joined and refines(self.draft.moments, found):
            return True
        if self.draft.moments is not None or (self.draft.frequency is not None and "and" in self.joined):
            self._beside()
        if self.draft.moments is not None:
            raise Unread("two lists of times of day")
        self.draft.moments = found
        return True

    def _frequency(self) -> bool:
        c = self.c
        found = frequency(c)
        if found is None:
            return False
        if c.before().role == "hourly" and c.peek(-2).role == "number" and not self.draft.dosed:
            raise Unread("'2 hourly': every two hours, or two an hour?")
        self._beside()
        if isinstance(found, Once):
            if self.draft.timed and not self.draft.once:
                raise Unread("once, and more than once")
            self.draft.once = True
        elif self.draft.once:
            raise Unread("once, and more than once")
        else:
            self.draft.take_frequency(found)
        return True

    def _dose(self) -> bool:
        start = self.c.at
        found = quantity(self.c)
        if found is None:
            return False
        before = self._dose_before()
        if self.draft.dosed:
            if not self.joined & {"and", "comma", "semicolon"} or "point" in self.joined:
                raise Unread("two doses")
            if "and" not in self.joined:
                self.step.by_comma = True
            self.step.drafts.append(Draft())
        if self.draft.schedule is not None:
            raise Unread("a schedule of the day, and a dose")
        self.draft.take_dose(found, before, self._most_of_forms(start))
        if found.kind == "bare" and any(set(".,") & set(x.text) for x in self.c.lexemes[start : self.c.at]):
            self.sure = False  # "0.5 tid": half a tablet, or half a milligram?
        return True

    def _most_of_forms(self, start: int) -> int:
        """Up to which a number without unit that begins at ``start`` counts tablets, and not milligrams."""
        taken = self.c.lexemes[start : self.c.at]
        in_words = not any(lexeme.digits for lexeme in taken)
        to_be_taken = self.c.peek().text in _TO_BE_TAKEN
        if in_words and to_be_taken:
            return SPELT_MOST
        return COUNTED_MOST if in_words or to_be_taken else BARE_MOST

    def _supply(self) -> bool:
        """ "# 90 tab, 0 refills" at the end: what is dispensed, not what is taken."""
        c = self.c
        if c.peek().text != "#" or not (self.draft.timed and self.draft.dosed):
            return False
        if c.peek(1).role != "number" or c.peek(2).role != "form" or c.peek(2).meaning == "{dose}":
            return False
        c.at += 3
        c.skip("comma", "semicolon")
        if c.peek().role == "number" and c.peek(1).text in ("refill", "refills"):
            c.at += 2
        c.skip("point")
        if not c.done:
            raise Unread("a supply, and more")
        self.joined.clear()
        return True

    def _dose_before(self) -> Quantity | None:
        for step in reversed(self.steps):
            for draft in reversed(step.drafts):
                if draft.dose is not None:
                    return draft.dose
        return None

    def _aside(self) -> bool:
        """Route, reason, place: what says nothing of how much or how often."""
        c = self.c
        if c.peek().role == "route":
            self.draft.take_route(c.expect("route").meaning)
            return True
        return reason(c) or place(c)

    # ------------------------------------------------------------ the end

    def _result(self) -> Reading:
        found: list[Instruction] = []
        labels_run_on(self.steps, self.stopped)
        several = len(self.steps) > 1
        for number, step in enumerate(self.steps, start=1):
            before = self.steps[number - 2].drafts if number > 1 else []
            complete(step, before, several)
            for draft in step.drafts:
                found += instructions(draft, number if several else None)
        draft = self.steps[0].drafts[0]
        if not several and not (draft.dosed or draft.timed or draft.caps):
            raise Unread("neither a dose nor a frequency")
        told = draft.timed or self.verbs or not draft.dosed or (draft.dose and draft.dose.per)
        stops = self.stopped or all(draft.ends or self._course_in_hours(draft) for draft in self.step.drafts)
        return Reading(tuple(found), self.sure and bool(told), stops)

    @staticmethod
    def _course_in_hours(draft: Draft) -> bool:
        patch = draft.dose is not None and (
            draft.dose.unit == "{patch}" or draft.dose.per_unit in ("h", "min")
        )
        return draft.hours is not None and not patch
