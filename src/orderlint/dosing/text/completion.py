"""A step of a sig, and what its regimens take over from one another once the text is read to its end."""

from __future__ import annotations

from orderlint.dosing.text.cursor import Unread
from orderlint.dosing.text.draft import Draft
from orderlint.dosing.text.labels import Label


class Step:
    """Regimens that run together. ``turn``: "up", "down" where the text says so; ``label``: "week 1"."""

    __slots__ = ("by_comma", "drafts", "label", "turn")

    def __init__(self, turn: str = "", tag: Label | None = None) -> None:
        self.drafts = [Draft()]
        self.turn = turn
        self.label = tag
        self.by_comma = False  # a comma alone stands between two regimens


def complete(step: Step, before: list[Draft], several: bool) -> None:
    """What a regimen takes over from the one before it or beside it."""
    last = step.drafts[-1]
    if step.label is not None and not step.label.open:
        for draft in step.drafts:
            draft.take_bounds(step.label.length)
    if len(step.drafts) > 1:
        if any(draft.prn or draft.caps or draft.divided or draft.once for draft in step.drafts):
            raise Unread("as needed, limited or divided: which of the regimens?")
        if step.label is None and any(d.bounds and not (d.moments or d.days) for d in step.drafts[:-1]):
            raise Unread("for 7 days and …: side by side, or one after the other?")
        lengths = {draft.bounds for draft in step.drafts}
        if last.bounds is not None and lengths == {None, last.bounds}:
            if any(draft.bounds is not None for draft in step.drafts[:-1]):
                raise Unread("how long is which of the regimens?")
            for draft in step.drafts:
                draft.bounds = last.bounds
        elif len(lengths) > 1:
            raise Unread("how long is which of the regimens?")
        for earlier, later in zip(step.drafts, step.drafts[1:], strict=False):
            if not later.dosed and earlier.dose is not None:
                later.dose, later.inherited = earlier.dose, True
        if not all(draft.dosed and draft.timed for draft in step.drafts):
            raise Unread("regimens side by side, one without dose or time")
        _distinct(step)
    if several:
        if not last.dosed and len(before) == 1 and len(step.drafts) == 1 and not step.turn:
            last.dose = before[0].dose
        if not all(draft.dosed and (draft.timed or (draft.dose and draft.dose.per)) for draft in step.drafts):
            raise Unread("a step without a dose or a time")
        _direction(step, before)


def _distinct(step: Step) -> None:
    """No time of day twice; with a comma alone, only times of day that differ are side by side."""
    seen: set[str] = set()
    for draft in step.drafts:
        slots = () if draft.moments is None else draft.moments.particular + draft.moments.clocks
        if step.by_comma and not slots and not draft.days:
            raise Unread("side by side, or one after the other?")
        if step.by_comma and draft.days:
            raise Unread("side by side on which days?")
        if seen & set(slots):
            raise Unread("a time of day twice")
        alike = [
            each
            for each in step.drafts
            if (each.frequency, each.moments, each.days) == (draft.frequency, draft.moments, draft.days)
        ]
        if len(alike) > 1:
            raise Unread("two doses at the same times")
        seen |= set(slots)


def _direction(step: Step, before: list[Draft]) -> None:
    """ "increase to" less, or "decrease to" more, is a contradiction."""
    if not step.turn or len(before) != 1 or len(step.drafts) != 1:
        return
    old, new = before[0], step.drafts[0]
    if old.dose is None or new.dose is None or old.dose.unit != new.dose.unit:
        return
    if (old.frequency, old.moments) != (new.frequency, new.moments):
        return
    if (new.dose.high > old.dose.high) != (step.turn == "up"):
        raise Unread("a change that goes the other way")


def labels_run_on(steps: list[Step], stopped: bool) -> None:
    """Labels must cover the course from its first day without a hole."""
    tags = [step.label for step in steps]
    if not any(tags):
        return
    following = 1
    for count, tag in enumerate(tags, start=1):
        final = count == len(tags)
        if tag is None:
            if final:
                return  # "… then 10 mg TID"
            raise Unread("a step without its label")
        if tag.first != following or tag.unit != (tags[0] or tag).unit or tag.open != (final and not stopped):
            raise Unread("labels with a hole, or that don't say what comes after")
        following = tag.last + 1
