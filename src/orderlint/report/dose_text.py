"""``orderlint dose`` for people: a table of steps, the days with a bar of their dose, and why."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from orderlint.dose import CourseShown, DoseRun, StepShown
from orderlint.dosing.model import Dose
from orderlint.exact import Fraction
from orderlint.report.figures import as_text
from orderlint.report.sanitize import clipped, visible

_BAR = 30  # cells of the highest bar
_MOST_ROWS = 400  # rows of a ledger; a longer course is cut, and says so
_HEAD = ("step", "from", "days", "a time", "times a day", "a day, at most", "mean of a day")

_NO_VERDICT = "No protocol was asked: this is arithmetic, and no verdict on any dose."


def render(run: DoseRun, daily: bool = False) -> str:
    """The whole report. ``daily`` writes a row for each day instead of one for each run of equal days."""
    blocks = ["\n".join(_course(c, daily)) for c in run.courses]
    faults = [
        f"{visible(f.place.file)}: {clipped(f.message)}" for f in run.faults if f.rule == "invalid-json"
    ]
    if faults:
        blocks.append("NOT READ:\n" + "\n".join(f"  {f}" for f in faults))
    blocks.append(_summary(run))
    return "\n\n".join(blocks) + "\n"


def _summary(run: DoseRun) -> str:
    unknown = sum(1 for c in run.courses if c.unknown is not None)
    clashes = sum(1 for c in run.courses if c.contradictions)
    words = f"{len(run.courses)} courses, {len(run.courses) - unknown} with a dose, {unknown} without"
    return f"{words}, {clashes} that disagree with themselves.\n{_NO_VERDICT}"


def _course(course: CourseShown, daily: bool) -> Iterator[str]:
    facts = [clipped(course.drug or "drug not known", 120)]
    if course.status not in (None, "active"):
        facts.append(visible(course.status or ""))
    if course.prn:
        facts.append("as needed")
    line = f":{course.place.line}" if course.place.line > 1 else ""
    yield f"{visible(course.resource)}  {', '.join(facts)}  ({visible(course.place.file)}{line})"
    if course.steps:
        yield from _table(course)
    if course.unknown is not None:
        yield f"  NOT KNOWN: {clipped(course.unknown)}"
    else:
        days = "no end" if course.days is None else f"{course.days} days"
        yield f"  peak {_dose(course.peak)}, mean {_dose(course.mean)}, {days}"
    if course.unknown is None and (daily or len(course.steps) > 1):
        yield from _ledger(course, daily)
    for index, shown in enumerate(course.steps, 1):
        if shown.step.pointers:
            text = ", read from its text" if shown.step.from_text else ""
            yield f"  step {index} from {', '.join(visible(p) for p in shown.step.pointers)}{text}"
    for clash in course.contradictions:
        yield f"  DISAGREES: {clipped(clash.text)} ({visible(clash.pointer)})"


def _table(course: CourseShown) -> Iterator[str]:
    rows = [_HEAD, *(_row(i, s) for i, s in enumerate(course.steps, 1))]
    widths = [max(len(row[i]) for row in rows) for i in range(len(_HEAD))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()


def _row(index: int, shown: StepShown) -> tuple[str, ...]:
    step = shown.step
    return (
        str(index),
        shown.start.isoformat() if shown.start is not None else f"day {step.first_day + 1}",
        "no end" if shown.days is None else str(shown.days),
        _dose(step.per_dose),
        "?" if step.times_per_day is None else as_text(step.times_per_day),
        _dose(step.daily),
        _dose(step.mean),
    )


def _ledger(course: CourseShown, daily: bool) -> Iterator[str]:
    top = course.peak.value if course.peak is not None else Fraction(0)
    rows = list(_days(course, daily))
    width = max((len(when) for when, _ in rows), default=0)
    for when, dose in rows[:_MOST_ROWS]:
        share = dose.value / top if dose is not None and top else Fraction(0)
        cells = max(1, round(share * _BAR)) if share else 0
        bar = "█" * cells + (" " if cells else "")
        yield f"    {when.ljust(width)}  {bar}{_dose(dose) if dose else 'nothing'}"
    if len(rows) > _MOST_ROWS:
        yield f"    … {len(rows) - _MOST_ROWS} more"


def _days(course: CourseShown, daily: bool) -> Iterator[tuple[str, Dose | None]]:
    """Stretches of days with their dose; the days between two steps that nothing is taken on too."""
    reach: int | None = None
    for shown in sorted(course.steps, key=lambda s: s.step.first_day):
        step = shown.step
        if reach is not None and step.first_day > reach + 1:
            yield from _stretch(course, reach + 1, step.first_day - 1, None, daily)
        yield from _stretch(course, step.first_day, step.last_day, step.daily, daily)
        if step.last_day is None:
            return
        reach = step.last_day if reach is None else max(reach, step.last_day)


def _stretch(
    course: CourseShown, first: int, last: int | None, dose: Dose | None, daily: bool
) -> Iterator[tuple[str, Dose | None]]:
    if last is None:
        yield f"{_name(course, first)} on", dose
    elif daily:
        for day in range(first, min(last, first + _MOST_ROWS) + 1):
            yield _name(course, day), dose
    elif first == last:
        yield _name(course, first), dose
    else:
        yield f"{_name(course, first)} to {_name(course, last)}", dose


def _name(course: CourseShown, day: int) -> str:
    first = course.steps[0]
    if first.start is None:
        return f"day {day + 1}"
    try:
        return (first.start + timedelta(days=day - first.step.first_day)).isoformat()
    except OverflowError:
        return f"day {day + 1}"


def _dose(dose: Dose | None) -> str:
    return "?" if dose is None else f"{as_text(dose.value)} {dose.unit}"
