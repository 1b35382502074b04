"""``orderlint dose --format json``: the shape of the contract, validated by ``dose.schema.json``."""

from __future__ import annotations

import json
from typing import Any

from orderlint.dose import CourseShown, DoseRun, StepShown
from orderlint.dosing.model import Dose
from orderlint.report.figures import as_json
from orderlint.report.sanitize import json_safe


def render(run: DoseRun) -> str:
    """One JSON object and a newline; the same input gives the same bytes."""
    whole = {
        "orders": [_course(c) for c in run.courses],
        "unreadable": [
            {"file": f.place.file, "line": f.line, "message": f.message}
            for f in run.faults
            if f.rule == "invalid-json"
        ],
    }
    return json_safe(json.dumps(whole, indent=2, ensure_ascii=False)) + "\n"


def _course(course: CourseShown) -> dict[str, Any]:
    return {
        "file": course.place.file,
        "resource": course.resource,
        "drug": course.drug,
        "status": course.status,
        "prn": course.prn,
        "steps": [_step(s) for s in course.steps],
        "peak": _dose(course.peak),
        "mean": _dose(course.mean),
        "days": course.days,
        "contradictions": [c.text for c in course.contradictions],
        "unknown": course.unknown,
    }


def _step(shown: StepShown) -> dict[str, Any]:
    step = shown.step
    return {
        "from": shown.start.isoformat() if shown.start is not None else None,
        "days": shown.days,
        "per_dose": _dose(step.per_dose),
        "times_per_day": None if step.times_per_day is None else as_json(step.times_per_day),
        "daily": _dose(step.daily),
        "from_text": step.from_text,
        "because": list(step.pointers),
    }


def _dose(dose: Dose | None) -> dict[str, Any] | None:
    return None if dose is None else {"value": as_json(dose.value), "unit": dose.unit}
