"""Where the order's text comes in: the reader of free text is a room of its own, asked late.

Text fills what the structure leaves out (a dose, a timing, a length, a cap), and is compared with
what the structure says. A reading that is not sure counts as none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from orderlint.dosing.glance import without_tail, without_then
from orderlint.dosing.model import Instruction, Repeat, Timing
from orderlint.dosing.timing import NO_TIMING, Schedule, schedule
from orderlint.namedtuple import NamedTuple


class Told(NamedTuple):
    """One instruction as a text alone tells it."""

    instruction: Instruction
    when: Schedule


class Read(NamedTuple):
    """An instruction with what its text adds: ``words``, as :class:`orderlint.dosing.model.Step` has them.

    ``told`` is the text's own reading, for comparing.
    """

    instruction: Instruction
    when: Schedule
    words: frozenset[str] = frozenset()
    told: tuple[Told, ...] = ()


NOTHING: frozenset[str] = frozenset()
_ALL = frozenset(("dose", "times"))


def read(instruction: Instruction, alone: bool) -> list[Read]:
    """``instruction`` completed from its text; several if it holds none but a text of several steps.

    ``alone``: it is the order's only one, so that its text may be a whole taper.
    """
    when = schedule(instruction.timing)
    told = _told(instruction.text)
    if not told and instruction.sequence is not None and instruction.text:
        told = _told(without_then(instruction.text))  # its sequence says that it follows another
    has_dose = any(dose.dose is not None or dose.rate is not None for dose in instruction.doses)
    has_rate = any(dose.rate is not None for dose in instruction.doses)
    no_times = when.times is None and when.problem == NO_TIMING and not has_rate
    if not told and (not has_dose or no_times):
        told = _told(instruction.patient_instruction) or _told(instruction.timing and instruction.timing.text)
    if not told:
        return [Read(instruction, when, told=_glanced(instruction.text) if has_dose else ())]
    if len(told) > 1:
        steps = any(line.instruction.sequence is not None for line in told)
        if has_dose or (steps and not alone):
            return [Read(instruction, when, told=told)]
        return _replaced(instruction, told, keep=not steps)
    return [_completed(instruction, when, told[0], has_dose, no_times)]


def agrees(line: Read) -> bool:
    """Whether it is plain at a glance that the text says no more than the structure: as nearly always."""
    if not line.told:
        return True
    said, when = line.told[0]
    if len(line.told) > 1 or when[:4] != line.when[:4] or not same_dose(said, line.instruction):
        return False
    own = line.instruction
    capped = own.max_per_period or own.max_per_administration
    return not (capped and (said.max_per_period or said.max_per_administration))


def same_dose(told: Instruction, written: Instruction) -> bool:
    """Whether text and structure have the very same dose, so that nothing needs working out."""
    if len(told.doses) != 1 or len(written.doses) != 1:
        return False
    mine, theirs = told.doses[0].dose, written.doses[0].dose
    return mine is not None and theirs is not None and mine[:3] == theirs[:3]


def _replaced(instruction: Instruction, told: tuple[Told, ...], keep: bool) -> list[Read]:
    """The lines of the text instead of an instruction without a dose."""
    lines = []
    for line, when in told:
        whole = line._replace(
            pointer=instruction.pointer + "/text",
            sequence=instruction.sequence if keep else line.sequence,
            as_needed=line.as_needed or instruction.as_needed,
            max_per_period=instruction.max_per_period or line.max_per_period,
            max_per_administration=instruction.max_per_administration or line.max_per_administration,
        )
        lines.append(Read(whole, when, _ALL))
    return lines


def _completed(instruction: Instruction, when: Schedule, text: Told, has_dose: bool, no_times: bool) -> Read:
    told, said = text
    whole, words = instruction, set()
    if not has_dose and told.doses:
        whole = whole._replace(doses=told.doses)
        words.add("dose")
    if no_times and said.times is not None and told.timing is not None:
        whole = whole._replace(timing=_with_rhythm(instruction, told.timing))
        when = schedule(whole.timing)
        words.add("times")
    if not (instruction.max_per_period or instruction.max_per_administration) and (
        told.max_per_period or told.max_per_administration
    ):
        whole = whole._replace(
            max_per_period=told.max_per_period, max_per_administration=told.max_per_administration
        )
        words.add("cap")
    if words:
        whole = whole._replace(as_needed=whole.as_needed or told.as_needed)
    if (when.length is None and when.end is None and when.times is not None) and said.length is not None:
        when = when._replace(length=said.length)
        words.add("length")
    if words:
        pointers = dict.fromkeys((*when.pointers, instruction.pointer + "/text"))
        when = when._replace(pointers=tuple(pointers))
    return Read(whole, when, frozenset(words), (text,))


def _with_rhythm(instruction: Instruction, told: Timing) -> Timing:
    """The rhythm of the text with the bounds of the structure."""
    timing = instruction.timing
    pointer = instruction.pointer + "/text"
    spoken = told.repeat or told.code or Repeat()
    if timing is None or timing.repeat is None:
        return told._replace(repeat=spoken._replace(pointer=pointer), pointer=pointer)
    own = timing.repeat
    repeat = spoken._replace(
        pointer=pointer,
        count=own.count or spoken.count,
        count_max=own.count_max or spoken.count_max,
        duration=own.duration,
        duration_max=own.duration_max,
        duration_unit=own.duration_unit,
        bounds_start=own.bounds_start or spoken.bounds_start,
        bounds_end=own.bounds_end or spoken.bounds_end,
        bounds_days=own.bounds_days or (None if own.bounds_end else spoken.bounds_days),
        day_of_week=own.day_of_week or spoken.day_of_week,
    )
    return told._replace(repeat=repeat, pointer=timing.pointer)


def _told(text: str | None) -> tuple[Told, ...]:
    return _reading(text) if text and not text.isspace() else ()


def _glanced(text: str | None) -> tuple[Told, ...]:
    """A text that is read but for its dates: for comparing with the structure, not for filling it in."""
    return _told(without_tail(text)) if text else ()


@lru_cache(2048)
def _reading(text: str) -> tuple[Told, ...]:
    """What a text says, as instructions; () where it can't be read for sure."""
    reader = _reader()
    found = reader(text) if reader is not None else None
    if found is None or not found.sure:
        return ()
    return tuple(Told(line, schedule(line.timing)) for line in found.instructions)


def _reader() -> Any:
    import orderlint.dosing.text as room  # noqa: PLC0415 - only orders with a text pay for the grammar

    return getattr(room, "read", None)
