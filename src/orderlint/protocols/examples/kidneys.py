"""The examples beside ``settings: kidney``: what an equation makes of a patient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from orderlint.dosing.model import DateSpan
from orderlint.exact import Fraction
from orderlint.facts.clearance import clearance_on
from orderlint.facts.kidney import kidney_on
from orderlint.namedtuple import NamedTuple
from orderlint.protocols.examples.patient import facts_of
from orderlint.protocols.examples.record import AS_OF
from orderlint.protocols.linter.issue import Issue
from orderlint.protocols.linter.source import Source

_EXACT = Fraction(1, 200)  # results are written with two decimals
_EXPECTED = frozenset({"egfr", "clearance", "why"})


class Kidneys(NamedTuple):
    """One example: creatinine, age, sex and perhaps weight, and what is expected of either equation."""

    source: Source
    nth: int  # from 0
    said: Mapping[str, Any]


def examples(source: Source) -> Iterator[Kidneys]:
    """Those of one file, in its order."""
    settings = source.top("settings")
    kidney = settings.get("kidney", {}) if isinstance(settings, Mapping) else {}
    for n, said in enumerate(kidney.get("examples", ())):
        yield Kidneys(source, n, said)


def fault(example: Kidneys, settings: Mapping[str, Any]) -> str | None:
    """What differs from what is expected, in words; ``settings`` are those of the run."""
    said, kidney = example.said, settings["kidney"]
    patient = {key: value for key, value in said.items() if key not in _EXPECTED}
    facts, day = facts_of(patient, (), AS_OF), DateSpan(AS_OF, AS_OF)
    alone = facts._replace(labs=tuple(x for x in facts.labs if x.kind != "weight"))
    found = {"egfr": kidney_on(alone, day, kidney), "clearance": clearance_on(facts, day, kidney)}
    for key, estimate in found.items():
        if key not in said:
            continue
        value = None if estimate is None or estimate.k is None else estimate.k.low
        wanted = None if said[key] is None else Fraction(str(said[key]))
        if (value is None) != (wanted is None):
            return f"{key}: expected {_words(wanted)}, but it is {_words(value)}"
        if value is not None and wanted is not None and abs(value - wanted) > _EXACT:
            return f"{key}: expected {_words(wanted)}, but it is {_words(value)}"
    return None


def failures(source: Source, settings: Mapping[str, Any]) -> list[Issue]:
    """The failed examples of a file at their places."""
    found = ((one, fault(one, settings)) for one in examples(source))
    return [
        source.issue(
            ("settings", "kidney", "examples", one.nth), f"settings/kidney, example {one.nth + 1}: {why}"
        )
        for one, why in found
        if why is not None
    ]


def _words(value: Fraction | None) -> str:
    return "unknown" if value is None else f"{float(value):.2f}"
