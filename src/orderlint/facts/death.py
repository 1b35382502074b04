"""Whether a patient lived. When somebody died is theirs alone: no message says it, nor a number from which it
follows."""

from __future__ import annotations

from datetime import date

from orderlint.record import Facts


def died_by(facts: Facts, day: int | None) -> bool | None:
    """Whether the patient had died by the end of ``day`` (``date.toordinal``; None: nobody knows which day).

    None where that can't be known: the day of death isn't, or only its month or year.
    """
    if not facts.dead:
        return False
    if facts.died is None or day is None:
        return None
    if facts.died.last.toordinal() <= day:
        return True
    return False if facts.died.first.toordinal() > day else None


def last_days(facts: Facts, as_of: date) -> tuple[int, int]:
    """Until which day (``date.toordinal``) the patient surely lived by the day of the run, and perhaps.

    One who is dead since nobody knows when surely lived on no day that could be named: 0.
    """
    today = as_of.toordinal()
    if not facts.dead:
        return today, today
    if facts.died is None:
        return 0, today
    return min(facts.died.first.toordinal(), today), min(facts.died.last.toordinal(), today)
