"""What one regimen of a sig says, slot by slot, until it becomes an ``Instruction``.

A slot that is filled twice with different values is a contradiction in the text: it stays unread.
"""

from __future__ import annotations

from orderlint.dosing.model import Amount
from orderlint.dosing.text.caps import Cap
from orderlint.dosing.text.cursor import Unread
from orderlint.dosing.text.figures import Figures
from orderlint.dosing.text.frequency import Frequency
from orderlint.dosing.text.lengths import Doses, Hours, Length
from orderlint.dosing.text.moments import Moments
from orderlint.dosing.text.quantity import Quantity
from orderlint.exact import Fraction
from orderlint.namedtuple import NamedTuple

BARE_MOST = 2  # a number without unit, "1 tid": above this it is as likely milligrams as tablets
COUNTED_MOST = 4  # the same in words ("take three"), or "to be taken": both count what is taken
SPELT_MOST = 10  # both: "EIGHT to be taken each morning"


class Schedule(NamedTuple):
    """Counts of the slots of a day ("1-0-1-0") and the unit written after them, if any."""

    counts: tuple[Fraction, ...]
    unit: str | None


class Draft:
    """One regimen: one dose, given in one way. See :mod:`orderlint.dosing.text.build`."""

    __slots__ = (
        "bounds",
        "caps",
        "days",
        "divided",
        "dose",
        "doses",
        "frequency",
        "hours",
        "inherited",
        "moments",
        "once",
        "over",
        "prn",
        "route",
        "schedule",
    )

    def __init__(self) -> None:
        self.dose: Quantity | None = None
        self.inherited = False  # the dose is that of the regimen before
        self.frequency: Frequency | None = None
        self.once = False
        self.moments: Moments | None = None
        self.days: tuple[str, ...] | None = None
        self.schedule: Schedule | None = None
        self.bounds: Length | None = None
        self.hours: Hours | None = None  # "for 12 hours": of wear, or of the course
        self.over: Hours | None = None
        self.doses: Doses | None = None
        self.divided: Figures | bool = False  # into how many doses; True where the text doesn't say
        self.prn = False
        self.caps: list[Cap] = []
        self.route: str | None = None

    @property
    def timed(self) -> bool:
        """Something says when or how often."""
        return bool(self.frequency or self.once or self.moments or self.days or self.schedule)

    @property
    def dosed(self) -> bool:
        return self.dose is not None or self.schedule is not None

    @property
    def empty(self) -> bool:
        return not (self.timed or self.dosed or self.prn or self.caps or self.bounds or self.hours)

    @property
    def ends(self) -> bool:
        """The text says how long, or how many doses."""
        return self.once or self.bounds is not None or self.doses is not None

    def take_frequency(self, found: Frequency) -> None:
        """Set how often; "every day" beside it adds nothing."""
        if self.frequency is None or self.frequency.weak:
            self.frequency = found
        elif not found.weak and found._replace(word="") != self.frequency._replace(word=""):
            raise Unread("two frequencies")

    def take_bounds(self, found: Length) -> None:
        if self.bounds not in (None, found):
            raise Unread("two lengths")
        self.bounds = found

    def take_hours(self, found: Hours) -> None:
        if self.hours not in (None, found):
            raise Unread("two lengths in hours")
        self.hours = found

    def take_route(self, found: str) -> None:
        if self.route not in (None, found):
            raise Unread("two routes")
        self.route = found

    def take_dose(self, found: Quantity, before: Quantity | None, most: int = BARE_MOST) -> None:
        """Set the dose. A bare number after "2 tablets …" counts the same dose form; ``most``: up to which
        one counts dose forms at all."""
        if found.kind == "bare":
            if found.loose or found.per is not None:
                raise Unread("a bare number per time, or with a loose dash")
            if before is not None and before.kind == "form":
                found = found._replace(unit=before.unit, kind="form")
            elif found.high > most or (before is not None and before.kind != "bare"):
                raise Unread("a number without unit")
        self.dose = found

    @property
    def amount(self) -> Amount | None:
        return None if self.dose is None else self.dose.amount
