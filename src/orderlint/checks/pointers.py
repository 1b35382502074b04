"""Which element of the order a finding is put at."""

from __future__ import annotations

from collections.abc import Iterable

from orderlint.checks.view import View
from orderlint.timeline import Stretch


def instruction_of(pointers: Iterable[str]) -> str:
    """The dosage instruction that the first pointer lies in: ``/dosageInstruction/0/timing`` is in
    ``/dosageInstruction/0``."""
    for pointer in pointers:
        tokens = pointer.split("/")
        if len(tokens) > 2 and tokens[2].isdigit():
            return "/".join(tokens[:3])
        return pointer
    return ""


def own_instruction(view: View, parts: Iterable[Stretch]) -> str:
    """The instruction of this very order among the steps of a day; "" where none names one."""
    for stretch in parts:
        if stretch.order.key == view.order.key and stretch.step.pointers:
            return instruction_of(stretch.step.pointers)
    return ""
