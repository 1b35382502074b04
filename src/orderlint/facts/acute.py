"""Acute conditions that nobody has closed: how long they are taken as going on.

A diagnosis of acute kidney injury may stay active on a list of problems for years. It counts until a later
result decides, or for so many days: which results and how many days, terminology says.
"""

from __future__ import annotations

from datetime import timedelta

from orderlint.dosing.model import DateSpan
from orderlint.facts.diagnosis import active_on
from orderlint.record import ConditionFact, Facts
from orderlint.terminology import conditions as terminology


def said_on(condition: ConditionFact, day: DateSpan) -> DateSpan | None:
    """When a condition was last said to be: its onset or its recording, by ``day``. None: without a date."""
    dates = [d for d in (condition.onset, condition.recorded) if d is not None and d.first <= day.last]
    return max(dates, key=lambda d: d.last, default=None)


def is_past(condition: ConditionFact, group: str, day: DateSpan) -> bool:
    """Whether an active condition of an acute group was last said too many days before ``day``."""
    acute, said = terminology.acute(group), said_on(condition, day)
    if acute is None or said is None:
        return False
    return said.last < day.first - timedelta(days=acute.days)


def is_settled(condition: ConditionFact, result: DateSpan, day: DateSpan) -> bool:
    """Whether a result of ``result`` surely is the later word, and was there by ``day``."""
    said = said_on(condition, day)
    return said is not None and said.last < result.first and result.last <= day.last


def goes_on(condition: ConditionFact, group: str, facts: Facts, day: DateSpan) -> bool:
    """Whether an active condition still counts on ``day`` for its ``group``; any that isn't acute does."""
    acute = terminology.acute(group)
    if acute is None:
        return True
    return not is_past(condition, group, day) and not any(
        lab.kind in acute.settled_by and is_settled(condition, lab.on, day) for lab in facts.labs
    )


def to_settle(facts: Facts, kinds: tuple[str, ...], day: DateSpan) -> list[ConditionFact]:
    """The acute conditions active on ``day`` that results of ``kinds`` settle, whether or not one has.

    Those without a date come first, then the last said.
    """
    found = []
    for condition in facts.conditions:
        groups = [g for g in condition.groups if (a := terminology.acute(g)) and a.settled_by & set(kinds)]
        if groups and active_on(condition, day) and not all(is_past(condition, g, day) for g in groups):
            found.append(condition)
    return sorted(found, key=lambda c: (_last_said(c, day), c.source), reverse=True)


def words_of(condition: ConditionFact, day: DateSpan) -> str:
    """ "acute kidney injury on 2026-02-03 (Condition/1)"."""
    names = sorted(terminology.title(g) for g in condition.groups if terminology.acute(g) is not None)
    said = said_on(condition, day)
    when = "without a date" if said is None else f"on {said.last.isoformat()}"
    return f"{' and '.join(names)} {when} ({condition.source})"


def _last_said(condition: ConditionFact, day: DateSpan) -> str:
    said = said_on(condition, day)
    return "without a date" if said is None else said.last.isoformat()  # letters come after digits
