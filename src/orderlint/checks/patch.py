"""Is the product a patch?"""

from __future__ import annotations

from orderlint.checks.view import View

PATCH = "{patch}"
UNKNOWN = "whether it is a patch is not known"


def is_patch(view: View) -> bool | None:
    """Whether the order's product is a patch, by its form, else by dose or strength; None: nothing says."""
    order = view.order
    if order.dose_form is not None:
        return order.dose_form == PATCH
    steps = view.course.steps if view.course is not None else ()
    dosed = {s.per_dose.unit for s in steps if s.per_dose is not None}
    if PATCH in dosed or any(s.per.unit == PATCH for s in order.strengths):
        return True
    return False if dosed or order.strengths else None
