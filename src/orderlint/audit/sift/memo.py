"""What an element says, remembered by its bytes: the same drug is written the same way a thousand times.

An element is parsed and read by the same readers as ever, once; no table of patterns stands beside
those of terminology. The memory is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from orderlint.audit import medications as states
from orderlint.audit.keys import key64, simple_tail
from orderlint.audit.sift.patterns import codes
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.codes import concept
from orderlint.fhir.read.medication import Identification, identify
from orderlint.fhir.read.reason import coded_groups, groups_of
from orderlint.fhir.read.shape import Faults

if TYPE_CHECKING:
    from orderlint.audit.job import Job

# Nobody here knows it; terminology knows it, and no rule watches it: it counts only beside a drug that one
# does; it has to be looked at; the bytes alone don't tell, so the whole line is parsed.
OTHER, KNOWN, MATTERS, UNCLEAR = 0, 1, 2, 3
_OF_MEDICATION = {states.PLAIN: OTHER, states.KNOWN: KNOWN}
TO_MEDICATION = {OTHER: states.PLAIN, KNOWN: states.KNOWN}
_MOST = 8 << 20  # bytes of elements that one memo keeps
_OVERHEAD = 100  # bytes that each costs besides


class Memo:
    """Answers by the bytes that are asked for."""

    def __init__(self, ask: Callable[[bytes], int], most: int = _MOST) -> None:
        self._ask = ask
        self._most = most
        self._kept = 0
        self.known: dict[bytes, int] = {}

    def __call__(self, element: bytes) -> int:
        known = self.known.get(element)
        if known is None:
            known = self._ask(element)
            self._kept += len(element) + _OVERHEAD
            if self._kept > self._most:
                self.known.clear()
                self._kept = len(element)
            self.known[element] = known
        return known


def _of_value(ask: Callable[[object], int]) -> Callable[[bytes], int]:
    """``ask``, for the bytes of an element."""

    def answer(element: bytes) -> int:
        try:
            return ask(parse(element))
        except JsonProblem:
            return UNCLEAR

    return answer


class Drugs:
    """The elements that name a drug: a concept, a reference, or R5's element that is either."""

    def __init__(self, job: Job) -> None:
        self._medications = job.medications
        self._covers = job.covers
        said, pointed = _of_value(self._said), _of_value(self._pointed)
        self.concept = Memo(said)
        self.reference = Memo(pointed)
        self.either = Memo(_of_value(self._either))

        def one_of(both: bytes) -> int:
            concept, _, reference = both.partition(b"\n")
            if concept and reference:
                return UNCLEAR
            return said(concept) if concept else pointed(reference) if reference else UNCLEAR

        self.one_of = Memo(one_of)  # a concept, a line end, a reference: one of them is empty

    def _said(self, value: object) -> int:
        return self.state(identify({"medicationCodeableConcept": value}, _nowhere))

    def state(self, found: Identification) -> int:
        """What it takes to judge an order of these drugs. One that names nothing is told."""
        if found.unidentified or any(self._covers(drug.ingredient) for drug in found.drugs):
            return MATTERS
        return KNOWN if found.drugs else OTHER

    def _pointed(self, value: object) -> int:
        said = value.get("reference") if isinstance(value, dict) else None
        tail = simple_tail(said) if isinstance(said, str) else None
        if tail is None or not isinstance(value, dict):
            return UNCLEAR
        state = _OF_MEDICATION.get(self._medications.state(key64(tail)), MATTERS)
        shown = value.get("display")
        if state == MATTERS or shown is None:
            return state
        if not isinstance(shown, str):
            return UNCLEAR
        words = identify({"medicationCodeableConcept": {"text": shown}}, _nowhere)
        return state if words.unidentified else max(state, self.state(words))

    def _either(self, value: object) -> int:
        if not isinstance(value, dict):
            return UNCLEAR
        both = "concept" in value, "reference" in value
        if both == (True, False):
            return self._said(value["concept"])
        return self._pointed(value["reference"]) if both == (False, True) else UNCLEAR


class Elements:
    """What elements said so far, for one job: a process goes on with it from unit to unit."""

    def __init__(self, job: Job) -> None:
        self.drugs = Drugs(job)
        self.codes = {
            "Condition": Memo(_of_value(condition_of)),
            "Procedure": Memo(_of_value(procedure_of)),
        }


def elements(job: Job) -> Elements:
    """Those of a job; what was known for the job before is forgotten."""
    if not _last or _last[0][0] is not job:
        _last[:] = [(job, Elements(job))]
    return _last[0][1]


_last: list[tuple[Job, Elements]] = []


def condition_of(value: object) -> int:
    """Whether a Condition's code is of a group that terminology knows."""
    return MATTERS if groups_of(concept(value, "", Faults())) else OTHER


def procedure_of(value: object) -> int:
    """The same of a Procedure's."""
    said = concept(value, "", Faults())
    return MATTERS if said is not None and (coded_groups(said) or groups_of(said)) else OTHER


def has_lab(line: bytes) -> bool:
    """Whether a line holds the code of a laboratory value anywhere."""
    return _labs().search(line) is not None


@cache
def _labs() -> re.Pattern[bytes]:
    return re.compile("|".join(map(re.escape, sorted(codes()))).encode())


def _nowhere(_: str) -> None:
    return None
