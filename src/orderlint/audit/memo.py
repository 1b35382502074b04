"""What an element says, remembered by its bytes: the same drug is written the same way a thousand times.

An element is parsed and read by the same readers as ever, once; no table of patterns stands beside
those of terminology. The memory is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from orderlint.audit.keys import depth
from orderlint.fhir.build.facts import STATEMENTS
from orderlint.fhir.json.strict import JsonProblem, parse
from orderlint.fhir.read.codes import concept
from orderlint.fhir.read.medication import identify
from orderlint.fhir.read.reason import coded_groups, groups_of
from orderlint.fhir.read.shape import Faults

OTHER, DRUG, UNCLEAR = 0, 1, 2  # of a drug that terminology doesn't know; of one it knows; look closer
_MOST = 50_000  # elements
_W = rb"[ \t\r]*"
_X = rb'(?:"[^"\\{}\n]*"|[^"{}\\\n])'
_FLAT = rb"\{" + _X + rb"*\}"
CODE = re.compile(rb'"code"' + _W + rb":" + _W + rb"(\{(?:" + _X + rb"|" + _FLAT + rb")*\})")
_MEDICATION = re.compile(
    rb'"medicationCodeableConcept"' + _W + rb":" + _W + rb"(\{(?:" + _X + rb"|" + _FLAT + rb")*\})"
)


class Memo:
    """Answers by the bytes of an element."""

    def __init__(self, ask: Callable[[object], int]) -> None:
        self._ask = ask
        self._known: dict[bytes, int] = {}

    def __call__(self, element: bytes) -> int:
        known = self._known.get(element)
        if known is None:
            try:
                known = self._ask(parse(element))
            except JsonProblem:
                known = UNCLEAR
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[element] = known
        return known


def drug_of(value: object) -> int:
    """What a medicationCodeableConcept says."""
    found = identify({"medicationCodeableConcept": value}, lambda _: None)
    return DRUG if found.drugs else UNCLEAR if found.unidentified else OTHER


def _condition_of(value: object) -> int:
    return DRUG if groups_of(concept(value, "", Faults())) else OTHER


def _procedure_of(value: object) -> int:
    said = concept(value, "", Faults())
    return DRUG if said is not None and (coded_groups(said) or groups_of(said)) else OTHER


class Facts:
    """Whether a line that holds one fact may say anything that a rule can use."""

    def __init__(self) -> None:
        self._of = {"Condition": Memo(_condition_of), "Procedure": Memo(_procedure_of)}
        self._statement = Memo(drug_of)

    def may_matter(self, kind: str, line: bytes) -> bool:
        """False only where it is sure."""
        if kind in STATEMENTS:
            if b'"medicationReference"' in line or b'"medication"' in line:
                return True
            return self._ask(_MEDICATION, self._statement, line)
        memo = self._of.get(kind)
        return memo is None or self._ask(CODE, memo, line)

    @staticmethod
    def _ask(element: re.Pattern[bytes], memo: Memo, line: bytes) -> bool:
        for found in element.finditer(line):
            if depth(line, found.start()) == 1:
                return memo(found[1]) != OTHER
        return True
