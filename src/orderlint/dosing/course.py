"""The engine: instructions of one order become one :class:`Course` for each ingredient.

Each instruction is a regimen (:mod:`regimen`), each regimen runs on its days (:mod:`sequence`), and a
stretch of days with the same regimens is a :class:`Step`, in which they add up.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderlint.dosing.glance import limit_of_all
from orderlint.dosing.model import (
    Body,
    Contradiction,
    Course,
    DateSpan,
    Dose,
    Instruction,
    Plan,
    Product,
    Step,
    Supply,
)
from orderlint.dosing.number import spell
from orderlint.dosing.product import NOBODY, Target
from orderlint.dosing.regimen import Regimen, regimen
from orderlint.dosing.sequence import Layout, Line, Piece, lay_out
from orderlint.dosing.sig import NOTHING, Read, Told, agrees, read, same_dose
from orderlint.dosing.supply import disagreement
from orderlint.dosing.timing import Schedule
from orderlint.dosing.together import Part, add_up, by_slot
from orderlint.exact import Fraction

MOST_INSTRUCTIONS = 1000


def plan(
    instructions: Sequence[Instruction],
    product: Product,
    supply: Supply | None = None,
    start: DateSpan | None = None,
    body: Body = NOBODY,
    ingredients: Sequence[str] = (),
) -> Plan:
    """The courses of one order.

    ``start`` is the first day of the dosage, or the day the order was written; None in a template.
    ``ingredients`` are the canonical names the order was recognised to hold; those with a strength in
    ``product`` join them, and where there is none the product's name stands for it.
    """
    names = tuple(dict.fromkeys((*ingredients, *(s.ingredient for s in product.strengths))))
    names = names or (product.name or "",)
    as_needed = any(each.as_needed for each in instructions)
    if not instructions:
        return Plan(tuple(Course(name, (), start, "unknown") for name in names))
    if len(instructions) > MOST_INSTRUCTIONS:
        fault = f"the order has more than {MOST_INSTRUCTIONS} dosage instructions"
        return Plan(tuple(Course(name, (), start, "unknown", fault) for name in names), (), as_needed)

    alone = len(instructions) == 1
    lines = [line for each in instructions for line in read(each, alone)]
    lines.sort(key=_place)
    layout = lay_out([Line(x.instruction.sequence, x.when, x.instruction.pointer) for x in lines], start)
    notes = [clash for line in lines for clash in line.when.contradictions]
    notes += layout.contradictions
    notes += _unordered(lines)
    courses: list[Course] = []
    worded = any("cap" in line.words or not agrees(line) for line in lines)
    for name in names:
        target = Target(name, product, body, len(names))
        rules = [regimen(line.instruction, line.when, target) for line in lines]
        notes += [clash for rule in rules for clash in rule.contradictions]
        parts = [Part(x.instruction, x.when, rule) for x, rule in zip(lines, rules, strict=True)]
        steps = tuple(_step(piece, lines, parts, target, layout.start) for piece in layout.pieces)
        if worded:
            steps = tuple(
                _by_words(step, piece, lines, parts, target, layout.start)
                for step, piece in zip(steps, layout.pieces, strict=True)
            )
        lasts = supply.days if supply is not None and layout.end == "open" else None
        refills = supply.repeats if supply is not None else None
        most = lasts * (1 + refills) if lasts is not None and refills else None
        course = Course(name, steps, layout.start, layout.end, supplied=lasts, refilled=most)
        courses.append(course)
        if name == names[0]:
            notes += _gaps(layout, steps, lines[0].instruction.pointer)
            for line, rule in zip(lines, rules, strict=True):
                notes += _limit_misplaced(line.instruction)
                if line.told:
                    notes += _text_against(line, rule, target)
            if supply is not None:
                note = disagreement(supply, course, target, [line.instruction for line in lines])
                notes += [note] if note else []
    says_more = worded and any(step.upper is not None for course in courses for step in course.steps)
    return Plan(tuple(courses), tuple(dict.fromkeys(notes)), as_needed, says_more)


def _place(line: Read) -> tuple[int, int]:
    sequence = line.instruction.sequence
    return (0, 0) if sequence is None else (1, sequence)


# ---------------------------------------------------------------- steps


def _step(piece: Piece, lines: list[Read], parts: list[Part], target: Target, zero: DateSpan | None) -> Step:
    here = [parts[i] for i in piece.lines]
    run = [lines[i] for i in piece.lines]
    pointers = _pointers(run, [part.rule for part in here])
    as_needed = any(line.instruction.as_needed for line in run)
    words = frozenset(word for line in run for word in line.words) if any(x.words for x in run) else NOTHING
    total = here[0].rule if len(here) == 1 else add_up(here, target, piece, zero)
    problem = total.problem
    daily = mean = per_dose = None
    if problem is None and total.daily is not None:
        daily = Dose(total.daily, total.unit + "/d")
        mean = Dose(total.mean if total.mean is not None else total.daily, total.unit + "/d")
    slots: dict[str, Fraction] = {}
    if total.per_dose is not None and (problem is None or len(here) == 1):
        per_dose = Dose(total.per_dose, total.unit)
        slots = by_slot(here, target, piece, zero)
    return Step(
        piece.first,
        piece.last,
        daily,
        mean,
        per_dose,
        total.times if total.times is not None or len(here) > 1 else run[0].when.times,
        as_needed,
        bool(words - {"length"}),
        pointers,
        problem or total.unmet,
        _longest_run(run),
        tuple(sorted(slots.items())),
        here[0].when.step if len(here) == 1 else None,
        words,
    )


def _by_words(
    step: Step, piece: Piece, lines: list[Read], parts: list[Part], target: Target, zero: DateSpan | None
) -> Step:
    """``step`` with what its texts come to where they say more, and what it is without their caps."""
    from orderlint.dosing.upper import uncapped, upper  # noqa: PLC0415 - few texts disagree

    run, here = [lines[i] for i in piece.lines], [parts[i] for i in piece.lines]
    step = step._replace(upper=upper(step, run, here, target, piece, zero))
    if "cap" not in step.words or step.daily is None:
        return step
    free = [part._replace(rule=uncapped(x, part, target)) for x, part in zip(run, here, strict=True)]
    total = free[0].rule if len(free) == 1 else add_up(free, target, piece, zero)
    if total.problem or total.daily is None:  # as needed, any number of times: the cap is all there is
        return step._replace(words=step.words | {"times"})
    daily, single = Dose(total.daily, step.daily.unit), step.per_dose
    if single is not None and total.per_dose is not None:
        single = Dose(total.per_dose, single.unit)
    if (daily, single) == (step.daily, step.per_dose):
        words = step.words - {"cap"}  # it lowers nothing
        return step._replace(words=words, from_text=bool(words - {"length"}))
    return step._replace(uncapped=daily, uncapped_single=single)


def _longest_run(run: list[Read]) -> Fraction | None:
    """How long one administration lasts; None where an instruction doesn't say, neither in its text."""
    longest: list[Fraction] = []
    for line in run:
        said = [t.when.run for t in line.told if t.when.run is not None]
        own = line.when.run if line.when.run is not None else max(said, default=None)
        if own is None:
            return None
        longest.append(own)
    return max(longest, default=None)


def _pointers(run: list[Read], here: list[Regimen]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for line, rule in zip(run, here, strict=True):
        found.update(dict.fromkeys(line.when.pointers))
        found.update(dict.fromkeys(rule.pointers))
    found.pop("", None)
    return tuple(found) or tuple(line.instruction.pointer for line in run)


# ---------------------------------------------------------------- what disagrees


def _gaps(layout: Layout, steps: tuple[Step, ...], pointer: str) -> list[Contradiction]:
    """Days without a dose inside the course; a pause between equal doses (a cycle) is none."""
    notes = []
    for gap in layout.gaps:
        before, after = steps[gap.after], steps[gap.after + 1]
        if layout.sequential or before.daily != after.daily:
            days = f"{gap.days} day{'s' if gap.days > 1 else ''}"
            text = f"no dose is ordered on {days} between its steps, {_dates(layout, gap.first, gap.days)}"
            notes.append(Contradiction(text, next(iter(after.pointers), pointer)))
    return notes


def _dates(layout: Layout, first: int, days: int) -> str:
    if layout.start is None:
        return f"from day {first + 1} to day {first + days}" if days > 1 else f"on day {first + 1}"
    day0 = layout.start.first
    try:
        one = day0.fromordinal(day0.toordinal() + first)
        last = day0.fromordinal(day0.toordinal() + first + days - 1)
    except (ValueError, OverflowError):
        return f"from day {first + 1} on"
    return f"from {one.isoformat()} to {last.isoformat()}" if days > 1 else f"on {one.isoformat()}"


def _unordered(lines: list[Read]) -> list[Contradiction]:
    """Several lines, each with its own length and no sequence: perhaps steps, but not written as such."""
    if len(lines) < 2:
        return []
    for line in lines:
        when = line.when
        if line.instruction.sequence is not None or when.length is None or when.start or when.slots:
            return []
    if len({line.instruction.doses and _first_dose(line.instruction) for line in lines}) < 2:
        return []
    text = f"its {len(lines)} instructions have lengths but no sequence: they are read as running together"
    return [Contradiction(text, lines[0].instruction.pointer)]


def _first_dose(instruction: Instruction) -> tuple[Fraction | None, str | None]:
    dose = instruction.doses[0].dose
    return (dose.high, dose.unit) if dose is not None else (None, None)


def _text_against(line: Read, rule: Regimen, target: Target) -> list[Contradiction]:
    """Where the words of an instruction say another dose, number of times or length than its structure."""
    pointer = line.instruction.pointer + "/text"
    told = line.told
    if (
        len(told) == 1
        and same_dose(told[0].instruction, line.instruction)
        and told[0].when[:4] == line.when[:4]
    ):
        return []
    if any(each.instruction.sequence is not None for each in told) and len(told) > 1:
        return []
    said = [regimen(each.instruction, each.when, target) for each in told]
    if len(told) > 1:
        parts = [Part(x.instruction, x.when, rule) for x, rule in zip(told, said, strict=True)]
        total = add_up(parts, target, Piece(0, None, ()), None)
        if total.problem or total.daily is None or rule.daily is None or total.unit != rule.unit:
            return []
        if total.daily == rule.daily:
            return []
        text = f"its text comes to {spell(total.daily)} {total.unit} a day, its structure to "
        return [Contradiction(f"{text}{spell(rule.daily)} {rule.unit}", pointer)]
    notes = []
    text_rule, text_when, when = said[0], told[0].when, line.when
    if not whole_day(told[0], text_rule, rule, when):
        mine, theirs = rule.per_dose, text_rule.per_dose
        if mine is not None and theirs is not None and rule.unit == text_rule.unit and mine != theirs:
            text = f"its text gives {spell(theirs)} {rule.unit} at a time, its structure {spell(mine)}"
            notes.append(Contradiction(text, pointer))
        known = when.times is not None and text_when.times is not None and when.number is None
        if known and (when.times, when.mean) != (text_when.times, text_when.mean):
            text = f"its text says {_often(text_when)}, its structure {_often(when)}"
            notes.append(Contradiction(text, pointer))
    if when.length is not None and text_when.length is not None and when.length != text_when.length:
        text = f"its text says {text_when.length} days, its structure {when.length}"
        notes.append(Contradiction(text, pointer))
    return notes


def _limit_misplaced(instruction: Instruction) -> list[Contradiction]:
    """A limit of the text without a time that stands as the most of one administration, above its dose."""
    cap, doses, text = instruction.max_per_administration, instruction.doses, instruction.text
    if cap is None or text is None or cap.high is None or cap.high != limit_of_all(text):
        return []
    dose = doses[0].dose if len(doses) == 1 else None
    if dose is None or dose.high is None or dose.unit != cap.unit or dose.high >= cap.high:
        return []
    said = f"its text limits the course to {spell(cap.high)}, its structure one administration of "
    return [Contradiction(f"{said}{spell(dose.high)} to as many", cap.pointer)]


def whole_day(told: Told, said: Regimen, rule: Regimen, when: Schedule) -> bool:
    """Whether a text such as "8 tablets daily" is the day's amount of a dose given several times."""
    if told.when.times != 1 or told.when.mean != 1 or when.times is None or when.times == 1:
        return False
    if said.unit == rule.unit:
        return said.daily is not None and said.daily == rule.daily
    dose = told.instruction.doses[0].dose if told.instruction.doses else None
    return dose is not None and dose.high == when.times


def _often(when: Schedule) -> str:
    times, mean = when.times or Fraction(0), when.mean
    average = f" at most, {spell(mean)} on average" if mean is not None and mean < times else ""
    return f"{spell(times)} a day{average}"
